//! The policy document: what a store writes, in TOML or in JSON of the same shape.
//!
//! These types are the only description of that shape; the JSON Schema is made from them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::time::{Expiry, Instant, Period};

/// A whole policy: one tenant, its people, and what each of them may do.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Document {
    /// Whose policy this is, and for how long its snapshot is good.
    pub policy: Header,
    /// Tenant-wide settings.
    pub settings: Settings,
    /// The tree tenant ▸ region ▸ country ▸ store ▸ channel.
    pub scopes: Vec<Scope>,
    /// The tree of departments, which row rule `team` reads.
    pub departments: Vec<Department>,
    /// Partner firms.
    pub organisations: Vec<Organisation>,
    /// Sets of members that hold assignments together.
    pub groups: Vec<Group>,
    /// Permissions, field groups and aliases beyond the built-in catalogue.
    pub catalogue: CatalogueAdditions,
    /// What sign-in methods are worth.
    pub levels: Levels,
    /// Named lists of addresses.
    pub networks: Vec<Network>,
    /// Facts that conditions may compare.
    pub attributes: Vec<AttributeDefinition>,
    /// Training items that assignments and demands may ask for.
    pub training: Vec<TrainingItem>,
    /// Named sets of permissions.
    pub roles: Vec<Role>,
    /// Everybody: people, apps and services.
    pub members: Vec<Member>,
    /// Who gets what, where, until when.
    pub assignments: Vec<Assignment>,
    /// What is taken away whoever grants it.
    pub denials: Vec<Denial>,
    /// Demands that a permission makes on everyone who holds it.
    pub demands: Vec<Demand>,
    /// Permissions that one person should not hold together.
    pub separation: Vec<SeparationSet>,
    /// Written exceptions to separation sets, by an owner.
    pub waivers: Vec<Waiver>,
    /// What must be true of every published policy.
    pub invariants: Vec<Invariant>,
    /// Requests whose answers the policy promises.
    pub tests: Vec<PolicyTest>,
    /// Which HTTP request asks for which permission.
    pub routes: Vec<Route>,
}

/// Whose policy this is, and for how long its snapshot is good.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The merchant organisation.
    pub tenant: String,
    /// Grows with every published change; a worker refuses to go back.
    pub version: u64,
    /// When this version was made.
    pub issued: Instant,
    /// When snapshots of it stop answering: a time, or the word `never`.
    pub expires: Expiry,
    /// Which built-in catalogue profile applies.
    pub profile: Profile,
    /// The catalogue version the document was written against; decides which aliases apply.
    #[serde(default = "current_catalogue_version")]
    pub catalogue_version: u32,
    /// Which separation-of-duty pairs are switched on.
    #[serde(default)]
    pub separation: SeparationPreset,
}

fn current_catalogue_version() -> u32 {
    super::CATALOGUE_VERSION
}

/// Which permissions only an owner may use.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Granting, staff and billing are the owner's alone.
    #[default]
    Strict,
    /// They can be granted, never above what the grantor holds.
    Delegated,
}

/// The separation-of-duty pairs that ship with the catalogue.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeparationPreset {
    /// The catalogue's pairs and the document's own.
    #[default]
    Default,
    /// The document's own pairs only.
    None,
}

/// Tenant-wide settings.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// For how long an approval counts.
    pub approval_fresh: Period,
    /// Whether sensitive and funds permissions need a fresh overlay to be present at all.
    pub overlay_required: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            approval_fresh: Period { seconds: 14_400 },
            overlay_required: false,
        }
    }
}

/// A node of the tenant's tree. A grant at a scope covers everything below it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Unique within the tenant.
    pub id: String,
    /// What it stands for.
    pub kind: ScopeKind,
    /// The node above; only the tenant has none.
    #[serde(default)]
    pub parent: Option<String>,
    /// IANA time zone; inherited from above where absent.
    #[serde(default)]
    pub zone: Option<String>,
    /// A title for people. Never in the edge snapshot.
    #[serde(default)]
    pub title: Option<String>,
}

/// What a scope stands for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    /// The root: exactly one.
    #[default]
    Tenant,
    /// A group of countries.
    Region,
    /// One country.
    Country,
    /// One store.
    Store,
    /// A channel of a store, or an outside account beside it.
    Channel,
}

/// A department; a team is a department with everything below it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Unique among departments.
    pub id: String,
    /// The department above.
    #[serde(default)]
    pub parent: Option<String>,
    /// A title for people.
    #[serde(default)]
    pub title: Option<String>,
}

/// A partner firm. Its assignments reach its direct members and nobody beyond.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Unique among organisations.
    pub id: String,
    /// A title for people.
    #[serde(default)]
    pub title: Option<String>,
    /// Whose partner it is in turn; carries no access.
    #[serde(default)]
    pub partner_of: Option<String>,
    /// Whom to call; kept out of the snapshot.
    #[serde(default)]
    pub contact: Option<Contact>,
}

/// Whom to call about an outside grant.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// A person's name.
    pub name: String,
    /// A telephone number.
    #[serde(default)]
    pub telephone: Option<String>,
    /// An e-mail address.
    #[serde(default)]
    pub email: Option<String>,
}

/// A named set of members that holds assignments.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Unique among groups.
    pub id: String,
    /// A title for people.
    #[serde(default)]
    pub title: Option<String>,
}

/// What a tenant adds to the built-in catalogue, or tightens in it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct CatalogueAdditions {
    /// Permissions of the tenant's own.
    pub permissions: Vec<PermissionDefinition>,
    /// Field groups of the tenant's own.
    pub field_groups: Vec<FieldGroupDefinition>,
    /// Keys that were split.
    pub aliases: Vec<Alias>,
    /// Changes to built-in permissions.
    pub overrides: Vec<PermissionOverride>,
}

/// One permission of the catalogue.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionDefinition {
    /// `resource.action`, lower snake case, two or three parts.
    pub key: String,
    /// A title for people.
    pub title: String,
    /// The area of the panel it appears in.
    #[serde(default)]
    pub area: String,
    /// Whether it changes anything.
    pub kind: PermissionKind,
    /// How dangerous it is, and to whom it may be given.
    #[serde(default)]
    pub tiers: Vec<Tier>,
    /// Permissions that come with it.
    #[serde(default)]
    pub requires: Vec<String>,
    /// What is measured when it is used.
    #[serde(default)]
    pub measure: Option<Measure>,
    /// The second verification it asks for.
    #[serde(default)]
    pub step_up: Option<StepUp>,
}

/// Whether a permission changes anything in the store.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PermissionKind {
    /// Changes nothing; exports are reads.
    #[default]
    Read,
    /// Changes something.
    Write,
}

/// A property of a permission that decisions and lints read.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Every active member holds it.
    Default,
    /// Moves or creates money.
    Funds,
    /// Never to an outside member, never through an app.
    NoDelegation,
    /// Nobody but an owner, in both profiles.
    OwnerOnly,
    /// Nobody but an owner, in profile `strict`.
    #[serde(rename = "owner_only:strict")]
    OwnerOnlyStrict,
    /// Shows or changes personal data.
    Personal,
    /// Changes who may do what, or hands over control.
    Privileged,
    /// Can harm the store.
    Sensitive,
}

/// What is measured when a permission is used.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Minor units with an ISO currency.
    Money,
    /// Basis points of the old value.
    Percent,
    /// Items.
    Quantity,
}

/// A second verification: how strong, and how long ago at most.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// 1 password, 2 one-time code, 3 passkey or hardware key.
    pub level: u8,
    /// The oldest proof that counts.
    pub max_age: Period,
}

/// A set of fields that one permission unlocks.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FieldGroupDefinition {
    /// `resource_type.group`.
    pub id: String,
    /// The permission that shows it; absent: nobody, owners included.
    #[serde(default)]
    pub unlocked_by: Option<String>,
    /// JSON paths relative to one record.
    pub paths: Vec<String>,
}

/// One old key that became several.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// The retired key.
    pub key: String,
    /// What it means now.
    pub means: Vec<String>,
    /// The catalogue version from which on only the parts are real.
    pub since: u32,
}

/// A change to one built-in permission. What is absent stays as it is.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionOverride {
    /// The permission to change.
    pub key: String,
    /// Another title.
    #[serde(default)]
    pub title: Option<String>,
    /// Tiers to add; none can be taken away.
    #[serde(default)]
    pub add_tiers: Vec<Tier>,
    /// Replaces the default step-up; a weaker one is reported.
    #[serde(default)]
    pub step_up: Option<StepUp>,
    /// Removes the default step-up; reported for funds and privileged permissions.
    #[serde(default)]
    pub no_step_up: bool,
}

/// What sign-in methods are worth: 1 password, 2 one-time code, 3 passkey or hardware key.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Levels {
    /// Level of each `acr` value.
    pub acr: BTreeMap<String, u8>,
    /// Level of each `amr` value.
    pub amr: BTreeMap<String, u8>,
}

/// A named list of addresses.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Unique among networks.
    pub id: String,
    /// Blocks such as `203.0.113.0/24` or `2001:db8::/32`; a bare address is a block of one.
    pub cidrs: Vec<String>,
}

/// A fact that conditions may compare.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeDefinition {
    /// Unique among attributes.
    pub id: String,
    /// What kind of value it has.
    #[serde(rename = "type")]
    pub value_type: AttributeType,
    /// Whose word counts.
    pub source: AttributeSource,
}

/// What kind of value an attribute has.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeType {
    /// Text, compared byte for byte.
    #[default]
    String,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// Several texts.
    StringList,
}

/// Whose word counts for an attribute.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeSource {
    /// The member's own, written in this document; what a request says is ignored.
    #[default]
    Snapshot,
    /// The host's, sent with the request's resource.
    Host,
    /// The caller's, where the host lets it through.
    Caller,
}

/// Something to learn before an assignment counts.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingItem {
    /// Unique among training items.
    pub id: String,
    /// A title for people.
    #[serde(default)]
    pub title: Option<String>,
}

/// A named set of permissions.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Unique among roles.
    pub id: String,
    /// A title for people.
    #[serde(default)]
    pub title: Option<String>,
    /// A label: role, post, card, level, area.
    #[serde(default)]
    pub kind: Option<String>,
    /// The seniority of those who hold it, where the member states none.
    #[serde(default)]
    pub rank: Option<u16>,
    /// A built-in preset whose permissions it starts from.
    #[serde(default)]
    pub preset: Option<String>,
    /// Roles whose permissions it includes.
    #[serde(default)]
    pub inherits: Vec<String>,
    /// Permissions of its own.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Meant for looking only: a write in it is reported.
    #[serde(default)]
    pub read_only: bool,
    /// The ladder it is a level of; a higher rank that lacks something of a lower one is reported.
    #[serde(default)]
    pub ladder: Option<String>,
    /// Conditions that join those of each assignment of the role.
    #[serde(default)]
    pub conditions: Conditions,
}

/// A person, firm account, app or service.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Unique and opaque.
    pub id: String,
    /// What kind of principal it is.
    pub kind: MemberKind,
    /// Where it stands in its life cycle.
    #[serde(default)]
    pub status: MemberStatus,
    /// Seniority; only a strictly lower one can be administered.
    #[serde(default)]
    pub rank: Option<u16>,
    /// The department it works in.
    #[serde(default)]
    pub department: Option<String>,
    /// The firm it belongs to; makes it an outside member.
    #[serde(default)]
    pub organisation: Option<String>,
    /// The groups it is in.
    #[serde(default)]
    pub groups: Vec<String>,
    /// When its account counts.
    #[serde(default)]
    pub valid: Validity,
    /// Who answers for it.
    #[serde(default)]
    pub reports_to: Option<String>,
    /// Training it has done.
    #[serde(default)]
    pub training: Vec<TrainingDone>,
    /// Whether it signs in with a second factor; told to a lint, never to a decision.
    #[serde(default)]
    pub second_factor: Option<bool>,
    /// Facts about it that conditions may compare.
    #[serde(default)]
    pub attributes: BTreeMap<String, AttributeValue>,
    /// A name for people. Never in the edge snapshot.
    #[serde(default)]
    pub name: Option<String>,
    /// An e-mail address. Never in the edge snapshot.
    #[serde(default)]
    pub email: Option<String>,
}

/// What kind of principal a member is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    /// Holds everything, by ownership.
    Owner,
    /// A person of the store.
    #[default]
    Employee,
    /// An outside person.
    Contractor,
    /// An outside firm's own account.
    Organisation,
    /// An installed app, alone or on a member's behalf.
    App,
    /// A machine of the store's own.
    Service,
}

/// Where a member stands in its life cycle.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// Not accepted yet.
    Invited,
    /// In use.
    #[default]
    Active,
    /// Stopped for now.
    Suspended,
    /// Gone.
    Revoked,
}

/// Half-open: valid while `from` ≤ now < `to`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Validity {
    /// The first instant.
    pub from: Option<Instant>,
    /// The instant after the last.
    pub to: Option<Instant>,
}

/// One training item that a member has done.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingDone {
    /// Which item.
    pub item: String,
    /// When it was finished.
    pub at: Instant,
    /// When it has to be renewed.
    #[serde(default)]
    pub expires: Option<Instant>,
}

/// A value of an attribute.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AttributeValue {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    String(String),
    /// Several texts.
    List(Vec<String>),
}

/// Who gets what, where, until when, and under which conditions.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// A name for explanations and the log; `role@scope` where absent.
    #[serde(default)]
    pub id: Option<String>,
    /// The member it is given to. Exactly one of member, group and organisation is set.
    #[serde(default)]
    pub member: Option<String>,
    /// The group it is given to.
    #[serde(default)]
    pub group: Option<String>,
    /// The organisation whose direct members it reaches.
    #[serde(default)]
    pub organisation: Option<String>,
    /// A role to hold.
    #[serde(default)]
    pub role: Option<String>,
    /// Permissions to hold, beside the role or alone.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Where; each covers everything below. Empty is refused.
    pub scopes: Vec<String>,
    /// When.
    #[serde(default)]
    pub valid: Validity,
    /// What else must hold.
    #[serde(default)]
    pub conditions: Conditions,
    /// Who gave it.
    #[serde(default)]
    pub issued_by: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// When somebody last looked at it. Never changes a decision.
    #[serde(default)]
    pub reviewed_at: Option<Instant>,
    /// How often somebody should.
    #[serde(default)]
    pub review_every: Option<Period>,
}

/// What must hold for an assignment to count.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// An earlier end for permissions tiered sensitive or personal.
    pub sensitive_to: Option<Instant>,
    /// How much, for measured permissions.
    pub limits: Vec<Limit>,
    /// Measured permissions without a ceiling, by name.
    pub unlimited: Vec<String>,
    /// Cumulative limits.
    pub budgets: Vec<Budget>,
    /// Which records.
    pub rows: Option<Rows>,
    /// At which hours; an empty list is refused.
    pub hours: Option<Vec<Hours>>,
    /// From which networks; an empty list is refused.
    pub networks: Option<Vec<String>>,
    /// Attributes that must compare.
    pub attributes: Vec<AttributeTest>,
    /// Training that must be done.
    pub training: Vec<String>,
    /// Second verifications beyond the permission's own.
    pub step_up: Vec<PermissionStepUp>,
    /// The least level of the sign-in itself.
    pub sign_in_level: Option<u8>,
    /// Permissions that always need an approval through this assignment.
    pub approval_for: Vec<String>,
}

/// How much one use of a measured permission may be.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The measured permission.
    pub permission: String,
    /// ISO code, for money only.
    #[serde(default)]
    pub currency: Option<String>,
    /// Above this an approval is needed.
    #[serde(default)]
    pub approve_above: Option<i64>,
    /// Above this there is no way: minor units, basis points or items.
    pub max: i64,
}

/// A cumulative limit in a window: the credit line.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The ledger's name for it.
    pub id: String,
    /// The permission whose uses it counts.
    pub permission: String,
    /// ISO code, for money only; requests in other currencies are not concerned.
    #[serde(default)]
    pub currency: Option<String>,
    /// When it starts anew.
    pub window: Window,
    /// IANA time zone of the window; the scope's where absent.
    #[serde(default)]
    pub zone: Option<String>,
    /// The most in one window, in the permission's measure.
    #[serde(default)]
    pub amount: Option<i64>,
    /// The most uses in one window.
    #[serde(default)]
    pub count: Option<i64>,
}

/// When a budget starts anew.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// With each window of the assignment's hours.
    Shift,
    /// At local midnight.
    #[default]
    Day,
    /// On Monday, 00:00 local.
    Week,
    /// On the first, 00:00 local.
    Month,
}

/// Which records an assignment reaches.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// All of them.
    #[default]
    Any,
    /// Those assigned to the member.
    #[serde(rename = "self")]
    Own,
    /// Those of the member's department and below.
    Team,
    /// Those with an open ticket of the member.
    Ticket,
}

/// A weekly window of local wall-clock time.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// IANA time zone; the scope's where absent. All windows of one list share it.
    #[serde(default)]
    pub zone: Option<String>,
    /// 1 is Monday. The day on which the window starts.
    pub days: Vec<u8>,
    /// `HH:MM`, inclusive.
    pub from: String,
    /// `HH:MM`, exclusive (`24:00` is the end of the day); not after `from` crosses midnight.
    pub to: String,
}

/// One comparison of an attribute.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeTest {
    /// The declared attribute.
    pub attribute: String,
    /// How to compare.
    pub op: AttributeOperator,
    /// With what; absent for `exists`, a list for `in` and `not_in`.
    #[serde(default)]
    pub value: Option<AttributeOperand>,
}

/// How to compare an attribute.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum AttributeOperator {
    Eq,
    Ne,
    In,
    NotIn,
    Lt,
    Le,
    Gt,
    Ge,
    Contains,
    Exists,
}

/// What an attribute is compared with.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AttributeOperand {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    String(String),
    /// Several whole numbers, for `in` and `not_in`.
    Integers(Vec<i64>),
    /// Several texts, for `in` and `not_in`.
    Strings(Vec<String>),
}

/// A second verification for one permission.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionStepUp {
    /// The permission that asks.
    pub permission: String,
    /// 1 password, 2 one-time code, 3 passkey or hardware key.
    pub level: u8,
    /// The oldest proof that counts.
    pub max_age: Period,
}

/// An explicit negative assignment; wins over every grant.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Denial {
    /// A name for explanations and the log.
    #[serde(default)]
    pub id: Option<String>,
    /// The member it binds. Exactly one of member, group and organisation is set.
    #[serde(default)]
    pub member: Option<String>,
    /// The group it binds.
    #[serde(default)]
    pub group: Option<String>,
    /// The organisation whose direct members it binds.
    #[serde(default)]
    pub organisation: Option<String>,
    /// A role whose permissions are denied.
    #[serde(default)]
    pub role: Option<String>,
    /// Permissions that are denied, with whatever requires them.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Where; each covers everything below. Empty is refused.
    pub scopes: Vec<String>,
    /// When.
    #[serde(default)]
    pub valid: Validity,
    /// Rows, hours, networks and attributes only.
    #[serde(default)]
    pub conditions: Conditions,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A demand that a permission makes on everyone who holds it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// The permission. Exactly one of permission and tier is set.
    #[serde(default)]
    pub permission: Option<String>,
    /// All permissions of this tier.
    #[serde(default)]
    pub tier: Option<Tier>,
    /// A second verification, joined with the permission's own.
    #[serde(default)]
    pub step_up: Option<StepUp>,
    /// Makes the step-up a band: only above this amount.
    #[serde(default)]
    pub above: Option<i64>,
    /// ISO code of the band, for money only.
    #[serde(default)]
    pub currency: Option<String>,
    /// The least level of the sign-in itself.
    #[serde(default)]
    pub sign_in_level: Option<u8>,
    /// Training that must be done.
    #[serde(default)]
    pub training: Vec<String>,
    /// Whether a second person must always agree.
    #[serde(default)]
    pub approval: bool,
}

/// Permissions that one person should not hold together in one scope.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SeparationSet {
    /// Unique among separation sets.
    pub id: String,
    /// The permissions. Either these or `roles`.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// The roles, counted through inheritance.
    #[serde(default)]
    pub roles: Vec<String>,
    /// How many of them are too many; two where absent.
    #[serde(default)]
    pub too_many: Option<usize>,
    /// Whether a breach is refused or reported.
    #[serde(default)]
    pub level: Severity,
    /// What could go wrong.
    #[serde(default)]
    pub danger: Option<String>,
}

/// Whether a finding is refused or reported.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The policy does not compile.
    #[default]
    Error,
    /// The policy compiles and the finding is shown.
    Warn,
}

/// A written exception to a separation set, by an owner.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The set it lifts: an id, or `permission+permission` for a built-in pair.
    pub separation: String,
    /// For whom.
    pub member: String,
    /// The owner who answers for it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub to: Instant,
}

/// What must be true of every published policy. A failure names a witness.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Invariant {
    /// Unique among invariants.
    pub id: String,
    /// The permission it speaks of.
    pub permission: String,
    /// Where; the whole tenant where absent. A grant anywhere below counts too.
    #[serde(default)]
    pub scope: Option<String>,
    /// No member of these kinds may hold it.
    #[serde(default)]
    pub never_kinds: Vec<MemberKind>,
    /// No member of these groups may hold it.
    #[serde(default)]
    pub never_groups: Vec<String>,
    /// No outside member may hold it.
    #[serde(default)]
    pub never_outside: bool,
    /// Only these members may hold it.
    #[serde(default)]
    pub only_members: Option<Vec<String>>,
    /// At least so many active members besides owners hold it.
    #[serde(default)]
    pub at_least: Option<usize>,
    /// At most so many members besides owners hold it.
    #[serde(default)]
    pub at_most: Option<usize>,
    /// Why it matters.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A request whose answer the policy promises.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyTest {
    /// What is promised, as a sentence.
    pub name: String,
    /// The request, in the same form as everywhere.
    pub request: serde_json::Map<String, serde_json::Value>,
    /// What must come out.
    pub expect: Expectation,
}

/// What must come out of a policy test.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// `allow`, `deny`, `step_up` or `approval`.
    pub outcome: String,
    /// The reason code; any where absent.
    #[serde(default)]
    pub reason: Option<String>,
    /// Exactly the hidden field groups; not compared where absent.
    #[serde(default)]
    pub hidden: Option<Vec<String>>,
}

/// Which HTTP request asks for which permission, and where its facts come from.
///
/// A fact's source is written `path:NAME`, `query:NAME`, `header:NAME`, `body:/json/pointer`
/// or `fixed:VALUE`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// Segments, of which `{name}` matches exactly one.
    pub path: String,
    /// What is asked for.
    pub permission: String,
    /// Where the scope comes from; the tenant's root where absent.
    #[serde(default)]
    pub scope: Option<String>,
    /// Where the amount comes from, for measured permissions.
    #[serde(default)]
    pub amount: Option<String>,
    /// Where the currency comes from, for money.
    #[serde(default)]
    pub currency: Option<String>,
    /// What kind of record is asked for; the permission's where absent.
    #[serde(default)]
    pub resource_type: Option<String>,
    /// Where the record's id comes from.
    #[serde(default)]
    pub resource: Option<String>,
    /// Whether the record's other facts have to be fetched from the store before the decision.
    #[serde(default)]
    pub load_resource: bool,
    /// The member acted on, for administration.
    #[serde(default)]
    pub member: Option<String>,
    /// Where a proposed assignment comes from, for administration.
    #[serde(default)]
    pub assignment: Option<String>,
    /// The query parameter that names a field to sort by.
    #[serde(default)]
    pub sort: Option<String>,
    /// Query parameters that filter, and the field each filters by.
    #[serde(default)]
    pub filters: BTreeMap<String, String>,
    /// Whether the body's keys are fields that are written.
    #[serde(default)]
    pub writes_body: bool,
    /// Whether the answer is a whole export.
    #[serde(default)]
    pub exports: bool,
}

//! What a snapshot says, as plain values: the compiler fills it, [`super::write`] turns it into
//! bytes, and a slice is made by filling a smaller one.
//!
//! Indices are positions in the vectors of the same [`Model`].

use alloc::{string::String, vec::Vec};

pub use super::code::{
    AttributeKind, Comparison, MeasureKind, MemberKind, MemberStatus, Operand, PermissionFlags,
    RowRule, Source, WindowKind,
};
pub use super::permission_set::PermissionSet;

/// Everything that decisions need, and nothing for people to read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Whose policy it is, and for how long it is good.
    pub header: Header,
    /// Sorted by key.
    pub permissions: Vec<Permission>,
    /// Sorted by id.
    pub field_groups: Vec<FieldGroup>,
    /// In preorder: every scope stands directly before its whole subtree.
    pub scopes: Vec<Scope>,
    /// In preorder.
    pub departments: Vec<Department>,
    /// Time zones that hours and budgets name.
    pub zones: Vec<Zone>,
    /// Named address blocks.
    pub networks: Vec<Network>,
    /// Declared attributes.
    pub attributes: Vec<Attribute>,
    /// Ids of training items.
    pub training: Vec<String>,
    /// What sign-in methods are worth.
    pub levels: Vec<Level>,
    /// Named permission sets, closed over what they require.
    pub roles: Vec<Role>,
    /// What assignments and denials say. Equal ones are shared.
    pub terms: Vec<Terms>,
    /// Groups and what they hold.
    pub groups: Vec<Holder>,
    /// Organisations and what their direct members hold.
    pub organisations: Vec<Holder>,
    /// Everybody. Any order; ids are unique.
    pub members: Vec<Member>,
    /// Which HTTP request asks for which permission, first match first.
    pub routes: Vec<Route>,
}

/// Whose policy it is, and for how long it is good.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Header {
    /// The merchant organisation.
    pub tenant: String,
    /// Grows with every published change.
    pub version: u64,
    /// Unix seconds.
    pub issued: i64,
    /// Unix seconds; `None` was written as `never`.
    pub expires: Option<i64>,
    /// SHA-256 of the canonical document.
    pub digest: [u8; 32],
    /// For how many seconds an approval counts.
    pub approval_fresh: u32,
    /// Whether sensitive and funds permissions are denied while no overlay is loaded.
    pub overlay_required: bool,
    /// The one member whose view this is, if it is a slice.
    pub slice_of: Option<String>,
}

/// One permission.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permission {
    /// `resource.action`.
    pub key: String,
    /// Tiers and the parts it plays in administration.
    pub flags: PermissionFlags,
    /// What its use is measured in.
    pub measure: Option<MeasureKind>,
    /// The type of the records whose field groups an allow shows, where the request names none.
    pub resource_type: String,
    /// Itself and everything it requires.
    pub closure: PermissionSet,
    /// What it asks of everyone who holds it.
    pub demand: Demand,
}

/// What a permission asks of everyone who holds it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Demand {
    /// Its own second verification and the tenant's, the stricter of each part.
    pub step_up: Option<StepUp>,
    /// Second verifications above an amount.
    pub bands: Vec<Band>,
    /// The least level of the sign-in itself; 0 asks for none.
    pub sign_in_level: u8,
    /// Training items, by position.
    pub training: Vec<u32>,
    /// Whether a second person must always agree.
    pub approval: bool,
}

/// How strong a proof must be, and how old it may be.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct StepUp {
    /// 1 password, 2 one-time code, 3 passkey or hardware key.
    pub level: u8,
    /// In seconds.
    pub max_age: u32,
}

/// A second verification above an amount.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Band {
    /// Strictly above this.
    pub above: i64,
    /// Requests in other currencies are not concerned.
    pub currency: Option<String>,
    /// What is asked.
    pub step_up: StepUp,
}

/// A set of fields that one permission unlocks.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FieldGroup {
    /// `resource_type.group`.
    pub id: String,
    /// The permission that shows it; `None`: nobody, owners included.
    pub unlocked_by: Option<u32>,
    /// JSON paths relative to one record.
    pub paths: Vec<String>,
}

/// A node of the tenant's tree.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scope {
    /// Unique.
    pub id: String,
    /// The position after its last descendant.
    pub end: u32,
    /// Its own or inherited time zone.
    pub zone: Option<u32>,
}

/// A department.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Department {
    /// Unique.
    pub id: String,
    /// The position after its last descendant.
    pub end: u32,
}

/// A time zone as offsets from UTC for the snapshot's life.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Zone {
    /// IANA name.
    pub name: String,
    /// From each instant on, the offset east of UTC in seconds. Sorted; the first entry's
    /// instant is not after `issued`.
    pub offsets: Vec<(i64, i32)>,
    /// From this instant on the offsets are not known, and windows cannot be judged.
    pub known_until: Option<i64>,
}

/// A named list of address blocks.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Network {
    /// Unique.
    pub id: String,
    /// IPv4 is written as an IPv6-mapped address, its prefix 96 longer.
    pub blocks: Vec<([u8; 16], u8)>,
}

/// A declared attribute.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Attribute {
    /// Unique.
    pub id: String,
    /// What kind of value it has.
    pub kind: AttributeKind,
    /// Whether the member's stored value counts, or what the request says.
    pub stored: bool,
    /// Whether a caller's word is let through, where the request's counts.
    pub caller: bool,
}

/// What one sign-in method is worth.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Level {
    /// Whether it is an `amr` value; else an `acr` value.
    pub amr: bool,
    /// The claim's value.
    pub value: String,
    /// 1 password, 2 one-time code, 3 passkey or hardware key.
    pub level: u8,
}

/// A named permission set.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Role {
    /// Unique.
    pub id: String,
    /// Inheritance and requirements included.
    pub permissions: PermissionSet,
}

/// What an assignment or a denial says, without its holder and its scopes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// A denial instead of an assignment.
    pub denies: bool,
    /// The written id; without one an assignment is called `role@scope`.
    pub id: Option<String>,
    /// The role it came by.
    pub role: Option<String>,
    /// Assignment: closed over what they require. Denial: closed over what requires them.
    pub permissions: PermissionSet,
    /// Not before this instant.
    pub from: Option<i64>,
    /// Before this instant.
    pub to: Option<i64>,
    /// An earlier end for permissions tiered sensitive or personal.
    pub sensitive_to: Option<i64>,
    /// Which records.
    pub rows: RowRule,
    /// At which hours.
    pub hours: Option<Hours>,
    /// From which networks, by position; an empty list matches none.
    pub networks: Option<Vec<u32>>,
    /// Attributes that must compare.
    pub attributes: Vec<AttributeTest>,
    /// Training that must be done, by position.
    pub training: Vec<u32>,
    /// How much, for measured permissions.
    pub limits: Vec<Limit>,
    /// Cumulative limits.
    pub budgets: Vec<Budget>,
    /// Second verifications beyond the permission's own.
    pub step_up: Vec<(u32, StepUp)>,
    /// The least level of the sign-in itself; 0 asks for none.
    pub sign_in_level: u8,
    /// Permissions that always need an approval this way.
    pub approval_for: PermissionSet,
}

/// Weekly windows of local wall-clock time.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Hours {
    /// By position; `None`: the zone of the requested scope.
    pub zone: Option<u32>,
    /// Half-open windows in minutes since Monday 00:00, sorted, disjoint, within 0..=10080. A window
    /// that crosses the end of the week is split in two.
    pub windows: Vec<(u16, u16)>,
}

/// One comparison of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeTest {
    /// The declared attribute, by position.
    pub attribute: u32,
    /// How to compare.
    pub comparison: Comparison,
    /// With what.
    pub operand: Operand,
}

/// How much one use of a measured permission may be.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Limit {
    /// The measured permission.
    pub permission: u32,
    /// ISO code, for money; `None` with `max: None` means every currency.
    pub currency: Option<String>,
    /// Above this an approval is needed.
    pub approve_above: Option<i64>,
    /// Above this there is no way; `None` was written as `unlimited`.
    pub max: Option<i64>,
}

/// A cumulative limit in a window.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Budget {
    /// The ledger's name for it.
    pub id: String,
    /// The permission whose uses it counts.
    pub permission: u32,
    /// Requests in other currencies are not concerned.
    pub currency: Option<String>,
    /// When it starts anew.
    pub window: WindowKind,
    /// By position; `None`: the zone of the requested scope.
    pub zone: Option<u32>,
    /// The most in one window.
    pub amount: Option<i64>,
    /// The most uses in one window.
    pub count: Option<i64>,
}

/// One set of terms, held somewhere.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Holding {
    /// By position.
    pub terms: u32,
    /// By position, sorted. Empty covers nothing.
    pub scopes: Vec<u32>,
    /// Place in the document, for ties.
    pub order: u32,
}

/// A group or an organisation.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Holder {
    /// Unique within its kind.
    pub id: String,
    /// What it holds and what is denied to it.
    pub holdings: Vec<Holding>,
    /// The highest rank among its members.
    pub top_rank: u16,
    /// Whether an owner is in it.
    pub has_owner: bool,
    /// Whether an outside member is in it. Always true of an organisation.
    pub has_outside: bool,
    /// Whether an inside member is in it.
    pub has_inside: bool,
}

/// A member.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    /// Unique and opaque.
    pub id: String,
    /// What kind of principal it is.
    pub kind: MemberKind,
    /// Where it stands in its life cycle.
    pub status: MemberStatus,
    /// Seniority.
    pub rank: u16,
    /// Not before this instant.
    pub from: Option<i64>,
    /// Before this instant.
    pub to: Option<i64>,
    /// By position.
    pub department: Option<u32>,
    /// By position. Makes it an outside member.
    pub organisation: Option<u32>,
    /// By position.
    pub groups: Vec<u32>,
    /// Training it has done.
    pub training: Vec<TrainingDone>,
    /// Stored attribute values, by position.
    pub attributes: Vec<(u32, Operand)>,
    /// What it holds and what is denied to it, in document order.
    pub holdings: Vec<Holding>,
}

/// One training item that a member has done.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TrainingDone {
    /// By position.
    pub item: u32,
    /// Counts from this instant.
    pub at: i64,
    /// Counts until before this instant.
    pub expires: Option<i64>,
}

/// Which HTTP request asks for which permission, and where its facts come from.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Route {
    /// Upper case.
    pub method: String,
    /// Segments; `None` is a parameter whose name is the `String`.
    pub segments: Vec<Segment>,
    /// By position.
    pub permission: u32,
    /// Where the scope comes from.
    pub scope: Option<Source>,
    /// Where the amount comes from.
    pub amount: Option<Source>,
    /// Where the currency comes from.
    pub currency: Option<Source>,
    /// The type of the record.
    pub resource_type: Option<String>,
    /// Where the record's id comes from.
    pub resource: Option<Source>,
    /// Whether the record's facts are fetched before the decision.
    pub load_resource: bool,
    /// Where the member acted on comes from.
    pub member: Option<Source>,
    /// Where a proposed assignment comes from.
    pub assignment: Option<Source>,
    /// The query parameter that names a field to sort by.
    pub sort: Option<String>,
    /// Query parameters that filter, and the field of each.
    pub filters: Vec<(String, String)>,
    /// Whether the body's keys are fields that are written.
    pub writes_body: bool,
    /// Whether the answer is a whole export.
    pub exports: bool,
}

/// One segment of a route's path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Segment {
    /// Must be equal.
    Fixed(String),
    /// Matches any one segment and names it.
    Parameter(String),
}

//! The question: who wants to do what, where, when, with which facts.
//!
//! One shape serves JSON (camelCase, unknown members refused: a misspelt `actor` or `fields` that
//! was silently dropped would widen access) and postcard (the same members by position).

use alloc::{borrow::Cow, borrow::ToOwned, string::String, vec::Vec};
use core::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Text that borrows from its source where it can.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Text<'a>(pub Cow<'a, str>);

/// A whole number as it was sent. Anything that is no exact integer is kept as invalid, so that
/// the decision can say so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Exact(pub Option<i64>);

/// A member that is accepted and not read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Unread;

/// A question, with every fact that conditions may need.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Request<'a> {
    /// The caller's name for this question, given back with the answer.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text<'a>>,
    /// The member who wants to act.
    #[serde(borrow)]
    pub subject: Text<'a>,
    /// The app or service that acts on the subject's behalf.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Text<'a>>,
    /// `resource.action`.
    #[serde(borrow)]
    pub permission: Text<'a>,
    /// Where; the tenant's root if absent.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Text<'a>>,
    /// Unix seconds. Without it nothing bounded in time counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<i64>,
    /// Money, in minor units.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount<'a>>,
    /// Basis points of the old value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<Exact>,
    /// Items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Exact>,
    /// The record acted on.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource<'a>>,
    /// A proposed assignment, for administration.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Proposal<'a>>,
    /// The member acted on, for administration.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub member: Option<Text<'a>>,
    /// Field groups (`order.billing`) or JSON paths (`$.billing_address`) that are touched.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Fields<'a>>,
    /// How the subject signed in, and what it proved since.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth<'a>>,
    /// The address the request came from.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub ip: Option<Text<'a>>,
    /// Consents of others, built by the host from its own store.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval<'a>>,
    /// What budgets have used so far, if the caller knows.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<Usage<'a>>,
}

/// Money.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Amount<'a> {
    /// Minor units, 0 to 2^53 − 1.
    pub value: Exact,
    /// ISO code, compared byte for byte.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Text<'a>>,
}

/// The record acted on, and its facts.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resource<'a> {
    /// Decides which field groups apply.
    #[serde(borrow, rename = "type")]
    pub resource_type: Text<'a>,
    /// The record's name in the host's store.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// The member it is assigned to.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Text<'a>>,
    /// The department it belongs to.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Text<'a>>,
    /// The members with an open ticket on it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub open_ticket_with: Option<Vec<Text<'a>>>,
    /// Declared attributes of host or caller.
    #[serde(borrow, default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes<'a>,
}

/// Attribute values by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes<'a>(pub Vec<(Text<'a>, Value<'a>)>);

/// A value of an attribute as sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    String(Text<'a>),
    /// Several texts.
    Strings(Vec<Text<'a>>),
    /// Anything else: present, and of no declared type.
    Other,
}

/// What is read, written, filtered by, sorted by or exported.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Fields<'a> {
    #[serde(borrow)]
    pub read: Vec<Text<'a>>,
    #[serde(borrow)]
    pub write: Vec<Text<'a>>,
    #[serde(borrow)]
    pub filter: Vec<Text<'a>>,
    #[serde(borrow)]
    pub sort: Vec<Text<'a>>,
    #[serde(borrow)]
    pub export: Vec<Text<'a>>,
}

/// How the subject signed in, and what it proved since.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Auth<'a> {
    /// The sign-in session.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub session: Option<Text<'a>>,
    /// When the sign-in happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<i64>,
    /// The authentication context; the policy maps it to a level.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub acr: Option<Text<'a>>,
    /// The authentication methods; the policy maps each to a level.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<Text<'a>>,
    /// The level of the sign-in, if the host has mapped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// Second verifications made.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Proof<'a>>,
}

/// One second verification that was made.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Proof<'a> {
    /// Who made it.
    #[serde(borrow)]
    pub subject: Text<'a>,
    /// In which sign-in session.
    #[serde(borrow)]
    pub session: Text<'a>,
    /// For which permission.
    #[serde(borrow)]
    pub permission: Text<'a>,
    /// 1 password, 2 one-time code, 3 passkey or hardware key.
    pub level: u8,
    /// When.
    pub at: i64,
}

/// One consent of another member.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approval<'a> {
    /// Who agreed.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub by: Option<Text<'a>>,
    /// Who asked.
    #[serde(borrow)]
    pub requester: Text<'a>,
    /// For which permission.
    #[serde(borrow)]
    pub permission: Text<'a>,
    /// Where; the tenant's root if absent.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Text<'a>>,
    /// The id of the record.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Text<'a>>,
    /// Up to this much money.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount<'a>>,
    /// Up to so many basis points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<Exact>,
    /// Up to so many items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Exact>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
}

/// What one budget has used so far in its current window.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Usage<'a> {
    /// The budget's name.
    #[serde(borrow)]
    pub budget: Text<'a>,
    /// In the permission's measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Exact>,
    /// How many times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Exact>,
}

/// A proposed assignment: may the subject issue it?
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Proposal<'a> {
    /// The member it would be given to. Exactly one of member, group and organisation is set.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub member: Option<Text<'a>>,
    /// The group it would be given to.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub group: Option<Text<'a>>,
    /// The organisation it would be given to.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Text<'a>>,
    /// A role.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub role: Option<Text<'a>>,
    /// Permissions beside the role or alone.
    #[serde(borrow)]
    pub permissions: Vec<Text<'a>>,
    /// Where.
    #[serde(borrow)]
    pub scopes: Vec<Text<'a>>,
    /// When.
    pub valid: ProposedValidity,
    /// What else must hold.
    #[serde(borrow)]
    pub conditions: ProposedConditions<'a>,
}

/// When a proposed assignment would count, in unix seconds.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProposedValidity {
    /// The first instant.
    pub from: Option<i64>,
    /// The instant after the last.
    pub to: Option<i64>,
}

/// The conditions of a proposed assignment. Those that are not compared are accepted unread:
/// they can only narrow.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ProposedConditions<'a> {
    /// How much, for measured permissions.
    #[serde(borrow)]
    pub limits: Vec<ProposedLimit<'a>>,
    /// Measured permissions without a ceiling.
    #[serde(borrow)]
    pub unlimited: Vec<Text<'a>>,
    /// `any`, `self`, `team` or `ticket`; `any` where absent.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Text<'a>>,
    /// At which hours.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Vec<ProposedHours<'a>>>,
    /// From which networks.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub networks: Option<Vec<Text<'a>>>,
    /// Permissions that always need an approval this way.
    #[serde(borrow)]
    pub approval_for: Vec<Text<'a>>,
    #[allow(missing_docs)]
    #[serde(skip_serializing)]
    pub sensitive_to: Unread,
    #[allow(missing_docs)]
    #[serde(skip_serializing)]
    pub budgets: Unread,
    #[allow(missing_docs)]
    #[serde(skip_serializing)]
    pub attributes: Unread,
    #[allow(missing_docs)]
    #[serde(skip_serializing)]
    pub training: Unread,
    #[allow(missing_docs)]
    #[serde(skip_serializing)]
    pub step_up: Unread,
    #[allow(missing_docs)]
    #[serde(skip_serializing)]
    pub sign_in_level: Unread,
}

/// A limit of a proposed assignment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposedLimit<'a> {
    /// The measured permission.
    #[serde(borrow)]
    pub permission: Text<'a>,
    /// ISO code, for money.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Text<'a>>,
    /// Above this an approval is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve_above: Option<i64>,
    /// Above this there is no way.
    pub max: i64,
}

/// A weekly window of a proposed assignment.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProposedHours<'a> {
    /// IANA time zone; the scope's where absent.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Text<'a>>,
    /// 1 is Monday.
    pub days: Vec<u8>,
    /// `HH:MM`, inclusive.
    #[serde(borrow)]
    pub from: Text<'a>,
    /// `HH:MM`, exclusive.
    #[serde(borrow)]
    pub to: Text<'a>,
}

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl Attributes<'_> {
    /// Whether none is told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of one attribute, if it is told.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Value<'_>> {
        self.0
            .iter()
            .find(|(told, _)| told == name)
            .map(|(_, value)| value)
    }
}

struct TextVisitor;

impl<'de> de::Visitor<'de> for TextVisitor {
    type Value = Text<'de>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text")
    }
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text)))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

struct ExactVisitor;

impl de::Visitor<'_> for ExactVisitor {
    type Value = Exact;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number")
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Exact, E> {
        Ok(Exact(Some(value)))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Exact, E> {
        Ok(Exact(i64::try_from(value).ok()))
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Exact, E> {
        Ok(Exact(None))
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(ExactVisitor)
        } else {
            Option::deserialize(deserializer).map(Self)
        }
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            match self.0 {
                Some(value) => serializer.serialize_i64(value),
                None => serializer.serialize_f64(0.5),
            }
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Unread {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            de::IgnoredAny::deserialize(deserializer)?;
        }
        Ok(Self)
    }
}

struct AttributesVisitor;

impl<'de> de::Visitor<'de> for AttributesVisitor {
    type Value = Attributes<'de>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("attributes by name")
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values: Vec<(Text<'de>, Value<'de>)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<Text<'de>, Value<'de>>()? {
            if values.iter().any(|(told, _)| *told == name) {
                return Err(de::Error::custom("an attribute is told twice"));
            }
            values.push((name, value));
        }
        Ok(Attributes(values))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Attributes<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AttributesVisitor)
    }
}

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The form of a value where the format names no types.
#[derive(Deserialize, Serialize)]
enum TaggedValue<'a> {
    Boolean(bool),
    Integer(i64),
    String(#[serde(borrow)] Text<'a>),
    Strings(#[serde(borrow)] Vec<Text<'a>>),
    Other,
}

struct ValueVisitor;

impl<'de> de::Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a yes or no, a whole number, text, or a list of texts")
    }
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Boolean(value))
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::Integer(value))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Value::Other, Value::Integer))
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }
    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::String(Text(Cow::Borrowed(text))))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::String(Text(Cow::Owned(text.to_owned()))))
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(value) = seq.next_element::<Value<'de>>()? {
            match value {
                Value::String(text) => texts.push(text),
                _ => {
                    while seq.next_element::<de::IgnoredAny>()?.is_some() {}
                    return Ok(Value::Other);
                }
            }
        }
        Ok(Value::Strings(texts))
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map
            .next_entry::<de::IgnoredAny, de::IgnoredAny>()?
            .is_some()
        {}
        Ok(Value::Other)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(ValueVisitor);
        }
        Ok(match TaggedValue::deserialize(deserializer)? {
            TaggedValue::Boolean(value) => Self::Boolean(value),
            TaggedValue::Integer(value) => Self::Integer(value),
            TaggedValue::String(value) => Self::String(value),
            TaggedValue::Strings(value) => Self::Strings(value),
            TaggedValue::Other => Self::Other,
        })
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return match self {
                Self::Boolean(value) => serializer.serialize_bool(*value),
                Self::Integer(value) => serializer.serialize_i64(*value),
                Self::String(value) => value.serialize(serializer),
                Self::Strings(value) => value.serialize(serializer),
                Self::Other => serializer.serialize_unit(),
            };
        }
        match self.clone() {
            Self::Boolean(value) => TaggedValue::Boolean(value),
            Self::Integer(value) => TaggedValue::Integer(value),
            Self::String(value) => TaggedValue::String(value),
            Self::Strings(value) => TaggedValue::Strings(value),
            Self::Other => TaggedValue::Other,
        }
        .serialize(serializer)
    }
}

//! What a deployment settles once: who this decision point is, and how names of callers become
//! names of the policy.

use alloc::{borrow::ToOwned, string::String, vec, vec::Vec};

use crate::snapshot::code::MemberKind;

/// The shortest key that tokens are authenticated with.
const MIN_KEY_BYTES: usize = 32;

/// A decision point as its callers see it.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its identifier, from which the addresses of its endpoints are made.
    pub(super) identifier: String,
    /// What authenticates the tokens of further pages.
    pub(super) key: Vec<u8>,
    /// Which members each type of subject stands for.
    pub(super) subject_types: Vec<SubjectType>,
    /// Actions whose permission is not called `resource type.action name`.
    pub(super) actions: Vec<ActionName>,
    /// Whether the host tells every record there is, so that they can be searched.
    pub(super) searches_records: bool,
    /// Whether the host writes decision records itself, so that no caller has to.
    pub(super) logs: bool,
}

/// A type of subject and the kinds of member it stands for.
#[derive(Clone, Debug)]
pub struct SubjectType {
    /// What callers call it.
    pub name: String,
    /// A member of another kind is unknown by this type.
    pub kinds: Vec<MemberKind>,
}

/// An action whose permission has a name of its own.
#[derive(Clone, Debug)]
pub struct ActionName {
    /// The type of the resource.
    pub resource_type: String,
    /// What callers call the action.
    pub name: String,
    /// The permission it asks for.
    pub permission: String,
}

/// Why there is no such decision point.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unfit {
    /// The identifier is no `https` address without query, fragment and closing slash.
    Identifier,
    /// The key is too short to be a secret.
    Key,
}

impl Unfit {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Identifier => "identifier_invalid",
            Self::Key => "key_too_short",
        }
    }
}

impl Service {
    /// A decision point that is called by an address and authenticates its tokens with a key of 32
    /// bytes or more.
    ///
    /// # Errors
    /// If the address cannot be an identifier, or the key cannot be a secret.
    pub fn new(identifier: &str, key: &[u8]) -> Result<Self, Unfit> {
        let rest = identifier
            .strip_prefix("https://")
            .ok_or(Unfit::Identifier)?;
        let strange = |byte: u8| {
            matches!(byte, b'?' | b'#' | b'\\' | b'"' | b'@') || !byte.is_ascii_graphic()
        };
        if rest.is_empty()
            || rest.starts_with('/')
            || rest.ends_with('/')
            || rest.bytes().any(strange)
        {
            return Err(Unfit::Identifier);
        }
        if key.len() < MIN_KEY_BYTES {
            return Err(Unfit::Key);
        }
        Ok(Self {
            identifier: identifier.to_owned(),
            key: key.to_vec(),
            subject_types: usual_types(),
            actions: Vec::new(),
            searches_records: false,
            logs: false,
        })
    }

    /// With these types of subject instead of `user`, `app` and `service`.
    #[must_use]
    pub fn with_subject_types(self, subject_types: Vec<SubjectType>) -> Self {
        Self {
            subject_types,
            ..self
        }
    }

    /// With names for actions that the policy calls otherwise.
    #[must_use]
    pub fn with_actions(self, actions: Vec<ActionName>) -> Self {
        Self { actions, ..self }
    }

    /// With a host that tells every record there is, so that resources can be searched.
    #[must_use]
    pub fn with_all_records(self) -> Self {
        Self {
            searches_records: true,
            ..self
        }
    }

    /// With a host that writes decision records itself: callers are not obliged to.
    #[must_use]
    pub fn with_log(self) -> Self {
        Self { logs: true, ..self }
    }

    /// The path of the identifier, which stands before the path of every endpoint.
    pub(super) fn path(&self) -> &str {
        let rest = self.identifier.strip_prefix("https://").unwrap_or_default();
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("")
    }

    /// Whether a type of subject stands for a kind of member.
    pub(super) fn stands_for(&self, subject_type: &str, kind: MemberKind) -> bool {
        let mut types = self.subject_types.iter();
        types.any(|one| one.name == subject_type && one.kinds.contains(&kind))
    }

    /// The permission that an action on a type of resource asks for.
    pub(super) fn permission(&self, resource_type: &str, action: &str) -> String {
        let mut names = self.actions.iter();
        match names.find(|one| one.resource_type == resource_type && one.name == action) {
            Some(one) => one.permission.clone(),
            None => [resource_type, action].join("."),
        }
    }
}

fn usual_types() -> Vec<SubjectType> {
    let one = |name: &str, kinds: Vec<MemberKind>| SubjectType {
        name: name.to_owned(),
        kinds,
    };
    vec![
        one(
            "user",
            vec![
                MemberKind::Owner,
                MemberKind::Employee,
                MemberKind::Contractor,
                MemberKind::Organisation,
            ],
        ),
        one("app", vec![MemberKind::App]),
        one("service", vec![MemberKind::Service]),
    ]
}

//! The entities of a request, checked for form.

use alloc::format;

use super::{
    Fault,
    json::{Json, Object},
};

/// The longest type or name, in bytes.
pub(super) const MAX_NAME_BYTES: usize = 256;
/// The longest id, in bytes.
pub(super) const MAX_ID_BYTES: usize = 1_024;

/// A subject or a resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entity<'j> {
    /// Its type.
    pub kind: &'j str,
    /// Its id.
    pub id: &'j str,
    /// What the caller says of it.
    pub properties: Properties<'j>,
}

/// An action.
#[derive(Clone, Copy, Debug)]
pub(super) struct Action<'j> {
    /// What the caller calls it.
    pub name: &'j str,
    /// What the caller says of it.
    pub properties: Properties<'j>,
}

/// What a caller says of an entity; nothing where the member is absent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Properties<'j>(Option<&'j Object<'j>>);

/// One question of a caller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'j> {
    /// Who.
    pub subject: Entity<'j>,
    /// Does what.
    pub action: Action<'j>,
    /// To what.
    pub resource: Entity<'j>,
    /// In what circumstances, as the caller says.
    pub context: Properties<'j>,
}

impl<'j> Properties<'j> {
    /// The value of one of them.
    pub fn find(self, name: &str) -> Option<&'j Json<'j>> {
        self.0?.find(name)
    }

    /// The optional member of an object that holds them; `null` is absent.
    pub fn of(parent: &'j Object<'j>, member: &str, name: &str) -> Result<Self, Fault> {
        match parent.find(member) {
            None | Some(Json::Null) => Ok(Self(None)),
            Some(Json::Object(object)) => Ok(Self(Some(object))),
            Some(_) => Err(Fault::bad(format!("{name} is not an object"))),
        }
    }
}

impl<'j> Ask<'j> {
    /// Reads a whole question.
    pub fn read(body: &'j Object<'j>) -> Result<Self, Fault> {
        Ok(Self {
            subject: Entity::read(body, "subject")?,
            action: Action::read(body)?,
            resource: Entity::read(body, "resource")?,
            context: Properties::of(body, "context", "context")?,
        })
    }

    /// Reads an item of a batch: what it names replaces the default of that name, whole.
    pub fn read_item(defaults: &'j Object<'j>, item: &'j Json<'j>) -> Result<Self, Fault> {
        let Json::Object(item) = item else {
            return Err(Fault::bad("an item is not an object"));
        };
        let parent = |member| match item.find(member) {
            Some(_) => item,
            None => defaults,
        };
        let context = match item.find("context") {
            None | Some(Json::Null) => defaults,
            Some(_) => item,
        };
        Ok(Self {
            subject: Entity::read(parent("subject"), "subject")?,
            action: Action::read(parent("action"))?,
            resource: Entity::read(parent("resource"), "resource")?,
            context: Properties::of(context, "context", "context")?,
        })
    }

    /// Refuses a batch whose defaults are no entities, whether or not an item needs them.
    pub fn check_defaults(body: &'j Object<'j>) -> Result<(), Fault> {
        for member in ["subject", "resource"] {
            if body.find(member).is_some() {
                Entity::read(body, member)?;
            }
        }
        if body.find("action").is_some() {
            Action::read(body)?;
        }
        Properties::of(body, "context", "context").map(|_| ())
    }
}

impl<'j> Entity<'j> {
    /// Reads an entity that has to be identified.
    pub fn read(parent: &'j Object<'j>, member: &str) -> Result<Self, Fault> {
        let object = entity(parent, member)?;
        Ok(Self {
            kind: text(object, member, "type", MAX_NAME_BYTES)?,
            id: text(object, member, "id", MAX_ID_BYTES)?,
            properties: properties(object, member)?,
        })
    }
}

impl<'j> Action<'j> {
    /// Reads an action.
    pub fn read(parent: &'j Object<'j>) -> Result<Self, Fault> {
        let object = entity(parent, "action")?;
        Ok(Self {
            name: text(object, "action", "name", MAX_NAME_BYTES)?,
            properties: properties(object, "action")?,
        })
    }
}

/// The type of an entity that is searched for; whatever else is said of it is not looked at.
pub(super) fn sought_type<'j>(parent: &'j Object<'j>, member: &str) -> Result<&'j str, Fault> {
    let object = entity(parent, member)?;
    properties(object, member)?;
    text(object, member, "type", MAX_NAME_BYTES)
}

fn entity<'j>(parent: &'j Object<'j>, member: &str) -> Result<&'j Object<'j>, Fault> {
    match parent.find(member) {
        None => Err(Fault::bad(format!("{member} is missing"))),
        Some(Json::Object(object)) => Ok(object),
        Some(_) => Err(Fault::bad(format!("{member} is not an object"))),
    }
}

fn properties<'j>(object: &'j Object<'j>, entity: &str) -> Result<Properties<'j>, Fault> {
    Properties::of(object, "properties", &format!("{entity}.properties"))
}

fn text<'j>(
    object: &'j Object<'j>,
    entity: &str,
    member: &str,
    max_bytes: usize,
) -> Result<&'j str, Fault> {
    let wrong = |what: &str| Fault::bad(format!("{entity}.{member} is {what}"));
    match object.find(member) {
        None => Err(wrong("missing")),
        Some(Json::String(value)) if value.len() > max_bytes => Err(wrong("too long")),
        Some(Json::String(value)) => Ok(value),
        Some(_) => Err(wrong("not a string")),
    }
}

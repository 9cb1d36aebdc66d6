//! Comparisons of declared attributes.

use alloc::vec::Vec;

use crate::snapshot::{
    Damaged,
    code::{AttributeKind, Comparison},
    records::{AttributeTest, Operand, texts},
};

use super::{engine::Principal, question::Question, reason::Truth, request::Value};

impl Question<'_> {
    /// Whether a comparison holds: of a stored value, or of what the record tells.
    pub(crate) fn attribute_holds(
        &self,
        test: &AttributeTest<'_>,
        holder: &Principal<'_>,
    ) -> Result<Truth, Damaged> {
        let attribute = self.snapshot().attribute(test.attribute)?;
        if attribute.stored {
            for stored in holder.profile.detail()?.attributes() {
                let (number, value) = stored?;
                if number == test.attribute {
                    return compare(&Told::stored(value)?, attribute.kind, test);
                }
            }
            return Ok(Truth::Untold);
        }
        if self.any_record {
            return Ok(Truth::Yes);
        }
        let name = self.snapshot().name(attribute.id)?;
        let told = self
            .request
            .resource
            .as_ref()
            .and_then(|one| one.attributes.find(name));
        match told {
            Some(value) => compare(&Told::sent(value), attribute.kind, test),
            None => Ok(Truth::Untold),
        }
    }
}

/// An attribute's value, wherever it came from.
enum Told<'v> {
    Boolean(bool),
    Integer(i64),
    String(&'v str),
    Strings(Vec<&'v str>),
    Other,
}

impl<'v> Told<'v> {
    fn stored(value: Operand<'v>) -> Result<Self, Damaged> {
        Ok(match value {
            Operand::Boolean(value) => Self::Boolean(value),
            Operand::Integer(value) => Self::Integer(value),
            Operand::String(value) => Self::String(value),
            Operand::Strings(mut list) => {
                let mut texts = Vec::new();
                while !list.is_empty() {
                    texts.push(list.text()?);
                }
                Self::Strings(texts)
            }
            Operand::None | Operand::Integers(_) => Self::Other,
        })
    }

    fn sent(value: &'v Value<'_>) -> Self {
        match value {
            Value::Boolean(value) => Self::Boolean(*value),
            Value::Integer(value) => Self::Integer(*value),
            Value::String(value) => Self::String(value),
            Value::Strings(list) => Self::Strings(list.iter().map(|text| &**text).collect()),
            Value::Other => Self::Other,
        }
    }

    const fn is(&self, kind: AttributeKind) -> bool {
        matches!(
            (self, kind),
            (Self::Boolean(_), AttributeKind::Boolean)
                | (Self::Integer(_), AttributeKind::Integer)
                | (Self::String(_), AttributeKind::String)
                | (Self::Strings(_), AttributeKind::StringList)
        )
    }
}

/// One comparison. A value or an operand of the wrong type cannot be judged.
fn compare(
    told: &Told<'_>,
    kind: AttributeKind,
    test: &AttributeTest<'_>,
) -> Result<Truth, Damaged> {
    use Comparison::{Contains, Eq, Exists, Ge, Gt, In, Le, Lt, Ne, NotIn};
    if !told.is(kind) {
        return Ok(Truth::Untold);
    }
    let holds = match (told, test.comparison, test.operand) {
        (_, Exists, _) => true,
        (Told::Boolean(a), Eq, Operand::Boolean(b)) => *a == b,
        (Told::Boolean(a), Ne, Operand::Boolean(b)) => *a != b,
        (Told::Integer(a), Eq, Operand::Integer(b)) => *a == b,
        (Told::Integer(a), Ne, Operand::Integer(b)) => *a != b,
        (Told::Integer(a), Lt, Operand::Integer(b)) => *a < b,
        (Told::Integer(a), Le, Operand::Integer(b)) => *a <= b,
        (Told::Integer(a), Gt, Operand::Integer(b)) => *a > b,
        (Told::Integer(a), Ge, Operand::Integer(b)) => *a >= b,
        (Told::String(a), Eq, Operand::String(b)) => *a == b,
        (Told::String(a), Ne, Operand::String(b)) => *a != b,
        (Told::String(a), Contains, Operand::String(b)) => {
            // Not `str::contains`: its searcher alone is a twentieth of the edge module.
            b.is_empty()
                || a.as_bytes()
                    .windows(b.len())
                    .any(|part| part == b.as_bytes())
        }
        (Told::Strings(list), Contains, Operand::String(b)) => list.contains(&b),
        (Told::Integer(a), In | NotIn, Operand::Integers(list)) => {
            let mut among = false;
            let mut rest = list;
            while !rest.is_empty() {
                among |= rest.signed()? == *a;
            }
            among == (test.comparison == In)
        }
        (Told::String(a), In | NotIn, Operand::Strings(list)) => {
            let mut among = false;
            for text in texts(list) {
                among |= text? == *a;
            }
            among == (test.comparison == In)
        }
        _ => return Ok(Truth::Untold),
    };
    Ok(Truth::known(holds))
}

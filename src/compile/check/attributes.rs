//! Attributes: compared with, and given, values of their declared type.

use super::Check;
use crate::compile::report::{at, join};
use crate::policy::Step;
use crate::policy::codes;
use crate::policy::document::{
    AttributeDefinition, AttributeOperand, AttributeOperator, AttributeTest, AttributeType,
    AttributeValue,
};

const ATTRIBUTE: (&str, &str) = ("attribute", "attributes");

impl Check<'_, '_> {
    pub(super) fn attribute_test(&mut self, base: &[Step<'_>], test: &AttributeTest) {
        let path = join(base, &at!["attribute"]);
        let Some(definition) = self.attribute(&test.attribute, &path) else {
            return;
        };
        if let Err((key, message)) = fits(definition.value_type, test.op, test.value.as_ref()) {
            let finding = (
                codes::ATTRIBUTE_TYPE,
                format!("`{}` {message}", test.attribute),
                "see docs/policy.md for the operators of each type".to_owned(),
            );
            self.report.value(&join(base, &at![key]), finding);
        }
    }

    fn attribute(&mut self, name: &str, path: &[Step<'_>]) -> Option<AttributeDefinition> {
        let world = self.world;
        let place = world.attributes.place(name);
        let definition = place.and_then(|place| world.document.attributes.get(place));
        if definition.is_none() {
            let names = world.attributes.names();
            self.unknown(codes::UNKNOWN_NAME, ATTRIBUTE, name, path, names);
        }
        definition.cloned()
    }

    /// Values that members carry.
    pub(super) fn member_attributes(&mut self) {
        let document = self.world.document;
        for (i, member) in document.members.iter().enumerate() {
            for (name, value) in &member.attributes {
                let path = at!["members", i, "attributes", name];
                let Some(definition) = self.attribute(name, &path) else {
                    continue;
                };
                let fits = matches!(
                    (definition.value_type, value),
                    (AttributeType::String, AttributeValue::String(_))
                        | (AttributeType::Integer, AttributeValue::Integer(_))
                        | (AttributeType::Boolean, AttributeValue::Boolean(_))
                        | (AttributeType::StringList, AttributeValue::List(_))
                );
                if !fits {
                    let finding = (
                        codes::ATTRIBUTE_TYPE,
                        format!("`{name}` is {}", word(definition.value_type)),
                        "write a value of that type".to_owned(),
                    );
                    self.report.value(&path, finding);
                }
            }
        }
    }
}

fn word(value_type: AttributeType) -> &'static str {
    match value_type {
        AttributeType::String => "text",
        AttributeType::Integer => "a whole number",
        AttributeType::Boolean => "yes or no",
        AttributeType::StringList => "a list of texts",
    }
}

/// Whether an operator suits a type and its operand; else which key is wrong, and why.
fn fits(
    value_type: AttributeType,
    operator: AttributeOperator,
    operand: Option<&AttributeOperand>,
) -> Result<(), (&'static str, String)> {
    let suits = match operator {
        AttributeOperator::Exists => true,
        AttributeOperator::Eq
        | AttributeOperator::Ne
        | AttributeOperator::In
        | AttributeOperator::NotIn => value_type != AttributeType::StringList,
        AttributeOperator::Lt
        | AttributeOperator::Le
        | AttributeOperator::Gt
        | AttributeOperator::Ge => value_type == AttributeType::Integer,
        AttributeOperator::Contains => {
            matches!(
                value_type,
                AttributeType::StringList | AttributeType::String
            )
        }
    };
    let listed = matches!(operator, AttributeOperator::In | AttributeOperator::NotIn);
    if !suits || listed && value_type == AttributeType::Boolean {
        return Err((
            "op",
            format!("is {}, which cannot be compared so", word(value_type)),
        ));
    }
    if operator == AttributeOperator::Exists {
        return match operand {
            None => Ok(()),
            Some(_) => Err((
                "value",
                "is asked whether it exists, without a value".to_owned(),
            )),
        };
    }
    let expected = if listed { "a list" } else { "one value" };
    let right = match (value_type, listed, operand) {
        (_, true, Some(AttributeOperand::Integers(values))) if values.is_empty() => false,
        (AttributeType::Integer, true, Some(AttributeOperand::Integers(_)))
        | (AttributeType::String, true, Some(AttributeOperand::Strings(_)))
        | (AttributeType::Integer, false, Some(AttributeOperand::Integer(_)))
        | (AttributeType::Boolean, false, Some(AttributeOperand::Boolean(_)))
        | (
            AttributeType::String | AttributeType::StringList,
            false,
            Some(AttributeOperand::String(_)),
        ) => true,
        _ => false,
    };
    if right {
        Ok(())
    } else {
        let kind = match value_type {
            AttributeType::StringList => "text",
            other => word(other),
        };
        Err((
            "value",
            format!("has to be compared with {expected}: {kind}"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::fits;
    use crate::policy::document::{
        AttributeOperand as O, AttributeOperator as Op, AttributeType as T,
    };

    #[test]
    fn operators_suit_types() {
        let text = || O::String("a".to_owned());
        for (value_type, op, operand, right) in [
            (T::String, Op::Eq, Some(text()), true),
            (T::String, Op::Eq, Some(O::Integer(1)), false),
            (T::String, Op::Eq, None, false),
            (T::String, Op::Lt, Some(text()), false),
            (
                T::String,
                Op::In,
                Some(O::Strings(vec!["a".to_owned()])),
                true,
            ),
            (T::String, Op::In, Some(O::Integers(Vec::new())), false),
            (T::String, Op::Contains, Some(text()), true),
            (T::Integer, Op::Ge, Some(O::Integer(3)), true),
            (T::Integer, Op::NotIn, Some(O::Integers(vec![1])), true),
            (T::Boolean, Op::Ne, Some(O::Boolean(true)), true),
            (T::Boolean, Op::In, Some(O::Strings(Vec::new())), false),
            (T::StringList, Op::Contains, Some(text()), true),
            (T::StringList, Op::Eq, Some(text()), false),
            (T::Integer, Op::Exists, None, true),
            (T::Integer, Op::Exists, Some(O::Integer(1)), false),
        ] {
            assert_eq!(
                fits(value_type, op, operand.as_ref()).is_ok(),
                right,
                "{value_type:?} {op:?}"
            );
        }
    }
}

//! Conditions as Cedar's expressions: what must be known to hold for an assignment to count, and
//! what must be known not to hold for a denial to be lifted.

use std::net::{Ipv4Addr, Ipv6Addr};

use keyrack::snapshot::model::{
    AttributeKind, AttributeTest, Band, Comparison, Limit, MeasureKind, Model, Network, Operand,
    RowRule,
};

use super::text::{any, anywhere, entity, list, quoted};

/// The largest amount there is.
const MAX_AMOUNT: i64 = 9_007_199_254_740_991;

/// A condition in two halves: whether its facts are told, and what they then have to say.
#[derive(Debug)]
pub(super) struct Condition {
    told: String,
    holds: String,
}

impl Condition {
    fn new(told: impl Into<String>, holds: impl Into<String>) -> Self {
        Self {
            told: told.into(),
            holds: holds.into(),
        }
    }

    /// Told, and met.
    pub(super) fn met(&self) -> String {
        format!("{} && {}", self.told, self.holds)
    }

    /// Told, and not met.
    pub(super) fn unmet(&self) -> String {
        format!("({} && !({}))", self.told, self.holds)
    }
}

/// Within `[from, to)`; empty where there are no bounds.
pub(super) fn within(from: Option<i64>, to: Option<i64>) -> Vec<String> {
    let mut terms = Vec::new();
    if from.is_some() || to.is_some() {
        terms.push("context has now".to_owned());
    }
    terms.extend(from.map(|from| format!("context.now >= {from}")));
    terms.extend(to.map(|to| format!("context.now < {to}")));
    terms
}

/// Known to be before or after the bounds.
pub(super) fn outside(from: Option<i64>, to: Option<i64>) -> Option<String> {
    let before = from.map(|from| format!("context.now < {from}"));
    let after = to.map(|to| format!("context.now >= {to}"));
    let sides: Vec<String> = before.into_iter().chain(after).collect();
    (!sides.is_empty()).then(|| format!("(context has now && {})", any(sides)))
}

/// Training that was done and counts now.
pub(super) fn trained(model: &Model, item: u32) -> String {
    let item = quoted(model.training.get(place(item)).map_or("", String::as_str));
    let done = format!("principal.training[{item}]");
    format!(
        "principal.training has {item} && context has now && context.now >= {done}.at && \
         (if {done} has expires then context.now < {done}.expires else true)"
    )
}

/// The least level of the sign-in itself.
pub(super) fn signed_in(level: u8) -> String {
    format!("context has signInLevel && context.signInLevel >= {level}")
}

/// Rows; `None` where all are reached.
pub(super) fn rows(model: &Model, rule: RowRule) -> Option<Condition> {
    let record = |fact: &str| format!("context has record && context.record has {fact}");
    Some(match rule {
        RowRule::Any => return None,
        RowRule::Own => Condition::new(record("assignee"), "context.record.assignee == principal"),
        RowRule::Ticket => Condition::new(
            record("openTicketWith"),
            "context.record.openTicketWith.contains(principal)",
        ),
        RowRule::Team => {
            let declared = model.departments.iter();
            let declared = declared.map(|one| entity("Department", &one.id));
            let told = format!(
                "{} && principal has department && {}.contains(context.record.department)",
                record("department"),
                list(declared)
            );
            if model.departments.is_empty() {
                return Some(Condition::new("false", "false"));
            }
            Condition::new(told, "context.record.department in principal.department")
        }
    })
}

/// Networks.
pub(super) fn networks(model: &Model, networks: &[u32]) -> Condition {
    let named = networks
        .iter()
        .filter_map(|one| model.networks.get(place(*one)));
    let ranges = named.flat_map(blocks);
    let inside = ranges.map(|range| format!("context.ip.isInRange(ip(\"{range}\"))"));
    Condition::new("context has ip", any(inside))
}

/// Blocks as people write them. One that holds all of IPv4 in its mapped form is written twice.
fn blocks(network: &Network) -> Vec<String> {
    let mut written = Vec::new();
    for (address, prefix) in &network.blocks {
        let address = Ipv6Addr::from(*address);
        let mapped = Ipv4Addr::UNSPECIFIED.to_ipv6_mapped();
        match (address.to_ipv4_mapped(), prefix.checked_sub(96)) {
            (Some(address), Some(prefix)) => written.push(format!("{address}/{prefix}")),
            (_, None) if shares(address, mapped, *prefix) => {
                written.push("0.0.0.0/0".to_owned());
                written.push(wide(address, *prefix));
            }
            _ => written.push(wide(address, *prefix)),
        }
    }
    written
}

/// Without an IPv4 part, which Cedar does not read.
fn wide(address: Ipv6Addr, prefix: u8) -> String {
    let groups = address.segments().map(|group| format!("{group:x}"));
    format!("{}/{prefix}", groups.join(":"))
}

fn shares(one: Ipv6Addr, other: Ipv6Addr, prefix: u8) -> bool {
    let differing = one.to_bits() ^ other.to_bits();
    differing.leading_zeros() >= u32::from(prefix)
}

/// A comparison of an attribute; `None` where it can never be judged.
pub(super) fn attribute(model: &Model, test: &AttributeTest) -> Option<Condition> {
    let attribute = model.attributes.get(place(test.attribute))?;
    let name = quoted(&attribute.id);
    let (told, from) = if attribute.stored {
        (String::new(), "principal.attributes")
    } else {
        (
            "context has record && ".to_owned(),
            "context.record.attributes",
        )
    };
    let told = format!("{told}{from} has {name}");
    let value = format!("{from}[{name}]");
    Some(Condition::new(
        told,
        compared(test, attribute.kind, &value)?,
    ))
}

fn compared(test: &AttributeTest, kind: AttributeKind, value: &str) -> Option<String> {
    use Comparison::{Contains, Eq, Exists, Ge, Gt, In, Le, Lt, Ne, NotIn};
    let sign = match test.comparison {
        Eq => "==",
        Ne => "!=",
        Lt => "<",
        Le => "<=",
        Gt => ">",
        Ge => ">=",
        Contains | Exists | In | NotIn => "",
    };
    let among = |items: Vec<String>| {
        // A set without elements has no type.
        let among = match items.as_slice() {
            [] => "false".to_owned(),
            _ => format!("{}.contains({value})", list(items)),
        };
        match test.comparison {
            In => among,
            _ => format!("!({among})"),
        }
    };
    Some(match (test.comparison, &test.operand) {
        (Exists, _) => "true".to_owned(),
        (In | NotIn, Operand::Integers(all)) => among(all.iter().map(i64::to_string).collect()),
        (In | NotIn, Operand::Strings(all)) => among(all.iter().map(|one| quoted(one)).collect()),
        (Contains, Operand::String(one)) if kind == AttributeKind::StringList => {
            format!("{value}.contains({})", quoted(one))
        }
        (Contains, Operand::String(part)) => format!("{value} like {}", anywhere(part)),
        (Eq | Ne, Operand::Boolean(other)) => format!("{value} {sign} {other}"),
        (Eq | Ne, Operand::String(other)) => format!("{value} {sign} {}", quoted(other)),
        (Eq | Ne | Lt | Le | Gt | Ge, Operand::Integer(other)) => {
            format!("{value} {sign} {other}")
        }
        _ => return None,
    })
}

/// An amount within one of the limits, and above none of the bands.
pub(super) fn amount(measure: MeasureKind, limits: &[&Limit], bands: &[Band]) -> String {
    let (told, value) = match measure {
        MeasureKind::Money => (
            "context has amount && context.amount has currency",
            "context.amount.value",
        ),
        MeasureKind::Percent => ("context has percent", "context.percent"),
        MeasureKind::Quantity => ("context has quantity", "context.quantity"),
    };
    let money = measure == MeasureKind::Money;
    let in_currency = |currency: &str| format!("context.amount.currency == {}", quoted(currency));
    let within = limits.iter().filter_map(|limit| {
        let least = [limit.approve_above, limit.max].into_iter().flatten().min();
        let below = least.map(|most| format!("{value} <= {most}"));
        match (&limit.currency, money) {
            (Some(currency), true) => {
                let below = below.unwrap_or_else(|| "true".to_owned());
                Some(format!("({} && {below})", in_currency(currency)))
            }
            // Only the word `unlimited` is in every currency.
            (None, true) if limit.max.is_some() => None,
            (None, _) => Some(below.unwrap_or_else(|| "true".to_owned())),
            (Some(_), false) => None,
        }
    });
    let mut terms = vec![
        told.to_owned(),
        format!("{value} >= 0"),
        format!("{value} <= {MAX_AMOUNT}"),
        any(within),
    ];
    terms.extend(bands.iter().map(|band| {
        let above = format!("{value} > {}", band.above);
        match &band.currency {
            Some(currency) => format!("!({} && {above})", in_currency(currency)),
            None => format!("!({above})"),
        }
    }));
    terms.join(" && ")
}

/// A number as a position.
pub(super) fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

//! Random terms: what an assignment or a denial says, with every condition there is.

use keyrack::snapshot::model::*;

use super::{
    tape::Tape,
    worlds::{PERMISSIONS, STEP, closed_down, closed_up, currency, earlier, later, step_up},
};

/// What an assignment, or a denial, says.
pub fn terms(tape: &mut Tape, denies: bool) -> Terms {
    let mut terms = Terms {
        denies,
        id: tape.maybe(1, 4, |tape| format!("assignment-{:02}", tape.below(90))),
        from: tape.maybe(1, 6, earlier),
        to: tape.maybe(3, 4, later),
        ..Terms::default()
    };
    let mut picked = tape.some(PERMISSIONS.len(), 1, if denies { 8 } else { 2 });
    // Only bytes that no compiler made grant an owner-only permission.
    if tape.chance(7, 8) {
        picked.retain(|permission| *permission != 11);
    }
    terms.permissions = if denies {
        closed_up(picked)
    } else {
        closed_down(picked)
    };
    for condition in 0..5 {
        if tape.chance(1, 9) {
            add_condition(tape, &mut terms, condition);
        }
    }
    if denies {
        return terms;
    }
    terms.role = tape.maybe(1, 3, |tape| format!("role-{:02}", tape.below(3)));
    for (permission, entry) in (0_u32..).zip(PERMISSIONS) {
        let Some(measure) = entry.2 else { continue };
        if !terms.permissions.contains(&permission) || tape.chance(1, 12) {
            continue;
        }
        for _ in 0..=tape.below(2) {
            let unlimited = tape.chance(1, 4);
            let money = measure == MeasureKind::Money && !unlimited;
            terms.limits.push(Limit {
                permission,
                currency: currency(tape).filter(|_| money),
                approve_above: tape.one(&[None, Some(200), Some(0)]),
                max: tape.one(&[1_000, 0, 400]).into(),
            });
            if unlimited && let Some(limit) = terms.limits.last_mut() {
                limit.max = None;
            }
        }
    }
    if terms.permissions.contains(&6) && tape.chance(1, 4) {
        add_condition(tape, &mut terms, 10);
    }
    for condition in 5..WRITTEN {
        if tape.chance(1, if condition == 6 { 3 } else { 8 }) {
            add_condition(tape, &mut terms, condition);
        }
    }
    terms
}

/// How many kinds of conditions [`add_condition`] writes anew; the first five also go with denials.
const WRITTEN: usize = 12;
/// How many kinds it knows: those, and the kinds that tighten a bound that is there.
pub const CONDITIONS: usize = 15;
/// The kinds that tighten a bound: a lower `max`, a lower `approve_above`, an earlier `to`.
pub const BOUNDS: std::ops::Range<usize> = WRITTEN..CONDITIONS;

/// Adds one condition to terms that do not have it. Says whether it did.
pub fn add_condition(tape: &mut Tape, terms: &mut Terms, kind: usize) -> bool {
    match kind {
        0 if terms.rows == RowRule::Any => {
            terms.rows = tape.one(&[RowRule::Own, RowRule::Team, RowRule::Ticket]);
        }
        1 if terms.hours.is_none() => terms.hours = Some(hours(tape)),
        2 if terms.networks.is_none() => terms.networks = Some(tape.some(2, 1, 2)),
        3 | 4 => terms.attributes.push(test(tape)),
        5 => terms.training.push(u32::from(tape.chance(1, 2))),
        6 => {
            for permission in terms.permissions.iter() {
                terms.step_up.push((permission, step_up(tape)));
            }
        }
        7 if terms.sign_in_level == 0 => terms.sign_in_level = tape.one(&[2, 3]),
        8 if terms.approval_for.is_empty() => {
            terms.approval_for = tape.some(PERMISSIONS.len(), 1, 4).into_iter().collect();
        }
        9 if terms.sensitive_to.is_none() => terms.sensitive_to = Some(later(tape)),
        10 => {
            let permission = tape.one(&[6, 6, 7, 10]);
            terms.budgets.push(Budget {
                id: format!("budget-{:02}", tape.below(3)),
                permission,
                currency: currency(tape).filter(|_| permission == 6),
                window: tape.one(&[WindowKind::Day, WindowKind::Week, WindowKind::Month]),
                zone: tape.one(&[None, Some(0)]),
                amount: tape.one(&[Some(900), None]),
                count: tape.one(&[None, Some(3)]),
            });
        }
        11 if terms.from.is_none() => terms.from = Some(earlier(tape)),
        12 if !terms.limits.is_empty() => {
            let max = tape.one(&[299, 100, 599, 99, 0]);
            for limit in &mut terms.limits {
                limit.max = Some(limit.max.map_or(max, |was| was.min(max)));
            }
        }
        13 if !terms.limits.is_empty() => {
            let soft = tape.one(&[100, 0, 299, 99, 599]);
            for limit in &mut terms.limits {
                // Where there is no soft limit, the hard one bounds what its holder may consent to.
                let was = limit.approve_above.or(limit.max);
                limit.approve_above = Some(was.map_or(soft, |was| was.min(soft)));
            }
        }
        // No end is not a late one: without an end it never counts for an outside member.
        14 if terms.to.is_some() => {
            let ago = tape.one(&[STEP, 4 * STEP, 20 * STEP, 1]);
            terms.to = terms.to.map(|to| to - ago);
        }
        _ => return false,
    }
    true
}

fn hours(tape: &mut Tape) -> Hours {
    let mut windows = Vec::new();
    let mut start = tape.one(&[480_u16, 600, 0, 660]);
    for _ in 0..=tape.below(3) {
        let length = tape.one(&[480, 60, 30, 1_000]);
        windows.push((start, start + length));
        start += length + tape.one(&[960, 30, 0]);
    }
    Hours {
        zone: tape.one(&[None, Some(0), Some(1)]),
        windows,
    }
}

fn test(tape: &mut Tape) -> AttributeTest {
    use Comparison::{Contains, Eq, Exists, Ge, Gt, In, Le, Lt, Ne, NotIn};
    let strings =
        |list: &[&str]| Operand::Strings(list.iter().map(|text| (*text).into()).collect());
    let attribute = u32::try_from(tape.below(4)).unwrap();
    let (comparison, operand) = match attribute {
        0 => tape.one(&[
            (Eq, Operand::String("acme".into())),
            (Ne, Operand::String("acme".into())),
            (In, strings(&["acme", "other"])),
            (NotIn, strings(&["acme"])),
            (Contains, Operand::String("e".into())),
            (Exists, Operand::None),
        ]),
        1 => {
            let comparison = tape.one(&[Eq, Ne, Lt, Le, Gt, Ge, In, NotIn, Exists]);
            let operand = match comparison {
                In | NotIn => Operand::Integers(vec![3, 5]),
                Exists => Operand::None,
                _ => Operand::Integer(5),
            };
            (comparison, operand)
        }
        2 => (Contains, Operand::String("red".into())),
        _ => (tape.one(&[Eq, Ne]), Operand::Boolean(true)),
    };
    AttributeTest {
        attribute,
        comparison,
        operand,
    }
}

//! What assignments, denials and permissions ask, in words that two policies share.

use core::net::{IpAddr, Ipv6Addr};

use super::at;
use crate::ffi::{decision::window_name, explanation::row_name};
use crate::snapshot::model::{
    Budget, Comparison, Hours, Limit, Member, MemberKind, MemberStatus, Model, Network, Operand,
    RowRule, StepUp, Terms,
};

/// What an assignment or a denial asks, of one permission or of all.
pub(super) fn terms(model: &Model, terms: &Terms, permission: Option<u32>) -> Vec<String> {
    let concerns = |number: u32| permission.is_none_or(|wanted| wanted == number);
    let of = |number: u32| match permission {
        Some(_) => String::new(),
        None => format!("{} ", key(model, number)),
    };
    let mut parts = Vec::new();
    for limit in terms.limits.iter().filter(|it| concerns(it.permission)) {
        parts.push(format!("{}{}", of(limit.permission), self::limit(limit)));
    }
    for budget in terms.budgets.iter().filter(|it| concerns(it.permission)) {
        parts.push(format!(
            "{}{}",
            of(budget.permission),
            self::budget(model, budget)
        ));
    }
    if terms.rows != RowRule::Any {
        parts.push(format!("rows {}", row_name(terms.rows)));
    }
    parts.extend(terms.hours.as_ref().map(|it| hours(model, it)));
    if let Some(networks) = &terms.networks {
        let names: Vec<String> = networks
            .iter()
            .filter_map(|it| at(&model.networks, *it).map(network))
            .collect();
        parts.push(format!("networks {}", names.join(", ")));
    }
    for test in &terms.attributes {
        let name = at(&model.attributes, test.attribute).map_or("?", |it| &it.id);
        let comparison = comparison_name(test.comparison);
        parts.push(
            format!("{name} {comparison} {}", operand(&test.operand))
                .trim_end()
                .to_owned(),
        );
    }
    for item in &terms.training {
        let name = at(&model.training, *item).map_or("?", |it| it);
        parts.push(format!("training {name}"));
    }
    for (number, asked) in terms.step_up.iter().filter(|(number, _)| concerns(*number)) {
        parts.push(format!("{}{}", of(*number), step_up(*asked)));
    }
    if terms.sign_in_level > 0 {
        parts.push(format!("sign-in level {}", terms.sign_in_level));
    }
    for number in terms.approval_for.iter().filter(|it| concerns(*it)) {
        parts.push(format!("{}approval", of(number)));
    }
    parts.extend(terms.from.map(|from| format!("from {}", instant(from))));
    parts.extend(terms.to.map(|to| format!("until {}", instant(to))));
    if let Some(to) = terms.sensitive_to {
        parts.push(format!("sensitive until {}", instant(to)));
    }
    match (parts.is_empty(), terms.denies) {
        (true, false) => parts.push("no condition".to_owned()),
        (true, true) => parts.push("denied".to_owned()),
        (false, false) => {}
        (false, true) => {
            for part in &mut parts {
                part.insert_str(0, "denied: ");
            }
        }
    }
    parts
}

/// What a permission asks of everybody.
pub(super) fn demand(model: &Model, permission: u32) -> Option<String> {
    let demand = &at(&model.permissions, permission)?.demand;
    let mut parts: Vec<String> = demand.step_up.map(step_up).into_iter().collect();
    for band in &demand.bands {
        let currency = band.currency.as_deref().unwrap_or_default();
        let above = format!("above {}", money(currency, band.above));
        parts.push(format!("{above} {}", step_up(band.step_up)));
    }
    if demand.sign_in_level > 0 {
        parts.push(format!("sign-in level {}", demand.sign_in_level));
    }
    for item in &demand.training {
        let name = at(&model.training, *item).map_or("?", |it| it);
        parts.push(format!("training {name}"));
    }
    if demand.approval {
        parts.push("approval".to_owned());
    }
    (!parts.is_empty()).then(|| format!("everybody: {}", parts.join(", ")))
}

/// What an assignment or a denial is called.
pub(super) fn name(terms: &Terms) -> String {
    let kind = if terms.denies { "denial" } else { "assignment" };
    let name = terms.id.as_ref().or(terms.role.as_ref());
    format!("{kind} {}", name.map_or("direct", |name| name))
}

/// The permissions of an assignment or a denial.
pub(super) fn permissions(model: &Model, terms: &Terms) -> Vec<String> {
    let keys = terms.permissions.iter();
    keys.map(|number| key(model, number).to_owned()).collect()
}

/// What a member is, as far as decisions read it.
pub(super) fn standing(model: &Model, member: &Member) -> Vec<String> {
    let kind = match member.kind {
        MemberKind::Owner => "owner",
        MemberKind::Employee => "employee",
        MemberKind::Contractor => "contractor",
        MemberKind::Organisation => "organisation",
        MemberKind::App => "app",
        MemberKind::Service => "service",
    };
    let status = match member.status {
        MemberStatus::Invited => "invited",
        MemberStatus::Active => "active",
        MemberStatus::Suspended => "suspended",
        MemberStatus::Revoked => "revoked",
    };
    let mut parts = vec![
        kind.to_owned(),
        status.to_owned(),
        format!("rank {}", member.rank),
    ];
    parts.extend(member.from.map(|from| format!("from {}", instant(from))));
    parts.extend(member.to.map(|to| format!("until {}", instant(to))));
    let department = member.department.and_then(|it| at(&model.departments, it));
    parts.extend(department.map(|it| format!("department {}", it.id)));
    let firm = member
        .organisation
        .and_then(|it| at(&model.organisations, it));
    parts.extend(firm.map(|it| format!("organisation {}", it.id)));
    for done in &member.training {
        let name = at(&model.training, done.item).map_or("?", |it| it);
        let until = done.expires.map_or_else(|| "ever".to_owned(), instant);
        parts.push(format!(
            "training {name} from {} until {until}",
            instant(done.at)
        ));
    }
    for (number, value) in &member.attributes {
        let name = at(&model.attributes, *number).map_or("?", |it| &it.id);
        parts.push(format!("{name} {}", operand(value)));
    }
    parts
}

fn key(model: &Model, permission: u32) -> &str {
    at(&model.permissions, permission).map_or("?", |it| &it.key)
}

fn limit(limit: &Limit) -> String {
    let currency = limit.currency.as_deref().unwrap_or_default();
    let mut text = match limit.max {
        None => "unlimited".to_owned(),
        Some(max) => format!("up to {}", money(currency, max)),
    };
    if let Some(above) = limit.approve_above {
        text.push_str(&format!(" (approval above {})", money(currency, above)));
    }
    text
}

fn budget(model: &Model, budget: &Budget) -> String {
    let currency = budget.currency.as_deref().unwrap_or_default();
    let mut parts = Vec::new();
    parts.extend(budget.amount.map(|it| money(currency, it)));
    parts.extend(budget.count.map(|it| format!("{it} times")));
    let zone = budget.zone.and_then(|it| at(&model.zones, it));
    let zone = zone.map_or_else(String::new, |it| format!(" in {}", it.name));
    let window = window_name(budget.window);
    format!("{} a {window}{zone} ({})", parts.join(" and "), budget.id)
}

fn step_up(asked: StepUp) -> String {
    format!("step-up level {} within {} s", asked.level, asked.max_age)
}

fn hours(model: &Model, hours: &Hours) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const DAY: u16 = 1_440;
    let moment = |minutes: u16, end: bool| {
        // The end of a day is written as such, not as the start of the next.
        let back = u16::from(end && minutes > 0 && minutes.is_multiple_of(DAY));
        let shown = minutes.saturating_sub(back);
        let day = shown.checked_div(DAY).unwrap_or_default();
        let place = usize::from(day).checked_rem(DAYS.len()).unwrap_or_default();
        let within = minutes.saturating_sub(day.saturating_mul(DAY));
        let hour = within.checked_div(60).unwrap_or_default();
        let minute = within.checked_rem(60).unwrap_or_default();
        (
            DAYS.get(place).copied().unwrap_or_default(),
            format!("{hour:02}:{minute:02}"),
        )
    };
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (from, to) in joined(&hours.windows) {
        let ((day, start), (last, end)) = (moment(from, false), moment(to, true));
        let until = if to.saturating_sub(from) <= DAY {
            end
        } else {
            format!("{last} {end}")
        };
        let span = format!("{start}–{until}");
        match groups.iter_mut().find(|(known, _)| *known == span) {
            Some((_, days)) => days.push(day),
            None => groups.push((span, vec![day])),
        }
    }
    let windows: Vec<String> = groups
        .iter()
        .map(|(span, days)| {
            let starts = DAYS.windows(days.len()).any(|row| row == days.as_slice());
            match (days.first(), days.last()) {
                (Some(first), Some(last)) if starts && days.len() > 2 => {
                    format!("{first}–{last} {span}")
                }
                _ => format!("{} {span}", days.join(" ")),
            }
        })
        .collect();
    let zone = hours.zone.and_then(|it| at(&model.zones, it));
    let zone = zone.map_or("local", |it| &it.name);
    format!("hours {} ({zone})", windows.join("; "))
}

/// Windows with the two halves of one that crosses the end of the week put together again.
fn joined(windows: &[(u16, u16)]) -> Vec<(u16, u16)> {
    const WEEK: u16 = 10_080;
    match windows {
        [(0, early), between @ .., (late, WEEK)] => {
            let end = WEEK.saturating_add(*early);
            between.iter().copied().chain([(*late, end)]).collect()
        }
        whole => whole.to_vec(),
    }
}

fn network(network: &Network) -> String {
    let blocks: Vec<String> = network
        .blocks
        .iter()
        .map(|(address, prefix)| {
            let address = Ipv6Addr::from(*address);
            match address.to_canonical() {
                IpAddr::V4(short) => format!("{short}/{}", prefix.saturating_sub(96)),
                IpAddr::V6(long) => format!("{long}/{prefix}"),
            }
        })
        .collect();
    format!("{} ({})", network.id, blocks.join(" "))
}

fn operand(operand: &Operand) -> String {
    match operand {
        Operand::None => String::new(),
        Operand::Boolean(value) => value.to_string(),
        Operand::Integer(value) => value.to_string(),
        Operand::String(value) => value.clone(),
        Operand::Integers(values) => format!("{values:?}"),
        Operand::Strings(values) => values.join("|"),
    }
}

/// An operator's name.
#[must_use]
pub const fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Eq => "eq",
        Comparison::Ne => "ne",
        Comparison::In => "in",
        Comparison::NotIn => "not_in",
        Comparison::Lt => "lt",
        Comparison::Le => "le",
        Comparison::Gt => "gt",
        Comparison::Ge => "ge",
        Comparison::Contains => "contains",
        Comparison::Exists => "exists",
    }
}

/// Minor units as people write the sum: `EUR 42.00`, `JPY 4,200`; without a currency a bare number.
#[must_use]
pub fn money(currency: &str, minor: i64) -> String {
    let decimals = match currency {
        "" | "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF"
        | "UGX" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2_usize,
    };
    let digits = format!(
        "{:0>least$}",
        minor.unsigned_abs(),
        least = decimals.saturating_add(1)
    );
    let whole = digits.len().saturating_sub(decimals);
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place == whole {
            text.push('.');
        } else if place > 0 && place < whole && whole.saturating_sub(place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let sign = if minor < 0 { "-" } else { "" };
    let space = if currency.is_empty() { "" } else { " " };
    format!("{currency}{space}{sign}{text}")
}

fn instant(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| seconds.to_string(), |instant| instant.to_string())
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn sums_read_as_people_write_them() {
        assert_eq!(money("EUR", 4_200), "EUR 42.00");
        assert_eq!(money("EUR", 5), "EUR 0.05");
        assert_eq!(money("EUR", 123_456_789), "EUR 1,234,567.89");
        assert_eq!(money("JPY", 4_200), "JPY 4,200");
        assert_eq!(money("KWD", -4_200), "KWD -4.200");
        assert_eq!(money("", 1_000), "1,000");
    }
}

//! A review for people.

use crate::{
    output::{BOLD, DIM, PLAIN, Table, YELLOW, count, paint},
    review::{Review, Reviewed},
    review_held::NEVER_ENDS,
    times,
};

/// Names of permissions that are shown in a line.
const MOST_NAMES: usize = 4;

/// The whole review: by holder, then what to look at, then how much.
pub(crate) fn text(review: &Review, within: u32) -> String {
    let mut text = String::new();
    let mut assignments: Vec<&Reviewed> = review.assignments.iter().collect();
    assignments.sort_by_key(|it| (it.holder_kind != "member", it.holder_kind, &it.holder));
    for of_one in assignments.chunk_by(|left, right| {
        (left.holder_kind, &left.holder) == (right.holder_kind, &right.holder)
    }) {
        let Some(first) = of_one.first() else {
            continue;
        };
        text.push_str(&head(review, first));
        let mut table = Table::default();
        for assignment in of_one {
            let flags = assignment.flags.iter().filter(|flag| **flag != NEVER_ENDS);
            let flags: Vec<&str> = flags.copied().collect();
            table.row([
                (PLAIN, assignment.name.clone()),
                (PLAIN, assignment.scopes.join(" ")),
                (DIM, until(assignment)),
                (YELLOW, flags.join(" ")),
                (DIM, names(&assignment.unused)),
            ]);
        }
        text.push_str(&table.text(2));
    }
    if !review.conflicts.is_empty() {
        text.push_str(&format!("{}\n", paint(BOLD, "duties")));
        for conflict in &review.conflicts {
            let code = paint(YELLOW, conflict.code);
            text.push_str(&format!("  {code}: {}\n", conflict.message));
        }
    }
    text.push_str(&summary(review, within));
    text
}

fn head(review: &Review, first: &Reviewed) -> String {
    let mut told = Vec::new();
    if first.holder_kind == "member" {
        let person = review.members.iter().find(|it| it.member == first.holder);
        if let Some(did) = person.and_then(|person| person.decisions) {
            told.push(format!(
                "{} allowed, {} refused, {} asked for more",
                did.allowed, did.refused, did.asked
            ));
        }
    } else {
        told.push(format!(
            "{}: {}",
            first.holder_kind,
            first.members.join(", ")
        ));
    }
    let mut line = paint(BOLD, &first.holder).to_string();
    for told in told {
        line.push_str(&format!("  {}", paint(DIM, &told)));
    }
    line.push('\n');
    line
}

fn until(assignment: &Reviewed) -> String {
    match assignment.to {
        None => "never ends".to_owned(),
        Some(to) => format!("to {}", times::written(to)),
    }
}

fn names(unused: &[String]) -> String {
    let shown: Vec<&str> = unused.iter().take(MOST_NAMES).map(String::as_str).collect();
    match unused.len().checked_sub(MOST_NAMES) {
        None | Some(0) => shown.join(", "),
        Some(more) => format!("{} and {more} more", shown.join(", ")),
    }
}

fn summary(review: &Review, within: u32) -> String {
    let number = |flag: &str| {
        let flagged = |it: &&Reviewed| it.flags.contains(&flag);
        review.assignments.iter().filter(flagged).count()
    };
    let mut lines = vec![format!(
        "{} of {} under version {}, {}",
        count(review.assignments.len(), "assignment"),
        review.tenant,
        review.version,
        times::written(review.at),
    )];
    for (flag, what) in [
        (NEVER_ENDS, "never end".to_owned()),
        ("over", "are over".to_owned()),
        ("ends_soon", format!("end within {within} days")),
        ("review_overdue", "have a review that is overdue".to_owned()),
        ("nobody_active", "reach nobody who is active".to_owned()),
        ("unused", "were not used".to_owned()),
        ("partly_unused", "were used in part".to_owned()),
    ] {
        if number(flag) > 0 {
            lines.push(format!("  {} {what}", number(flag)));
        }
    }
    if let Some(log) = &review.log {
        let span = match (log.first, log.last) {
            (Some(first), Some(last)) => {
                format!(", {} to {}", times::written(first), times::written(last))
            }
            _ => String::new(),
        };
        lines.push(format!("  by {} decisions of the log{span}", log.decisions));
        if log.unknown_subject > 0 {
            let told = "tell the member by a pseudonym; name its key with `--pseudonym-keys`";
            lines.push(format!("  {} {told}", log.unknown_subject));
        }
        if log.malformed > 0 {
            lines.push(format!(
                "  {} are no lines of this tenant's log",
                log.malformed
            ));
        }
    }
    format!("\n{}\n", lines.join("\n"))
}

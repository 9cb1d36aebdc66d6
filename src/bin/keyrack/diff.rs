//! `keyrack diff`: what changes for whom between two policies.

use std::path::PathBuf;

use keyrack::{
    compile::diff::{self, Change, ChangeKind, Difference, Held, Method, Settings},
    decide::Engine,
};

use crate::{
    Answer, Outcome,
    load::Trust,
    output::{self, BOLD, CYAN, DIM, GREEN, RED, YELLOW, paint},
    progress::Progress,
    times::{self, Now},
};

/// About ten seconds of deciding on an ordinary computer.
const MOST_DECIDED: usize = 3_000_000;
/// Lists of names are broken near this column.
const WIDTH: usize = 72;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The policy or snapshot before
    old: PathBuf,
    /// The policy or snapshot after
    new: PathBuf,
    #[command(flatten)]
    trust: Trust,
    /// The moment to compare at; if absent the clock's, or where one of them is not in force then,
    /// the moment the new one was issued
    #[arg(long, value_name = "TIME", value_parser = times::now)]
    now: Option<Now>,
    /// Decide at most so many member × scope × permission; beyond, compare what members hold
    #[arg(long, value_name = "N", default_value_t = MOST_DECIDED, hide_default_value = true)]
    most_decided: usize,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let now = Now::or_host(arguments.now);
    let old = arguments.trust.load(&arguments.old, now, json)?;
    let new = arguments.trust.load(&arguments.new, now, json)?;
    let in_force = |engine: &Engine| {
        let head = engine.snapshot.head();
        now >= Some(head.issued) && head.expires.is_none_or(|end| now < Some(end))
    };
    let both = in_force(&old.engine) && in_force(&new.engine);
    let now = if arguments.now.is_some() || both {
        now
    } else {
        Some(new.engine.snapshot.head().issued)
    };
    let size = new.engine.snapshot.head().members;
    let progress = Progress::start("comparing members", Some(u64::from(size)));
    let settings = Settings {
        now,
        most_decided: arguments.most_decided,
    };
    let difference = diff::diff(&old.engine, &new.engine, &settings, &|| progress.step())?;
    drop(progress);
    if json {
        output::print_json(&difference)?;
    } else {
        output::print(&rendered(&difference))?;
    }
    Ok(Answer::of(is_empty(&difference)))
}

fn names(difference: &Difference) -> [(&'static str, &[String], &[String]); 3] {
    [
        (
            "members",
            &difference.members_added,
            &difference.members_removed,
        ),
        (
            "scopes",
            &difference.scopes_added,
            &difference.scopes_removed,
        ),
        (
            "permissions",
            &difference.permissions_added,
            &difference.permissions_removed,
        ),
    ]
}

fn is_empty(difference: &Difference) -> bool {
    let named = names(difference);
    let same = named
        .iter()
        .all(|(_, added, removed)| added.is_empty() && removed.is_empty());
    same && difference.changes.is_empty()
}

fn rendered(difference: &Difference) -> String {
    let mut text = String::new();
    for (what, added, removed) in names(difference) {
        for (names, sign, style) in [(added, "+", GREEN), (removed, "-", RED)] {
            if !names.is_empty() {
                let line = format!("{sign} {what} {}", names.join(", "));
                text.push_str(&format!("{}\n", paint(style, &line)));
            }
        }
    }
    for changes in difference
        .changes
        .chunk_by(|left, right| left.member == right.member)
    {
        let Some(first) = changes.first() else {
            continue;
        };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}\n", paint(BOLD, &first.member)));
        let mut shown: Vec<(&Change, Vec<&str>)> = Vec::new();
        for change in changes {
            let alike = |other: &Change| {
                (other.kind, &other.scopes, &other.before, &other.after)
                    == (change.kind, &change.scopes, &change.before, &change.after)
            };
            match shown.iter_mut().find(|(other, _)| alike(other)) {
                Some((_, names)) => names.push(&change.what),
                None => shown.push((change, vec![&change.what])),
            }
        }
        for (change, names) in shown {
            text.push_str(&entry(change, &names));
        }
    }
    let how = match difference.method {
        Method::Decided => "every member, scope and permission was decided under both policies",
        Method::Held => "too many to decide one by one: what members hold was compared",
    };
    if !text.is_empty() {
        text.push('\n');
    }
    let count = |kind| {
        let same = |change: &&Change| change.kind == kind;
        difference.changes.iter().filter(same).count()
    };
    let summary = if is_empty(difference) {
        "nothing changes for anybody".to_owned()
    } else {
        format!(
            "{}, {}, {}",
            output::count(count(ChangeKind::Gain), "gain"),
            match count(ChangeKind::Loss) {
                1 => "1 loss".to_owned(),
                losses => format!("{losses} losses"),
            },
            output::count(count(ChangeKind::Condition), "changed condition"),
        )
    };
    let when = difference
        .at
        .map_or_else(|| "without a clock".to_owned(), times::written);
    text.push_str(&format!(
        "{summary}\n{}\n",
        paint(DIM, &format!("{how}, {when}"))
    ));
    text
}

/// One change, of everything that changes alike: what, where, and how.
fn entry(change: &Change, names: &[&str]) -> String {
    let (sign, style) = match change.kind {
        ChangeKind::Gain => ("+", GREEN),
        ChangeKind::Loss => ("-", RED),
        ChangeKind::Condition => ("~", YELLOW),
    };
    let mut lines = vec![String::new()];
    for (place, name) in names.iter().enumerate() {
        let comma = if place.saturating_add(1) < names.len() {
            ", "
        } else {
            ""
        };
        let full = lines
            .last()
            .is_some_and(|line| !line.is_empty() && line.len().saturating_add(name.len()) > WIDTH);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(name);
            line.push_str(comma);
        }
    }
    let mut text = format!(
        "  {} {}",
        paint(style, sign),
        lines.join("\n    ").replace(" \n", "\n")
    );
    if !change.scopes.is_empty() {
        let scopes = change.scopes.join(", ");
        text.push_str(&format!("  {}", paint(CYAN, &format!("at {scopes}"))));
    }
    text.push('\n');
    let mut line = |style, told: &str| text.push_str(&format!("      {}\n", paint(style, told)));
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            for lost in only(before, after) {
                line(RED, &format!("- {lost}"));
            }
            for gained in only(after, before) {
                line(GREEN, &format!("+ {gained}"));
            }
        }
        (Some(held), None) | (None, Some(held)) => {
            for told in held.conditions.iter().filter(|it| *it != "no condition") {
                line(DIM, told);
            }
        }
        (None, None) => {}
    }
    text
}

/// What one says and the other does not.
fn only(these: &Held, those: &Held) -> Vec<String> {
    let mut lines: Vec<String> = these
        .conditions
        .iter()
        .filter(|line| !those.conditions.contains(line))
        .cloned()
        .collect();
    if these.state != those.state {
        lines.push(these.state.clone());
    }
    lines
}

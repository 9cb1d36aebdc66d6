//! `keyrack explain`: everything that was looked at on the way to a decision.

use keyrack::{
    decide::Request,
    ffi::{
        Explanation,
        explanation::{self, ConsideredTerms},
    },
};

use crate::{
    Answer, Outcome,
    load::Rack,
    output::{self, BOLD, CYAN, DIM, GREEN, PLAIN, RED, Table, YELLOW, paint},
    question::Question,
    times::Now,
    words,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    rack: Rack,
    #[command(flatten)]
    question: Question,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let text = arguments.question.json(arguments.rack.is_stdin())?;
    let request = arguments.question.request(text.as_deref())?;
    let now = Now::or_host(arguments.question.facts.now);
    let loaded = arguments.rack.load(now, json)?;
    let explanation = explanation::explain(&loaded.engine, &request)?;
    if json {
        output::print_json(&explanation)?;
    } else {
        output::print(&rendered(&request, &explanation))?;
    }
    Ok(Answer::of(explanation.decision.outcome == "allow"))
}

fn rendered(request: &Request<'_>, explanation: &Explanation) -> String {
    let decision = &explanation.decision;
    let mut text = words::headline(decision);
    text.push_str(&words::question(request));
    text.push_str(&words::details(decision));
    text.push('\n');
    if explanation.considered.is_empty() {
        text.push_str(&paint(DIM, "no assignment and no denial speaks of it\n"));
    } else {
        text.push_str(&paint(BOLD, "what speaks of it"));
        text.push('\n');
    }
    for considered in &explanation.considered {
        text.push_str(&branch(considered));
    }
    if !explanation.could_grant.is_empty() {
        text.push_str(&format!(
            "\n{}  {}\n",
            paint(BOLD, "who could grant it"),
            explanation.could_grant.join(", ")
        ));
    }
    text
}

fn branch(considered: &ConsideredTerms) -> String {
    let denial = considered.kind == "denial";
    let (mark, style, fate) = match (denial, considered.counts) {
        (false, true) => ("✓", GREEN, "counts".to_owned()),
        (true, true) => ("✗", RED, "forbids it".to_owned()),
        (true, false) => ("·", DIM, "does not apply".to_owned()),
        (false, false) => {
            let reason = considered.reason.as_deref().unwrap_or_default();
            ("✗", RED, format!("{reason} – {}", words::meaning(reason)))
        }
    };
    let mut text = format!(
        "  {} {} {} {fate}\n",
        paint(style, mark),
        paint(BOLD, &considered.name),
        paint(DIM, &format!("({}, {})", considered.kind, considered.way)),
    );
    let mut table = Table::default();
    for found in &considered.conditions {
        let (mark, style, truth) = match found.truth.as_str() {
            "met" => ("✓", GREEN, ""),
            "unmet" => ("✗", RED, "does not hold"),
            _ => ("?", YELLOW, "the request does not tell"),
        };
        table.row([
            (style, mark.to_owned()),
            (PLAIN, found.condition.clone()),
            (CYAN, truth.to_owned()),
        ]);
    }
    text.push_str(&table.text(6));
    text
}

//! `keyrack import`: members and assignments from a table, each row decided as if its importer
//! gave it by hand.

use std::path::{Path, PathBuf};

use keyrack::{
    compile,
    decide::{
        Engine, Request,
        request::{
            Auth, Proof, Proposal, ProposedConditions, ProposedLimit, ProposedValidity, Text,
        },
    },
    ffi,
    policy::{
        self, Finding, Format, Severity,
        document::{Assignment, Document, Limit, Member, MemberKind},
    },
    snapshot::{Snapshot, write},
};
use serde_json::json;

use crate::{
    Answer, Outcome,
    failure::Failure,
    import_row::{self, Refusal, Row},
    import_text::appended,
    output::{self, BOLD, GREEN, PLAIN, RED, Table, count, paint},
    policy_file,
    progress::Progress,
    times::{self, Now},
};

/// The sign-in session of whoever imports.
const SESSION: &str = "import";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The policy in TOML or JSON
    policy: PathBuf,
    /// The table, as comma-separated values; the first row names the columns
    #[arg(value_name = "ROWS.csv")]
    rows: PathBuf,
    /// Who imports: each row is decided as if this member gave it by hand
    #[arg(long, value_name = "MEMBER")]
    by: String,
    /// Where the policy with all rows goes; without it nothing is written
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The level of the importer's sign-in: 1 password, 2 one-time code, 3 passkey
    #[arg(long, value_name = "LEVEL")]
    level: Option<u8>,
    /// The level of a second verification that the importer made just now
    #[arg(long, value_name = "LEVEL")]
    proof: Option<u8>,
    /// The moment to decide at; the clock's if absent
    #[arg(long, value_name = "TIME", value_parser = times::now)]
    now: Option<Now>,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    if arguments.policy == Path::new("-") || arguments.rows == Path::new("-") {
        return Err(Failure::usage(
            "a policy and a table are files",
            "name a file for both",
        ));
    }
    let bytes = policy_file::bytes(&arguments.policy)?;
    let text = policy_file::text(&arguments.policy, bytes.clone())?;
    let mut compiled = policy_file::compiled(&arguments.policy, bytes)?;
    policy_file::model(&arguments.policy, &mut compiled, json)?;
    let document = compiled.document;
    let by = &arguments.by;
    if !document.members.iter().any(|member| member.id == *by) {
        return Err(crate::who_can::unknown_member(by));
    }
    let table = policy_file::text(&arguments.rows, policy_file::bytes(&arguments.rows)?)?;
    let (rows, mut refused) = import_row::read(&table, &document, by)?;
    let progress = Progress::start("deciding every row", None);
    // What is given by one row is nothing that another row may build upon.
    let mut with_members = document.clone();
    let added = rows.iter().filter_map(|row| row.added.clone());
    with_members.members.extend(added);
    let mut whole = with_members.clone();
    let given = rows.iter().filter_map(|row| row.assignment.clone());
    whole.assignments.extend(given);
    refused.extend(decide(arguments, &with_members, &rows)?);
    if refused.is_empty() {
        // A role may have raised the rank of whoever gets it.
        refused.extend(decide(arguments, &whole, &rows)?);
    }
    drop(progress);
    refused.sort_by_key(|refusal| refusal.row);
    let is_good = refused.is_empty();
    if is_good && let Some(path) = &arguments.output {
        let written = written(arguments, &text, &whole, &rows, path)?;
        output::write_file(path, written.as_bytes())?;
    }
    tell(arguments, &rows, &refused, json)?;
    Ok(Answer::of(is_good))
}

/// Asks of each row whether its importer may, in a policy that has all members.
fn decide(
    arguments: &Arguments,
    document: &Document,
    rows: &[Row],
) -> Result<Vec<Refusal>, Failure> {
    let engine = engine(document)?;
    let mut refused = Vec::new();
    for row in rows {
        let target = document.members.iter().find(|it| it.id == row.member);
        if let Some(target) = target
            && let Some(refusal) = decide_row(arguments, &engine, target, row)?
        {
            refused.push(refusal);
        }
    }
    Ok(refused)
}

fn engine(document: &Document) -> Result<Engine, Failure> {
    let compiled = compile::compile(&policy::read(&json_of(document)?, Format::Json));
    let Some(model) = compiled.model else {
        let errors = |finding: &&Finding| finding.severity == Severity::Error;
        let first = compiled.findings.iter().find(errors);
        let first = first.map_or_else(String::new, |it| format!(": {}: {}", it.code, it.message));
        return Err(Failure::new(
            "policy_refused",
            format!("with these rows the policy does not compile{first}"),
            "correct the rows; nothing was written",
        ));
    };
    Ok(Engine::new(Snapshot::open(write::payload(&model)?)?))
}

fn json_of(document: &Document) -> Result<String, Failure> {
    serde_json::to_string_pretty(document).map_err(|error| {
        let help = "it has something that JSON has no form for";
        Failure::new("policy_unwritable", error.to_string(), help)
    })
}

fn decide_row(
    arguments: &Arguments,
    engine: &Engine,
    target: &Member,
    row: &Row,
) -> Result<Option<Refusal>, Failure> {
    let outside = target.kind == MemberKind::Contractor
        || target.kind == MemberKind::Organisation
        || target.organisation.is_some();
    let door = if outside {
        "grant.external.create"
    } else {
        "permission.grant"
    };
    let scopes: Vec<Option<&str>> = match &row.assignment {
        Some(assignment) => assignment
            .scopes
            .iter()
            .map(|it| Some(it.as_str()))
            .collect(),
        None => vec![None],
    };
    for scope in scopes {
        let mut asked = Vec::new();
        if row.added.is_some() {
            let add = if outside { door } else { "staff.add" };
            asked.push((add, None));
        }
        if let Some(assignment) = &row.assignment {
            asked.push((door, Some(proposal(assignment))));
        }
        for (permission, assignment) in asked {
            let request = Request {
                subject: arguments.by.as_str().into(),
                permission: permission.into(),
                scope: scope.map(Text::from),
                now: Now::or_host(arguments.now),
                member: Some(row.member.as_str().into()),
                assignment,
                auth: auth(arguments, permission),
                ..Request::default()
            };
            let decision = ffi::decide(engine, &request)?;
            if decision.outcome != "allow" {
                let place = scope.map_or_else(String::new, |scope| format!(" at `{scope}`"));
                let what = if request.assignment.is_some() {
                    "give this to"
                } else {
                    "add"
                };
                return Ok(Some(Refusal {
                    row: row.number,
                    code: decision.reason,
                    message: format!("`{}` may not {what} `{}`{place}", arguments.by, row.member),
                }));
            }
        }
    }
    Ok(None)
}

fn auth<'a>(arguments: &'a Arguments, permission: &'a str) -> Option<Auth<'a>> {
    let now = Now::or_host(arguments.now);
    let proof = arguments.proof.zip(now).map(|(level, at)| Proof {
        subject: arguments.by.as_str().into(),
        session: SESSION.into(),
        permission: permission.into(),
        level,
        at,
    });
    Some(Auth {
        session: Some(SESSION.into()),
        time: now,
        level: arguments.level,
        proofs: proof.into_iter().collect(),
        ..Auth::default()
    })
}

fn texts(names: &[String]) -> Vec<Text<'_>> {
    names.iter().map(|name| name.as_str().into()).collect()
}

/// The assignment as administration is asked about it.
fn proposal(assignment: &Assignment) -> Proposal<'_> {
    let text = |name: &'_ Option<String>| name.as_deref().map(str::to_owned).map(Text::from);
    let limit = |limit: &'_ Limit| ProposedLimit {
        permission: Text::from(limit.permission.clone()),
        currency: limit.currency.clone().map(Text::from),
        approve_above: limit.approve_above,
        max: limit.max,
    };
    Proposal {
        member: text(&assignment.member),
        role: text(&assignment.role),
        permissions: texts(&assignment.permissions),
        scopes: texts(&assignment.scopes),
        valid: ProposedValidity {
            from: assignment.valid.from.map(|it| it.seconds),
            to: assignment.valid.to.map(|it| it.seconds),
        },
        conditions: ProposedConditions {
            limits: assignment.conditions.limits.iter().map(limit).collect(),
            unlimited: texts(&assignment.conditions.unlimited),
            ..ProposedConditions::default()
        },
        ..Proposal::default()
    }
}

/// The policy with all rows, read back to be sure that it says so.
fn written(
    arguments: &Arguments,
    before: &str,
    whole: &Document,
    rows: &[Row],
    path: &Path,
) -> Result<String, Failure> {
    let format = policy_file::format(path, "");
    let (text, format) = match policy_file::format(&arguments.policy, before) {
        Format::Toml if format == Format::Toml => (
            appended(before, rows, (&arguments.rows, &arguments.by)),
            Format::Toml,
        ),
        _ => (json_of(whole)?, Format::Json),
    };
    if policy::read(&text, format).document == *whole {
        return Ok(text);
    }
    Err(Failure::new(
        "policy_unwritable",
        "nothing can be written after the end of this policy, whose lists stand in one piece",
        "write it as JSON: `-o FILE.json`",
    ))
}

fn tell(
    arguments: &Arguments,
    rows: &[Row],
    refused: &[Refusal],
    json: bool,
) -> Result<(), Failure> {
    let members = rows.iter().filter(|row| row.added.is_some()).count();
    let assignments = rows.iter().filter(|row| row.assignment.is_some()).count();
    let file = arguments.output.as_ref().filter(|_| refused.is_empty());
    if json {
        let refused: Vec<_> = refused
            .iter()
            .map(|it| json!({ "row": it.row, "code": it.code, "message": it.message }))
            .collect();
        return output::print_json(&json!({
            "good": refused.is_empty(),
            "members": members,
            "assignments": assignments,
            "refused": refused,
            "file": file.map(|path| path.display().to_string()),
        }));
    }
    if !refused.is_empty() {
        let mut table = Table::default();
        for refusal in refused {
            table.row([
                (BOLD, format!("row {}", refusal.row)),
                (RED, refusal.code.clone()),
                (PLAIN, refusal.message.clone()),
            ]);
        }
        let read = |row: usize| rows.iter().any(|it| it.number == row);
        let unread = refused.iter().filter(|it| !read(it.row)).count();
        let all = rows.len().saturating_add(unread);
        return output::print(&format!(
            "{}\n{} of {} refused; nothing was written\n",
            table.text(0),
            refused.len(),
            count(all, "row")
        ));
    }
    let what = format!(
        "{} and {}",
        count(members, "new member"),
        count(assignments, "assignment")
    );
    output::print(&match file {
        Some(path) => format!(
            "{} {}: {what}\n",
            paint(GREEN.bold(), "wrote"),
            path.display()
        ),
        None => format!("{what}; `-o FILE` writes the policy\n"),
    })
}

//! `keyrack decide`: one request by flags, or a stream of them.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use keyrack::ffi;

use crate::{
    Answer, Outcome, failure::Failure, load::Rack, output, question::Question, stream, times::Now,
    words,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    rack: Rack,
    /// Requests, one as JSON a line; `-` reads stdin. Decisions go to stdout, one a line
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["request", "subject", "permission", "scope"])]
    requests: Option<PathBuf>,
    #[command(flatten)]
    question: Question,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let now = arguments.question.facts.now;
    if let Some(requests) = &arguments.requests {
        return stream_from(arguments, requests, now, json);
    }
    let text = arguments.question.json(arguments.rack.is_stdin())?;
    let request = arguments.question.request(text.as_deref())?;
    let loaded = arguments.rack.load(Now::or_host(now), json)?;
    let decision = ffi::decide(&loaded.engine, &request)?;
    if json {
        output::print_json(&decision)?;
    } else {
        output::print(&format!(
            "{}{}{}",
            words::headline(&decision),
            words::question(&request),
            words::details(&decision)
        ))?;
    }
    Ok(Answer::of(decision.outcome == "allow"))
}

fn stream_from(arguments: &Arguments, requests: &Path, now: Option<Now>, json: bool) -> Outcome {
    let stdin = requests == Path::new("-");
    if stdin && arguments.rack.is_stdin() {
        return Err(Failure::usage(
            "stdin cannot be the policy and the requests at once",
            "name a file for one of them",
        ));
    }
    let loaded = arguments.rack.load(Now::or_host(now), json)?;
    let output = io::stdout().lock();
    let streamed = if stdin {
        stream::decide(&loaded.engine, io::stdin().lock(), output, now)?
    } else {
        let file = File::open(requests).map_err(|error| Failure::unreadable(requests, &error))?;
        stream::decide(&loaded.engine, file, output, now)?
    };
    if streamed.malformed > 0 && !json {
        let lines = usize::try_from(streamed.malformed).unwrap_or(usize::MAX);
        output::print_error(&format!(
            "{} of {} {} no request; see the `error` lines\n",
            streamed.malformed,
            streamed.lines,
            if lines == 1 { "is" } else { "are" }
        ));
    }
    Ok(Answer::of(streamed.malformed == 0))
}

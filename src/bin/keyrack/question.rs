//! One request, put together from flags or read as JSON.

use std::path::Path;

use keyrack::decide::Request;

use crate::{
    facts::Facts,
    failure::Failure,
    policy_file,
    request_line::{self, MAX_REQUEST_BYTES},
    times::Now,
};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "The request")]
pub(crate) struct Question {
    /// The whole request as JSON: a file, `-` for stdin, or the JSON itself
    #[arg(long, value_name = "JSON", conflicts_with_all = ["subject", "permission", "scope"])]
    request: Option<String>,
    /// Who wants to act
    #[arg(short, long, value_name = "MEMBER")]
    pub(crate) subject: Option<String>,
    /// What: `resource.action`
    #[arg(short, long)]
    pub(crate) permission: Option<String>,
    #[command(flatten)]
    pub(crate) facts: Facts,
}

impl Question {
    /// The JSON of the request, if it comes as JSON.
    pub(crate) fn json(&self, rack_is_stdin: bool) -> Result<Option<String>, Failure> {
        let Some(given) = &self.request else {
            return Ok(None);
        };
        if given.trim_start().starts_with('{') {
            return Ok(Some(given.clone()));
        }
        if given == "-" && rack_is_stdin {
            return Err(Failure::usage(
                "stdin cannot be the policy and the request at once",
                "name a file for one of them",
            ));
        }
        let path = Path::new(given);
        policy_file::text(path, policy_file::bytes(path)?).map(Some)
    }

    /// The request. `json` is what [`Self::json`] gave.
    pub(crate) fn request<'q>(&'q self, json: Option<&'q str>) -> Result<Request<'q>, Failure> {
        if let Some(json) = json {
            if json.len() > MAX_REQUEST_BYTES {
                return Err(Failure::new(
                    "request_too_long",
                    format!("the request has more than {MAX_REQUEST_BYTES} bytes"),
                    "for many requests say `keyrack decide --requests FILE`",
                ));
            }
            let mut request = request_line::read(json).map_err(|why| {
                Failure::new(why.code, why.message, "docs/cli.md shows a request")
            })?;
            request.now = request.now.or_else(|| Now::or_host(self.facts.now));
            return Ok(request);
        }
        let needed = |flag: &str| {
            Failure::usage(
                format!("the request does not say its {flag}"),
                format!("add `--{flag}`, or give the whole request with `--request`"),
            )
        };
        let subject = self.subject.as_deref().ok_or_else(|| needed("subject"))?;
        let permission = self.permission.as_deref();
        let permission = permission.ok_or_else(|| needed("permission"))?;
        self.facts.request(subject, permission)
    }
}

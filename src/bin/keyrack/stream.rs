//! Requests in, decisions out, a line each, in order, in constant memory.

use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};

use keyrack::{decide::Engine, ffi};
use serde::Serialize;

use crate::{
    failure::Failure,
    request_line::{self, MAX_REQUEST_BYTES, Malformed},
    times::Now,
};

const BUFFER_BYTES: usize = 64 * 1024;

#[derive(Serialize)]
struct ErrorLine<'e> {
    error: LineError<'e>,
}

#[derive(Serialize)]
struct LineError<'e> {
    code: &'e str,
    message: &'e str,
    line: u64,
}

/// What came of a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Streamed {
    /// Lines that were read.
    pub(crate) lines: u64,
    /// Of these, lines that were no request.
    pub(crate) malformed: u64,
}

/// Answers every line. What stands in the buffer is written out before each wait for more input,
/// so that whoever feeds a pipe slowly gets each answer at once.
pub(crate) fn decide(
    engine: &Engine,
    input: impl Read,
    output: impl Write,
    now: Option<Now>,
) -> Result<Streamed, Failure> {
    let mut lines = Lines {
        input: BufReader::with_capacity(BUFFER_BYTES, input),
        line: Vec::new(),
    };
    let mut output = BufWriter::with_capacity(BUFFER_BYTES, output);
    let mut streamed = Streamed::default();
    let failed = |error: io::Error| Failure::output(&error);
    loop {
        if !lines.has_a_line() {
            output.flush().map_err(failed)?;
        }
        let read = lines.next().map_err(|error| {
            Failure::new(
                "file_unreadable",
                format!("cannot read the requests: {error}"),
                "check where they come from",
            )
        })?;
        let Some(line) = read else {
            break;
        };
        streamed.lines = streamed.lines.saturating_add(1);
        let text = line.and_then(|line| {
            std::str::from_utf8(line)
                .map_err(|_| Malformed::new("request_not_utf8", "the line is no UTF-8"))
        });
        let written = match text.and_then(request_line::read) {
            Ok(mut request) => {
                request.now = request.now.or_else(|| Now::or_host(now));
                let decision = ffi::decide(engine, &request)?;
                serde_json::to_writer(&mut output, &decision)
            }
            Err(why) => {
                streamed.malformed = streamed.malformed.saturating_add(1);
                let error = LineError {
                    code: why.code,
                    message: &why.message,
                    line: streamed.lines,
                };
                serde_json::to_writer(&mut output, &ErrorLine { error })
            }
        };
        written
            .map_err(io::Error::from)
            .and_then(|()| output.write_all(b"\n"))
            .map_err(failed)?;
    }
    output.flush().map_err(failed)?;
    Ok(streamed)
}

struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
}

impl<R: Read> Lines<R> {
    /// Whether a whole line can be had without waiting.
    fn has_a_line(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }

    /// The next line without its end. A line that is too long is read to its end and not kept.
    fn next(&mut self) -> io::Result<Option<Result<&[u8], Malformed>>> {
        self.line.clear();
        let mut too_long = false;
        let mut any = false;
        loop {
            let found = match self.input.fill_buf() {
                Ok(found) => found,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if found.is_empty() {
                break;
            }
            any = true;
            let end = found.iter().position(|byte| *byte == b'\n');
            let part = found.get(..end.unwrap_or(found.len())).unwrap_or_default();
            if too_long || self.line.len().saturating_add(part.len()) > MAX_REQUEST_BYTES {
                too_long = true;
                self.line.clear();
            } else {
                self.line.extend_from_slice(part);
            }
            let used = part.len().saturating_add(usize::from(end.is_some()));
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        if too_long {
            let message = format!("the line has more than {MAX_REQUEST_BYTES} bytes");
            return Ok(Some(Err(Malformed::new("request_too_long", message))));
        }
        Ok(Some(Ok(&self.line)))
    }
}

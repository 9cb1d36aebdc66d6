//! Whoever reads what the command prints may go before its end, as `head` does.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::pipe,
    process::{Command, Output, Stdio},
};

/// The command, printing into a pipe that nobody reads.
fn unheard(argument: &str, errors: Stdio) -> Output {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg(argument)
        .stdout(writer)
        .stderr(errors)
        .output()
        .unwrap()
}

#[test]
fn a_command_that_nobody_reads_ends_without_a_word() {
    let Output { status, stderr, .. } = unheard("help", Stdio::piped());
    assert_eq!(String::from_utf8(stderr).unwrap(), "");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn an_error_that_nobody_reads_is_one_all_the_same() {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let Output { status, .. } = unheard("no such command", writer.into());
    assert_eq!(status.code(), Some(1));
}

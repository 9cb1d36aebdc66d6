//! The standard library's words for printing, made for a reader that may go before the end: the
//! originals panic there.

use std::{
    fmt::Arguments,
    io::{ErrorKind, Write, stderr, stdout},
};

macro_rules! println {
    ($($text:tt)*) => { crate::printing::print(format_args!("{}\n", format_args!($($text)*))) };
}

macro_rules! print {
    ($($text:tt)*) => { crate::printing::print(format_args!($($text)*)) };
}

macro_rules! eprintln {
    ($($text:tt)*) => { crate::printing::print_error(format_args!($($text)*)) };
}

/// Prints to stdout. Where that fails the command ends: without a word if the reader has gone.
pub fn print(text: Arguments<'_>) {
    if let Err(error) = stdout().write_fmt(text) {
        if error.kind() != ErrorKind::BrokenPipe {
            print_error(format_args!("cannot write the output: {error}"));
        }
        std::process::exit(1);
    }
}

/// Prints a line to stderr. Nobody can be told if that fails.
pub fn print_error(text: Arguments<'_>) {
    let _ = writeln!(stderr(), "{text}");
}

//! Running other programs.

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// What runs longer hangs: the longest part takes a few minutes on a slow machine.
const MOST_TIME: Duration = Duration::from_secs(60 * 60);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What a step of the work gives, or why it failed, for people.
pub type Outcome<T = ()> = Result<T, String>;

/// The top of the project.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A command that starts at the top of the project and reads no input.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null());
    command
}

/// The cargo that runs us.
pub fn cargo(arguments: &[&str]) -> Command {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&program, arguments)
}

/// Runs it with its output shown.
pub fn show(mut command: Command) -> Outcome {
    let status = command
        .status()
        .map_err(|error| cannot_start(&command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("failed: {}", line(&command)))
    }
}

/// Runs it and gives what it printed, on both channels; as the error if it failed, or hung.
pub fn capture(mut command: Command) -> Outcome<String> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(&command, &error))?;
    let channels = [Channel::default(), Channel::default()];
    let [output, errors] = &channels;
    let readers = [
        child.stdout.take().map(|pipe| collect(pipe, output)),
        child.stderr.take().map(|pipe| collect(pipe, errors)),
    ];
    let ended = wait(&mut child)?;
    if ended.is_some() {
        for reader in readers.into_iter().flatten() {
            let _ = reader.join();
        }
    }
    let text: String = channels.iter().map(said).collect();
    match ended {
        Some(status) if status.success() => Ok(text),
        Some(_) => Err(format!("{text}\nfailed: {}", line(&command))),
        None => Err(format!(
            "{text}\nstopped after {} minutes: {}",
            MOST_TIME.as_secs() / 60,
            line(&command)
        )),
    }
}

/// What a program has printed so far on one of its channels.
type Channel = Arc<Mutex<Vec<u8>>>;

fn said(channel: &Channel) -> String {
    let bytes = channel.lock().map(|bytes| bytes.clone());
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}

/// Reads all that a program prints, as it comes.
fn collect(mut pipe: impl Read + Send + 'static, printed: &Channel) -> thread::JoinHandle<()> {
    let printed = Arc::clone(printed);
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(length @ 1..) = pipe.read(&mut chunk) {
            if let (Ok(mut all), Some(new)) = (printed.lock(), chunk.get(..length)) {
                all.extend_from_slice(new);
            }
        }
    })
}

/// Waits for its end; `None` if it took too long and was stopped.
fn wait(child: &mut Child) -> Outcome<Option<ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(Some(status));
        }
        if begun.elapsed() > MOST_TIME {
            child.kill().map_err(|error| error.to_string())?;
            return Ok(None);
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// Runs it and gives what it printed on standard output alone.
pub fn answer(mut command: Command) -> Outcome<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| cannot_start(&command, &error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("failed: {}", line(&command)))
    }
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start {}: {error}", line(command))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

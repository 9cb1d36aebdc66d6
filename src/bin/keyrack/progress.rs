//! Says on stderr that work goes on, once it has taken a second and somebody is there to see.

use std::{
    io::{IsTerminal, stderr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Sender, channel},
    },
    thread::{JoinHandle, spawn},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// Work shorter than this is not spoken of.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

/// Work that goes on until this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    count: Arc<AtomicU64>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Work of unknown or known size; `what` reads like `comparing members`.
    pub(crate) fn start(what: &str, size: Option<u64>) -> Self {
        let count = Arc::new(AtomicU64::new(0));
        if !stderr().is_terminal() {
            return Self {
                count,
                stop: None,
                thread: None,
            };
        }
        let (stop, stopped) = channel::<()>();
        let (seen, what) = (Arc::clone(&count), what.to_owned());
        let thread = spawn(move || {
            // An error means that the work has ended.
            let waits = |time| {
                matches!(
                    stopped.recv_timeout(time),
                    Err(std::sync::mpsc::RecvTimeoutError::Timeout)
                )
            };
            if !waits(PATIENCE) {
                return;
            }
            let bar = match size {
                Some(size) => ProgressBar::new(size),
                None => ProgressBar::new_spinner(),
            };
            let form = match size {
                Some(_) => "{spinner} {msg} {bar:30} {percent}%",
                None => "{spinner} {msg} {elapsed}",
            };
            if let Ok(style) = ProgressStyle::with_template(form) {
                bar.set_style(style);
            }
            let bar = bar.with_elapsed(PATIENCE);
            bar.set_message(what);
            while waits(TICK) {
                bar.set_position(seen.load(Ordering::Relaxed));
                bar.tick();
            }
            bar.finish_and_clear();
        });
        Self {
            count,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// One more done.
    pub(crate) fn step(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

//! Progress of a long scan: one line on a terminal, nothing anywhere else.

use super::ui::Ui;
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long a scan may take before progress is shown at all.
const PATIENCE: Duration = Duration::from_millis(700);
/// How often the line is written.
const PACE: Duration = Duration::from_millis(120);

/// Writes progress now and then.
pub(super) struct Progress {
    started: Instant,
    /// When the line is due again; `None` where nobody looks.
    due: Option<Mutex<Instant>>,
}

impl Progress {
    /// Silent unless standard error is a terminal that a person looks at.
    pub(super) fn new(ui: &Ui) -> Self {
        let started = Instant::now();
        let seen = !ui.quiet && io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        Self { started, due: seen.then(|| Mutex::new(started + PATIENCE)) }
    }

    /// `done` of `scope` parts are read, `bytes` in all.
    pub(super) fn show(&self, bytes: u64, done: u64, scope: u64) {
        let Some(due) = &self.due else { return };
        // Whoever finds the line being written has better things to do than to wait.
        let Ok(mut due) = due.try_lock() else { return };
        let now = Instant::now();
        if now < *due {
            return;
        }
        *due = now + PACE;
        let line = self.line(bytes, done, scope);
        let _ = write!(io::stderr(), "\r\x1b[K{line}");
    }

    fn line(&self, bytes: u64, done: u64, scope: u64) -> String {
        let seconds = self.started.elapsed().as_secs_f64();
        let rate = bytes as f64 / seconds / 1e6;
        let left = seconds * scope.saturating_sub(done) as f64 / done.max(1) as f64;
        format!("scanned {done} of {scope} ({rate:.0} MB/s), about {left:.0} s left")
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        let shown = self.due.is_some() && self.started.elapsed() > PATIENCE;
        if shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

//! Ctrl-C: the first asks the scan to end with what it has, the second ends the process.

use super::exit::Exit;
use crate::error::{Error, Kind, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the process was asked to end.
#[derive(Debug, Default, Clone)]
pub(super) struct Interrupt {
    stop: Arc<AtomicBool>,
    /// Whether one more signal ends the process at once.
    armed: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens from now on.
    ///
    /// # Errors
    /// If the operating system does not let us.
    pub(super) fn listen() -> Result<Self> {
        let it = Self::default();
        for signal in [SIGINT, SIGTERM] {
            let code = i32::from(Exit::Interrupted.code());
            // In this order: no signal that is taken is lost, and the one that arms it does not
            // set it off.
            let done = flag::register(signal, Arc::clone(&it.stop))
                .and_then(|_| flag::register_conditional_shutdown(signal, code, it.armed.clone()))
                .and_then(|_| flag::register(signal, Arc::clone(&it.armed)));
            done.map_err(|e| Error::new(Kind::Internal, "listening for signals").because(e))?;
        }
        Ok(it)
    }

    /// Set when the scan is to end.
    pub(super) fn stop(&self) -> &AtomicBool {
        &self.stop
    }

    /// The scan is over: from now on one signal is enough.
    pub(super) fn arm(&self) {
        self.armed.store(true, Ordering::Relaxed);
    }

    /// Does `work`, in the middle of which a second signal does not end the process.
    pub(super) fn undisturbed<T>(&self, work: impl FnOnce() -> T) -> T {
        self.armed.store(false, Ordering::Relaxed);
        let done = work();
        self.arm();
        done
    }
}

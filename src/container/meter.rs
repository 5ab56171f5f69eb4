//! What opening the containers of one text may cost, all that is nested in it together. Counted
//! is what really comes out, never what a header promises.

use super::LIMITS;
use crate::model::Budget;
use std::cell::{Cell, RefCell};
use std::io;
use std::sync::MutexGuard;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How the reason begins for which another try may get further.
pub const SLOW: &str = "it took longer than";

/// Bounds on what comes of one text.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How deep containers may be nested.
    pub depth: usize,
    /// So many bytes may come of any text,
    pub bytes: u64,
    /// and so many more for each of its own bytes.
    pub ratio: u64,
    /// How many parts.
    pub entries: u64,
    /// How much may be held at a time, as tables of decoders and containers that are read whole.
    pub memory: u64,
    /// How long it may take: so many seconds, and one more for each million of its bytes.
    pub seconds: u64,
}

/// The account of one text.
pub struct Meter<'a> {
    stop: &'a AtomicBool,
    budget: &'a Budget,
    began: Instant,
    own: Cell<u64>,
    made: Cell<u64>,
    entries: Cell<u64>,
    held: Cell<u64>,
    halt: RefCell<Option<String>>,
    told: Cell<bool>,
    large: RefCell<Option<MutexGuard<'a, ()>>>,
}

/// Memory that is accounted for until this is dropped.
pub(super) struct Held<'m, 'a> {
    meter: &'m Meter<'a>,
    bytes: u64,
}

impl Held<'_, '_> {
    /// Takes so much more.
    pub(super) fn grow(&mut self, bytes: u64) -> io::Result<()> {
        self.bytes += self.meter.take(bytes)?;
        Ok(())
    }
}

impl<'a> Meter<'a> {
    /// For a text of which `own` bytes are known to be there; `stop` ends it early.
    pub fn new(own: u64, stop: &'a AtomicBool, budget: &'a Budget) -> Self {
        Self {
            stop,
            budget,
            began: Instant::now(),
            own: Cell::new(own),
            made: Cell::new(0),
            entries: Cell::new(0),
            held: Cell::new(0),
            halt: RefCell::default(),
            told: Cell::new(false),
            large: RefCell::default(),
        }
    }

    /// So many more bytes of the text itself were read.
    pub fn read(&self, bytes: u64) {
        self.own.set(self.own.get().saturating_add(bytes));
    }

    /// So many bytes came out of a container.
    pub(super) fn made(&self, bytes: u64) -> io::Result<()> {
        let made = self.made.get().saturating_add(bytes);
        self.made.set(made);
        let own = self.own.get();
        if made > LIMITS.bytes.saturating_add(own.saturating_mul(LIMITS.ratio)) {
            return self.halt(format!("{made} bytes came out of {own}: more is not unpacked"));
        }
        let seconds = LIMITS.seconds + own / 1_000_000;
        if self.began.elapsed() > Duration::from_secs(seconds) {
            return self.halt(format!("{SLOW} {seconds} seconds"));
        }
        self.goes_on()
    }

    /// One more part, or as much work.
    pub(super) fn entry(&self) -> io::Result<()> {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() > LIMITS.entries {
            return self.halt(format!("it has more than {} parts", LIMITS.entries));
        }
        self.goes_on()
    }

    /// Takes memory.
    pub(super) fn hold(&self, bytes: u64) -> io::Result<Held<'_, 'a>> {
        self.take(bytes).map(|bytes| Held { meter: self, bytes })
    }

    fn take(&self, bytes: u64) -> io::Result<u64> {
        let held = self.held.get().saturating_add(bytes);
        if held > LIMITS.memory {
            let why = format!("{held} bytes of memory would be needed");
            return Err(io::Error::new(io::ErrorKind::OutOfMemory, why));
        }
        // Only one text at a time takes more than a thread's usual share.
        if held > self.budget.whole() && self.large.borrow().is_none() {
            *self.large.borrow_mut() = Some(self.budget.large());
        }
        self.held.set(held);
        Ok(bytes)
    }

    /// Whether nothing more is to be unpacked.
    pub fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.halt.borrow().is_some()
    }

    /// Why nothing more is unpacked, for the first who asks.
    pub(super) fn to_tell(&self) -> Option<String> {
        if self.told.get() {
            return None;
        }
        let why = self.halt.borrow().clone();
        self.told.set(why.is_some());
        why
    }

    fn goes_on(&self) -> io::Result<()> {
        match self.is_over() {
            true => Err(io::ErrorKind::QuotaExceeded.into()),
            false => Ok(()),
        }
    }

    fn halt(&self, why: String) -> io::Result<()> {
        self.halt.borrow_mut().get_or_insert(why);
        Err(io::ErrorKind::QuotaExceeded.into())
    }
}

impl Drop for Held<'_, '_> {
    fn drop(&mut self) {
        let left = self.meter.held.get().saturating_sub(self.bytes);
        self.meter.held.set(left);
        if left <= self.meter.budget.whole() {
            self.meter.large.borrow_mut().take();
        }
    }
}

//! Keeps the ledger while many threads work.

use crate::model::{Ledger, ObjectId, Reason, Skipped, Unit};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

#[derive(Default)]
struct Column {
    scope: AtomicU64,
    scanned: AtomicU64,
    known: AtomicU64,
    skipped: AtomicU64,
}

fn interrupted(unit: Option<Unit>, what: String) -> Skipped {
    let detail = "the scan was interrupted".to_owned();
    Skipped { reason: Reason::Interrupted, unit, what, detail }
}

/// Progress is told after every text at first, then every so many bytes.
const STEP: u64 = 1 << 20;

/// The account of a run in progress.
#[derive(Default)]
pub(super) struct Books {
    columns: [Column; Unit::ALL.len()],
    bytes: AtomicU64,
    skipped: Mutex<Vec<Skipped>>,
    notes: Mutex<Vec<String>>,
}

impl Books {
    fn column(&self, unit: Unit) -> &Column {
        &self.columns[unit as usize]
    }

    pub(super) fn declare(&self, unit: Unit, n: u64) {
        self.column(unit).scope.fetch_add(n, Relaxed);
    }

    /// One `unit` was scanned, its bytes counted by [`Books::read`].
    pub(super) fn scanned(&self, unit: Unit) {
        self.column(unit).scanned.fetch_add(1, Relaxed);
    }

    /// Counts bytes; answers whether it is time to tell of the progress once more.
    pub(super) fn read(&self, bytes: usize) -> bool {
        let bytes = bytes as u64;
        let before = self.bytes.fetch_add(bytes, Relaxed);
        before < STEP || before / STEP < (before + bytes) / STEP
    }

    pub(super) fn bare(&self, unit: Unit, n: u64) {
        self.column(unit).scanned.fetch_add(n, Relaxed);
    }

    pub(super) fn spared(&self, unit: Unit, n: u64) {
        self.column(unit).scope.fetch_add(n, Relaxed);
        self.column(unit).known.fetch_add(n, Relaxed);
    }

    pub(super) fn known(&self, unit: Unit) {
        self.column(unit).known.fetch_add(1, Relaxed);
    }

    pub(super) fn skip(&self, skipped: Skipped) {
        if let Some(unit) = skipped.unit {
            self.column(unit).skipped.fetch_add(1, Relaxed);
        }
        self.skipped.lock().unwrap_or_else(PoisonError::into_inner).push(skipped);
    }

    /// The objects among what was skipped; of those in which only a part could not be read, the rest
    /// was.
    pub(super) fn lost(&self) -> HashSet<ObjectId> {
        let skipped = self.skipped.lock().unwrap_or_else(PoisonError::into_inner);
        // In a submodule the path of that stands before the name.
        let whole = skipped.iter().filter(|s| s.unit.is_some());
        let names = whole.filter_map(|s| s.what.rsplit(' ').next());
        names.filter_map(|name| ObjectId::from_hex(name.as_bytes())).collect()
    }

    pub(super) fn note(&self, note: String) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    /// Bytes scanned, units done, units in scope.
    pub(super) fn progress(&self) -> (u64, u64, u64) {
        let sum = |of: fn(&Column) -> &AtomicU64| -> u64 {
            self.columns.iter().map(|c| of(c).load(Relaxed)).sum()
        };
        let done = sum(|c| &c.scanned) + sum(|c| &c.known) + sum(|c| &c.skipped);
        (self.bytes.load(Relaxed), done, sum(|c| &c.scope))
    }

    /// Tells of everything in scope that is not accounted for, since the scan was interrupted,
    /// and of what is not even known to be in scope.
    pub(super) fn interrupt(&self, unlisted: bool) {
        let mut told = false;
        for unit in Unit::ALL {
            let column = self.column(unit);
            let done = [&column.scanned, &column.known, &column.skipped];
            let done: u64 = done.iter().map(|n| n.load(Relaxed)).sum();
            let scope = column.scope.load(Relaxed);
            let rest = scope.saturating_sub(done);
            if rest > 0 {
                told = true;
                let what = format!("{rest} of {scope} {}", unit.plural());
                self.skip(interrupted(Some(unit), what));
                // One was counted with what is told of all.
                column.skipped.fetch_add(rest - 1, Relaxed);
            }
        }
        if unlisted || !told {
            self.skip(interrupted(None, "what was not listed yet".to_owned()));
        }
    }

    /// The finished account.
    pub(super) fn close(self) -> Ledger {
        let mut ledger = Ledger { bytes: self.bytes.into_inner(), ..Ledger::default() };
        for (unit, column) in Unit::ALL.into_iter().zip(self.columns) {
            let count = crate::model::Count {
                scope: column.scope.into_inner(),
                scanned: column.scanned.into_inner(),
                known: column.known.into_inner(),
                skipped: column.skipped.into_inner(),
            };
            if count != crate::model::Count::default() {
                *ledger.count_mut(unit) = count;
            }
        }
        ledger.skipped = self.skipped.into_inner().unwrap_or_else(PoisonError::into_inner);
        ledger.skipped.sort();
        ledger.notes = self.notes.into_inner().unwrap_or_else(PoisonError::into_inner);
        ledger.notes.sort();
        ledger.notes.dedup();
        ledger
    }
}

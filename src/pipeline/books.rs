//! Keeps the ledger while many threads work.

use crate::model::{Ledger, Skipped, Unit};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

#[derive(Default)]
struct Column {
    scope: AtomicU64,
    scanned: AtomicU64,
    known: AtomicU64,
    skipped: AtomicU64,
}

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

    pub(super) fn scanned(&self, unit: Unit, bytes: usize) {
        self.column(unit).scanned.fetch_add(1, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
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

//! How much memory the texts that are being scanned may take at a time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What is held at a time unless somebody asks for more or less.
pub const USUAL_MEMORY: u64 = 512 << 20;
/// Less than this is no use: the rules alone take as much.
pub const LEAST_MEMORY: u64 = 16 << 20;

/// Sizes of a piece of a long text.
const SMALLEST: u64 = 256 << 10;
const LARGEST: u64 = 4 << 20;

/// A number of bytes that all threads share. Mapped files are not counted.
#[derive(Debug)]
pub struct Budget {
    total: u64,
    piece: u64,
    held: Mutex<u64>,
    freed: Condvar,
    large: Mutex<()>,
}

/// A part of the budget; given back when dropped.
#[derive(Debug)]
pub struct Hold<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Budget {
    /// `total` bytes for `threads` threads.
    pub fn new(total: u64, threads: usize) -> Self {
        let share = total / (8 * threads.max(1) as u64);
        let piece = share.clamp(SMALLEST, LARGEST);
        Self {
            total,
            piece,
            held: Mutex::default(),
            freed: Condvar::new(),
            large: Mutex::default(),
        }
    }

    /// All of it.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How much of a long text is scanned at a time.
    pub fn piece(&self) -> usize {
        usize::try_from(self.piece).unwrap_or(usize::MAX)
    }

    /// Texts longer than this are read piece by piece, others whole.
    pub fn whole(&self) -> u64 {
        2 * self.piece
    }

    /// What a text of `bytes` bytes takes while it is scanned, piece by piece if it is long.
    pub fn needed(&self, bytes: u64) -> u64 {
        if bytes > self.whole() { 4 * self.piece } else { bytes }
    }

    /// Takes `bytes` of it, and waits until others have given back as much. What is more than the
    /// whole budget is given once nobody else holds anything. Whoever holds a part must not ask
    /// for another before giving it back.
    pub fn take(&self, bytes: u64) -> Hold<'_> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while *held > 0 && held.saturating_add(bytes) > self.total {
            held = self.freed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        *held = held.saturating_add(bytes);
        Hold { budget: self, bytes }
    }

    /// Waits for the turn to take more than a share: for a container that must be read whole. One
    /// thread has it at a time. Whoever has it must not ask for anything else.
    pub fn large(&self) -> MutexGuard<'_, ()> {
        self.large.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much is held now.
    pub fn held(&self) -> u64 {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(USUAL_MEMORY, 1)
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        let mut held = self.budget.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_sub(self.bytes);
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn threads_never_hold_more_than_there_is() {
        let budget = Budget::new(100, 4);
        let most = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for n in 0..8_u64 {
                let (budget, most) = (&budget, &most);
                scope.spawn(move || {
                    for _ in 0..50 {
                        let _hold = budget.take(20 + n);
                        most.fetch_max(budget.held(), Ordering::Relaxed);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 100);
        assert_eq!(budget.held(), 0);
    }

    #[test]
    fn what_is_too_large_gets_all() {
        let budget = Budget::new(100, 1);
        drop(budget.take(1000));
        assert_eq!(budget.held(), 0);
    }

    #[test]
    fn pieces_follow_from_budget_and_threads() {
        assert_eq!(Budget::default().piece(), 4 << 20);
        assert_eq!(Budget::new(16 << 20, 4).piece(), 512 << 10);
        assert_eq!(Budget::new(1, 64).piece(), 256 << 10);
    }
}

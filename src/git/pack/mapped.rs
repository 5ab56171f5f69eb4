//! Files mapped into memory: packs and their indexes, which may be larger than it.
//!
//! The one place with `unsafe`. A map is unsafe since nothing stops others from changing the file
//! under it. For packs that is as good as it gets: git writes each under a temporary name, renames
//! it into place, never changes it again, removes it by unlinking (which leaves the map whole), and
//! maps it the same way. Who may shorten a file of the store by force can end this process with a
//! signal: that is no clean exit, so it hides nothing. Who may change its bytes could have written
//! other bytes to begin with; numbers are copied out before they are checked and used.

#![allow(unsafe_code, reason = "a map cannot be made without; the contract is told above")]

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

/// The bytes of a file.
pub(crate) enum Mapped {
    /// As mapped.
    File(Mmap),
    /// As given. An empty file cannot be mapped.
    Bytes(Vec<u8>),
}

impl Mapped {
    /// Maps the file at `path`.
    ///
    /// # Errors
    /// If it cannot be opened or mapped.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Ok(Self::Bytes(Vec::new()));
        }
        // SAFETY: see the head of this file.
        Ok(Self::File(unsafe { Mmap::map(&file)? }))
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::File(map) => map,
            Self::Bytes(bytes) => bytes,
        }
    }
}

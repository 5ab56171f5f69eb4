//! A long file in which nothing is written in places: what reads as NULs there is not asked of the
//! system, which would make pages of them first.

use std::fs::{File, Metadata};
use std::io::{self, Read};

/// Reads a file of which a start was read already, over its holes.
pub(super) struct Holey<'a> {
    file: &'a File,
    at: u64,
    /// Up to here there are NULs.
    hole: u64,
    /// Up to here there is content that can be read; from there on one has to ask.
    data: u64,
}

impl<'a> Holey<'a> {
    /// The file of which `seen` was known, from `at` on, where it stands.
    pub(super) fn new(file: &'a File, seen: &Metadata, at: u64) -> Self {
        let data = if is_sparse(seen) { at } else { u64::MAX };
        Self { file, at, hole: at, data }
    }

    /// Finds out what comes next.
    #[cfg(target_os = "linux")]
    fn ask(&mut self) -> io::Result<()> {
        use rustix::fs::{SeekFrom, seek};
        let size = self.file.metadata()?.len();
        let whole =
            |e: rustix::io::Errno| if e == rustix::io::Errno::NXIO { Ok(size) } else { Err(e) };
        self.hole = seek(self.file, SeekFrom::Data(self.at)).or_else(whole)?.max(self.at);
        self.data = seek(self.file, SeekFrom::Hole(self.hole)).or_else(whole)?;
        if self.data <= self.hole {
            // The end, as far as one can see: whatever is written behind it now is read.
            self.data = u64::MAX;
        }
        seek(self.file, SeekFrom::Start(self.hole))?;
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    fn ask(&mut self) -> io::Result<()> {
        self.data = u64::MAX;
        Ok(())
    }
}

impl Read for Holey<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.data {
            self.ask()?;
        }
        let within = |end: u64, into: &[u8]| {
            usize::try_from(end - self.at).unwrap_or(usize::MAX).min(into.len())
        };
        let n = if self.at < self.hole {
            let n = within(self.hole, into);
            into.iter_mut().take(n).for_each(|b| *b = 0);
            n
        } else {
            let most = within(self.data, into);
            let mut file = self.file;
            file.read(into.get_mut(..most).unwrap_or_default())?
        };
        self.at += n as u64;
        Ok(n)
    }
}

#[cfg(unix)]
fn is_sparse(seen: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    seen.blocks().saturating_mul(512) < seen.len()
}

#[cfg(not(unix))]
fn is_sparse(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use std::io::{Seek, SeekFrom, Write};

    #[test]
    fn holes_and_content_are_read_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let mut file = File::create(&path).unwrap();
        for (at, text) in [(0, "one"), (1 << 20, "two"), ((3 << 20) + 5, "three")] {
            file.seek(SeekFrom::Start(at)).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        }
        file.set_len(4 << 20).unwrap();
        let plain = std::fs::read(&path).unwrap();
        for start in [0, 2, 5000, 2 << 20, 4 << 20] {
            let mut file = File::open(&path).unwrap();
            file.seek(SeekFrom::Start(start)).unwrap();
            let mut read = Vec::new();
            let seen = file.metadata().unwrap();
            Holey::new(&file, &seen, start).read_to_end(&mut read).unwrap();
            assert!(read == plain[start as usize..], "{start}");
        }
    }
}

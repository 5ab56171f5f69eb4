//! Images of containers: a folder in the OCI layout, or what docker holds. Both are read as the
//! archive that such an image is kept in, without writing one.

use super::objects::lock;
use super::{Sink, Source};
use crate::error::{Error, Kind, Result};
use crate::git::command::docker_save;
use crate::model::{Origin, OriginKind, Reason, Skipped, Unit, display_path};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Mutex;

/// An image.
pub enum Image {
    /// The folder in which it is laid out.
    Folder(PathBuf),
    /// Its name in docker.
    Docker(String),
}

impl Image {
    /// The image that docker knows by `name`.
    ///
    /// # Errors
    /// If that is no name of an image.
    pub fn docker(name: &str) -> Result<Self> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"._/:@-".contains(&b);
        if name.is_empty() || name.starts_with('-') || !name.bytes().all(fits) {
            return Err(Error::new(Kind::Usage, "that is no name of an image"));
        }
        Ok(Self::Docker(name.to_owned()))
    }

    fn shown(&self) -> String {
        match self {
            Self::Folder(folder) => format!("oci:{}", folder.display()),
            Self::Docker(name) => format!("docker:{name}"),
        }
    }
}

impl Source for Image {
    fn scope(&self) -> String {
        display_path(self.shown().as_bytes())
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let origin = Origin::new(OriginKind::File).path(self.shown());
        let read = |text: &mut dyn Read| {
            sink.declare(Unit::File, 1);
            let _hold = sink.budget().take(sink.budget().needed(u64::MAX));
            sink.stream(Unit::File, origin.clone(), text)
        };
        let done = match self {
            Self::Folder(folder) => read(&mut Archive::of(folder)?),
            Self::Docker(name) => read(&mut Saved::start(name)?),
        };
        if let Err(e) = done {
            let (reason, unit) = (Reason::Unreadable, Some(Unit::File));
            sink.skip(Skipped { reason, unit, what: self.scope(), detail: e.to_string() });
        }
        Ok(())
    }
}

/// What `docker save` writes; an error at its end if it failed.
struct Saved {
    child: Child,
    ended: Mutex<bool>,
}

impl Saved {
    fn start(name: &str) -> Result<Self> {
        Ok(Self { child: docker_save(name)?, ended: Mutex::new(false) })
    }
}

impl Read for Saved {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.child.stdout.as_mut().map_or(Ok(0), |out| out.read(into))?;
        let mut ended = lock(&self.ended);
        if n > 0 || into.is_empty() || *ended {
            return Ok(n);
        }
        *ended = true;
        let mut said = String::new();
        if let Some(errors) = &mut self.child.stderr {
            errors.take(4096).read_to_string(&mut said)?;
        }
        match self.child.wait()?.success() {
            true => Ok(0),
            false => Err(io::Error::other(format!("docker failed: {}", said.trim()))),
        }
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        // Whether it has ended by itself makes no difference.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The files of a folder as a tar archive that is made while it is read.
struct Archive {
    folder: PathBuf,
    files: VecDeque<PathBuf>,
    part: Box<dyn Read>,
}

impl Archive {
    fn of(folder: &Path) -> Result<Self> {
        let trouble =
            |e| Error::new(Kind::Io, format!("{} cannot be read", folder.display())).because(e);
        if !folder.join("oci-layout").exists() && !folder.join("index.json").exists() {
            let why = format!("{} is no image in the OCI layout", folder.display());
            return Err(Error::new(Kind::Usage, why).hint("it has a file `index.json`"));
        }
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next).map_err(trouble)? {
                let entry = entry.map_err(trouble)?;
                match entry.file_type().map_err(trouble)? {
                    kind if kind.is_dir() => folders.push(entry.path()),
                    kind if kind.is_file() => files.push(entry.path()),
                    _ => {}
                }
            }
        }
        files.sort();
        Ok(Self { folder: folder.to_owned(), files: files.into(), part: Box::new(io::empty()) })
    }

    /// The head, content and padding of one file.
    fn entry(&self, file: &Path) -> io::Result<Box<dyn Read>> {
        let name = file.strip_prefix(&self.folder).unwrap_or(file);
        let name = name.as_os_str().as_encoded_bytes();
        let content = File::open(file)?;
        let len = content.metadata()?.len();
        let long = head(b"@LongLink", b'L', name.len() as u64);
        let head = head(name, b'0', len);
        let padding = |n: u64| io::repeat(0).take((512 - n % 512) % 512);
        let whole = Whole { rest: content.take(len) }.chain(padding(len));
        if name.len() <= 100 {
            return Ok(Box::new(io::Cursor::new(head).chain(whole)));
        }
        let long = [&long[..], name].concat();
        let long = io::Cursor::new(long).chain(padding(name.len() as u64));
        Ok(Box::new(long.chain(io::Cursor::new(head)).chain(whole)))
    }
}

impl Read for Archive {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.part.read(into)?;
            if n > 0 || into.is_empty() {
                return Ok(n);
            }
            let Some(next) = self.files.pop_front() else { return Ok(0) };
            self.part = self.entry(&next)?;
        }
    }
}

/// A file that must not be shorter than it was.
struct Whole {
    rest: io::Take<File>,
}

impl Read for Whole {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.rest.read(into)?;
        if n == 0 && self.rest.limit() > 0 && !into.is_empty() {
            return Err(io::Error::other("a file became shorter while it was read"));
        }
        Ok(n)
    }
}

/// The head of an entry in an archive.
fn head(name: &[u8], kind: u8, len: u64) -> Vec<u8> {
    let short = name.get(..name.len().min(100)).unwrap_or_default();
    let mut head = short.to_vec();
    head.resize(100, 0);
    head.extend_from_slice(b"0000644\x000000000\x000000000\0");
    // The highest bit says that the size is a number, and not in digits.
    head.extend_from_slice(&[0x80, 0, 0, 0]);
    head.extend_from_slice(&len.to_be_bytes());
    head.extend_from_slice(b"00000000000\0        ");
    head.push(kind);
    head.resize(257, 0);
    head.extend_from_slice(b"ustar\x0000");
    head.resize(512, 0);
    let sum: u32 = head.iter().map(|b| u32::from(*b)).sum();
    let sum = format!("{sum:06o}\0 ");
    head.iter_mut().skip(148).zip(sum.bytes()).for_each(|(to, from)| *to = from);
    head
}

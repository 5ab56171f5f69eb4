//! Findings that a person found to be real, kept in the git directory: fingerprint, tab, owner.

use crate::error::{Error, Kind, Result};
use crate::model::Fingerprint;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

/// One answer.
pub(super) struct Answer {
    /// Which finding.
    pub(super) print: Fingerprint,
    /// Who takes care of it.
    pub(super) owner: String,
}

/// All answers.
pub(super) struct Answers {
    file: PathBuf,
    known: BTreeMap<Fingerprint, String>,
}

impl Answers {
    /// Reads what was kept. A line that makes no sense is asked about again.
    pub(super) fn load(file: PathBuf) -> Result<Self> {
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
            Err(e) => {
                let what = format!("reading {}", file.display());
                return Err(Error::new(Kind::Io, what).because(e));
            }
        };
        let line = |line: &str| {
            let (print, owner) = line.split_once('\t')?;
            Some((Fingerprint::from_hex(print)?, owner.to_owned()))
        };
        let known = text.lines().filter_map(line).collect();
        Ok(Self { file, known })
    }

    /// Whether there is one for this finding.
    pub(super) fn knows(&self, print: Fingerprint) -> bool {
        self.known.contains_key(&print)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// Keeps one more.
    pub(super) fn add(&mut self, answer: Answer) -> Result<()> {
        let line = format!("{}\t{}\n", answer.print, answer.owner);
        let opened = OpenOptions::new().create(true).append(true).open(&self.file);
        opened.and_then(|mut f| f.write_all(line.as_bytes())).map_err(|e| {
            Error::new(Kind::Io, format!("writing {}", self.file.display())).because(e)
        })?;
        self.known.insert(answer.print, answer.owner);
        Ok(())
    }
}

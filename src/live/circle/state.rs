//! How far a rotation is: a file that is on disk before and after each change.

use crate::error::{Error, Kind, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What is known of a thing from outside: enough to see whether it was changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Mark {
    /// When it was set, as CircleCI says.
    pub(super) set: String,
    /// Its last characters, as CircleCI shows them, or the ids of keys and tokens.
    pub(super) shown: Vec<String>,
}

/// How far a change is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub(super) enum Step {
    /// It was so before; since then the change may have been sent.
    Sending { before: Option<Mark> },
    /// A key or token was made in its place; the old ones are being removed.
    Made { before: Option<Mark>, new: String },
    /// It is changed.
    Done { after: Option<Mark> },
}

/// The file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct State {
    version: u32,
    changes: BTreeMap<String, Step>,
    #[serde(skip)]
    path: PathBuf,
}

impl State {
    /// Reads it; an empty one if there is no file.
    ///
    /// # Errors
    /// If the file is there and cannot be read: going on without it could change things twice.
    pub fn open(path: &Path) -> Result<Self> {
        let wrong = |what: &str| {
            Error::new(Kind::Io, format!("{what} the state of the rotation, {}", path.display()))
        };
        let mut state = match fs::read(path) {
            Ok(raw) => serde_json::from_slice(&raw).map_err(|e| wrong("reading").because(e))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Self::default(),
            Err(e) => return Err(wrong("reading").because(e)),
        };
        state.version = 1;
        path.clone_into(&mut state.path);
        Ok(state)
    }

    pub(super) fn step(&self, id: &str) -> Option<&Step> {
        self.changes.get(id)
    }

    /// Whether a change is done.
    pub fn is_done(&self, id: &str) -> bool {
        matches!(self.step(id), Some(Step::Done { .. }))
    }

    /// Records a step. It is on disk when this returns.
    pub(super) fn record(&mut self, id: &str, step: Step) -> Result<()> {
        self.changes.insert(id.to_owned(), step);
        self.write().map_err(|e| {
            let doing = format!("writing the state of the rotation, {}", self.path.display());
            Error::new(Kind::Io, doing).because(e)
        })
    }

    fn write(&self) -> std::io::Result<()> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let beside = self.path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

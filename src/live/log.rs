//! The trail of what was asked, without what was asked about: one JSON object a line.

use crate::error::{Error, Kind, Result};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// A file that lines are added to.
#[derive(Debug)]
pub struct Log {
    file: Mutex<File>,
    name: String,
}

impl Log {
    /// Opens the file, and keeps what is in it.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        let file = options.open(path).map_err(|e| failed(&name, e))?;
        Ok(Self { file: Mutex::new(file), name })
    }

    /// Adds a line; the time is put before it. It is on disk when this returns.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&self, mut line: serde_json::Value) -> Result<()> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        if let Some(map) = line.as_object_mut() {
            map.insert("time".into(), now.into());
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let text = format!("{line}\n");
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_data())
            .map_err(|e| failed(&self.name, e))
    }
}

fn failed(name: &str, e: std::io::Error) -> Error {
    Error::new(Kind::Io, format!("writing the log {name}")).because(e)
}

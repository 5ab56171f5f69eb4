//! Files that are named one by one.

use super::disk::{OnDisk, Reading};
use super::files::Files;
use super::{Sink, Source};
use crate::error::Result;
use crate::model::OriginKind;
use std::path::PathBuf;

/// The files of a list. A folder in it means all that is in it.
pub struct Listed {
    paths: Vec<PathBuf>,
}

impl Listed {
    /// The files that `list` names: each ended by NUL if there is one, or else by a line break.
    pub fn parse(list: &[u8]) -> Self {
        let end = if list.contains(&0) { 0 } else { b'\n' };
        let names = list.split(|b| *b == end).map(|n| n.strip_suffix(b"\r").unwrap_or(n));
        Self { paths: names.filter(|n| !n.is_empty()).map(super::worktree::native).collect() }
    }
}

impl Source for Listed {
    fn scope(&self) -> String {
        format!("{} listed files", self.paths.len())
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let (folders, files): (Vec<_>, Vec<_>) = self.paths.iter().partition(|p| p.is_dir());
        let files = files
            .into_iter()
            .map(|file| OnDisk { shown: super::files::shown(file), file: file.clone() });
        Reading { kind: OriginKind::File, hash: false }.all(files.collect(), sink);
        folders.into_iter().try_for_each(|folder| Files::new(folder).read(sink))
    }
}

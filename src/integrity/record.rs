//! What is recorded of a repository: sorted lines, so that two records compare by eye as well.

use crate::error::{Error, Kind, Result};
use crate::git::Repo;
use crate::model::{ObjectId, display_path};
use std::collections::BTreeMap;
use std::path::Path;

/// The first line of a record.
const HEAD: &str = "stanch-integrity/1";

/// A record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// When it was made, in seconds since 1970.
    pub time: i64,
    /// Refs and what they name.
    pub refs: BTreeMap<String, ObjectId>,
    /// Hooks and the hashes of their content.
    pub hooks: BTreeMap<String, String>,
}

impl Record {
    /// Records `repo` as it is.
    ///
    /// # Errors
    /// If its refs or hooks cannot be read.
    pub fn of(repo: &Repo, time: i64) -> Result<Self> {
        let refs = repo.current_refs()?.refs.into_iter().map(|r| (display_path(&r.name), r.id));
        let mut refs: BTreeMap<String, ObjectId> = refs.collect();
        refs.extend(repo.head()?.map(|id| ("HEAD".to_owned(), id)));
        Ok(Self { time, refs, hooks: hooks(repo)? })
    }

    /// As text.
    pub fn text(&self) -> String {
        let mut out = format!("{HEAD}\ntime {}\n", self.time);
        self.refs.iter().for_each(|(name, id)| out.push_str(&format!("ref {id} {name}\n")));
        self.hooks.iter().for_each(|(name, hash)| out.push_str(&format!("hook {hash} {name}\n")));
        out
    }

    /// From text.
    ///
    /// # Errors
    /// If it is not of the form.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |line: usize| {
            Error::new(
                Kind::Config,
                format!("line {line} is not that of a record of `stanch integrity`"),
            )
        };
        let mut lines = text.lines().enumerate();
        if lines.next().map(|(_, l)| l) != Some(HEAD) {
            return Err(wrong(1));
        }
        let mut record = Self::default();
        for (nth, line) in lines {
            let mut words = line.splitn(3, ' ');
            let (kind, value, name) = (words.next(), words.next(), words.next());
            match (kind, value, name) {
                (Some("time"), Some(time), None) => {
                    record.time = time.parse().map_err(|_| wrong(nth + 1))?;
                }
                (Some("ref"), Some(id), Some(name)) => {
                    let id = ObjectId::from_hex(id.as_bytes()).ok_or_else(|| wrong(nth + 1))?;
                    record.refs.insert(name.to_owned(), id);
                }
                (Some("hook"), Some(hash), Some(name)) => {
                    record.hooks.insert(name.to_owned(), hash.to_owned());
                }
                _ => return Err(wrong(nth + 1)),
            }
        }
        Ok(record)
    }
}

/// Hooks in the repository's own folder and in the one that its `core.hooksPath` names, and the
/// settings that decide about programs, with hashes of their content.
///
/// # Errors
/// If one cannot be read.
pub fn hooks(repo: &Repo) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let folder = repo.common_dir().join("hooks");
    let settings = repo.common_dir().join("config");
    let named = std::fs::read_to_string(&settings).ok().and_then(|text| hooks_path(&text));
    let named = named.map(|path| repo.work_dir().unwrap_or(repo.common_dir()).join(path));
    let mut paths = vec![settings, repo.common_dir().join("info/attributes")];
    for folder in [Some(folder), named].into_iter().flatten() {
        if let Ok(entries) = std::fs::read_dir(&folder) {
            paths.extend(entries.filter_map(|e| Some(e.ok()?.path())));
        }
    }
    for path in paths.iter().filter(|p| p.is_file() && p.extension().is_none_or(|e| e != "sample"))
    {
        let hash = hashed(path)?;
        let name = path.strip_prefix(repo.common_dir()).unwrap_or(path);
        found.insert(display_path(name.as_os_str().as_encoded_bytes()), hash);
    }
    Ok(found)
}

/// The value of `core.hooksPath` in a repository's configuration.
fn hooks_path(text: &str) -> Option<String> {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let mut named = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case("hookspath"));
    named.next_back().map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

fn hashed(path: &Path) -> Result<String> {
    let text = std::fs::read(path)
        .map_err(|e| Error::new(Kind::Io, format!("reading {}", path.display())).because(e))?;
    Ok(blake3::hash(&text).to_hex().to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let id = ObjectId::from_bytes(&[7; 20]).unwrap();
        let refs = BTreeMap::from([("refs/heads/a b".to_owned(), id)]);
        let hooks = BTreeMap::from([("hooks/x".to_owned(), "ab".to_owned())]);
        let record = Record { time: -5, refs, hooks };
        assert_eq!(Record::parse(&record.text()).unwrap(), record);
        for bad in ["", "x", "stanch-integrity/1\nref zz a", "stanch-integrity/1\nwhat a b"] {
            assert!(Record::parse(bad).is_err(), "{bad}");
        }
    }
}

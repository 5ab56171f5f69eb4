//! What others say of the refs: a mirror, a remote's own list, the reflogs that are kept here.

use super::compare::{Change, is_behind, peeled};
use crate::config::Date;
use crate::error::{Error, Kind, Result};
use crate::git::Repo;
use crate::model::{ObjectId, display_path};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Updates of reflogs that are looked at, the youngest of each log first.
const UPDATES: usize = 500;

type Refs = BTreeMap<String, ObjectId>;

/// Refs as `git ls-remote` prints them.
///
/// # Errors
/// If a line is not of that form.
pub fn listed(text: &str) -> Result<Refs> {
    let mut refs = BTreeMap::new();
    for (line, nth) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let wrong =
            || Error::new(Kind::Config, format!("line {nth} is not one of `git ls-remote`"));
        let (id, name) = line.split_once('\t').ok_or_else(wrong)?;
        let id = ObjectId::from_hex(id.as_bytes()).ok_or_else(wrong)?;
        // `^{}` names what an annotated tag is about.
        if !name.ends_with("^{}") {
            refs.insert(display_path(name.trim().as_bytes()), id);
        }
    }
    Ok(refs)
}

/// Branches and tags that stand elsewhere in `theirs` than in `ours`. `whose` says whose they are.
pub fn differ(repo: &Repo, ours: &Refs, theirs: &Refs, whose: &str) -> Vec<Change> {
    let counts =
        |name: &&String| name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
    let mut changes = Vec::new();
    for name in theirs.keys().filter(counts) {
        match (ours.get(name), theirs.get(name)) {
            (Some(own), Some(their)) if own != their => {
                changes.push(apart(repo, name, *own, *their, whose));
            }
            (None, Some(their)) => {
                let detail = format!("{whose} has it at {}, and it is not here", their.short());
                changes.push(Change::new(false, "not-here", name, detail));
            }
            _ => {}
        }
    }
    for (name, own) in ours.iter().filter(|(name, _)| counts(name) && !theirs.contains_key(*name))
    {
        let detail = format!("at {}; {whose} does not have it", own.short());
        changes.push(Change::new(false, "only-here", name, detail));
    }
    changes
}

fn apart(repo: &Repo, name: &str, own: ObjectId, their: ObjectId, whose: &str) -> Change {
    let way = format!("here at {}, {whose} has {}", own.short(), their.short());
    if name.starts_with("refs/tags/") {
        return Change::new(true, "tag-differs", name, way);
    }
    let (Some(own), Some(their)) = (peeled(repo, own), peeled(repo, their)) else {
        let detail = format!("{way}, which is not here: fetch it, then look again");
        return Change::new(false, "behind", name, detail);
    };
    match (is_behind(repo, their, own), is_behind(repo, own, their)) {
        (true, _) => Change::new(false, "ahead", name, way),
        (false, true) => Change::new(false, "behind", name, way),
        (false, false) => Change::new(true, "diverged", name, way),
    }
}

/// Updates in `from..end` that threw commits away, as the reflogs here tell them; and how many
/// updates were looked at. What a remote did needs an explanation; that somebody amends a commit
/// of their own does not.
pub fn forced_in_logs(repo: &Repo, from: i64, end: i64) -> (usize, Vec<Change>) {
    let root = repo.common_dir().join("logs");
    let mut changes = Vec::new();
    let mut seen = 0;
    for file in files(&root.join("refs"), 0) {
        let name = file.strip_prefix(&root).unwrap_or(&file);
        let name = display_path(name.as_os_str().as_encoded_bytes());
        let text = std::fs::read(&file).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let updates = text.lines().rev().filter_map(Update::parse);
        let updates = updates.filter(|u| u.time >= from && u.time < end).take(UPDATES);
        for update in updates {
            seen += 1;
            changes.extend(update.thrown_away(repo, &name));
        }
    }
    (seen, changes)
}

/// A line of a reflog.
struct Update<'t> {
    old: ObjectId,
    new: ObjectId,
    time: i64,
    what: &'t str,
}

impl<'t> Update<'t> {
    fn parse(line: &'t str) -> Option<Self> {
        let (head, what) = line.split_once('\t').unwrap_or((line, ""));
        let mut words = head.split(' ');
        let old = ObjectId::from_hex(words.next()?.as_bytes())?;
        let new = ObjectId::from_hex(words.next()?.as_bytes())?;
        let time = words.nth_back(1)?.parse().ok()?;
        Some(Self { old, new, time, what })
    }

    fn thrown_away(&self, repo: &Repo, name: &str) -> Option<Change> {
        if self.old.is_zero() || self.new.is_zero() {
            return None;
        }
        let (old, new) = (peeled(repo, self.old)?, peeled(repo, self.new)?);
        if is_behind(repo, old, new) {
            return None;
        }
        let remote = name.starts_with("refs/remotes/");
        let day = Date::after_epoch(u64::try_from(self.time).unwrap_or(0) / 86_400);
        let (old, new, what) = (old.short(), new.short(), display_path(self.what.as_bytes()));
        let detail = format!("on {day} from {old} to {new}: {what}");
        Some(Change::new(remote, if remote { "forced" } else { "rewritten" }, name, detail))
    }
}

fn files(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(folder).into_iter().flatten().filter_map(|e| Some(e.ok()?.path()));
    let mut found: Vec<PathBuf> = entries
        .flat_map(|path| match path.is_dir() {
            true if depth < 32 => files(&path, depth + 1),
            true => Vec::new(),
            false => vec![path],
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn lines_of_git_are_read() {
        let id = "a".repeat(40);
        let text = format!("{id}\tHEAD\n{id}\trefs/tags/v1\n{id}\trefs/tags/v1^{{}}\n");
        let refs = listed(&text).unwrap();
        assert_eq!(refs.keys().collect::<Vec<_>>(), ["HEAD", "refs/tags/v1"]);
        assert!(listed("x").is_err() && listed("zz\trefs/heads/a").is_err());
        let line = format!("{id} {id} A B <a@b> 1600000000 +0200\tfetch: forced-update");
        let update = Update::parse(&line).unwrap();
        assert_eq!((update.time, update.what), (1_600_000_000, "fetch: forced-update"));
    }
}

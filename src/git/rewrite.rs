//! A new repository with everything that refs reach, some bytes of it replaced. The old one is only
//! read; the new one holds nothing that no ref reaches, so nothing has to be pruned.

use super::object::Tag;
use super::tree::{Entries, EntryKind};
use super::walk::Walk;
use super::{Commit, Kind, Repo};
use crate::error::{Error, Kind as Trouble, Result};
use crate::model::ObjectId;
use std::collections::HashMap;
use std::path::Path;

/// How deep folders and tags of tags are gone into.
const DEEP: usize = 256;

/// Bytes to put in place of others; `None` if there is nothing to replace.
pub type Replace<'a> = &'a dyn Fn(&[u8]) -> Option<Vec<u8>>;

/// What was done.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// Commits that were written, and those of them that have a new id.
    pub commits: (usize, usize),
    /// Blobs whose content was changed.
    pub blobs: usize,
    /// Refs that were written, and those that name something else now.
    pub refs: (usize, usize),
}

struct Writer<'a> {
    repo: &'a Repo,
    new: git2::Repository,
    replace: Replace<'a>,
    known: HashMap<ObjectId, ObjectId>,
    done: Rewritten,
}

/// Writes the repository into the new folder `into`.
///
/// # Errors
/// If the folder is there already, or anything that refs reach cannot be read: half a history must
/// not pass for the whole.
pub fn rewrite(repo: &Repo, into: &Path, replace: Replace<'_>) -> Result<Rewritten> {
    if into.exists() {
        let there = format!("{} is there already", into.display());
        return Err(Error::new(Trouble::Usage, there).hint("name a folder that is not there yet"));
    }
    if repo.width() != 20 || !repo.shallow()?.is_empty() || repo.is_partial() {
        let what = "only a whole SHA-1 repository can be rewritten: this one is shallow, partial or SHA-256";
        return Err(Error::new(Trouble::Git, what));
    }
    let new = git2::Repository::init_bare(into).map_err(failed)?;
    let mut writer =
        Writer { repo, new, replace, known: HashMap::new(), done: Rewritten::default() };
    writer.all()?;
    Ok(writer.done)
}

impl Writer<'_> {
    fn all(&mut self) -> Result<()> {
        let refs = self.repo.current_refs()?;
        if let Some(broken) = refs.broken.first() {
            let name = crate::model::display_path(broken);
            return Err(Error::new(Trouble::Git, format!("the ref {name} names no object")));
        }
        let mut tips: Vec<ObjectId> = refs.refs.iter().map(|r| r.id).collect();
        tips.extend(self.repo.head()?);
        let commits: Vec<ObjectId> =
            tips.iter().filter_map(|id| self.commit_behind(*id)).collect();
        let walk = Walk::run(self.repo, &commits, &[]);
        if let Some((id, gap)) = walk.gaps.first() {
            return Err(
                Error::new(Trouble::Git, format!("reading {id}")).because(gap.detail.clone())
            );
        }
        for step in &walk.steps {
            self.commit(step.id)?;
        }
        for found in &refs.refs {
            let id = self.any(found.id, 0)?;
            let name = String::from_utf8_lossy(&found.name).into_owned();
            let oid = git2::Oid::from_bytes(id.as_bytes()).map_err(failed)?;
            self.new.reference(&name, oid, true, "").map_err(failed)?;
            self.done.refs.0 += 1;
            self.done.refs.1 += usize::from(id != found.id);
        }
        self.head()
    }

    /// HEAD names the same branch, or the same commit.
    fn head(&mut self) -> Result<()> {
        let text = std::fs::read_to_string(self.repo.git_dir().join("HEAD"))
            .map_err(|e| Error::new(Trouble::Git, "reading HEAD").because(e))?;
        if let Some(name) = text.trim().strip_prefix("ref: ") {
            return self.new.set_head(name).map_err(failed);
        }
        if let Some(id) = self.repo.head()? {
            let id = self.any(id, 0)?;
            let oid = git2::Oid::from_bytes(id.as_bytes()).map_err(failed)?;
            self.new.set_head_detached(oid).map_err(failed)?;
        }
        Ok(())
    }

    fn commit_behind(&self, mut id: ObjectId) -> Option<ObjectId> {
        for _ in 0..DEEP {
            match self.repo.read(id) {
                Ok((Kind::Commit, _)) => return Some(id),
                Ok((Kind::Tag, raw)) => id = Tag::parse(&raw).target?,
                _ => return None,
            }
        }
        None
    }

    fn read(&self, id: ObjectId, kind: Kind) -> Result<Vec<u8>> {
        self.repo
            .read_kind(id, kind)
            .map_err(|gap| Error::new(Trouble::Git, format!("reading {id}")).because(gap.detail))
    }

    fn any(&mut self, id: ObjectId, depth: usize) -> Result<ObjectId> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let (kind, _) = self.repo.header(id).map_err(|gap| {
            Error::new(Trouble::Git, format!("reading {id}")).because(gap.detail)
        })?;
        match kind {
            Kind::Blob => self.blob(id),
            Kind::Tree => self.tree(id, depth),
            Kind::Commit => self.commit(id),
            Kind::Tag => self.tag(id, depth),
        }
    }

    fn blob(&mut self, id: ObjectId) -> Result<ObjectId> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let raw = self.read(id, Kind::Blob)?;
        let changed = (self.replace)(&raw);
        self.done.blobs += usize::from(changed.is_some());
        self.write(id, git2::ObjectType::Blob, &changed.unwrap_or(raw))
    }

    fn tree(&mut self, id: ObjectId, depth: usize) -> Result<ObjectId> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        if depth > DEEP {
            return Err(Error::new(Trouble::Git, format!("the folders below {id} go too deep")));
        }
        let raw = self.read(id, Kind::Tree)?;
        let width = self.repo.width();
        let mut new = raw.clone();
        let mut entries = Entries::new(&raw, width);
        while let Some(entry) = entries.next() {
            let target = match entry.kind {
                EntryKind::Tree => self.tree(entry.id, depth + 1)?,
                EntryKind::File | EntryKind::Link => self.blob(entry.id)?,
                EntryKind::Submodule => entry.id,
            };
            // The id is what an entry ends with.
            let end = entries.offset(&raw);
            if let Some(place) = new.get_mut(end.saturating_sub(width)..end) {
                place.copy_from_slice(target.as_bytes());
            }
        }
        if entries.is_broken() {
            return Err(Error::new(Trouble::Git, format!("the tree {id} is damaged")));
        }
        self.write(id, git2::ObjectType::Tree, &new)
    }

    fn commit(&mut self, id: ObjectId) -> Result<ObjectId> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let raw = self.read(id, Kind::Commit)?;
        let commit = Commit::parse(&raw);
        let mut links = HashMap::new();
        if let Some(tree) = commit.tree {
            links.insert(tree, self.tree(tree, 0)?);
        }
        for parent in commit.parents {
            // Parents come first in the walk.
            let new = self.known.get(&parent).copied();
            let lost = || Error::new(Trouble::Git, format!("the commit {parent} was not reached"));
            links.insert(parent, new.ok_or_else(lost)?);
        }
        let new = self.relinked(&raw, &links);
        let new = self.write(id, git2::ObjectType::Commit, &new)?;
        self.done.commits.0 += 1;
        self.done.commits.1 += usize::from(new != id);
        Ok(new)
    }

    fn tag(&mut self, id: ObjectId, depth: usize) -> Result<ObjectId> {
        if depth > DEEP {
            return Err(Error::new(Trouble::Git, format!("the tags behind {id} go too deep")));
        }
        let raw = self.read(id, Kind::Tag)?;
        let target = Tag::parse(&raw).target;
        let target =
            target.ok_or_else(|| Error::new(Trouble::Git, format!("the tag {id} is damaged")))?;
        let links = HashMap::from([(target, self.any(target, depth + 1)?)]);
        let new = self.relinked(&raw, &links);
        self.write(id, git2::ObjectType::Tag, &new)
    }

    /// A commit or tag with new links and its words replaced. If anything of it changed, its
    /// signature holds no longer and is left out.
    fn relinked(&self, raw: &[u8], links: &HashMap<ObjectId, ObjectId>) -> Vec<u8> {
        let replaced = (self.replace)(raw);
        let same = replaced.is_none() && links.iter().all(|(old, new)| old == new);
        if same {
            return raw.to_vec();
        }
        let raw = replaced.as_deref().unwrap_or(raw);
        let end = memchr::memmem::find(raw, b"\n\n").unwrap_or(raw.len());
        let (head, body) = raw.split_at(end);
        let mut out = Vec::with_capacity(raw.len());
        let mut signature = false;
        for line in head.split(|&b| b == b'\n') {
            signature = line.starts_with(b"gpgsig") || (signature && line.starts_with(b" "));
            if signature {
                continue;
            }
            if !out.is_empty() {
                out.push(b'\n');
            }
            out.extend_from_slice(&linked(line, links));
        }
        out.extend_from_slice(unsigned(body));
        out
    }

    fn write(&mut self, old: ObjectId, kind: git2::ObjectType, raw: &[u8]) -> Result<ObjectId> {
        let odb = self.new.odb().map_err(failed)?;
        let oid = odb.write(kind, raw).map_err(failed)?;
        let lost = || Error::new(Trouble::Internal, "an id of another length");
        let new = ObjectId::from_bytes(oid.as_bytes()).ok_or_else(lost)?;
        self.known.insert(old, new);
        Ok(new)
    }
}

/// A header line with the new id in place of the old one.
fn linked(line: &[u8], links: &HashMap<ObjectId, ObjectId>) -> Vec<u8> {
    let words = [b"tree ".as_slice(), b"parent ", b"object "];
    for word in words {
        let old = line.strip_prefix(word).and_then(ObjectId::from_hex);
        if let Some(new) = old.and_then(|old| links.get(&old)) {
            return [word, new.to_string().as_bytes()].concat();
        }
    }
    line.to_vec()
}

/// The message of a tag without the signature at its end.
fn unsigned(body: &[u8]) -> &[u8] {
    let marks =
        [b"\n-----BEGIN PGP SIGNATURE-----".as_slice(), b"\n-----BEGIN SSH SIGNATURE-----"];
    let at = marks.iter().filter_map(|mark| memchr::memmem::find(body, mark)).min();
    at.and_then(|at| body.get(..=at)).unwrap_or(body)
}

fn failed(e: git2::Error) -> Error {
    Error::new(Trouble::Git, "writing the new repository").because(e)
}

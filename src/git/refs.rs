//! Refs, HEADs and reflogs, read from their files; with the reftable format, from git.

use super::Repo;
use crate::error::{Error, Kind, Result};
use crate::model::ObjectId;
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A ref and the object that it names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ref {
    /// Its full name, raw.
    pub name: Vec<u8>,
    /// The object: a commit, an annotated tag, rarely something else.
    pub id: ObjectId,
}

/// All refs of a repository.
#[derive(Debug, Clone, Default)]
pub struct Refs {
    /// Those that name an object, sorted by name. Symbolic refs are left out: they name a ref.
    pub refs: Vec<Ref>,
    /// Names of those whose files make no sense.
    pub broken: Vec<Vec<u8>>,
}

/// What the file of a ref says.
enum Said {
    Object(ObjectId),
    Symbolic(String),
    Nonsense,
}

impl Repo {
    /// All refs, and what the packed ones name that loose ones hide: that is worth reading as well,
    /// but it may be gone for good reason.
    ///
    /// # Errors
    /// If a file or folder of them cannot be read.
    pub fn refs(&self) -> Result<Refs> {
        self.refs_with(&|hidden| self.has(hidden.id))
    }

    /// All refs, each once, as git sees it now.
    ///
    /// # Errors
    /// As [`Repo::refs`].
    pub fn current_refs(&self) -> Result<Refs> {
        self.refs_with(&|_| false)
    }

    fn refs_with(&self, hidden: &dyn Fn(&Ref) -> bool) -> Result<Refs> {
        if !self.is_native() {
            return self.refs_from_git();
        }
        let mut found = Refs::default();
        self.loose_refs(self.common_dir(), &mut found)?;
        for tree in self.linked_dirs()? {
            self.loose_refs(&tree, &mut found)?;
        }
        // A loose ref hides the packed one.
        let loose: HashSet<Vec<u8>> = found.refs.iter().map(|r| r.name.clone()).collect();
        let packed = packed(&self.packed_file()?);
        found.broken.extend(packed.broken);
        let packed = packed.refs.into_iter();
        found.refs.extend(packed.filter(|r| !loose.contains(&r.name) || hidden(r)));
        found.refs.sort();
        found.refs.dedup();
        Ok(found)
    }

    /// The commit of HEAD; `None` before the first commit.
    ///
    /// # Errors
    /// If HEAD cannot be read.
    pub fn head(&self) -> Result<Option<ObjectId>> {
        if !self.is_native() {
            let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD"];
            let Some(out) = self.command_line()?.answer(args)? else { return Ok(None) };
            let odd = || Error::new(Kind::Git, "git rev-parse named no object for HEAD");
            return ObjectId::from_hex(out.trim_ascii()).ok_or_else(odd).map(Some);
        }
        match said(&self.git_dir().join("HEAD")) {
            Ok(said) => self.follow(said),
            Err(e) => Err(Error::new(Kind::Git, "reading HEAD").because(e)),
        }
    }

    /// The commits of the HEADs of all work trees.
    ///
    /// # Errors
    /// If HEAD cannot be read.
    pub fn heads(&self) -> Result<Vec<ObjectId>> {
        let mut heads: Vec<ObjectId> = self.head()?.into_iter().collect();
        if !self.is_native() {
            let out = self.command_line()?.output(["worktree", "list", "--porcelain", "-z"])?;
            let lines = out.split(|&b| b == 0).filter_map(|line| line.strip_prefix(b"HEAD "));
            heads.extend(lines.filter_map(ObjectId::from_hex).filter(|id| !id.is_zero()));
        }
        let dirs = self.linked_dirs()?.into_iter().chain([self.common_dir().to_owned()]);
        for dir in dirs.filter(|_| self.is_native()) {
            if let Some(said) = unless_gone(said(&dir.join("HEAD")))? {
                heads.extend(self.follow(said)?);
            }
        }
        let mut seen = HashSet::new();
        heads.retain(|id| seen.insert(*id));
        Ok(heads)
    }

    /// Everything that reflogs, `ORIG_HEAD`, `MERGE_HEAD` and the like name.
    ///
    /// # Errors
    /// If git, where it must be asked, fails.
    pub fn logged(&self) -> Result<Vec<ObjectId>> {
        let mut ids = Vec::new();
        // git stumbles over a damaged commit there: it is asked only where nobody else can tell.
        if !self.is_native() && self.common_dir().join("reftable").exists() {
            let out =
                self.command_line()?.output(["rev-list", "--no-walk=unsorted", "--reflog"])?;
            ids.extend(out.split(|&b| b == b'\n').filter_map(ObjectId::from_hex));
        }
        for dir in self.linked_dirs()?.into_iter().chain([self.common_dir().to_owned()]) {
            let logs = files_below(&dir.join("logs")).map_err(unreadable)?;
            let heads =
                ["ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD"];
            for file in logs.into_iter().chain(heads.map(|name| dir.join(name))) {
                let text = unless_gone(contents(&file, u64::MAX))?.unwrap_or_default();
                for line in text.split(|&b| b == b'\n') {
                    let words = line.split(|b| b.is_ascii_whitespace()).take(2);
                    ids.extend(words.filter_map(ObjectId::from_hex).filter(|id| !id.is_zero()));
                }
            }
        }
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(*id));
        Ok(ids)
    }

    fn refs_from_git(&self) -> Result<Refs> {
        let format = "--format=%(objectname) %(refname)";
        let out = self.command_line()?.output(["for-each-ref", format])?;
        let refs = out.split(|&b| b == b'\n').filter_map(parse_packed).collect();
        Ok(Refs { refs, broken: Vec::new() })
    }

    fn packed_file(&self) -> Result<Vec<u8>> {
        let file = self.common_dir().join("packed-refs");
        Ok(unless_gone(contents(&file, u64::MAX))?.unwrap_or_default())
    }

    fn loose_refs(&self, dir: &Path, found: &mut Refs) -> Result<()> {
        for file in files_below(&dir.join("refs")).map_err(unreadable)? {
            let name = file.strip_prefix(dir).unwrap_or(&file).as_os_str().as_encoded_bytes();
            if name.ends_with(b".lock") {
                continue;
            }
            match said(&file) {
                Ok(Said::Object(id)) => found.refs.push(Ref { name: name.to_vec(), id }),
                Ok(Said::Symbolic(_)) => {}
                // A ref that is deleted meanwhile is gone.
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Ok(Said::Nonsense) | Err(_) => found.broken.push(name.to_vec()),
            }
        }
        Ok(())
    }

    /// The git directories of linked work trees.
    fn linked_dirs(&self) -> Result<Vec<PathBuf>> {
        let list = unless_gone(std::fs::read_dir(self.common_dir().join("worktrees")))?;
        let paths = list.into_iter().flatten().map(|e| Ok(e?.path()));
        let mut dirs = paths.collect::<std::io::Result<Vec<_>>>().map_err(unreadable)?;
        dirs.sort();
        Ok(dirs)
    }

    /// The object that a ref ends at.
    fn follow(&self, mut said_now: Said) -> Result<Option<ObjectId>> {
        for _ in 0..8 {
            let name = match said_now {
                Said::Object(id) => return Ok(Some(id)),
                Said::Symbolic(name) if is_ref_name(&name) => name,
                _ => return Err(Error::new(Kind::Git, "HEAD names no ref and no commit")),
            };
            let file = [self.git_dir(), self.common_dir()].map(|dir| dir.join(&name));
            let [own, shared] = file.map(|file| said(&file));
            match unless_gone(own)?.map_or_else(|| unless_gone(shared), |own| Ok(Some(own)))? {
                Some(next) => said_now = next,
                None => return Ok(packed_as(&self.packed_file()?, name.as_bytes())),
            }
        }
        Err(Error::new(Kind::Git, "HEAD names a ref that names itself"))
    }
}

/// What was read, or nothing if it is not there.
fn unless_gone<T>(read: std::io::Result<T>) -> Result<Option<T>> {
    super::open::unless_gone(read).map_err(unreadable)
}

fn unreadable(e: std::io::Error) -> Error {
    Error::new(Kind::Git, "reading the refs").because(e)
}

/// A name below `refs/` that leads nowhere else.
fn is_ref_name(name: &str) -> bool {
    name.starts_with("refs/") && !name.split('/').any(|part| part == ".." || part.is_empty())
}

/// What a packed-refs file says.
pub(crate) fn packed(text: &[u8]) -> Refs {
    let mut found = Refs::default();
    for (nth, line) in text.split(|&b| b == b'\n').enumerate() {
        match (line, parse_packed(line)) {
            (_, Some(packed)) => found.refs.push(packed),
            ([], _) => {}
            ([b'#', ..], _) if nth == 0 => {}
            // The object behind the tag of the line before.
            ([b'^', id @ ..], _) if ObjectId::from_hex(id).is_some() => {}
            _ => found.broken.push(line.to_vec()),
        }
    }
    found
}

/// What a packed-refs file says of one name. There may be a great many others, which are not read.
fn packed_as(text: &[u8], name: &[u8]) -> Option<ObjectId> {
    memchr::memmem::find_iter(text, name).find_map(|at| {
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
        let len = memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at);
        let found = parse_packed(&text[start..at + len])?;
        (found.name == name).then_some(found.id)
    })
}

/// A line of packed-refs; comments and peeled tags are none.
fn parse_packed(line: &[u8]) -> Option<Ref> {
    let at = memchr::memchr(b' ', line)?;
    let id = ObjectId::from_hex(line.get(..at)?)?;
    Some(Ref { name: line.get(at + 1..)?.to_vec(), id })
}

fn said(file: &Path) -> std::io::Result<Said> {
    if let Ok(target) = std::fs::read_link(file) {
        return Ok(Said::Symbolic(target.to_string_lossy().into_owned()));
    }
    let text = contents(file, 8192)?;
    let text = text.trim_ascii();
    Ok(match text.strip_prefix(b"ref:") {
        Some(name) => Said::Symbolic(String::from_utf8_lossy(name.trim_ascii()).into_owned()),
        None => ObjectId::from_hex(text).map_or(Said::Nonsense, Said::Object),
    })
}

/// The first `limit` bytes of a regular file. Pipes and devices are never opened.
pub(super) fn contents(file: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let seen = std::fs::symlink_metadata(file)?;
    if !seen.is_file() {
        return Err(std::io::Error::other("not a regular file"));
    }
    let mut text = Vec::new();
    std::fs::File::open(file)?.take(limit).read_to_end(&mut text)?;
    match (text.len() as u64) < seen.len().min(limit) {
        true => Err(std::io::Error::other("it was cut while it was read")),
        false => Ok(text),
    }
}

/// All files below `dir`, which need not exist. Links to folders are not followed.
fn files_below(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let list = match std::fs::read_dir(&folder) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            list => list?,
        };
        for entry in list {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => folders.push(entry.path()),
                false => files.push(entry.path()),
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_found_among_those_that_it_is_a_part_of() {
        let id =
            |n: u8| ObjectId::from_bytes(&[n; 20]).map(|id| id.to_string()).unwrap_or_default();
        let names =
            ["refs/heads/main-2", "refs/heads/main", "refs/heads/refs/heads/main", "refs/x"];
        let lines =
            names.iter().zip(1..).map(|(name, n)| format!("{} {name}\n^{}\n", id(n), id(9)));
        let text = format!("# pack-refs with: peeled\n{}", lines.collect::<String>());
        for name in names.iter().chain(&["refs/heads/ma", "refs", "heads/main"]) {
            let all = packed(text.as_bytes()).refs;
            let expected = all.iter().find(|r| r.name == name.as_bytes()).map(|r| r.id);
            assert_eq!(packed_as(text.as_bytes(), name.as_bytes()), expected, "{name}");
            assert_eq!(packed_as(text.trim_end().as_bytes(), name.as_bytes()), expected, "{name}");
        }
    }
}

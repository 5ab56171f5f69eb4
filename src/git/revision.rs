//! Revisions as people write them: `main`, `A..B`, `A...B`, `^A`.

use super::Repo;
use super::open::{Backend, strip_newline};
use super::walk::Walk;
use crate::error::{Error, Kind, Result};
use crate::model::{ObjectId, display_path};

/// What some revisions ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tips {
    /// Objects (commits, tags, even trees or blobs) from which to go back.
    pub include: Vec<ObjectId>,
    /// Objects behind which nothing is wanted.
    pub exclude: Vec<ObjectId>,
    /// Objects that are to be excluded too, and are not here: more is taken for want of them.
    pub absent: Vec<ObjectId>,
}

impl Tips {
    /// Reads revisions as `git rev-list` would; options are none.
    ///
    /// # Errors
    /// If one of them names nothing.
    pub fn parse<S: AsRef<str>>(repo: &Repo, revisions: &[S]) -> Result<Self> {
        let mut tips = Self::default();
        for revision in revisions {
            tips.add(repo, revision.as_ref())?;
        }
        if tips.include.is_empty() {
            return Err(Error::new(Kind::Usage, "no revision to start from is named"));
        }
        Ok(tips)
    }

    fn add(&mut self, repo: &Repo, text: &str) -> Result<()> {
        if let Some(hidden) = text.strip_prefix('^') {
            match absent(repo, hidden) {
                Some(id) => self.absent.push(id),
                None => self.exclude.push(repo.resolve(hidden)?),
            }
        } else if let Some(right) = after_nothing(text) {
            self.include.push(repo.resolve(right)?);
        } else if let Some((left, right)) = two(repo, text, "...") {
            self.add_symmetric(repo, left, right);
        } else if let Some((left, right)) = two(repo, text, "..") {
            self.exclude.push(left);
            self.include.push(right);
        } else if let Some((left, right)) = after_absent(repo, text) {
            self.absent.push(left);
            self.include.push(right);
        } else {
            self.include.push(repo.resolve(text)?);
        }
        Ok(())
    }

    /// `A...B`: both, without what both reach. The common part begins at the borders of the two
    /// differences.
    fn add_symmetric(&mut self, repo: &Repo, left: ObjectId, right: ObjectId) {
        let [a, b] = [left, right].map(|id| repo.peel(id).unwrap_or(id));
        for (tip, hidden) in [(a, b), (b, a)] {
            self.exclude.extend(Walk::run(repo, &[tip], &[hidden]).border);
        }
        if a == b {
            self.exclude.push(a);
        }
        self.include.extend([left, right]);
    }
}

impl Repo {
    /// The object that `revision` names.
    ///
    /// # Errors
    /// If it names none.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId> {
        let revision = if revision.is_empty() { "HEAD" } else { revision };
        let shown = display_path(revision.as_bytes());
        let unknown = || {
            Error::new(Kind::Git, format!("unknown revision '{shown}'"))
                .hint("`git branch -a` and `git tag` list the names that exist here")
        };
        if revision.starts_with('-') || revision.contains(['\n', '\0']) {
            return Err(unknown());
        }
        match &self.backend {
            Backend::Library(repo) => {
                let object = repo.revparse_single(revision).map_err(|e| unknown().because(e))?;
                ObjectId::from_bytes(object.id().as_bytes()).ok_or_else(unknown)
            }
            Backend::Command => {
                let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", revision];
                let out = self.command_line()?.output(args).map_err(|e| unknown().because(e))?;
                ObjectId::from_hex(&strip_newline(out)).ok_or_else(unknown)
            }
        }
    }
}

/// The right side of `000…..right`: CI systems name so what stood before the first push of a
/// branch.
fn after_nothing(text: &str) -> Option<&str> {
    let (left, right) = text.split_once("...").or_else(|| text.split_once(".."))?;
    ObjectId::from_hex(left.as_bytes()).filter(|id| id.is_zero()).map(|_| right)
}

/// The object that a whole name names, if it is not here: a shallow clone, or rewritten history.
fn absent(repo: &Repo, text: &str) -> Option<ObjectId> {
    ObjectId::from_hex(text.as_bytes()).filter(|id| !id.is_zero() && !repo.has(*id))
}

/// The two sides of a range that begins at an object that is not here.
fn after_absent(repo: &Repo, text: &str) -> Option<(ObjectId, ObjectId)> {
    let (left, right) = text.split_once("...").or_else(|| text.split_once(".."))?;
    Some((absent(repo, left)?, repo.resolve(right).ok()?))
}

/// The two sides of `left SEPARATOR right`, if `text` is that and both exist.
fn two(repo: &Repo, text: &str, separator: &str) -> Option<(ObjectId, ObjectId)> {
    let (left, right) = text.split_once(separator)?;
    Some((repo.resolve(left).ok()?, repo.resolve(right).ok()?))
}

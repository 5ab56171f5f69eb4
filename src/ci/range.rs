//! Which commits are new in a build. What the system says is held against the repository; in
//! doubt more is scanned, never less.

use super::{Change, System, What};
use crate::error::{Error, Kind, Result};
use crate::git::Repo;
use crate::git::revision::Tips;
use crate::git::walk::Walk;
use crate::model::{ObjectId, display_path};

/// What a build is to scan.
#[derive(Debug)]
pub struct Choice {
    /// The commits.
    pub tips: Tips,
    /// Which they are, in words.
    pub shown: String,
    /// Why these.
    pub why: String,
    /// The commit whose policy holds for a change that cannot be trusted, if one is known.
    pub policy: Option<ObjectId>,
}

/// Chooses the range for `change`, as `system` tells of it.
///
/// # Errors
/// If a commit is not here, or the clone is cut short and `shallow_is_fine` does not hold.
pub fn choose(
    repo: &Repo,
    system: &System,
    change: &Change,
    shallow_is_fine: bool,
) -> Result<Choice> {
    if !shallow_is_fine {
        whole(repo, system)?;
    }
    let finder = Finder { repo, system, change };
    let heads = finder.heads()?;
    let mut choice = finder.range(&heads);
    choice.policy = finder.policy(&choice.tips.exclude);
    Ok(choice)
}

/// Refuses a clone whose history ends early: where the change begins cannot be told there. What
/// else may be missing shows when it is read.
fn whole(repo: &Repo, system: &System) -> Result<()> {
    if repo.shallow()?.is_empty() {
        return Ok(());
    }
    let lacks = "this clone is shallow: its history ends early, so what is new cannot be told";
    Err(Error::new(Kind::Git, lacks).hint(format!(
        "on {} the whole history is fetched with\n\n    {}\n\nor, as a step before this one, with \
         `git fetch --unshallow`. To scan what is here all the same: --accept shallow",
        system.name, system.mend,
    )))
}

struct Finder<'a> {
    repo: &'a Repo,
    system: &'a System,
    change: &'a Change,
}

impl Finder<'_> {
    /// The newest commits: the change's, and what is checked out if that is built on it, as the
    /// merge is that some systems make for a pull request.
    fn heads(&self) -> Result<Vec<ObjectId>> {
        let checked_out = self.repo.head()?;
        let Some(name) = &self.change.head else {
            return checked_out
                .map(|id| vec![id])
                .ok_or_else(|| Error::new(Kind::Git, "there is no commit here to scan"));
        };
        let Some(head) = self.commit(name) else {
            let what = format!("the commit {} that is built is not in this clone", shown(name));
            return Err(Error::new(Kind::Git, what).hint(format!(
                "fetch it before: git fetch origin {}; or fetch everything: {}",
                shown(name),
                self.system.mend
            )));
        };
        let merged = matches!(self.change.what, What::PullRequest | What::MergeQueue);
        let more = checked_out.filter(|id| merged && *id != head && self.reaches(*id, head));
        Ok([head].into_iter().chain(more).collect())
    }

    fn range(&self, heads: &[ObjectId]) -> Choice {
        match self.change.what {
            What::PullRequest | What::MergeQueue => self.request(heads),
            What::Push => self.push(heads),
            What::Tag => {
                let why = "the build is for a tag".to_owned();
                self.off_default(heads, why)
            }
            What::Manual => {
                let why = match self.change.base.as_deref() {
                    Some(base) => return self.since(heads, base),
                    None => "no push started this run, so nothing says what is new".to_owned(),
                };
                self.off_default(heads, why)
            }
        }
    }

    /// A request to merge: what the target lacks.
    fn request(&self, heads: &[ObjectId]) -> Choice {
        let base = self.change.base.as_deref().and_then(|name| self.commit(name));
        let target = self.change.target.as_deref().and_then(|name| self.remote_branch(name));
        let exclude: Vec<ObjectId> = base.into_iter().chain(target).collect();
        let into = self.change.target.as_deref().map_or("its base".to_owned(), shown);
        if exclude.is_empty() {
            let why = format!("{} whose base is not here", self.change.what.words());
            return self.off_default(heads, why);
        }
        let why = format!("{} into {into}", self.change.what.words());
        self.new_or_all(heads, exclude, why)
    }

    fn push(&self, heads: &[ObjectId]) -> Choice {
        match self.change.base.as_deref() {
            Some(base) => self.since(heads, base),
            None => {
                let why = "nothing is known to be before: the first build of this branch, or the \
                           system does not say";
                self.off_default(heads, why.to_owned())
            }
        }
    }

    /// What came since `base`.
    fn since(&self, heads: &[ObjectId], base: &str) -> Choice {
        let Some(id) = self.commit(base) else {
            let why = format!("the commit before, {}, is not here: a force push", shown(base));
            return self.off_default(heads, why);
        };
        let rewritten = !heads.iter().any(|head| self.reaches(*head, id));
        let why = if rewritten {
            format!("a force push: {} was replaced", id.short())
        } else {
            format!("{} since {}", self.change.what.words(), id.short())
        };
        self.new_or_all(heads, vec![id], why)
    }

    /// What the branch that others start from lacks; on that branch, everything.
    fn off_default(&self, heads: &[ObjectId], why: String) -> Choice {
        let name = self.default_branch();
        let on_it = name.is_some() && name == self.change.branch;
        let tip = name.as_deref().filter(|_| !on_it).and_then(|name| self.remote_branch(name));
        match (tip, name) {
            (Some(tip), Some(name)) => {
                let why = format!("{why}; so what {} lacks", shown(&name));
                self.new_or_all(heads, vec![tip], why)
            }
            _ => everything(heads, why),
        }
    }

    /// The range, unless there is nothing in it: then everything, as a build that looks at
    /// nothing proves nothing.
    fn new_or_all(&self, heads: &[ObjectId], exclude: Vec<ObjectId>, why: String) -> Choice {
        let n = Walk::run(self.repo, heads, &exclude).steps.len();
        if n == 0 {
            return everything(heads, format!("{why}; but there is no commit in it"));
        }
        let from: Vec<String> = exclude.iter().map(|id| format!("^{}", id.short())).collect();
        let to: Vec<String> = heads.iter().map(|id| id.short()).collect();
        let commits = if n == 1 { "1 commit".to_owned() } else { format!("{n} commits") };
        let shown = format!("{commits}: {} {}", to.join(" "), from.join(" "));
        let tips = Tips { include: heads.to_vec(), exclude, ..Tips::default() };
        Choice { tips, shown, why, policy: None }
    }

    /// Where the policy for a stranger's change comes from.
    fn policy(&self, exclude: &[ObjectId]) -> Option<ObjectId> {
        let target = self.change.target.clone().or_else(|| self.default_branch());
        let tip = target.as_deref().and_then(|name| self.remote_branch(name));
        tip.or_else(|| exclude.first().copied())
    }

    fn default_branch(&self) -> Option<String> {
        let known = |name: &&str| self.remote_branch(name).is_some();
        let said = self.change.default_branch.as_deref();
        let named = said.or_else(|| ["main", "master", "trunk"].into_iter().find(known));
        named.map(str::to_owned)
    }

    /// The tip of a branch as the remote has it; without a remote, as it is here.
    fn remote_branch(&self, name: &str) -> Option<ObjectId> {
        let name = name.strip_prefix("refs/heads/").unwrap_or(name);
        let try_in = |prefix: &str| self.commit(&format!("{prefix}{name}"));
        let here = self.change.branch.as_deref() != Some(name);
        try_in("refs/remotes/origin/").or_else(|| try_in("refs/heads/").filter(|_| here))
    }

    fn commit(&self, name: &str) -> Option<ObjectId> {
        let id = self.repo.resolve(name).ok()?;
        self.repo.peel(id).ok().filter(|id| self.repo.has(*id))
    }

    fn reaches(&self, from: ObjectId, to: ObjectId) -> bool {
        Walk::run(self.repo, &[to], &[from]).steps.is_empty()
    }
}

fn everything(heads: &[ObjectId], why: String) -> Choice {
    let to: Vec<String> = heads.iter().map(|id| id.short()).collect();
    Choice {
        tips: Tips { include: heads.to_vec(), ..Tips::default() },
        shown: format!("every commit that {} reaches", to.join(" and ")),
        why,
        policy: None,
    }
}

fn shown(name: &str) -> String {
    display_path(name.as_bytes())
}

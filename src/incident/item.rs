//! One thing that may have been exposed, and what is to be done about it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How sure it is that the thing was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sure {
    /// The repository names it.
    Certain,
    /// The repository speaks for it.
    Likely,
    /// It may be; the repository cannot tell.
    Possible,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Replace it.
    Rotate,
    /// Look at it: it may be no secret.
    Check,
    /// Less: the value itself was not stored there.
    Less,
    /// Nothing.
    None,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// To be done.
    #[default]
    Open,
    /// Somebody says so.
    Done,
    /// Something proves it.
    Verified,
}

impl Sure {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

impl Action {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rotate => "rotate",
            Self::Check => "check",
            Self::Less => "less",
            Self::None => "none",
        }
    }
}

impl State {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Verified => "verified",
        }
    }
}

/// Where a configuration names a thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Site {
    /// The repository.
    pub repo: String,
    /// The file.
    pub path: String,
    /// The line.
    pub line: u32,
    /// The branches.
    pub branches: BTreeSet<String>,
    /// The main branch, if it is one of them.
    #[serde(skip)]
    pub main: Option<String>,
    /// Whether only branches have it that nobody had touched for long.
    pub asleep: bool,
    /// When the youngest commit with it was made.
    #[serde(skip)]
    pub last: i64,
}

/// One thing.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// Its id, the same in every run: `variable:acme/web:NPM_TOKEN`.
    pub id: String,
    /// The id of its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its kind's place in the plan.
    pub order: u32,
    /// What is to be done.
    pub action: Action,
    /// How sure it is.
    pub sure: Sure,
    /// Why.
    pub why: Vec<String>,
    /// Where it is named.
    pub sites: BTreeSet<Site>,
    /// Contexts that may hold it.
    pub contexts: BTreeSet<String>,
    /// Jobs and files that use it.
    pub used: BTreeSet<String>,
    /// Jobs that use it where nobody had touched the configuration for long.
    #[serde(skip)]
    pub used_asleep: BTreeSet<String>,
    /// What stops without it.
    pub breaks: BTreeSet<String>,
    /// Whose credential it is, by its name.
    pub provider: Option<String>,
    /// Where misuse shows.
    pub log: String,
    /// What to do.
    pub steps: Vec<String>,
    /// Where.
    pub pages: Vec<String>,
    /// What the vendor has done itself.
    pub vendor: String,
    /// How far it is.
    pub state: State,
}

impl Item {
    /// A thing of `kind`.
    pub fn new(kind: &str, scope: &str, name: &str) -> Self {
        let id = match scope {
            "" => format!("{kind}:{name}"),
            scope => format!("{kind}:{scope}:{name}"),
        };
        Self {
            id: id.trim_end_matches(':').to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            order: 0,
            action: Action::Rotate,
            sure: Sure::Certain,
            why: Vec::new(),
            sites: BTreeSet::new(),
            contexts: BTreeSet::new(),
            used: BTreeSet::new(),
            used_asleep: BTreeSet::new(),
            breaks: BTreeSet::new(),
            provider: None,
            log: String::new(),
            steps: Vec::new(),
            pages: Vec::new(),
            vendor: String::new(),
            state: State::Open,
        }
    }

    /// Takes in what another run or repository says of the same thing.
    pub(super) fn merge(&mut self, other: Self) {
        self.sure = self.sure.min(other.sure);
        self.action = self.action.min(other.action);
        for why in other.why {
            if !self.why.contains(&why) {
                self.why.push(why);
            }
        }
        for site in other.sites {
            self.add_site(site);
        }
        self.contexts.extend(other.contexts);
        self.used.extend(other.used);
        self.used_asleep.extend(other.used_asleep);
        self.breaks.extend(other.breaks);
    }

    /// Adds a place; of one that is known already, its branches.
    pub(super) fn add_site(&mut self, site: Site) {
        let same = |s: &&Site| s.repo == site.repo && s.path == site.path && s.line == site.line;
        let known = self.sites.iter().find(same).cloned();
        match known {
            Some(mut known) => {
                self.sites.remove(&known);
                known.branches.extend(site.branches);
                known.main = known.main.or(site.main);
                known.asleep &= site.asleep;
                known.last = known.last.max(site.last);
                self.sites.insert(known);
            }
            None => {
                self.sites.insert(site);
            }
        }
    }

    /// When the last of its places was touched, if nobody had touched any of them for long.
    pub(super) fn asleep_since(&self) -> Option<i64> {
        let all = !self.sites.is_empty() && self.sites.iter().all(|s| s.asleep);
        self.sites.iter().map(|s| s.last).max().filter(|_| all)
    }

    /// Whether something is left to do.
    pub fn is_open(&self) -> bool {
        matches!(self.action, Action::Rotate | Action::Check | Action::Less)
            && self.state == State::Open
    }
}

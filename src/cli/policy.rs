//! What is left out or filed away in a run, and where that is read from. A change that is judged
//! must not judge itself: for those it is read from a commit before it.

use super::Context;
use super::run::{self, Flags};
use crate::config::{Config, FILES, Whose};
use crate::error::{Error, Kind, Result};
use crate::git::lookup::Lookup;
use crate::git::{self, Commit, Repo};
use crate::lint;
use crate::model::{ObjectId, display_path};
use crate::rule::{self, Loaded, RuleSet};
use crate::suppress::{BASELINE_FILE, Baseline};
use crate::verify;
use std::path::Path;

/// Where configuration and baseline come from.
pub(super) enum Policy {
    /// From the files that are there.
    OnDisk,
    /// From the files that are there, but for the baseline.
    WithBaseline(Baseline),
    /// From a commit; comments are not honoured.
    OfCommit(Box<Given>),
}

/// A policy that was read from a commit.
pub(super) struct Given {
    config: Config,
    rules: Vec<Loaded>,
    baseline: Option<Baseline>,
}

/// What holds in a run.
pub(super) struct InForce {
    pub(super) config: Config,
    pub(super) rules: RuleSet,
    pub(super) baseline: Option<Baseline>,
    pub(super) no_inline: bool,
}

impl Policy {
    /// Reads what is to hold.
    pub(super) fn in_force(
        self,
        root: Option<&Path>,
        flags: &Flags,
        context: &Context,
    ) -> Result<InForce> {
        if let Self::OfCommit(given) = self {
            let Given { config, rules, baseline } = *given;
            let rules = kept(&config, rules_with(&config, rules)?)?;
            return Ok(InForce { config, rules, baseline, no_inline: true });
        }
        let config = load_config(root, flags, context)?;
        let rules = rules_of(&config)?;
        let baseline = match self {
            Self::WithBaseline(given) => Some(given),
            _ => load_baseline(&config, root, flags)?,
        };
        Ok(InForce { config, rules, baseline, no_inline: false })
    }

    /// The policy as it stood in `commit`; without one, there is none but the user's own.
    pub(super) fn of(
        repo: &Repo,
        commit: Option<ObjectId>,
        flags: &Flags,
        context: &Context,
    ) -> Result<Self> {
        let own = || match &context.global.config {
            Some(file) => Config::load(file).map(Some),
            None => Ok(None),
        };
        let tree = Files::of(repo, commit)?;
        let config = match (own()?, tree.config()?) {
            (Some(own), _) => own,
            (None, Some(theirs)) => theirs,
            (None, None) => Config::discover(None, run::user_config().as_deref())?,
        };
        let in_tree = config.whose() == Whose::Repository;
        let mut rules = Vec::new();
        for file in config.rule_files() {
            rules.push(if in_tree { tree.rules(&file)? } else { loaded(&file)? });
        }
        let baseline = match &flags.baseline {
            Some(file) => Baseline::load(file)?,
            None => tree.baseline(config.baseline_file().filter(|_| in_tree).as_deref())?,
        };
        Ok(Self::OfCommit(Box::new(Given { config, rules, baseline })))
    }
}

/// The files of a commit.
struct Files<'a> {
    repo: &'a Repo,
    tree: Option<ObjectId>,
    name: String,
}

impl<'a> Files<'a> {
    fn of(repo: &'a Repo, commit: Option<ObjectId>) -> Result<Self> {
        let Some(commit) = commit else {
            return Ok(Self { repo, tree: None, name: String::new() });
        };
        let raw = repo.read_kind(commit, git::Kind::Commit).map_err(|gap| {
            let what = format!("reading the policy of commit {}: {}", commit.short(), gap.detail);
            Error::new(Kind::Git, what)
        })?;
        Ok(Self { repo, tree: Commit::parse(&raw).tree, name: commit.short() })
    }

    /// The bytes at `path`. What is there and cannot be read is an error: without it the policy
    /// would be another one.
    fn read(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        let raw = path.as_os_str().as_encoded_bytes();
        let mut lookup = Lookup::new(self.repo, self.tree);
        let found = lookup.get(raw).filter(|(kind, _)| kind.is_blob());
        let wrong = |why: String| {
            let what = format!("reading {} of commit {}: {why}", display_path(raw), self.name);
            Error::new(Kind::Git, what)
        };
        if let Some((_, gap)) = lookup.gaps().first() {
            return Err(wrong(gap.detail.clone()));
        }
        let Some((_, id)) = found else { return Ok(None) };
        self.repo.read_kind(id, git::Kind::Blob).map(Some).map_err(|gap| wrong(gap.detail))
    }

    fn config(&self) -> Result<Option<Config>> {
        for name in FILES {
            if let Some(bytes) = self.read(Path::new(name))? {
                return Config::parse(&bytes, Path::new(name), Whose::Repository).map(Some);
            }
        }
        Ok(None)
    }

    fn rules(&self, file: &Path) -> Result<Loaded> {
        let name = file.display().to_string();
        let bytes = self.read(&tidy(file))?.ok_or_else(|| {
            Error::new(Kind::Rule, format!("there is no rule file {name} in {}", self.name))
        })?;
        let text = String::from_utf8(bytes).map_err(|e| {
            Error::new(Kind::Rule, format!("the rule file {name} is not UTF-8")).because(e)
        })?;
        rule::parse_file(&text, &name, &verify::exists)
    }

    fn baseline(&self, named: Option<&Path>) -> Result<Option<Baseline>> {
        let path = named.map_or_else(|| BASELINE_FILE.into(), tidy);
        let Some(bytes) = self.read(&path)? else { return Ok(None) };
        let name = path.display().to_string();
        let text = String::from_utf8(bytes).map_err(|e| {
            Error::new(Kind::Config, format!("the baseline {name} is not UTF-8")).because(e)
        })?;
        Baseline::parse(&text, &name).map(Some)
    }
}

/// A path of the configuration as git writes it: `./a` and `.config/../a` are `a`.
fn tidy(path: &Path) -> std::path::PathBuf {
    use std::path::Component;
    let mut out = std::path::PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::Normal(name) => out.push(name),
            _ => {}
        }
    }
    out
}

pub(super) fn load_config(
    root: Option<&Path>,
    flags: &Flags,
    context: &Context,
) -> Result<Config> {
    if let Some(file) = &context.global.config {
        return Config::load(file);
    }
    let root = root.filter(|_| !flags.untrusted);
    Config::discover(root, run::user_config().as_deref())
}

/// The configuration that a scan here would use.
pub(super) fn config_here(context: &Context) -> Result<Config> {
    let root = git::top_of(Path::new("."))?;
    load_config(root.as_deref(), &Flags::inner(None), context)
}

/// The built-in rules and the user's, those that are switched off too.
pub(super) fn all_rules(config: &Config) -> Result<RuleSet> {
    let files: Result<Vec<Loaded>> = config.rule_files().map(|f| loaded(&f)).collect();
    rules_with(config, files?)
}

/// The built-in rules and the user's, without those that are switched off.
pub(super) fn rules_of(config: &Config) -> Result<RuleSet> {
    kept(config, all_rules(config)?)
}

fn loaded(file: &Path) -> Result<Loaded> {
    rule::load_file(file, &verify::exists)
}

fn rules_with(config: &Config, more: Vec<Loaded>) -> Result<RuleSet> {
    let mut rules = RuleSet::builtin();
    for file in more {
        file.add_to(&mut rules)?;
    }
    let ids: Vec<&str> = rules.iter().map(|r| &*r.id).collect();
    config.check_rules(&|id| rules.find(id).is_some() || lint::is_rule(id), &ids)?;
    Ok(rules)
}

fn kept(config: &Config, mut rules: RuleSet) -> Result<RuleSet> {
    rules.retain(|r| config.keeps(&r.id, &r.aliases));
    config.check_left(rules.len())?;
    Ok(rules)
}

pub(super) fn load_baseline(
    config: &Config,
    root: Option<&Path>,
    flags: &Flags,
) -> Result<Option<Baseline>> {
    let named = flags.baseline.as_deref();
    let Some(file) = run::baseline_file(config, root, named) else { return Ok(None) };
    let found = Baseline::load(&file)?;
    if found.is_none() && named.is_some() {
        let none = format!("there is no baseline {}", file.display());
        return Err(Error::new(Kind::Config, none).hint("`stanch baseline create` makes one"));
    }
    Ok(found)
}

/// A word about a baseline that was made with other rules than `rules`.
pub(super) fn made_with_others(baseline: &Baseline, rules: &RuleSet) -> Option<String> {
    let theirs = Some(baseline.rule_set()).filter(|v| !v.is_empty())?;
    let ours = rules.version();
    (theirs != ours).then(|| {
        format!(
            "the baseline was made with the rules {theirs}, these are {ours}: what only new ones \
             find is not in it"
        )
    })
}

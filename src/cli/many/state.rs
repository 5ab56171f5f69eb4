//! Reports of finished repositories, kept for the case that the scan is ended before all are.

use super::entry::Entry;
use crate::cli::policy;
use crate::cli::scan::Args;
use crate::cli::{Context, output};
use crate::error::{Error, Kind, Result};
use crate::git::Where;
use crate::model::Reason;
use crate::report::Past;
use crate::source::{self, HistoryOptions, Remote};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of reports.
pub(super) struct State(PathBuf);

impl State {
    /// The folder at `path`, made if it is not there.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|e| {
            Error::new(Kind::Io, format!("making the folder {}", path.display())).because(e)
        })?;
        Ok(Self(path.to_owned()))
    }

    fn file(&self, name: &str) -> PathBuf {
        let hash = blake3::hash(name.as_bytes()).to_hex();
        self.0.join(format!("{}.report", hash.split_at(32).0))
    }

    /// The report of the repository `name`, if it was made with the same `key`.
    pub(super) fn get(&self, name: &str, key: &str) -> Option<Vec<u8>> {
        let raw = fs::read(self.file(name)).ok()?;
        let rest = raw.strip_prefix(key.as_bytes())?.strip_prefix(b"\n")?;
        let (hash, report) = rest.split_at_checked(65)?;
        // One that was cut short or changed is made anew.
        let is_whole = hash.get(..64)? == blake3::hash(report).to_hex().as_bytes();
        is_whole.then(|| report.to_vec())
    }

    /// Keeps a report.
    pub(super) fn put(&self, name: &str, key: &str, report: &[u8]) -> Result<()> {
        let file = self.file(name);
        let head = format!("{key}\n{}\n", blake3::hash(report).to_hex());
        output::write(&file, &[head.as_bytes(), report].concat())
            .map_err(|e| Error::new(Kind::Io, format!("writing {}", file.display())).because(e))
    }
}

/// What a kept report is true for: the refs of the repository, the rules, and what was asked.
pub(super) fn key(
    entry: &Entry,
    secret: Option<(String, String)>,
    args: &Args,
    context: &Context,
) -> Result<String> {
    let mut hasher = blake3::Hasher::new_derive_key("stanch 2026 kept reports v1");
    let mut add = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    add(entry.repository.as_bytes());
    let root = match entry.path() {
        Some(path) => {
            add(source::fingerprint(&Where::path(path))?.as_bytes());
            crate::git::top_of(path)?
        }
        None => {
            let address = entry.with_secret(secret);
            let options = HistoryOptions::default();
            add(&Remote::new(&address, &std::env::temp_dir(), options)?.refs()?);
            None
        }
    };
    let flags = &args.flags;
    let config = policy::load_config(root.as_deref(), flags, context)?;
    let baseline = policy::load_baseline(&config, root.as_deref(), flags)?;
    add(env!("CARGO_PKG_VERSION").as_bytes());
    add(program().as_bytes());
    add(format!("{config:?}").as_bytes());
    add(format!("{:?}", baseline.map(|b| b.render())).as_bytes());
    let asked = (flags.min_confidence, flags.untrusted, &flags.accept, args.reachable);
    add(format!("{asked:?} {}", flags.exit_code).as_bytes());
    for rule in &policy::rules_of(&config)? {
        let is_builtin = rule.id.is_built_in();
        add(if is_builtin { rule.id.to_string() } else { format!("{rule:?}") }.as_bytes());
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// This build of stanch.
fn program() -> String {
    let data = std::env::current_exe().and_then(fs::metadata);
    data.map_or(String::new(), |data| data.len().to_string())
}

/// Whether another try would not tell more.
pub(super) fn is_worth_keeping(past: &Past) -> bool {
    let lasts = |reason: Reason| {
        matches!(
            reason,
            Reason::Encrypted
                | Reason::Capped
                | Reason::Unsupported
                | Reason::Submodule
                | Reason::Lfs
                | Reason::Special
                | Reason::Corrupt
        )
    };
    past.exit_code != 2 && past.ledger.skipped.iter().all(|s| lasts(s.reason))
}

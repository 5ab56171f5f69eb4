//! Which repositories are to be scanned.

use super::entry::Entry;
use super::forge::{self, Forges};
use super::{Flags, Which, is_repository};
use crate::cli::scan::{Args, read_list};
use crate::cli::{Context, Exit};
use crate::config::Globs;
use crate::error::{Error, Kind, Result};
use crate::model::{Skipped, display_path};
use crate::source::Source;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

/// A list of repositories.
#[derive(Default)]
pub(in crate::cli) struct List {
    pub(super) entries: Vec<Entry>,
    /// What could not be listed.
    pub(super) gaps: Vec<Skipped>,
    pub(super) notes: Vec<String>,
    /// Where they are from, in words.
    pub(super) of: BTreeSet<String>,
    /// The filters, in words.
    filters: String,
    forges: Forges,
}

/// The repositories that `places` and the options ask for; `None` if it is no scan of many.
///
/// # Errors
/// If nothing can be listed, or some of it is no repository.
pub(in crate::cli) fn wanted(
    places: &[PathBuf],
    args: &Args,
    context: &Context,
) -> Result<Option<List>> {
    let flags = &args.many;
    let words: Vec<&str> = places.iter().filter_map(|place| place.to_str()).collect();
    let is_forge = |word: &&str| forge::is_word(word);
    let all_repositories = || -> Result<bool> {
        places.iter().try_fold(true, |all, place| Ok(all && is_repository(place)?))
    };
    let is_part = args.is_part();
    let many = flags.repos_from.is_some()
        || words.iter().any(is_forge)
        || (places.len() > 1 && !is_part && all_repositories()?);
    if !many {
        let lone = flags.list || flags.state.is_some() || !flags.with.is_empty();
        return match lone {
            true => Err(Error::new(Kind::Usage, "that is for a scan of several repositories")
                .hint("name an organisation, `github:ORG`, or a list, `--repos-from FILE`")),
            false => Ok(None),
        };
    }
    if is_part || words.len() < places.len() {
        return Err(Error::new(Kind::Usage, "many repositories are scanned whole, one by one"));
    }
    let mut list = List { filters: filters(flags), ..List::default() };
    let lines = match &flags.repos_from {
        Some(file) => String::from_utf8(read_list(file)?)
            .map_err(|e| Error::new(Kind::Usage, "the list is not UTF-8").because(e))?,
        None => String::new(),
    };
    let lines: Vec<&str> = lines.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    for line in lines.iter().filter(|l| l.starts_with('{')) {
        list.add_entry(line, flags)?;
    }
    let more = lines.into_iter().filter(|l| !l.starts_with('{'));
    for word in words.into_iter().chain(more) {
        match forge::is_word(word) {
            true => list.forges.list(word, flags, context)?.join(&mut list),
            false => list.add_word(word)?,
        }
    }
    list.tidy(flags)?;
    Ok(Some(list))
}

impl List {
    fn add_entry(&mut self, line: &str, flags: &Flags) -> Result<()> {
        let entry: Entry = serde_json::from_str(line).map_err(|e| {
            Error::new(Kind::Usage, "a line of the list is no repository").because(e)
        })?;
        if let Some(word) = entry.of.as_deref().filter(|word| forge::is_word(word)) {
            self.forges.open(word, flags)?;
        }
        self.of.insert(entry.of.clone().unwrap_or_else(|| "a list".to_owned()));
        self.entries.push(entry);
        Ok(())
    }

    fn add_word(&mut self, word: &str) -> Result<()> {
        let entry = Entry::of(word);
        if entry.path().is_some_and(|path| !is_repository(path).unwrap_or(false)) {
            let none = format!("{} is not the top of a repository", display_path(word.as_bytes()));
            return Err(Error::new(Kind::Usage, none));
        }
        self.of.insert("a list".to_owned());
        self.entries.push(entry);
        Ok(())
    }

    /// Sorts, filters by name, and leaves each name once.
    fn tidy(&mut self, flags: &Flags) -> Result<()> {
        let (include, exclude) = (globs(&flags.include)?, globs(&flags.exclude)?);
        let all = self.entries.len();
        self.entries.retain(|e| {
            let is = |globs: &[Globs]| globs.iter().any(|g| g.matches(e.repository.as_bytes()));
            (flags.include.is_empty() || is(&include)) && !is(&exclude)
        });
        let left_out = all - self.entries.len();
        if left_out > 0 {
            self.notes.push(format!("{left_out} repositories were left out by their names"));
        }
        self.entries.sort_by(|a, b| a.repository.cmp(&b.repository));
        self.entries.dedup_by(|a, b| a.repository == b.repository);
        Ok(())
    }

    /// What is scanned, in words.
    pub(super) fn scope(&self) -> String {
        let of: Vec<&str> = self.of.iter().map(String::as_str).collect();
        format!("the repositories of {}", of.join(", "))
    }

    /// What stands for all of it, whichever shard asks.
    pub(super) fn whole(&self) -> String {
        format!("{}{}", self.scope(), self.filters)
    }

    /// Name and password for the address of `entry`.
    pub(super) fn secret(&self, entry: &Entry) -> Option<(String, String)> {
        self.forges.secret(entry)
    }

    /// What people wrote beside the repository, if that is to be scanned.
    pub(super) fn texts_of(&self, entry: &Entry) -> Option<Box<dyn Source>> {
        self.forges.texts_of(entry)
    }
}

/// The filters in words, so that shards of different lists are not taken for one.
fn filters(flags: &Flags) -> String {
    let mut words = String::new();
    let mut add = |name: &str, values: &[String]| {
        values.iter().for_each(|value| words.push_str(&format!(" --{name} {value}")));
    };
    add("include", &flags.include);
    add("exclude", &flags.exclude);
    add("since", flags.since.as_slice());
    for (name, which) in [("forks", flags.forks), ("archived", flags.archived)] {
        match which {
            Which::With => {}
            Which::Without => add(name, &["without".to_owned()]),
            Which::Only => add(name, &["only".to_owned()]),
        }
    }
    for more in &flags.with {
        add("with", &[format!("{more:?}").to_lowercase()]);
    }
    words
}

fn globs(patterns: &[String]) -> Result<Vec<Globs>> {
    let wrong = |why: String| Error::new(Kind::Usage, "a form of names is wrong").because(why);
    patterns.iter().map(|p| Globs::try_from(p.clone()).map_err(wrong)).collect()
}

/// Prints the repositories as JSON Lines.
pub(super) fn print(entries: &[&Entry], gaps: &[Skipped]) -> Result<Exit> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = entries.iter().try_for_each(|entry| {
        let line = serde_json::to_string(entry).map_err(io::Error::other)?;
        writeln!(out, "{line}")
    });
    written
        .and_then(|()| out.flush())
        .map_err(|e| Error::new(Kind::Io, "writing the list").because(e))?;
    match gaps.first() {
        None => Ok(Exit::Clean),
        Some(gap) => Err(Error::new(Kind::Io, format!("the list is not whole: {}", gap.what))
            .because(gap.detail.clone())),
    }
}

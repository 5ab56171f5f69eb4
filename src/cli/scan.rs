//! `stanch scan`: chooses the sources for what was asked.

use super::run::{self, Flags, Gate, Run};
use super::shard::{self, Choice};
use super::{Context, Exit, exit, many, verify};
use crate::error::{Error, Kind, Result};
use crate::git::tree::join;
use crate::git::{self, Repo, Where};
use crate::model::{Shard, display_path};
use crate::source::{
    Files, History, HistoryOptions, Image, Index, Listed, Nested, Range, Remote, Source, Stdin,
    Worktree,
};
use std::io::Read as _;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  stanch scan                      the whole repository: history, index and work tree
  stanch scan main..topic          what the commits of a branch add
  git log -p | stanch scan -       whatever comes in on standard input
  stanch scan image.tar dist/      what is in archives and images is read as well
  stanch scan https://host/r.git   all of a repository elsewhere
  stanch scan github:acme          all repositories of an organisation

WHERE may be a repository, a file or folder, a revision range (A..B), - for standard input, an
address (https://, ssh://, file://, git@host:path), oci:FOLDER or docker:IMAGE; or several. An
organisation is github:ORG, gitlab:GROUP, bitbucket:WORKSPACE or gitea:HOST/ORG.
Each blob is scanned once, however many commits hold it.
";

/// Scan a repository with its full history, a folder, a file, a range of commits or standard input.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n{}", exit::TABLE))]
pub(super) struct Args {
    /// What to scan: a repository (the default is `.`), a path, a range `A..B`, or `-`.
    #[arg(value_name = "WHERE")]
    places: Vec<PathBuf>,
    /// Scan the files that are named in FILE, or on standard input if that is `-`: one a line, or
    /// each ended by NUL.
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// Only what is staged: the index where it differs from HEAD.
    #[arg(long, group = "part")]
    staged: bool,
    /// Only the files of the work tree.
    #[arg(long, group = "part")]
    worktree: bool,
    /// Only the history: every object of the store, reachable or not.
    #[arg(long, group = "part")]
    history: bool,
    /// Only what the commits of this range add (`A..B`, or several revisions).
    #[arg(long, group = "part", value_name = "REVISIONS")]
    range: Option<String>,
    /// Of the history, only what branches, tags and other refs reach.
    #[arg(long)]
    pub(super) reachable: bool,
    /// The submodules that are on disk as well, each with its own repository.
    #[arg(long, conflicts_with_all = ["staged", "range"])]
    recurse_submodules: bool,
    /// Scan part K of N only: of several repositories those whose names fall to it, of one its
    /// part of the history. `none` scans all, whatever the environment says of parallel jobs;
    /// `auto` wants the environment to say it.
    #[arg(long, value_name = "K/N", value_parser = shard::choice)]
    pub(super) shard: Option<Choice>,
    #[arg(skip)]
    share: Option<Shard>,
    /// Ask the services whether what is found still works: each secret goes to its own vendor.
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    pub(super) flags: Flags,
    #[command(flatten)]
    asking: verify::Flags,
    // Last: what comes after it would stand below its headings.
    #[command(flatten)]
    pub(super) many: many::Flags,
}

/// Runs the command.
pub(super) fn run(mut args: Args, context: &Context) -> Result<Exit> {
    if args.verify {
        verify::ready()?;
    }
    if let Some(list) = many::wanted(&args.places, &args, context)? {
        return many::run(list, &args, context);
    }
    args.share = shard::of_store(args.shard, context)?;
    let usual = [PathBuf::from(".")];
    let is_told = !args.places.is_empty() || args.files_from.is_some();
    let places = if is_told { &args.places } else { &usual[..] };
    if args.share.is_some() && !can_be_split(places, &args)? {
        return Err(Error::new(Kind::Usage, "only the history of one repository can be split")
            .hint("`stanch scan --history --shard K/N REPOSITORY`"));
    }
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    let mut root = None;
    if let Some(list) = &args.files_from {
        sources.push(Box::new(Listed::parse(&read_list(list)?)));
        root = git::top_of(Path::new("."))?;
    }
    for place in places {
        let (found, top) = sources_of(place, &args)?;
        sources.extend(found);
        root = root.or(top);
    }
    let (flags, shard) = (&args.flags, args.share);
    let run = Run { shard, ..Run::inner(sources, root, flags) };
    if !args.verify {
        return run::run(run, context);
    }
    let mut finished = run::scan(run, context)?;
    verify::ask(&mut finished, &args.asking, &args.many.network)?;
    let exit = run::verdict(&finished, Gate::Reported, flags.exit_code);
    run::tell(&finished, exit, flags, context)?;
    Ok(exit)
}

impl Args {
    /// Whether only a part of a repository is asked for, and not its history.
    pub(super) fn is_part(&self) -> bool {
        self.staged || self.worktree || self.range.is_some() || self.files_from.is_some()
    }
}

/// Refuses what makes no sense for many repositories.
pub(super) fn check_for_many(args: &Args) -> Result<()> {
    if args.verify {
        return Err(Error::new(Kind::Usage, "many repositories are not verified at a time")
            .hint("scan them first, then `stanch verify REPORT` in each"));
    }
    match args.flags.show_secrets {
        true => Err(Error::new(Kind::Usage, "reports of many repositories show no secrets")
            .hint("scan the one repository by itself")),
        false => Ok(()),
    }
}

/// All that is asked for of the repository at `path`.
pub(super) fn whole_of(path: &Path, args: &Args) -> Result<Found> {
    let top = git::top_of(path)?;
    let none = || Error::new(Kind::Git, format!("{} is not a git repository", shown(path)));
    repository(top.ok_or_else(none)?, args)
}

/// Whether nothing but the history of the repository at `path` is asked for.
pub(super) fn is_history(path: &Path, args: &Args) -> Result<bool> {
    let Some(top) = git::top_of(path)? else { return Ok(false) };
    Ok(args.history || args.reachable || Repo::open(&top)?.folders().is_empty())
}

/// Whether all that is asked for is the history of one repository.
fn can_be_split(places: &[PathBuf], args: &Args) -> Result<bool> {
    let [place] = places else { return Ok(false) };
    if args.is_part() || args.recurse_submodules {
        return Ok(false);
    }
    if place.symlink_metadata().is_err() {
        return Ok(place.to_str().is_some_and(Remote::is_address));
    }
    is_history(place, args)
}

/// The sources for one WHERE, and the root of the repository that they are of.
pub(super) type Found = (Vec<Box<dyn Source>>, Option<PathBuf>);

fn sources_of(place: &Path, args: &Args) -> Result<Found> {
    if place == Path::new("-") {
        return Ok((vec![Box::new(Stdin::new(std::io::stdin()))], git::top_of(Path::new("."))?));
    }
    if args.staged && place == Path::new(".") {
        return staged_here();
    }
    if place.symlink_metadata().is_err() {
        if let Some(source) = elsewhere(place, args)? {
            return Ok((vec![source], None));
        }
        return revisions(place, args);
    }
    let top = git::top_of(place)?;
    // A folder or file inside of a repository means what is in it, unless its history is asked.
    let real = place.canonicalize();
    let real =
        real.map_err(|e| Error::new(Kind::Io, format!("finding {}", shown(place))).because(e))?;
    let is_top = top.as_ref() == Some(&real);
    let wants_git = args.staged || args.history || args.range.is_some() || args.reachable;
    match top {
        Some(top) if is_top || wants_git || place == Path::new(".") => repository(top, args),
        None if wants_git => {
            let none = format!("{} is not a git repository", shown(place));
            Err(Error::new(Kind::Git, none).hint("leave the option away to scan the files there"))
        }
        top => Ok((vec![Box::new(Files::new(place))], top)),
    }
}

/// What a word means that is no path here: an address, or an image.
fn elsewhere(place: &Path, args: &Args) -> Result<Option<Box<dyn Source>>> {
    let Some(word) = place.to_str() else { return Ok(None) };
    let is_image = word.starts_with("oci:") || word.starts_with("docker:");
    let is_part = args.staged || args.worktree || args.range.is_some();
    if (Remote::is_address(word) && is_part) || (is_image && (is_part || args.history)) {
        return Err(Error::new(Kind::Usage, format!("{word} has no such part")));
    }
    if Remote::is_address(word) {
        let options = HistoryOptions { reachable: args.reachable, share: args.share };
        let remote = Remote::new(word, &std::env::temp_dir(), options)?;
        return Ok(Some(Box::new(remote)));
    }
    if let Some(folder) = word.strip_prefix("oci:") {
        return Ok(Some(Box::new(Image::Folder(folder.into()))));
    }
    let image = word.strip_prefix("docker:").map(Image::docker).transpose()?;
    Ok(image.map(|image| Box::new(image) as Box<dyn Source>))
}

pub(super) fn read_list(list: &Path) -> Result<Vec<u8>> {
    let read = || match list == Path::new("-") {
        true => {
            let mut all = Vec::new();
            std::io::stdin().read_to_end(&mut all).map(|_| all)
        }
        false => std::fs::read(list),
    };
    read()
        .map_err(|e| Error::new(Kind::Io, format!("reading the list {}", shown(list))).because(e))
}

/// What is staged where we are. In a hook git names the index, which may be one that it made for
/// this commit alone.
fn staged_here() -> Result<Found> {
    let repo = Repo::open_from_env()?;
    let top = git::top_of(Path::new("."))?.or(repo.work_dir().map(Path::to_owned));
    Ok((vec![Box::new(Index::staged(&Where::Env))], top))
}

fn repository(top: PathBuf, args: &Args) -> Result<Found> {
    let place = Where::path(&top);
    let sources = parts(&place, args)?;
    let sources = match args.recurse_submodules {
        true => with_submodules(sources, &place, b"", args)?,
        false => sources,
    };
    Ok((sources, Some(top)))
}

/// The parts of the repository at `place` that were asked for.
fn parts(place: &Where, args: &Args) -> Result<Vec<Box<dyn Source>>> {
    Ok(if args.staged {
        vec![Box::new(Index::staged(place))]
    } else if let Some(range) = &args.range {
        let revisions: Vec<&str> = range.split_whitespace().collect();
        vec![Box::new(Range::parse(place, &revisions)?)]
    } else if args.worktree {
        vec![Box::new(Worktree::new(place))]
    } else if args.history || args.reachable || Repo::at(place)?.folders().is_empty() {
        vec![history(place, args)]
    } else {
        whole(place)
    })
}

fn history(place: &Where, args: &Args) -> Box<dyn Source> {
    let options = HistoryOptions { reachable: args.reachable, share: args.share };
    Box::new(History::new(place, options))
}

/// The `sources` of the repository at `place`, which is at `path` of the outermost one, and those
/// of all its submodules.
fn with_submodules(
    sources: Vec<Box<dyn Source>>,
    place: &Where,
    path: &[u8],
    args: &Args,
) -> Result<Vec<Box<dyn Source>>> {
    let submodules = Repo::at(place)?.submodules()?;
    let paths: Vec<Vec<u8>> = submodules.iter().map(|s| s.path.clone()).collect();
    let nested = |source| -> Box<dyn Source> {
        Box::new(Nested::new(path.to_vec(), paths.clone(), source))
    };
    let mut all: Vec<Box<dyn Source>> = sources.into_iter().map(nested).collect();
    for submodule in submodules {
        let sources = match submodule.checked_out {
            true => parts(&submodule.place, args)?,
            false if args.worktree => Vec::new(),
            false => vec![history(&submodule.place, args)],
        };
        let path = join(path, &submodule.path);
        all.extend(with_submodules(sources, &submodule.place, &path, args)?);
    }
    Ok(all)
}

/// Everything of a repository that has a work tree.
fn whole(place: &Where) -> Vec<Box<dyn Source>> {
    let history = History::new(place, HistoryOptions::default());
    vec![Box::new(history), Box::new(Index::all(place)), Box::new(Worktree::new(place))]
}

/// What `stanch scan` reads when it is told nothing.
pub(super) fn usual_sources() -> Result<Found> {
    match git::top_of(Path::new("."))? {
        Some(top) if !Repo::open(&top)?.folders().is_empty() => {
            Ok((whole(&Where::path(&top)), Some(top)))
        }
        Some(top) => {
            let place = Where::path(&top);
            Ok((vec![Box::new(History::new(&place, HistoryOptions::default()))], Some(top)))
        }
        None => Ok((vec![Box::new(Files::new("."))], None)),
    }
}

/// A word that is no path: a range of revisions, or a mistake.
fn revisions(place: &Path, args: &Args) -> Result<Found> {
    let text = place.to_str().filter(|t| t.contains("..") || t.starts_with('^'));
    let top = git::top_of(Path::new("."))?;
    let (Some(text), Some(top)) = (text, top) else {
        let none = format!("there is no file, repository or range of revisions {}", shown(place));
        return Err(Error::new(Kind::Usage, none).hint("a range is written A..B"));
    };
    if args.staged || args.worktree || args.history || args.range.is_some() {
        return Err(Error::new(Kind::Usage, "a range as WHERE goes with no other part"));
    }
    Ok((vec![Box::new(Range::parse(&Where::path(&top), &[text])?)], Some(top)))
}

fn shown(place: &Path) -> String {
    display_path(place.as_os_str().as_encoded_bytes())
}

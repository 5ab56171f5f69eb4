//! Finding and opening a repository.

use super::batch::Batch;
use super::command::Git;
use super::single::Store;
use crate::error::{Error, Kind, Result};
use crate::model::ObjectId;
use std::cell::{OnceCell, RefCell};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Where a repository is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where {
    /// At or above this path; git's own variables are ignored.
    Path(PathBuf),
    /// Where `GIT_DIR`, `GIT_INDEX_FILE` and the other variables that git sets for hooks say.
    Env,
}

impl Where {
    /// At or above `path`.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::Path(path.into())
    }

    /// The real path of the folder that holds `.git`, as far as can be told without opening it.
    pub(super) fn root(&self) -> Option<PathBuf> {
        let start = match self {
            Self::Path(path) => path.canonicalize().ok()?,
            Self::Env => Path::new(".").canonicalize().ok()?,
        };
        start.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_owned)
    }
}

/// How the objects of a repository are read.
pub(super) enum Backend {
    /// By libgit2, in this process.
    Library(git2::Repository),
    /// By `git` itself, since libgit2 does not know the repository's format.
    Command,
}

/// An open repository. To read from several threads, open one in each: [`Repo::at`].
pub struct Repo {
    pub(super) backend: Backend,
    pub(super) git: Option<Git>,
    pub(super) batch: RefCell<Option<Batch>>,
    place: Where,
    git_dir: PathBuf,
    common_dir: PathBuf,
    work_dir: Option<PathBuf>,
    width: usize,
    partial: OnceCell<bool>,
    pub(super) single: OnceCell<Option<Store>>,
    pub(super) index_trouble: OnceCell<&'static str>,
}

impl Repo {
    /// Opens the repository at or above `path`.
    ///
    /// # Errors
    /// If there is none, it belongs to somebody else, or nothing here can read its format.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        Self::at(&Where::path(path))
    }

    /// Opens the repository that git has named to the hook we run in.
    ///
    /// # Errors
    /// As [`Repo::open`].
    pub fn open_from_env() -> Result<Self> {
        Self::at(&Where::Env)
    }

    /// Opens the repository at `place`.
    ///
    /// # Errors
    /// As [`Repo::open`].
    pub fn at(place: &Where) -> Result<Self> {
        // Every object is read once; a cache would only hold memory.
        git2::opts::enable_caching(false);
        let opened = match place {
            Where::Path(path) => {
                let none: [&OsStr; 0] = [];
                git2::Repository::open_ext(path, git2::RepositoryOpenFlags::empty(), none)
            }
            Where::Env => git2::Repository::open_from_env(),
        };
        match opened {
            Ok(repo) => Ok(Self::library(repo, place)),
            Err(e) => match unknown_format(&e) {
                true => Self::command(place).map_err(|cause| unsupported(&e, cause)),
                false => Err(refused(place, e)),
            },
        }
    }

    fn library(repo: git2::Repository, place: &Where) -> Self {
        Self {
            git: None,
            batch: RefCell::new(None),
            place: place.clone(),
            git_dir: repo.path().to_owned(),
            common_dir: repo.commondir().to_owned(),
            work_dir: repo.workdir().map(Path::to_owned),
            width: 20,
            partial: OnceCell::new(),
            single: OnceCell::new(),
            index_trouble: OnceCell::new(),
            backend: Backend::Library(repo),
        }
    }

    fn command(place: &Where) -> Result<Self> {
        let git = Git::find(place)?;
        let ask = |what: &[&str]| -> Result<String> {
            let out = git.output([&["rev-parse", "--path-format=absolute"], what].concat())?;
            String::from_utf8(strip_newline(out))
                .map_err(|e| Error::new(Kind::Git, "a path is not UTF-8").because(e))
        };
        let bare = ask(&["--is-bare-repository"])? == "true";
        Ok(Self {
            git_dir: ask(&["--git-dir"])?.into(),
            common_dir: ask(&["--git-common-dir"])?.into(),
            work_dir: if bare { None } else { ask(&["--show-toplevel"]).ok().map(Into::into) },
            width: if ask(&["--show-object-format"])? == "sha256" { 32 } else { 20 },
            place: place.clone(),
            backend: Backend::Command,
            batch: RefCell::new(None),
            partial: OnceCell::new(),
            single: OnceCell::new(),
            index_trouble: OnceCell::new(),
            git: Some(git),
        })
    }

    /// Where it was opened, to open it once more in another thread.
    pub fn place(&self) -> &Where {
        &self.place
    }

    /// Its git directory (of a linked work tree: that work tree's own).
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The git directory that all work trees share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The root of its work tree; `None` if it is bare.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    /// The folders whose files are those of its work tree: its own, and the one that holds `.git`
    /// where the configuration says that the work tree is elsewhere, or that there is none. To
    /// whoever is handed that folder, its files are in it.
    pub fn folders(&self) -> Vec<PathBuf> {
        let real = |dir: &Path| dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let own = self.work_dir().map(Path::to_owned);
        let top = match &self.place {
            Where::Path(path) => top_of(path).ok().flatten(),
            Where::Env => None,
        };
        let other = top.filter(|top| {
            let is_seen = own.as_deref().is_some_and(|own| top.starts_with(real(own)));
            !is_seen && top.join(".git").exists()
        });
        own.into_iter().chain(other).collect()
    }

    /// Bytes of an object id: 20, or 32 in SHA-256 repositories.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether libgit2 reads it (otherwise git itself does).
    pub fn is_native(&self) -> bool {
        matches!(self.backend, Backend::Library(_))
    }

    /// Whether it is a partial clone, or borrows from one: git marks the packs that came from a
    /// promisor remote.
    pub fn is_partial(&self) -> bool {
        *self.partial.get_or_init(|| {
            let stores = self.stores().unwrap_or_else(|| vec![self.common_dir.join("objects")]);
            let packs = stores.iter().map(|store| std::fs::read_dir(store.join("pack")));
            packs.flatten().flatten().flatten().any(|file| {
                Path::new(&file.file_name()).extension() == Some(OsStr::new("promisor"))
            })
        })
    }

    /// The commits at which a shallow clone ends.
    ///
    /// # Errors
    /// If the list is there but cannot be read.
    pub fn shallow(&self) -> Result<Vec<ObjectId>> {
        let file = self.common_dir.join("shallow");
        match std::fs::read(&file) {
            Ok(text) => Ok(text.split(|&b| b == b'\n').filter_map(ObjectId::from_hex).collect()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(e) => {
                Err(Error::new(Kind::Git, "reading the border of a shallow clone").because(e))
            }
        }
    }

    /// git, where it reads this repository.
    pub(super) fn command_line(&self) -> Result<&Git> {
        self.git.as_ref().ok_or_else(|| Error::new(Kind::Internal, "git was not looked up"))
    }
}

/// The root of the repository at or above `path`: the folder of its `.git`, or the bare
/// repository itself. Nothing is opened.
///
/// # Errors
/// If it cannot be told whether there is one: its configuration would be left out in silence.
pub fn top_of(path: &Path) -> Result<Option<PathBuf>> {
    let lost = |e| {
        let path = crate::model::display_path(path.as_os_str().as_encoded_bytes());
        Error::new(Kind::Io, format!("looking for a repository at {path}")).because(e)
    };
    let Some(path) = unless_gone(path.canonicalize()).map_err(lost)? else { return Ok(None) };
    for dir in path.ancestors() {
        if unless_gone(dir.join(".git").metadata()).map_err(lost)?.is_some()
            || is_bare(dir).map_err(lost)?
        {
            // Inside of `.git` itself, the repository is the one that it belongs to.
            let inside = dir.file_name() == Some(OsStr::new(".git"));
            return Ok(Some(if inside { dir.parent().unwrap_or(dir) } else { dir }.to_owned()));
        }
    }
    Ok(None)
}

fn is_bare(dir: &Path) -> std::io::Result<bool> {
    let is = |name: &str, kind: fn(&std::fs::Metadata) -> bool| {
        Ok::<bool, std::io::Error>(
            unless_gone(dir.join(name).metadata())?.is_some_and(|m| kind(&m)),
        )
    };
    Ok(is("HEAD", std::fs::Metadata::is_file)?
        && is("objects", std::fs::Metadata::is_dir)?
        && is("refs", std::fs::Metadata::is_dir)?)
}

/// What was read, or nothing if it is not there.
pub(super) fn unless_gone<T>(read: std::io::Result<T>) -> std::io::Result<Option<T>> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match read {
        Ok(read) => Ok(Some(read)),
        Err(e) if matches!(e.kind(), NotFound | NotADirectory) => Ok(None),
        Err(e) => Err(e),
    }
}

/// `out` without its last line break.
pub(super) fn strip_newline(mut out: Vec<u8>) -> Vec<u8> {
    if out.last() == Some(&b'\n') {
        out.pop();
    }
    out
}

/// Whether libgit2 failed since it does not know the format, so that git may know it.
pub(super) fn unknown_format(e: &git2::Error) -> bool {
    let words = e.message();
    [
        "unsupported extension",
        "unsupported repository version",
        "object format",
        "unsupported mandatory",
    ]
    .iter()
    .any(|known| words.contains(known))
}

fn unsupported(format: &git2::Error, cause: Error) -> Error {
    let what = format!("the repository's format is not supported here: {}", format.message());
    Error::new(Kind::Git, what)
        .because(cause)
        .hint("install a git that knows this format: stanch then reads it through git")
}

/// The error for a repository that would not open.
fn refused(place: &Where, e: git2::Error) -> Error {
    let shown = match place {
        Where::Path(path) => crate::model::display_path(path.as_os_str().as_encoded_bytes()),
        Where::Env => "the current directory".to_owned(),
    };
    match e.code() {
        git2::ErrorCode::Owner => dubious(place, &shown, e),
        git2::ErrorCode::NotFound => {
            Error::new(Kind::Git, format!("{shown} is not a git repository, nor in one"))
                .because(e)
                .hint("name a repository, or a file or directory to scan without git")
        }
        _ => Error::new(Kind::Git, format!("opening the repository at {shown}")).because(e),
    }
}

fn dubious(place: &Where, shown: &str, e: git2::Error) -> Error {
    let root = place.root().unwrap_or_else(|| PathBuf::from(shown));
    let root = crate::model::display_path(root.as_os_str().as_encoded_bytes());
    let plain = root.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+:@".contains(c));
    let root = if plain { root } else { format!("'{}'", root.replace('\'', r"'\''")) };
    Error::new(Kind::Git, format!("the repository at {shown} belongs to another user"))
        .because(e)
        .hint(format!("if you trust it, run: git config --global --add safe.directory {root}"))
}

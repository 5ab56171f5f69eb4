//! Running programs, the only place that does: `git`, only to read formats that libgit2 cannot open,
//! and `ssh-keygen` or `gpg`, to sign.
//!
//! Even git's plumbing runs programs that a repository's configuration names (fsmonitor, lazy
//! fetch …), so each call gets options and an environment that switch all of that off.

use super::Where;
use super::credential::Credential;
use crate::error::{Error, Kind, Result};
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// Options before the sub-command: no program of the repository's choice may run.
const SAFE: [&str; 19] = [
    "--no-pager",
    "--no-optional-locks",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.attributesFile=/dev/null",
    "-c",
    "log.showSignature=false",
    "-c",
    "protocol.allow=never",
    "-c",
    "core.useReplaceRefs=false",
    "-c",
    "core.commitGraph=false",
    "-c",
    "advice.graftFileDeprecated=false",
];

/// Variables by which git tells a hook where the repository and the index are.
const PLACE: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_NAMESPACE",
    "GIT_CEILING_DIRECTORIES",
];

/// The version of the git that runs hooks here: the first on PATH.
pub fn version() -> Option<(u32, u32)> {
    let out = Command::new("git").arg("--version").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let mut numbers = text.strip_prefix("git version ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The configuration file of the whole machine that this git reads, also if it is not there yet.
pub fn system_config() -> Option<PathBuf> {
    let mut git = Command::new("git");
    git.args(["var", "GIT_CONFIG_SYSTEM"]).stdin(Stdio::null());
    let out = git.output().ok().filter(|out| out.status.success())?;
    let text = String::from_utf8(out.stdout).ok()?;
    Some(PathBuf::from(text.lines().next().filter(|line| line.starts_with('/'))?))
}

/// Runs git as a person would in `dir`: with all settings and hooks, and only without the
/// variables that name another repository. For scratch repositories, whose hooks are the user's own.
/// Answers whether it succeeded, and what was said.
///
/// # Errors
/// If git cannot be started.
pub fn rehearse(dir: &Path, args: &[&str]) -> Result<(bool, String)> {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_")
            && !name.to_string_lossy().starts_with("GIT_CONFIG")
        {
            command.env_remove(&name);
        }
    }
    command.args(args).current_dir(dir).stdin(Stdio::null());
    let out = command.output().map_err(cannot_start)?;
    let text = [out.stdout, out.stderr].concat();
    Ok((out.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

/// git, ready to read one repository.
#[derive(Debug, Clone)]
pub struct Git {
    program: PathBuf,
    place: Where,
}

impl Git {
    /// Finds git for the repository at `place`.
    ///
    /// # Errors
    /// If no git is installed outside the repository itself.
    pub fn find(place: &Where) -> Result<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let forbidden = place.root();
        let name = format!("git{}", std::env::consts::EXE_SUFFIX);
        let program = std::env::split_paths(&path)
            .filter(|dir| dir.is_absolute())
            .map(|dir| dir.join(&name))
            .find(|file| file.is_file() && !is_inside(file, forbidden.as_deref()))
            .ok_or_else(|| Error::new(Kind::Git, "git is needed to read this repository"))?;
        Ok(Self { program, place: place.clone() })
    }

    /// The output of `git ARGS`, which must succeed.
    ///
    /// # Errors
    /// If git cannot be started or fails; its own words are the cause.
    pub fn output<I: Into<OsString>>(&self, args: impl IntoIterator<Item = I>) -> Result<Vec<u8>> {
        let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
        let out = self.run(&args)?;
        if out.status.success() { Ok(out.stdout) } else { Err(failed(&args, &out)) }
    }

    /// The output of `git ARGS`; nothing if it ends with 1, which is how git says no.
    ///
    /// # Errors
    /// As [`Git::output`].
    pub fn answer<const N: usize>(&self, args: [&str; N]) -> Result<Option<Vec<u8>>> {
        let args = args.map(OsString::from);
        let out = self.run(&args)?;
        match out.status.code() {
            Some(0) => Ok(Some(out.stdout)),
            Some(1) => Ok(None),
            _ => Err(failed(&args, &out)),
        }
    }

    fn run(&self, args: &[OsString]) -> Result<Output> {
        let mut command = self.command(args.to_vec());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(cannot_start)?;
        let (out, words) = (child.stdout.take(), child.stderr.take());
        let read = std::thread::scope(|scope| {
            let words = std::thread::Builder::new().spawn_scoped(scope, || to_end(words));
            let stdout = to_end(out);
            // What git has to say about a failure is not needed to know of it.
            let stderr = words.map(|words| words.join().ok().and_then(io::Result::ok));
            Ok((stdout?, stderr?.unwrap_or_default()))
        });
        // git ends by itself where nobody reads what it writes.
        let status = child.wait().map_err(cannot_read)?;
        let (stdout, stderr) = read.map_err(cannot_read)?;
        Ok(Output { status, stdout, stderr })
    }

    /// Starts `git ARGS` with pipes to its input and output.
    ///
    /// # Errors
    /// If git cannot be started.
    pub fn start(&self, args: &[&str]) -> Result<Child> {
        let mut command = self.command(args.iter().map(OsString::from).collect());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().map_err(cannot_start)
    }

    fn command(&self, args: Vec<OsString>) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            if !self.keeps(&name.to_string_lossy()) {
                command.env_remove(&name);
            }
        }
        command.envs([
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_ASKPASS", "true"),
            ("GIT_GRAFT_FILE", "/dev/null"),
            ("LC_ALL", "C"),
        ]);
        if let Where::Path(path) = &self.place {
            // The root of the work tree where there is one: some commands see only what is below.
            command.current_dir(self.place.root().unwrap_or_else(|| folder(path).to_owned()));
        }
        command.args(SAFE).args(args);
        command
    }

    /// Whether git may see the variable `name`.
    fn keeps(&self, name: &str) -> bool {
        let place = matches!(self.place, Where::Env) && PLACE.contains(&name);
        let harmless = !name.starts_with("GIT_") || name.starts_with("GIT_CONFIG") || place;
        harmless && !holds_secret(name)
    }
}

/// Whether a variable of this name may hold a token or a password.
fn holds_secret(name: &str) -> bool {
    ["TOKEN", "SECRET", "PASSWORD"].iter().any(|word| name.to_ascii_uppercase().contains(word))
}

/// How git may fetch; each is allowed for an address that asks for it.
const PROTOCOLS: [&str; 5] = ["https", "http", "ssh", "git", "file"];

/// Starts a clone of everything at `address` into the new folder `into`. Without a `credential` git
/// asks the helpers that the user has set.
///
/// # Errors
/// If git cannot be started.
pub fn mirror(address: &str, into: &Path, credential: Option<&Credential>) -> Result<Child> {
    let options = ["clone", "--quiet", "--mirror", "--no-hardlinks", "--template=", "--", address];
    let mut args: Vec<OsString> = options.map(OsString::from).into();
    args.push(into.into());
    let mut command = fetching(into, args, credential)?;
    command.current_dir(into.parent().unwrap_or(into)).stdout(Stdio::null());
    command.spawn().map_err(cannot_start)
}

/// The refs of the repository at `address`, as git lists them.
///
/// # Errors
/// If git cannot be started or fails; its own words are the cause.
pub fn refs_of(address: &str, credential: Option<&Credential>) -> Result<Vec<u8>> {
    let nowhere = std::env::temp_dir();
    let args = ["ls-remote", "--quiet", "--", address].map(OsString::from);
    let mut command = fetching(&nowhere, args.into(), credential)?;
    command.current_dir(&nowhere);
    let out = command.output().map_err(cannot_start)?;
    match out.status.success() {
        true => Ok(out.stdout),
        false => {
            let said = String::from_utf8_lossy(&out.stderr).trim().to_owned();
            Err(Error::new(Kind::Git, "git ls-remote failed").because(said))
        }
    }
}

/// git, ready to fetch, for a repository at `place`. A server that says nothing for a minute is
/// given up.
fn fetching(
    place: &Path,
    args: Vec<OsString>,
    credential: Option<&Credential>,
) -> Result<Command> {
    let git = Git::find(&Where::Path(place.to_owned()))?;
    let patience = ["http.lowSpeedLimit=1", "http.lowSpeedTime=60"].map(str::to_owned);
    let protocols = PROTOCOLS.map(|protocol| format!("protocol.{protocol}.allow=always"));
    let settings = protocols.into_iter().chain(patience);
    let told = credential.map(Credential::settings).into_iter().flatten();
    let settings = settings.chain(told).flat_map(|setting| ["-c".into(), setting.into()]);
    let mut command = git.command(settings.chain(args).collect());
    if credential.is_none() {
        // The user's own helpers may need them.
        let secrets =
            std::env::vars_os().filter(|(name, _)| holds_secret(&name.to_string_lossy()));
        command.envs(secrets);
    }
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    Ok(command)
}

/// Starts `docker save IMAGE`.
///
/// # Errors
/// If there is no docker, or it cannot be started.
pub fn docker_save(image: &str) -> Result<Child> {
    let program = on_path("docker").ok_or_else(|| {
        let hint = "save the image where docker is, and scan the file";
        Error::new(Kind::Usage, "docker is needed to read an image of its own").hint(hint)
    })?;
    let mut command = Command::new(program);
    command.args(["image", "save", "--", image]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(|e| Error::new(Kind::Io, "starting docker").because(e))
}

/// Where a program is, by the absolute folders of PATH.
fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut files = folders.iter().filter(|dir| dir.is_absolute()).map(|dir| dir.join(&name));
    files.find(|file| file.is_file())
}

/// Runs `ssh-keygen ARGS` with the file `input` on its standard input, or nothing.
///
/// # Errors
/// If it cannot be started or refuses; its own words are the cause.
pub fn ssh_keygen(args: &[OsString], input: Option<&Path>) -> Result<()> {
    tool("ssh-keygen", "install OpenSSH 8.2 or newer", args, input).map(drop)
}

/// What `gpg ARGS` prints.
///
/// # Errors
/// If it cannot be started or refuses; its own words are the cause.
pub fn gpg(args: &[OsString]) -> Result<Vec<u8>> {
    tool("gpg", "install GnuPG 2", args, None)
}

fn tool(program: &str, hint: &str, args: &[OsString], input: Option<&Path>) -> Result<Vec<u8>> {
    let file = on_path(program)
        .ok_or_else(|| Error::new(Kind::Io, format!("{program} is needed")).hint(hint))?;
    let opened = input.map(|file| {
        std::fs::File::open(file)
            .map_err(|e| Error::new(Kind::Io, format!("reading {}", file.display())).because(e))
    });
    let stdin = opened.transpose()?.map_or(Stdio::null(), Stdio::from);
    let out = Command::new(file).args(args).stdin(stdin).output();
    let out = out.map_err(|e| Error::new(Kind::Io, format!("starting {program}")).because(e))?;
    if out.status.success() {
        return Ok(out.stdout);
    }
    let said = [out.stderr, out.stdout].concat();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    Err(Error::new(Kind::Usage, format!("{program} refused")).because(said))
}

/// The index that git has named to the hook we run in.
pub(super) fn named_index() -> Option<OsString> {
    std::env::var_os("GIT_INDEX_FILE").filter(|name| !name.is_empty())
}

/// The object folders that git has named to the hook we run in: those of a push that is not yet
/// taken in, and what it borrows from.
pub(super) fn named_stores() -> Vec<PathBuf> {
    let own = std::env::var_os("GIT_OBJECT_DIRECTORY").map(PathBuf::from);
    let others = std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
    own.into_iter()
        .chain(std::env::split_paths(&others))
        .filter(|p| !p.as_os_str().is_empty())
        .collect()
}

fn failed(args: &[OsString], out: &Output) -> Error {
    let shown = args.first().map(|a| a.to_string_lossy()).unwrap_or_default();
    let said = String::from_utf8_lossy(&out.stderr).trim().to_owned();
    Error::new(Kind::Git, format!("git {shown} failed")).because(said)
}

/// The folder to run in for `path`.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if path.is_file() && parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) if path.is_file() => parent,
        _ => path,
    }
}

/// Whether `file` lies in the folder `root`, also by way of links.
fn is_inside(file: &Path, root: Option<&Path>) -> bool {
    let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    root.is_some_and(|root| file.starts_with(root) || real.starts_with(root))
}

/// All that comes out of a pipe. Its end must be said twice: what breaks off looks shorter.
fn to_end(pipe: Option<impl Read>) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    let Some(mut pipe) = pipe else { return Ok(all) };
    let mut asked = false;
    while pipe.read_to_end(&mut all)? > 0 || !asked {
        asked = true;
    }
    Ok(all)
}

fn cannot_read(e: io::Error) -> Error {
    Error::new(Kind::Git, "reading what git says").because(e)
}

fn cannot_start(e: io::Error) -> Error {
    Error::new(Kind::Git, "starting git").because(e)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    /// A pipe that says once that it has ended, and goes on.
    struct Stutters<'a>(Vec<&'a [u8]>);

    impl Read for Stutters<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some(next) = self.0.pop() else { return Ok(0) };
            into[..next.len()].copy_from_slice(next);
            Ok(next.len())
        }
    }

    #[test]
    fn a_list_that_breaks_off_by_mistake_is_read_on() {
        for pieces in [vec![b"a".as_slice(), b"b", b""], vec![b"a", b"", b"b"], vec![b"", b"ab"]] {
            let expected = if pieces.len() == 2 { b"ab" } else { b"ba" };
            assert_eq!(to_end(Some(Stutters(pieces))).unwrap(), expected);
        }
        assert_eq!(to_end(Some(Stutters(Vec::new()))).unwrap(), b"");
    }
}

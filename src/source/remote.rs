//! A repository elsewhere: everything of it is cloned into a private folder, scanned, and removed.

use super::history::{History, Options};
use super::{Sink, Sites, Source};
use crate::error::{Error, Kind, Result};
use crate::git::credential::Credential;
use crate::git::{Where, command};
use crate::model::{Budget, ObjectId, display_path};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long an interrupt may go unnoticed.
const PATIENCE: Duration = Duration::from_millis(30);
/// How long git may take to end.
const GRACE: Duration = Duration::from_millis(500);
/// How addresses begin.
const SCHEMES: [&str; 5] = ["https://", "http://", "ssh://", "git://", "file://"];

/// A repository at an address.
pub struct Remote {
    address: Address,
    folder: Folder,
    history: History,
}

/// An address without its password.
struct Address {
    shown: String,
    /// Scheme, user, password and host.
    login: Option<String>,
    password: Option<String>,
}

impl Remote {
    /// Whether `word` is an address that git fetches from: one with a scheme, or `user@host:path`.
    pub fn is_address(word: &str) -> bool {
        let at_host = || {
            let (user, rest) = word.split_once('@')?;
            let (host, path) = rest.split_once(':')?;
            let plain = |t: &str| {
                !t.is_empty()
                    && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
            };
            Some(plain(user) && plain(host) && !path.is_empty())
        };
        SCHEMES.iter().any(|s| word.starts_with(s)) || at_host().unwrap_or(false)
    }

    /// The repository at `address`, to be cloned into a new folder in `temporary`.
    ///
    /// # Errors
    /// If the address is one that could be taken for an option, or there is no such folder.
    pub fn new(address: &str, temporary: &Path, options: Options) -> Result<Self> {
        let address = Address::parse(address)?;
        let folder = Folder::below(temporary)?;
        let history = History::new(&Where::path(folder.repository()), options);
        Ok(Self { address, folder, history })
    }

    /// Where the clone is while it is there.
    pub fn repository(&self) -> PathBuf {
        self.folder.repository()
    }

    /// What the repository says of its refs.
    ///
    /// # Errors
    /// If it cannot be asked.
    pub fn refs(&self) -> Result<Vec<u8>> {
        let credential = self.credential()?;
        command::refs_of(&self.address.shown, credential.as_ref()).map_err(|e| {
            let said = std::error::Error::source(&e).map_or(String::new(), ToString::to_string);
            let asked = format!("asking {} for its refs failed", self.scope());
            Error::new(Kind::Git, asked).because(self.address.hide(&said))
        })
    }

    /// What git is told to get in; to be kept while it runs.
    fn credential(&self) -> Result<Option<Credential>> {
        let new = |login: &String| Credential::new(login, &self.folder.0.with_extension("login"));
        self.address.login.as_ref().map(new).transpose()
    }

    fn clone_to(&self, sink: &dyn Sink) -> Result<()> {
        self.folder.make()?;
        let into = self.folder.repository();
        let credential = self.credential()?;
        let mut child = command::mirror(&self.address.shown, &into, credential.as_ref())?;
        let words = listen(&mut child);
        let failed = |e| Error::new(Kind::Git, "waiting for git").because(e);
        let status = loop {
            if let Some(status) = child.try_wait().map_err(failed)? {
                break status;
            }
            if sink.stop() {
                end(&mut child).map_err(failed)?;
                // The last of git's helpers to end closes it; until then they write.
                let _ = words.recv_timeout(4 * GRACE);
                return Err(Error::new(Kind::Interrupted, "interrupted while cloning"));
            }
            std::thread::sleep(PATIENCE);
        };
        if status.success() {
            return Ok(());
        }
        let said = words.recv_timeout(GRACE).unwrap_or_default();
        let said = self.address.hide(&display_path(said.trim_ascii()));
        Err(Error::new(Kind::Git, format!("cloning {} failed", self.scope())).because(said))
    }
}

/// What git and its helpers say: the beginning of it comes when the last of them has ended. It is
/// read while they run, or who says much would wait for ever.
fn listen(child: &mut Child) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    if let Some(mut errors) = child.stderr.take() {
        std::thread::spawn(move || {
            let mut said = Vec::new();
            let _ = errors.by_ref().take(4096).read_to_end(&mut said);
            let _ = std::io::copy(&mut errors, &mut std::io::sink());
            let _ = sender.send(said);
        });
    }
    receiver
}

/// Ends git. Asked nicely it ends its own helpers as well, which would go on writing.
fn end(child: &mut Child) -> std::io::Result<()> {
    #[cfg(unix)]
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let asked = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let started = Instant::now();
        while asked.is_ok() && started.elapsed() < GRACE {
            if child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(PATIENCE);
        }
    }
    child.kill()?;
    child.wait().map(drop)
}

fn no_password() -> Error {
    Error::new(Kind::Usage, "only an address of https takes a password")
        .hint("leave it out: for ssh, add a key to your agent")
}

impl Source for Remote {
    fn scope(&self) -> String {
        display_path(self.address.shown.as_bytes())
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        self.clone_to(sink)?;
        self.history.read(sink)
    }

    fn whole(&self) -> Option<String> {
        self.history.whole()
    }

    fn sites(&self, wanted: &[ObjectId], budget: &Budget) -> Result<Sites> {
        self.history.sites(wanted, budget)
    }
}

impl Address {
    fn parse(address: &str) -> Result<Self> {
        let refuse = || Error::new(Kind::Usage, "that is no address of a repository");
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let dashed = |t: &str| t.starts_with('-');
        // What begins with a dash may be taken for an option by git or by ssh.
        let path = host.split_once([':', '/']).map_or("", |(_, path)| path);
        if [address, rest, host, path].into_iter().any(dashed)
            || address.contains(char::is_control)
        {
            return Err(refuse());
        }
        Self::without_password(address)
    }

    /// Takes the password out of `scheme://user:password@host/path`.
    fn without_password(address: &str) -> Result<Self> {
        let shown = |address| Self { shown: address, login: None, password: None };
        let plain = || Ok(shown(address.to_owned()));
        let Some((scheme, rest)) = address.split_once("://") else { return plain() };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let Some((user, host)) = authority.rsplit_once('@') else { return plain() };
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        if !scheme.starts_with("http") {
            // The name of a user of ssh is no secret, and nothing but http takes a password.
            return if user.contains(':') { Err(no_password()) } else { plain() };
        }
        // Alone it is a token.
        let secret = if password.is_empty() { name } else { password };
        Ok(Self {
            login: Some(format!("{scheme}://{name}:{password}@{host}")),
            password: Some(secret.to_owned()),
            ..shown(format!("{scheme}://{host}/{path}"))
        })
    }

    fn hide(&self, said: &str) -> String {
        match &self.password {
            Some(password) if !password.is_empty() => said.replace(password.as_str(), "****"),
            _ => said.to_owned(),
        }
    }
}

/// A folder that only this user can look into; removed when dropped.
struct Folder(PathBuf);

fn no_folder(e: std::io::Error) -> Error {
    Error::new(Kind::Io, "making a temporary folder").because(e)
}

impl Folder {
    /// One in `parent`, which is not made yet.
    fn below(parent: &Path) -> Result<Self> {
        let mut random = [0_u8; 16];
        std::fs::File::open("/dev/urandom")
            .and_then(|mut f| f.read_exact(&mut random))
            .map_err(no_folder)?;
        let name = format!("stanch-{}", data_encoding::HEXLOWER.encode(&random));
        Ok(Self(parent.join(name)))
    }

    /// Makes it: only while signals are heard, so that it is removed whatever comes.
    fn make(&self) -> Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0).map_err(no_folder)
    }

    fn repository(&self) -> PathBuf {
        self.0.join("repository.git")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Who cannot remove it cannot tell it either: the report is not written yet. A helper of
        // git that would not end may add to it meanwhile.
        let started = Instant::now();
        while std::fs::remove_dir_all(&self.0).is_err() && self.0.exists() {
            if started.elapsed() > GRACE {
                return;
            }
            std::thread::sleep(PATIENCE);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths() {
        for word in ["https://h/r.git", "git@h:o/r.git", "ssh://git@h/r", "file:///r"] {
            assert!(Remote::is_address(word), "{word}");
        }
        for word in ["ext::sh -c x", "C:/a", "a/b@c", "main..topic", "@:x", "-oProxy@h:x y@"] {
            assert!(!Remote::is_address(word) || Address::parse(word).is_err(), "{word}");
        }
        for word in
            ["ssh://-oProxyCommand=x/r", "git@-h:r", "-u@h:r", "git@h:-r", "https://a@-h/r"]
        {
            assert!(Address::parse(word).is_err(), "{word}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let word = "hunter".to_owned() + "12";
        let address = Address::parse(&format!("https://me:{word}@host/a/b.git")).unwrap();
        assert_eq!(address.shown, "https://host/a/b.git");
        assert_eq!(address.login, Some(format!("https://me:{word}@host")));
        assert!(!address.hide(&format!("no {word}")).contains(&word));
        assert_eq!(Address::parse("ssh://git@h/r").unwrap().shown, "ssh://git@h/r");
        assert!(Address::parse(&format!("ssh://git:{word}@h/r")).is_err());
        let alone = Address::parse(&format!("https://{word}@host/a")).unwrap();
        assert_eq!(alone.login, Some(format!("https://{word}:@host")));
        assert!(!alone.hide(&format!("no {word}")).contains(&word));
    }
}

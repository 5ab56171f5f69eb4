//! The name and password of an address, told to git by a file that only this process and its
//! children can read: words and environment of a program are seen by others, and git would hand an
//! address with a password in it to the words of its helpers.

use crate::error::{Error, Kind, Result};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file in the form of `git credential-store`
/// (<https://git-scm.com/docs/git-credential-store#_storage_format>). It is gone when dropped.
#[derive(Debug)]
pub struct Credential {
    path: PathBuf,
    on_disk: bool,
    file: File,
}

impl Credential {
    /// For `url`, which is `scheme://user:password@host`. The file is in memory; where the system
    /// has no such files it is at `otherwise`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new(url: &str, otherwise: &Path) -> Result<Self> {
        let failed = |e| Error::new(Kind::Io, "telling git a password").because(e);
        let mut made = match in_memory() {
            Some(made) => made,
            None => on_disk(otherwise).map_err(failed)?,
        };
        made.file.write_all(format!("{url}\n").as_bytes()).map_err(failed)?;
        Ok(made)
    }

    /// The settings by which git asks this file, and neither another helper nor a person.
    pub(super) fn settings(&self) -> [String; 3] {
        let path = self.path.to_string_lossy().replace('\'', r"'\''");
        [
            "credential.helper=".to_owned(),
            format!("credential.helper=store --file='{path}'"),
            // It cannot be changed, and need not wait for that.
            "credentialStore.lockTimeoutMS=0".to_owned(),
        ]
    }
}

impl Drop for Credential {
    fn drop(&mut self) {
        if self.on_disk {
            // The folder that it stands in is removed as well, and that is heard of.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A file without a name, open in every program that is started while it is there.
#[cfg(target_os = "linux")]
fn in_memory() -> Option<Credential> {
    use std::os::fd::AsRawFd;
    let file = File::from(rustix::fs::memfd_create("", rustix::fs::MemfdFlags::empty()).ok()?);
    let path = PathBuf::from(format!("/dev/fd/{}", file.as_raw_fd()));
    path.exists().then_some(Credential { path, on_disk: false, file })
}

#[cfg(not(target_os = "linux"))]
fn in_memory() -> Option<Credential> {
    None
}

fn on_disk(path: &Path) -> std::io::Result<Credential> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(Credential { path: path.to_owned(), on_disk: true, file: options.open(path)? })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    fn asked(credential: &Credential, host: &str) -> String {
        let ask =
            format!("alias.ask=!printf 'protocol=https\nhost={host}\n' | git credential fill");
        let settings = credential.settings();
        let nobody = "core.askPass=true".to_owned();
        let all = settings.iter().chain([&nobody, &ask]).flat_map(|s| ["-c", s]);
        let args: Vec<&str> = all.chain(["ask"]).collect();
        crate::git::command::rehearse(Path::new("/"), &args).unwrap().1
    }

    #[test]
    fn git_is_told_it_in_memory_and_on_disk() {
        let word = "hunter".to_owned() + "%401";
        let url = format!("https://me:{word}@forge.test:8443");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it's a file");
        let memory = Credential::new(&url, &path).unwrap();
        assert_eq!(path.exists(), !cfg!(target_os = "linux"));
        drop(memory);
        for kept in [Credential::new(&url, &path).unwrap(), {
            let mut kept = on_disk(&path).unwrap();
            writeln!(kept.file, "{url}").unwrap();
            kept
        }] {
            let told = asked(&kept, "forge.test:8443");
            assert!(told.contains("username=me\n") && told.contains("hunter@1"), "{told}");
            assert!(!asked(&kept, "forge.test").contains("hunter"));
        }
        assert!(!path.exists());
    }
}

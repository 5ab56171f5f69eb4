//! Signing a record with an SSH key, and checking that, by `ssh-keygen`.

use crate::error::{Error, Kind, Result};
use crate::git::command::ssh_keygen;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What signatures are for; one for this purpose is worth nothing for another.
const PURPOSE: &str = "stanch-integrity";

/// Signs the file with a private key; answers where the signature stands.
///
/// # Errors
/// If `ssh-keygen` cannot be run or refuses.
pub fn sign(file: &Path, key: &Path) -> Result<PathBuf> {
    let signature = beside(file, "sig");
    // ssh-keygen asks before it overwrites, and nobody is there to answer.
    match std::fs::remove_file(&signature) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            return Err(
                Error::new(Kind::Io, format!("replacing {}", signature.display())).because(e)
            );
        }
        _ => {}
    }
    let args = words(&["-Y", "sign", "-q", "-n", PURPOSE, "-f"]);
    ssh_keygen(&[args, vec![key.into(), file.into()]].concat(), None)?;
    Ok(signature)
}

/// Checks the signature beside the file against a public key.
///
/// # Errors
/// If there is none, it is not that key's, or the file has changed since.
pub fn verify(file: &Path, key: &Path) -> Result<()> {
    let reading = |e| Error::new(Kind::Io, format!("reading {}", key.display())).because(e);
    let public = std::fs::read_to_string(key).map_err(reading)?;
    let signers = beside(file, "signers");
    let failed = |e| Error::new(Kind::Io, format!("writing {}", signers.display())).because(e);
    std::fs::write(&signers, format!("stanch {}\n", public.trim())).map_err(failed)?;
    let args = words(&["-Y", "verify", "-q", "-n", PURPOSE, "-I", "stanch", "-f"]);
    let rest = vec![signers.clone().into(), "-s".into(), beside(file, "sig").into()];
    let checked = ssh_keygen(&[args, rest].concat(), Some(file));
    // The list of signers is ours and of no use to anybody else.
    let _ = std::fs::remove_file(&signers);
    checked
        .map_err(|e| Error::new(Kind::Usage, "the signature of the record is not good").because(e))
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    PathBuf::from(name)
}

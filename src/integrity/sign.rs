//! Signing a record with an SSH key by `ssh-keygen`, or with a GPG key by `gpg`, and checking that.

use crate::error::{Error, Kind, Result};
use crate::git::command::{gpg, ssh_keygen};
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

/// Signs the file with the GPG key of that name; answers where the signature stands.
///
/// # Errors
/// If `gpg` cannot be run or refuses.
pub fn sign_gpg(file: &Path, key: &str) -> Result<PathBuf> {
    let signature = beside(file, "asc");
    let args = words(&["--batch", "--yes", "--armor", "--detach-sign", "-u", key, "-o"]);
    gpg(&[args, vec![signature.clone().into(), file.into()]].concat())?;
    Ok(signature)
}

/// Checks the GPG signature beside the file: it must be by the key of that fingerprint, or by a
/// subkey of it.
///
/// # Errors
/// If there is none, it is not that key's, or the file has changed since.
pub fn verify_gpg(file: &Path, key: &str) -> Result<()> {
    let wanted: String = key.chars().filter(|c| !c.is_whitespace()).collect();
    let wanted = wanted.trim_start_matches("0x").to_ascii_uppercase();
    if wanted.len() < 16 || !wanted.bytes().all(|b| b.is_ascii_hexdigit()) {
        let error = Error::new(Kind::Usage, format!("`{key}` is no fingerprint of a key"));
        return Err(error.hint("`gpg --list-keys --with-colons` shows it: 40 hexadecimal digits"));
    }
    let bad = || Error::new(Kind::Usage, "the signature of the record is not good");
    let args = words(&["--batch", "--status-fd", "1", "--verify"]);
    let said = gpg(&[args, vec![beside(file, "asc").into(), file.into()]].concat())
        .map_err(|e| bad().because(e))?;
    let said = String::from_utf8_lossy(&said).into_owned();
    let mut valid = said.lines().filter_map(|l| l.strip_prefix("[GNUPG:] VALIDSIG "));
    let by = |l: &str| l.split(' ').any(|word| word.len() >= 40 && word.ends_with(&wanted));
    if valid.any(by) {
        Ok(())
    } else {
        Err(bad().because(format!("it is not by the key {wanted}")))
    }
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

//! Signing a record with an SSH key, and checking that, by `ssh-keygen`.

use crate::error::{Error, Kind, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "sign", "-q", "-n", PURPOSE, "-f"]).arg(key).arg(file);
    run(command.stdin(Stdio::null()), "signing the record")?;
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
    let input = std::fs::File::open(file)
        .map_err(|e| Error::new(Kind::Io, format!("reading {}", file.display())).because(e));
    let checked = input.and_then(|input| {
        let mut command = Command::new("ssh-keygen");
        command.args(["-Y", "verify", "-q", "-n", PURPOSE, "-I", "stanch", "-f"]).arg(&signers);
        command.arg("-s").arg(beside(file, "sig")).stdin(input);
        run(&mut command, "the signature of the record is not good")
    });
    // The list of signers is ours and of no use to anybody else.
    let _ = std::fs::remove_file(&signers);
    checked
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    PathBuf::from(name)
}

fn run(command: &mut Command, doing: &str) -> Result<()> {
    let out = command.output().map_err(|e| {
        Error::new(Kind::Io, "starting ssh-keygen")
            .because(e)
            .hint("OpenSSH 8.2 or newer is needed")
    })?;
    if out.status.success() {
        return Ok(());
    }
    let said = [out.stderr, out.stdout].concat();
    Err(Error::new(Kind::Usage, doing).because(String::from_utf8_lossy(&said).trim().to_owned()))
}

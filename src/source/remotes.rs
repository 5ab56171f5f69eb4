//! Credentials in the URLs of the repository's own configuration: whoever gets the folder, in an
//! archive or an image, gets them too.

use super::Sink;
use crate::git::Repo;
use crate::model::{Item, Origin, OriginKind, Unit};
use memchr::memmem;

/// The path that findings show.
const SHOWN: &[u8] = b".git/config";

/// Users in whose name a CI system clones: what they carry ends with the job.
const OF_JOBS: [&[u8]; 2] = [b"gitlab-ci-token", b"x-token-auth"];

/// Scans the URLs with credentials in the configuration of `repo`.
pub(super) fn scan(repo: &Repo, sink: &dyn Sink) {
    // Who opened the repository has read it; nothing else of it is in scope.
    let Ok(config) = std::fs::read(repo.common_dir().join("config")) else { return };
    let text = urls(&config);
    if text.iter().any(|b| *b != b'\n') {
        sink.declare(Unit::File, 1);
        let origin = Origin::new(OriginKind::WorkTree).path(SHOWN);
        sink.scan(Unit::File, Item::new(&text, origin));
    }
}

/// The lines that hold a URL with credentials; the others are blank, so that numbers stay.
fn urls(config: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for line in config.split(|b| *b == b'\n') {
        if credentials(line).is_some_and(|c| !is_of_a_job(c)) {
            text.extend_from_slice(line);
        }
        text.push(b'\n');
    }
    text
}

/// What stands between `://` and `@`.
fn credentials(line: &[u8]) -> Option<&[u8]> {
    let start = memmem::find(line, b"://")? + 3;
    let rest = line.get(start..)?;
    rest.get(..memchr::memchr(b'@', rest)?)
}

fn is_of_a_job(credentials: &[u8]) -> bool {
    OF_JOBS.iter().any(|user| credentials.starts_with(user))
        || memmem::find(credentials, b":ghs_").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_with_lasting_credentials_stay() {
        let config = "[remote \"o\"]\n\turl = https://u:p@h/r\n\turl = https://h/r\n\
            \turl = https://gitlab-ci-token:x@h/r\n\turl = https://a:ghs_1@h/r\n";
        let text = String::from_utf8_lossy(&urls(config.as_bytes())).into_owned();
        assert_eq!(text, "\n\turl = https://u:p@h/r\n\n\n\n\n");
    }
}

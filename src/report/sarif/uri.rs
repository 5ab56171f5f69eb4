//! Paths as the URIs of SARIF.

use crate::model::{Origin, OriginKind};
use std::fmt::Write as _;

/// The URI of `origin`, whose redacted path is `path`. What is no file gets a name of its own, as
/// services refuse a result without a file.
pub(super) fn of(origin: &Origin, path: Option<&[u8]>) -> String {
    match (origin.kind, path, origin.commit) {
        (OriginKind::Message, _, Some(commit)) => format!("commit-message/{commit}"),
        (OriginKind::Message, _, None) => "commit-message".into(),
        (_, Some(path), _) if path.starts_with(b"/") => format!("file://{}", encoded(path)),
        (_, Some(path), _) if !path.is_empty() => encoded(relative(path)),
        (OriginKind::Stdin, _, _) => "stdin".into(),
        (_, _, _) => origin.object.map_or("unnamed".into(), |o| format!("blob/{o}")),
    }
}

fn relative(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"./").filter(|rest| !rest.is_empty()).unwrap_or(path)
}

/// Everything but unreserved characters and `/` as `%XX`; bytes, so any path can be written.
fn encoded(path: &[u8]) -> String {
    let mut out = String::with_capacity(path.len());
    for &byte in path {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_path_becomes_a_uri() {
        let uri = |path: &[u8]| of(&Origin::new(OriginKind::File), Some(path));
        assert_eq!(uri(b"a b/\xff:#?.txt"), "a%20b/%FF%3A%23%3F.txt");
        assert_eq!(uri(b"./a"), "a");
        assert_eq!(uri(b"/tmp/a"), "file:///tmp/a");
        assert_eq!(of(&Origin::new(OriginKind::Stdin), None), "stdin");
    }
}

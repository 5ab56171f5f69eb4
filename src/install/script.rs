//! The text of the hooks, and how to know one again.
//!
//! A hook is POSIX sh, short enough to be read. Its second line holds a sum of what follows, so
//! that a hook that a person has edited is told from one that is as stanch wrote it.

use super::Event;
use std::path::Path;

/// Where a hook looks for the one that was there before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Previous {
    /// Beside it, under another name.
    Beside,
    /// In the hooks folder of the repository, which a global `core.hooksPath` would silence.
    Own,
}

/// What a hook's file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// Exactly what stanch wrote.
    Stanch,
    /// What stanch wrote, changed since.
    Edited,
    /// Somebody else's work.
    Other,
}

const MARK: &str = "# stanch-hook 1 ";
const TELL: &str = ": written by stanch; `stanch uninstall` takes it out";

/// The hook for `event`: first the earlier hook, then `program`; both must pass.
pub(super) fn guard(event: Event, program: &Path, previous: Previous) -> Vec<u8> {
    let mut body = Vec::from("stanch=");
    body.extend(quoted(program));
    let kept = match previous {
        Previous::Beside => format!("${{0%/*}}/{}.stanch-kept", event.name()),
        Previous::Own => {
            format!("$(git rev-parse --git-common-dir)/hooks/{} || exit", event.name())
        }
    };
    let run = if event.takes_input() { RUN_WITH_INPUT } else { RUN_PLAIN };
    let skip = if event.is_server() { "" } else { SKIP };
    let rest = format!("\nkept={kept}\n{MISSING}{skip}{STOP}\n{run}")
        .replace("EVENT", event.name())
        .replace("ACT", event.act());
    body.extend(rest.into_bytes());
    signed(&body)
}

/// A hook that only runs the repository's own hook of that name. While git makes a repository, it
/// runs hooks before it can say where that is; nobody has put a hook there yet.
pub(super) fn pass_on(name: &str) -> Vec<u8> {
    let text = format!(
        "git=$(git rev-parse --git-common-dir 2>/dev/null) || exit 0
own=$git/hooks/{name}
[ ! -x \"$own\" ] || exec \"$own\" \"$@\"
"
    );
    signed(text.as_bytes())
}

/// Whose work the text is.
pub(super) fn author(text: &[u8]) -> Author {
    let marked = |line: &[u8]| line.starts_with(MARK.as_bytes());
    let mut lines = text.splitn(3, |&b| b == b'\n');
    let (Some(_), Some(mark), Some(body)) = (lines.next(), lines.next(), lines.next()) else {
        return Author::Other;
    };
    if marked(mark) && text == signed(body) {
        return Author::Stanch;
    }
    if text.split(|&b| b == b'\n').any(marked) { Author::Edited } else { Author::Other }
}

/// Whether the text guards something, and does not only pass on.
pub(super) fn is_guard(text: &[u8]) -> bool {
    author(text) != Author::Other && text.split(|&b| b == b'\n').any(|l| l.starts_with(b"stanch="))
}

fn signed(body: &[u8]) -> Vec<u8> {
    let head = format!("#!/bin/sh\n{MARK}{:08x}{TELL}\n", crc32fast::hash(body));
    let mut text = head.into_bytes();
    text.extend_from_slice(body);
    text
}

/// A path between single quotes; sh takes every byte between them as it is.
pub(super) fn quoted(path: &Path) -> Vec<u8> {
    let mut out = vec![b'\''];
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\'' => out.extend(br"'\''"),
            b'\\' if cfg!(windows) => out.push(b'/'),
            _ => out.push(byte),
        }
    }
    out.push(b'\'');
    out
}

/// Without stanch nothing was checked, so the hook must not pass.
const MISSING: &str = r#"missing() {
  echo "stanch: not found, neither at $stanch nor on PATH, so this ACT was not checked and is stopped." >&2
  echo "  Install stanch again, or remove this hook: $0" >&2
"#;

const SKIP: &str = "  echo \"  To go on without any check: git ACT --no-verify\" >&2
";

const STOP: &str = r#"  exit 1
}
if [ ! -x "$stanch" ]; then
  found=$(command -v stanch) || missing
  stanch=$found
fi"#;

const RUN_PLAIN: &str = r#"if [ -x "$kept" ]; then "$kept" "$@" || exit; fi
exec "$stanch" hook EVENT "$@"
"#;

/// Standard input can be read once only, and both hooks need all of it. The `x` saves the
/// newlines at the end, which `$( )` takes off.
const RUN_WITH_INPUT: &str = r#"if [ ! -x "$kept" ]; then exec "$stanch" hook EVENT "$@"; fi
input=$(cat && printf x) || exit
printf %s "${input%x}" 2>/dev/null | "$kept" "$@" || exit
printf %s "${input%x}" | "$stanch" hook EVENT "$@"
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_own_work_and_an_edited_one() {
        let text = guard(Event::PrePush, Path::new("/opt/it's/stanch"), Previous::Beside);
        assert_eq!(author(&text), Author::Stanch);
        assert!(is_guard(&text));
        let edited = [&text[..], b"echo more\n"].concat();
        assert_eq!(author(&edited), Author::Edited);
        assert_eq!(author(b"#!/bin/sh\necho hello\n"), Author::Other);
        assert_eq!(author(b""), Author::Other);
    }

    #[test]
    fn passing_on_is_no_guard() {
        let text = pass_on("commit-msg");
        assert_eq!(author(&text), Author::Stanch);
        assert!(!is_guard(&text));
    }

    #[test]
    fn quotes_every_byte_of_a_path() {
        assert_eq!(quoted(Path::new("/a b/it's")), br"'/a b/it'\''s'");
    }

    /// The ready hooks of `hooks/git` are what an installation writes, so that
    /// `stanch uninstall` knows them; `STANCH_BLESS=1` renews them.
    #[test]
    fn the_ready_hooks_are_up_to_date() {
        for event in Event::ALL.into_iter().chain(Event::SERVER) {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let file = root.join("hooks/git").join(event.name());
            let text = guard(event, Path::new("/usr/local/bin/stanch"), Previous::Beside);
            if std::env::var_os("STANCH_BLESS").is_some() {
                std::fs::write(&file, &text).unwrap();
            }
            assert_eq!(std::fs::read(&file).unwrap(), text, "{}", file.display());
        }
    }
}

//! Messages about a mistake in a file of settings: file, line, and the word that was meant.

use crate::error::{Error, Kind};
use crate::model::nearest;

/// Keys and the table that they belong in, for a key that stands in the wrong one.
pub(super) const HOMES: [(&str, &str); 11] = [
    ("exclude", "[paths]"),
    ("disable", "[rules]"),
    ("enable", "[rules]"),
    ("files", "[rules]"),
    ("min_confidence", "[report]"),
    ("block", "[hook]"),
    ("file", "[baseline]"),
    ("rule", "[[allow]]"),
    ("path", "[[allow]]"),
    ("pattern", "[[allow]]"),
    ("reason", "[[allow]]"),
];

/// An error that points at the line of byte `at` of `text`; `name` names the file.
pub(crate) fn mistake(name: &str, text: &str, at: usize, what: &str) -> Error {
    Error::new(Kind::Config, format!("{name}:{}: {what}", line_of(text, at)))
}

/// An error for what the TOML reader found wrong, with a suggestion where a word is unknown.
pub(crate) fn syntax(name: &str, text: &str, error: &toml::de::Error) -> Error {
    let at = error.span().map_or(0, |span| span.start);
    let words = unknown_word(error.message());
    let first = error.message().lines().collect::<Vec<_>>().join("; ");
    let Some((sort, word, known)) = words else {
        return mistake(name, text, at, &first);
    };
    let found = mistake(name, text, at, &format!("unknown {sort} `{word}`"));
    found.hint(suggestion(sort, word, &known))
}

fn suggestion(sort: &str, word: &str, known: &[&str]) -> String {
    if let Some(meant) = nearest(word, known.iter().copied()) {
        return format!("did you mean `{meant}`?");
    }
    let home = HOMES.iter().find(|(key, _)| sort == "key" && *key == word);
    match home {
        Some((key, table)) => format!("`{key}` belongs in {table}"),
        None => format!("one of {} can stand here", known.join(", ")),
    }
}

/// Takes serde's complaint about an unknown word apart: what sort of word, which, and what is
/// known. Serde has no other way to tell; the tests of this folder hold its wording.
fn unknown_word(message: &str) -> Option<(&'static str, &str, Vec<&str>)> {
    let sort = match message {
        m if m.starts_with("unknown field `") => "key",
        m if m.starts_with("unknown variant `") => "word",
        _ => return None,
    };
    let mut quoted = message.split('`').skip(1).step_by(2);
    let word = quoted.next()?;
    Some((sort, word, quoted.collect()))
}

/// The line, from 1, on which byte `at` stands.
fn line_of(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    1 + before.iter().filter(|&&b| b == b'\n').count()
}

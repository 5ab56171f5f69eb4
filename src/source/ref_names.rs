//! Names of refs: they travel with every clone and push, and can hold a secret as any text can.

use super::Sink;
use crate::model::{Item, Origin, OriginKind, Unit};

/// A part of a name that is shorter holds none.
const SHORTEST: usize = 16;

/// Scans those of `names` that could hold a secret, as one text.
pub(super) fn scan<'a>(names: impl IntoIterator<Item = &'a [u8]>, sink: &dyn Sink) {
    let mut text = Vec::new();
    for name in names.into_iter().filter(|name| could_hold(name)) {
        text.extend_from_slice(name);
        text.push(b'\n');
    }
    if !text.is_empty() {
        sink.declare(Unit::Tree, 1);
        sink.scan(Unit::Tree, Item::new(&text, Origin::new(OriginKind::Name)));
    }
}

/// Whether some part of `name` is as long as a secret and has a digit.
fn could_hold(name: &[u8]) -> bool {
    let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let long = |part: &[u8]| part.len() >= SHORTEST && part.iter().any(u8::is_ascii_digit);
    name.split(|b| !word(b)).any(long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_not_worth_a_look() {
        for name in ["refs/heads/main", "refs/tags/v1.2.3-rc.4", "refs/heads/fix/issue-1234-crash"]
        {
            assert!(!could_hold(name.as_bytes()), "{name}");
        }
        assert!(could_hold(["refs/heads/try-", &"aB3".repeat(9)].concat().as_bytes()));
    }
}

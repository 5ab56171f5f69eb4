//! The bytes of a secret, which show themselves only when asked to.

use aho_corasick::AhoCorasick;
use std::fmt;

/// A found secret. `Debug` and `Display` print a mask; [`Secret::expose`] is the only way out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret {
    bytes: Vec<u8>,
    /// The mask, where nothing else is known.
    mask: Option<String>,
}

impl Secret {
    /// Takes the secret's bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), mask: None }
    }

    /// A secret of which only the mask is known, as when a report is read back.
    pub fn from_mask(mask: impl Into<String>) -> Self {
        Self { bytes: Vec::new(), mask: Some(mask.into()) }
    }

    /// The bytes themselves. For fingerprints, checks and redaction; an output may use it only
    /// where the user asked for secrets to be shown.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// `text` without `secrets`: each stands there masked.
    pub fn hide<'s>(text: &[u8], secrets: impl IntoIterator<Item = &'s Self>) -> Vec<u8> {
        Redaction::of(secrets).hide(text)
    }

    /// A form that may be printed: four first characters of a long secret, which are nearly
    /// always a vendor's public prefix, then stars.
    pub fn masked(&self) -> String {
        if let Some(mask) = &self.mask {
            return mask.clone();
        }
        let shown: String = match self.bytes.len() {
            24.. => self.bytes.iter().take(4).map(|&b| char::from(b)).collect(),
            _ => String::new(),
        };
        let plain = shown.chars().all(|c| c.is_ascii_graphic());
        format!("{}****", if plain { shown.as_str() } else { "" })
    }
}

/// Of a secret this long, what follows may be the rest: the longest ones are read in part.
const MAYBE_CUT: usize = 64;

/// Where a secret of `text` ends that is known up to `end`, of which `len` bytes stand there: a
/// long one, with the rest of its token.
pub fn end_of_token(text: &[u8], end: usize, len: usize) -> usize {
    let is_rest = |b: &&u8| b.is_ascii_alphanumeric() || b"+/_-".contains(b);
    let rest = text.get(end..).unwrap_or_default();
    end + if len < MAYBE_CUT { 0 } else { rest.iter().take_while(is_rest).count() }
}

/// Hides secrets in one text after another.
pub struct Redaction {
    /// Not there if they are more than it can take.
    finder: Option<AhoCorasick>,
    masks: Vec<String>,
}

impl Redaction {
    /// Such that hides `secrets`.
    pub fn of<'s>(secrets: impl IntoIterator<Item = &'s Secret>) -> Self {
        let all: Vec<&Secret> = secrets.into_iter().filter(|s| !s.bytes.is_empty()).collect();
        Self {
            finder: AhoCorasick::new(all.iter().map(|s| &s.bytes)).ok(),
            masks: all.iter().map(|s| s.masked()).collect(),
        }
    }

    /// `text`, in which each of the secrets stands masked; where several overlap, nothing of any is
    /// left to see.
    pub fn hide(&self, text: &[u8]) -> Vec<u8> {
        let Some(finder) = &self.finder else { return b"****".to_vec() };
        let mut found: Vec<_> = finder.find_overlapping_iter(text).collect();
        found.sort_by_key(|m| (m.start(), std::cmp::Reverse(m.end())));
        let (mut out, mut done) = (Vec::with_capacity(text.len()), 0);
        for secret in found {
            if secret.start() >= done {
                out.extend_from_slice(&text[done..secret.start()]);
                out.extend_from_slice(self.masks[secret.pattern().as_usize()].as_bytes());
            }
            done = done.max(end_of_token(text, secret.end(), secret.len()));
        }
        out.extend_from_slice(&text[done..]);
        out
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn of_one_that_holds_another_nothing_is_left() {
        let (short, long) = (Secret::new("hunter"), Secret::new("hunter-and-more"));
        let hidden = Secret::hide(b"a/hunter-and-more/hunter, hunter", [&short, &long]);
        assert_eq!(hidden, b"a/****/****, ****");
        let other = Secret::new("a/hunt");
        assert_eq!(Secret::hide(b"a/hunter-and-more.", [&short, &long, &other]), b"****.");
        let long = "hunter".repeat(12);
        let text = format!("a={long}2x+/y-z b");
        assert_eq!(Secret::hide(text.as_bytes(), [&Secret::new(long)]), b"a=hunt**** b");
        assert_eq!(Secret::hide(b"nothing", [&short, &Secret::from_mask("x")]), b"nothing");
    }
}

//! Armoured private keys: `-----BEGIN … PRIVATE KEY-----` to its end, in any wrapping.

use super::Candidate;
use crate::model::Span;
use crate::rule::{Engine, RuleSet};
use memchr::memmem::{self, Finder};
use std::sync::LazyLock;

/// Longest key block that is looked at, header to footer. An RSA key of 16,384 bits has 12.5 KB.
pub(super) const LONGEST: usize = 16 * 1024;
/// Longest stretch between the dashes and the words `PRIVATE KEY`.
const LABEL: usize = 32;

/// The labels and the rules that they belong to.
const KINDS: [(&[u8], &str); 11] = [
    (b"RSA PRIVATE KEY", "private-key-rsa"),
    (b"EC PRIVATE KEY", "private-key-ec"),
    (b"DSA PRIVATE KEY", "private-key-dsa"),
    (b"OPENSSH PRIVATE KEY", "private-key-openssh"),
    (b"ENCRYPTED PRIVATE KEY", "private-key-encrypted"),
    (b"ENCRYPTED SIGSTORE PRIVATE KEY", "private-key-encrypted"),
    (b"ENCRYPTED COSIGN PRIVATE KEY", "private-key-encrypted"),
    (b"PGP PRIVATE KEY BLOCK", "private-key-pgp"),
    (b"SSH2 ENCRYPTED PRIVATE KEY", "private-key-ssh2"),
    (b"SSH2 PRIVATE KEY", "private-key-ssh2"),
    (b"PRIVATE KEY", "private-key-pkcs8"),
];

/// Finds key blocks and gives them to the rules of the set that describe them.
pub(super) struct Pem {
    kinds: Vec<(&'static [u8], usize)>,
}

impl Pem {
    /// For the rules of the set whose engine is `pem`.
    pub(super) fn new(rules: &RuleSet) -> Self {
        let index = |id| rules.iter().position(|r| r.engine == Engine::Pem && r.id == id);
        let kinds = KINDS.iter().filter_map(|&(label, id)| Some((label, index(id)?))).collect();
        Self { kinds }
    }

    /// All key blocks of `text`, in which `PRIVATE KEY` in any case stands at `places`; answers
    /// whether anything spoke of one.
    pub(super) fn find(
        &self,
        text: &[u8],
        places: impl Iterator<Item = usize>,
        out: &mut Vec<Candidate>,
    ) -> bool {
        if self.kinds.is_empty() {
            return false;
        }
        let (mut done, mut met) = (0, false);
        for at in places.filter(|&at| text[at..].starts_with(b"PRIVATE KEY")) {
            met = true;
            if at < done {
                continue;
            }
            let Some((start, label)) = header(text, at) else { continue };
            let Some(&(_, rule)) = self.kinds.iter().find(|(l, _)| *l == label) else { continue };
            let block = Span::new(start, end(text, start, at, label));
            done = block.end;
            out.push(Candidate { rule, matched: block, secret: block });
        }
        met
    }
}

/// If a header's label holds the `PRIVATE KEY` at `at`: where its dashes start, and the label.
fn header(text: &[u8], at: usize) -> Option<(usize, &[u8])> {
    let from = at.saturating_sub(LABEL);
    let begin = from + memmem::rfind(&text[from..at], b"BEGIN ")?;
    let after = at + b"PRIVATE KEY".len();
    let block = if text[after..].starts_with(b" BLOCK") { b" BLOCK".len() } else { 0 };
    let label = &text[begin + b"BEGIN ".len()..after + block];
    let dashes = text[..begin].iter().rev().take_while(|&&b| b == b'-' || b == b' ').count();
    let real = text[..begin].iter().rev().take(dashes).filter(|&&b| b == b'-').count() >= 4;
    let closed = text[after + block..].starts_with(b"----");
    (real && closed).then_some((begin - dashes, label))
}

/// What a header says first; in no key.
static BEGIN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("BEGIN "));

/// The end of the block: after the footer, or where a block without one stops looking like a key.
/// The footer of the next one is not its own.
fn end(text: &[u8], start: usize, at: usize, label: &[u8]) -> usize {
    let limit = text.len().min(start + LONGEST);
    let body = &text[at..limit];
    let body = BEGIN.find(body).map_or(body, |next| without_dashes(&body[..next]));
    let footer = [b"END ", label].concat();
    if let Some(found) = memmem::find(body, &footer) {
        let after = at + found + footer.len();
        let dashes = text[after..].iter().take(5).take_while(|&&b| b == b'-').count();
        return after + dashes;
    }
    let is_body = |b: &u8| {
        b.is_ascii_alphanumeric() || b.is_ascii_whitespace() || b"+/=-:,\\\"'.>|#*".contains(b)
    };
    at + body.iter().position(|b| !is_body(b)).unwrap_or(body.len())
}

fn without_dashes(body: &[u8]) -> &[u8] {
    let body = body.trim_ascii_end();
    &body[..body.len() - body.iter().rev().take_while(|&&b| b == b'-').count()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_cut_does_not_take_the_next_one() {
        let rules = RuleSet::builtin();
        let line = |what: &str| format!("-----{what} RSA PRIVATE {}-----\n", "KEY");
        let (begin, end) = (line("BEGIN"), line("END"));
        let text = [&*begin, "MIIB\n", &*begin, "MIIC\n", &*end].concat();
        let places = text.match_indices("PRIVATE KEY").map(|(at, _)| at);
        let mut found = Vec::new();
        Pem::new(&rules).find(text.as_bytes(), places, &mut found);
        let found: Vec<&str> = found.iter().map(|c| &text[c.secret.start..c.secret.end]).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("MIIB") && !found[0].contains("MIIC"));
        assert!(found[1].contains("MIIC") && found[1].contains("END"));
    }
}

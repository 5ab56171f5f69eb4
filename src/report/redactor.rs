//! Keeps found secrets out of everything that is printed.
//!
//! A [`Redactor`] knows each stretch of eight bytes of every secret of the run. Whatever such a
//! stretch covers, in the text itself or in its percent-, JSON-, hexadecimal or base64-decoded
//! form, is replaced by a mask. So a part of a secret is no more to be seen than the whole.

mod grams;
mod views;

use crate::model::{Excerpt, Finding, Secret, Span, display_path, end_of_token};
use crate::rule::{Rule, RuleSet};
use grams::{GRAM, Grams, gram};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

/// What stands in place of a secret.
const MASK: &[u8] = b"****";
/// Secrets shorter than this are masked where they were found, but not looked for elsewhere.
const SHORTEST: usize = 4;
/// Secrets at least this long show their first characters, nearly always a vendor's prefix.
const LONG: usize = 24;
/// How many characters of a long secret are shown.
const SHOWN: usize = 4;

/// Masks every secret of a run.
#[derive(Debug)]
pub struct Redactor {
    show: bool,
    grams: Grams,
    /// Secrets shorter than a gram, of which there may be as many as there are lines.
    short: HashSet<Vec<u8>>,
    /// First grams of long secrets.
    heads: HashSet<u64>,
}

/// A source line with its secrets masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The line.
    pub text: Vec<u8>,
    /// Where the finding's own secret, or its mask, stands in it.
    pub secret: Option<Span>,
}

impl Redactor {
    /// Learns the secrets of `findings`, whose rules are in `rules`. With `show` it lets all
    /// pass: the user asked to see them.
    pub fn new(findings: &[Finding], rules: &RuleSet, show: bool) -> Self {
        let mut all = Vec::new();
        let mut redactor =
            Self { show, grams: Grams::default(), short: HashSet::new(), heads: HashSet::new() };
        let secrets: BTreeSet<(usize, &[u8])> =
            findings.iter().map(|f| (f.rule, f.secret.expose())).collect();
        for (rule, secret) in secrets {
            redactor.learn(secret, &public_parts(rules.get(rule)), &mut all);
        }
        let beside: BTreeSet<&[u8]> =
            findings.iter().flat_map(|f| &f.beside).map(Secret::expose).collect();
        beside.into_iter().for_each(|secret| redactor.learn(secret, &[], &mut all));
        for place in findings.iter().flat_map(|f| &f.places).filter(|p| !p.decoded.is_empty()) {
            // Its encoded form is as good as the secret, wherever else it shows.
            let encoded = place.excerpt.secret.map(|s| s.of(&place.excerpt.text));
            all.extend(told(encoded.unwrap_or_default()).filter_map(gram));
        }
        redactor.grams = Grams::new(all);
        redactor
    }

    fn learn(&mut self, secret: &[u8], public: &[Vec<u8>], all: &mut Vec<u64>) {
        for line in secret.split(|&b| b == b'\n' || b == b'\r').filter(|l| !is_armor(l)) {
            all.extend(told(line).filter(|w| !is_public(w, public)).filter_map(gram));
        }
        if (SHORTEST..GRAM).contains(&secret.len()) {
            self.short.insert(secret.to_vec());
        }
        if secret.len() >= LONG {
            self.heads.extend(gram(secret));
        }
    }

    /// `text` with every secret masked.
    pub fn bytes<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        if self.show {
            return Cow::Borrowed(text);
        }
        let cover = self.cover(text);
        if cover.contains(&true) {
            Cow::Owned(self.replaced(text, &cover, None).text)
        } else {
            Cow::Borrowed(text)
        }
    }

    /// `text` with every secret masked, as Unicode; not yet safe for a terminal.
    pub fn text(&self, text: &[u8]) -> String {
        String::from_utf8_lossy(&self.bytes(text)).into_owned()
    }

    /// `text` with every secret masked, on one line and safe for a terminal.
    pub fn line(&self, text: &[u8]) -> String {
        display_path(&self.bytes(text))
    }

    /// The secret as reports show it: masked, and safe for a terminal.
    pub(super) fn safe_mask(&self, secret: &Secret) -> String {
        display_path(secret.masked().as_bytes())
    }

    /// A source line with its own secret masked, however short, and every other one.
    pub fn excerpt(&self, excerpt: &Excerpt) -> Masked {
        let len = excerpt.text.len();
        let own = excerpt.secret.map(|s| Span::new(s.start.min(s.end).min(len), s.end.min(len)));
        if self.show {
            return Masked { text: excerpt.text.clone(), secret: own };
        }
        let mut cover = self.cover(&excerpt.text);
        if let Some(own) = own.filter(|own| !is_armor(own.of(&excerpt.text))) {
            mark(&mut cover, own);
        }
        self.replaced(&excerpt.text, &cover, own)
    }

    /// Which bytes of `text` belong to a secret.
    fn cover(&self, text: &[u8]) -> Vec<bool> {
        let mut cover = vec![false; text.len()];
        self.grams.find(text, |at| mark(&mut cover, Span::new(at, at + GRAM)));
        for view in views::of(text) {
            self.grams.find(&view.bytes, |at| {
                if let Some(span) = view.source(at, GRAM) {
                    mark(&mut cover, span);
                }
            });
        }
        let lengths = if self.short.is_empty() { 0..0 } else { SHORTEST..GRAM };
        for len in lengths {
            let secrets = (0..).zip(text.windows(len)).filter(|(_, w)| self.short.contains(*w));
            secrets.for_each(|(at, _)| mark(&mut cover, Span::new(at, at + len)));
        }
        mark_rests(text, &mut cover);
        cover
    }

    /// Puts a mask in place of each covered stretch, and follows where `own` comes to stand.
    fn replaced(&self, text: &[u8], cover: &[bool], own: Option<Span>) -> Masked {
        let mut out = Vec::with_capacity(text.len());
        let mut secret = None;
        let mut at = 0;
        for stretch in cover.chunk_by(|a, b| a == b) {
            let span = Span::new(at, at + stretch.len());
            let start = out.len();
            if stretch.first() == Some(&true) {
                self.push_mask(span.of(text), &mut out);
            } else {
                out.extend_from_slice(span.of(text));
            }
            if let Some(own) = own.filter(|own| span.start <= own.start && own.start < span.end) {
                secret = Some(placed(own, span, start, out.len(), stretch.first() == Some(&true)));
            }
            at = span.end;
        }
        Masked { text: out, secret }
    }

    fn push_mask(&self, hidden: &[u8], out: &mut Vec<u8>) {
        let shown = hidden.get(..SHOWN).filter(|s| s.iter().all(u8::is_ascii_graphic));
        if gram(hidden).is_some_and(|g| self.heads.contains(&g)) {
            out.extend_from_slice(shown.unwrap_or_default());
        }
        out.extend_from_slice(MASK);
    }
}

/// Where `own`, which starts in the stretch `span`, stands in the output: in a mask all of it,
/// else (an armour line, left as it is) at the same distance from the stretch's start.
fn placed(own: Span, span: Span, start: usize, end: usize, masked: bool) -> Span {
    if masked {
        return Span::new(start, end);
    }
    let from = start + (own.start - span.start);
    Span::new(from, (from + own.len()).min(end))
}

fn mark(cover: &mut [bool], span: Span) {
    if let Some(part) = cover.get_mut(span.start..span.end) {
        part.fill(true);
    }
}

/// Marks what goes on behind long stretches: the rest of what was read in part.
fn mark_rests(text: &[u8], cover: &mut [bool]) {
    let mut at = 0;
    while let Some(start) = cover[at..].iter().position(|c| *c).map(|n| at + n) {
        let known = cover[start..].iter().take_while(|c| **c).count();
        at = end_of_token(text, start + known, known);
        mark(cover, Span::new(start, at));
    }
}

/// Texts that every match of the rule holds, which are no secret: long prefixes and host names.
/// Where little else is left of the match, the literal may be the secret itself.
fn public_parts(rule: &Rule) -> Vec<Vec<u8>> {
    let anatomy = &rule.anatomy;
    let known = |a: &&crate::rule::Str| !anatomy.context && a.len() + GRAM <= anatomy.min_len;
    anatomy.anchors.iter().filter(known).map(|a| a.as_bytes().to_vec()).collect()
}

fn is_public(window: &[u8], public: &[Vec<u8>]) -> bool {
    let lower = window.to_ascii_lowercase();
    public.iter().any(|p| memchr::memmem::find(p, &lower).is_some())
}

/// The stretches of a secret that tell something of it: not the blanks before the lines of a key,
/// which would hide every other indentation.
fn told(secret: &[u8]) -> impl Iterator<Item = &[u8]> {
    secret.windows(GRAM).filter(|w| !w.iter().all(u8::is_ascii_whitespace))
}

/// The first or last line of an armoured key, which holds nothing secret.
fn is_armor(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let inner = line.strip_prefix(b"-----BEGIN ").or_else(|| line.strip_prefix(b"-----END "));
    let inner = inner.and_then(|i| i.strip_suffix(b"-----")).filter(|i| i.len() <= 64);
    inner.is_some_and(|i| {
        i.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b' ')
    })
}

//! What the matcher finds in the snippets, and what the labels say of it.

use crate::corpus::{Label, Snippet};
use stanch::decode::{self, Layer};
use stanch::matcher::{Candidate, Matcher, Scratch};
use stanch::model::{Confidence, Span, Traits};
use stanch::rule::{Engine, RuleSet};
use stanch::verify::{self, Token};

/// What the labels say of a candidate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Truth {
    Secret,
    Not,
    /// An identifier, or beside a secret on its line.
    Neither,
}

/// A candidate of the generic tier.
pub struct Example {
    pub snippet: usize,
    /// Whether it stands in the text with random values, and in that with words.
    pub worlds: [bool; 2],
    pub line: u32,
    pub truth: Truth,
    pub traits: Traits,
    pub score: i32,
    pub shown: String,
    pub repository: String,
}

/// A find of an exact rule: snippet, worlds, line, and whether it is of high confidence.
pub type Exact = (usize, [bool; 2], u32, bool);

/// All candidates of all snippets.
pub fn all(snippets: &[Snippet]) -> (Vec<Example>, Vec<Exact>) {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let mut eye = Eye { matcher: &matcher, scratch: Scratch::default(), found: Vec::new() };
    let (mut examples, mut exact) = (Vec::new(), Vec::new());
    for (index, snippet) in snippets.iter().enumerate() {
        let worlds: &[[bool; 2]] =
            if snippet.is_plain() { &[[true, true]] } else { &[[true, false], [false, true]] };
        for worlds in worlds {
            let text = snippet.world(worlds[1] && !worlds[0]);
            eye.found.clear();
            eye.look(text.as_bytes(), &[], &mut decode::room(text.len()));
            settle(&eye.found, (snippet, index, *worlds), &mut examples, &mut exact);
        }
    }
    (examples, exact)
}

/// Something found: where, by an exact rule, or with which traits.
struct Found {
    span: Span,
    traits: Option<Traits>,
    high: bool,
}

/// Looks at texts and at what is encoded in them, as the pipeline does.
struct Eye<'m> {
    matcher: &'m Matcher<'m>,
    scratch: Scratch,
    found: Vec<Found>,
}

impl Eye<'_> {
    fn look(&mut self, text: &[u8], way: &[&Layer], room: &mut usize) {
        let mut candidates = Vec::new();
        self.matcher.find(text, &mut self.scratch, &mut candidates);
        let outer = |span: Span| way.iter().rev().fold(span, |s, layer| layer.outer(s));
        for Candidate { rule, matched, secret } in candidates {
            let rule = self.matcher.rules().get(rule);
            let token = Token { rule, text, matched, secret };
            let traits = if rule.engine == Engine::Assignment {
                verify::measure(&token).ok()
            } else {
                let sure = verify::judge(&token).map(|j| j.confidence);
                if sure > Some(Confidence::Low) {
                    let high = sure >= Some(Confidence::High);
                    self.found.push(Found { span: outer(secret), traits: None, high });
                }
                continue;
            };
            self.found.extend(traits.map(|t| Found {
                span: outer(secret),
                traits: Some(t),
                high: false,
            }));
        }
        let layers = decode::layers(text, self.scratch.survey(), way.last().copied(), *room);
        *room = layers.room();
        if way.len() < decode::DEPTH {
            for layer in &layers.found {
                self.look(&layer.text, &[way, &[layer]].concat(), room);
            }
        }
    }
}

/// Sorts out what was found in one text of `snippet`.
fn settle(
    found: &[Found],
    (snippet, index, worlds): (&Snippet, usize, [bool; 2]),
    examples: &mut Vec<Example>,
    exact: &mut Vec<Exact>,
) {
    let text = snippet.world(worlds[1] && !worlds[0]);
    let kinds = snippet.kinds();
    let line_of =
        |at: usize| 1 + text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() as u32;
    let by_rule = || found.iter().filter(|f| f.traits.is_none());
    let sure: Vec<Span> = by_rule().map(|f| f.span).collect();
    exact.extend(by_rule().map(|f| (index, worlds, line_of(f.span.start), f.high)));
    for Found { span, traits, .. } in found {
        let Some(traits) = traits else { continue };
        if sure.iter().any(|s| s.overlaps(*span)) {
            continue;
        }
        let line = line_of(span.start);
        let start =
            text.as_bytes()[..span.start].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        let column =
            |at: usize| String::from_utf8_lossy(&text.as_bytes()[start..at]).chars().count();
        let columns = (column(span.start), column(span.end));
        let on = |l: &&Label| l.line <= line && line <= l.end_line;
        let truth = match kinds.get(&line) {
            Some(&"neutral") => Truth::Neither,
            Some(&"secret") => {
                let secret = snippet
                    .labels
                    .iter()
                    .filter(on)
                    .any(|l| l.label == "secret" && lies_on(l, columns));
                if secret { Truth::Secret } else { Truth::Neither }
            }
            _ => Truth::Not,
        };
        let shown = String::from_utf8_lossy(
            &text.as_bytes()
                [start.max(span.start.saturating_sub(60))..(span.end + 20).min(text.len())],
        );
        examples.push(Example {
            snippet: index,
            worlds,
            line,
            truth,
            traits: traits.clone(),
            score: 0,
            shown: shown.escape_debug().to_string(),
            repository: snippet.repository.clone(),
        });
    }
}

/// Whether the label is about these columns of its line.
fn lies_on(label: &Label, (start, end): (usize, usize)) -> bool {
    match (label.start, label.end) {
        (Some(from), Some(to)) if label.line == label.end_line => {
            start < to.max(from + 1) && from < end
        }
        _ => true,
    }
}

//! What is found in a text, and in the texts that are encoded in it.

use super::{Setup, gather};
use crate::blob::Shortened;
use crate::decode::{self, Layer};
use crate::model::{Confidence, Secret, Span};
use crate::rule::{Engine, RuleSet};
use crate::verify::Judged;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Something found in a text.
#[derive(Clone)]
pub(super) struct Sighting {
    /// What was made of it; its span is the outer text's.
    pub(super) judged: Judged,
    /// The secret, decoded.
    pub(super) secret: Secret,
    /// How it was encoded, outermost first.
    pub(super) chain: Vec<&'static str>,
    /// The layer that it is in; 0 for the text itself.
    layer: usize,
}

impl Sighting {
    /// Of a secret that was not encoded.
    #[cfg(test)]
    pub(super) fn plain(judged: Judged, secret: Secret) -> Self {
        Self { judged, secret, chain: Vec::new(), layer: 0 }
    }

    /// The same in a text that has `by` more bytes before it.
    pub(super) fn moved(mut self, by: usize) -> Self {
        let Span { start, end } = self.judged.secret;
        self.judged.secret = Span::new(start + by, end + by);
        self
    }
}

/// All that is found in a text.
#[derive(Default)]
pub(super) struct Sightings {
    /// In order.
    pub(super) all: Vec<Sighting>,
    /// What is packed in it, and where in the outer text.
    pub(super) packed: Vec<(Span, Vec<u8>)>,
    /// Something in it hangs on what is far away.
    pub(super) wide: bool,
    /// Something was left encoded, as it would have been too much or too deep.
    pub(super) cut: bool,
    layers: usize,
}

impl Sightings {
    /// Whether nothing was found, and nothing can become something by a change elsewhere.
    pub(super) fn is_barren(&self) -> bool {
        self.all.is_empty() && !self.wide
    }
}

/// The way from an inner text to the outermost one.
pub(super) struct Way<'a> {
    layer: &'a Layer,
    up: Option<&'a Way<'a>>,
    depth: usize,
}

impl Way<'_> {
    fn outer(&self, inner: Span) -> Span {
        let span = self.layer.outer(inner);
        self.up.map_or(span, |up| up.outer(span))
    }

    fn chain(&self) -> Vec<&'static str> {
        let mut chain = self.up.map(Way::chain).unwrap_or_default();
        chain.extend(self.layer.names);
        chain
    }
}

/// What a text is.
#[derive(Clone, Copy)]
pub(super) enum Within<'a> {
    /// All of a file.
    File,
    /// Some text.
    Text,
    /// What was encoded in another text.
    Layer(&'a Way<'a>),
}

impl<'a> Within<'a> {
    /// The way that leads to it from the outermost text.
    fn way(self) -> Option<&'a Way<'a>> {
        match self {
            Self::Layer(way) => Some(way),
            Self::File | Self::Text => None,
        }
    }

    /// The layer that it is.
    pub(super) fn layer(self) -> Option<&'a Layer> {
        self.way().map(|way| way.layer)
    }
}

/// Everything found in `text` and in its layers, each secret once.
pub(super) fn look(text: &[u8], setup: &Setup<'_>) -> Sightings {
    look_at(text, Within::Text, setup)
}

/// The same in a text of which it is known what it is.
pub(super) fn look_at(text: &[u8], within: Within<'_>, setup: &Setup<'_>) -> Sightings {
    let short = Shortened::of(text, || setup.matcher.reach());
    let found = short.and_then(|short| look_at_rest(&short, setup));
    found.unwrap_or_else(|| look_at_all(text, within, setup))
}

/// What is found in a text, if what is left of it tells that.
fn look_at_rest(short: &Shortened, setup: &Setup<'_>) -> Option<Sightings> {
    let mut found = look_at_all(&short.text, Within::Text, setup);
    let mut spans =
        found.all.iter().map(|s| s.judged.secret).chain(found.packed.iter().map(|p| p.0));
    if found.wide || found.cut || spans.any(|span| short.recurs(span)) {
        return None;
    }
    found.all.iter_mut().for_each(|s| s.judged.secret = short.outer(s.judged.secret));
    found.packed.iter_mut().for_each(|(span, _)| *span = short.outer(*span));
    Some(found)
}

/// The same, and nothing is taken as known.
pub(super) fn look_at_all(text: &[u8], within: Within<'_>, setup: &Setup<'_>) -> Sightings {
    let mut found = Sightings::default();
    descend(text, within, &mut decode::room(text.len()), &mut found, setup);
    if found.layers > 0 {
        settle(&mut found.all, setup.matcher.rules());
    }
    found
}

fn descend(
    text: &[u8],
    within: Within<'_>,
    room: &mut usize,
    found: &mut Sightings,
    setup: &Setup<'_>,
) {
    let (way, layer) = (within.way(), found.layers);
    let (judged, wide, mut layers) = gather::judge(text, within, *room, setup);
    *room = layers.room();
    found.wide |= wide | layers.wide;
    found.cut |= layers.cut;
    found.all.extend(judged.into_iter().map(|mut j| {
        let secret = Secret::new(j.secret.of(text));
        let chain = way.map(Way::chain).unwrap_or_default();
        j.secret = way.map_or(j.secret, |w| w.outer(j.secret));
        Sighting { judged: j, secret, chain, layer }
    }));
    found.packed.extend(layers.packed.drain(..).map(|p| {
        let span = way.map_or(p.span, |w| w.outer(p.span));
        (span, p.bytes)
    }));
    let depth = way.map_or(1, |w| w.depth + 1);
    if depth > decode::DEPTH && !layers.found.is_empty() {
        (found.cut, found.wide) = (true, true);
        return;
    }
    for layer in &layers.found {
        found.layers += 1;
        let way = Way { layer, up: way, depth };
        descend(&layer.text, Within::Layer(&way), room, found, setup);
    }
}

/// Of sightings in several layers whose secrets overlap, keeps the surest, or else the plainest.
/// As within one text, a vendor's rule that does not doubt itself comes before the generic tier.
fn settle(all: &mut Vec<Sighting>, rules: &RuleSet) {
    let rank = |s: &Sighting| {
        let confidence = s.judged.judgement.confidence;
        let engine = rules.get(s.judged.rule).engine;
        let exact = !matches!(engine, Engine::Assignment | Engine::File);
        let known = exact && confidence > Confidence::Low;
        (Reverse((known, confidence)), s.chain.len(), s.layer)
    };
    all.sort_by_key(|s| (rank(s), s.judged.secret));
    // Disjoint spans, by start, and the layer that they are taken by.
    let mut taken: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    all.retain(|s| {
        let span = s.judged.secret;
        let mut before = taken.range(..span.end).rev();
        let others = before.by_ref().take_while(|(_, (end, _))| *end > span.start);
        let mut mine = span;
        for (&start, &(end, layer)) in others {
            if layer != s.layer {
                return false;
            }
            mine = Span::new(mine.start.min(start), mine.end.max(end));
        }
        taken.insert(mine.start, (mine.end, s.layer));
        true
    });
    all.sort_by_key(|s| s.judged.secret);
}

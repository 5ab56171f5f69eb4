//! Looks for the anchors of shape rules, each where its rule's gate says.

mod crowd;
mod heads;
mod near;

use self::crowd::Crowd;
use super::marks::Marks;
use crate::model::Span;
use crate::prefilter::{Lexicon, Run, Seen, Survey};
use crate::rule::{Engine, Gate, Mask, Rule, RuleSet};

/// An anchor that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// The rule it belongs to.
    pub(super) rule: u32,
    /// Where it stands.
    pub(super) span: Span,
}

/// Hits that are tried before more are looked for.
const PORTION: usize = 1 << 16;

/// Hits that come in portions, so that whatever a text is made of takes no more memory.
pub(super) struct Portions<'a> {
    pub(super) hits: &'a mut Vec<Hit>,
    /// Tries a portion and clears it.
    pub(super) full: &'a mut dyn FnMut(&mut Vec<Hit>),
}

impl Portions<'_> {
    /// To be asked where those of each rule that are still to come stand behind those that are there.
    fn pass_on(&mut self) {
        if self.hits.len() >= PORTION {
            (self.full)(self.hits);
        }
    }
}

/// Fewer hits are sorted as anything is.
const MANY: usize = 1 << 10;

/// Brings `hits` of so many rules in order, rule by rule and then as they stand, each but once. They
/// come nearly so, as far as those of one rule go: many are but dealt to their rules.
pub(super) fn sort(hits: &mut Vec<Hit>, rules: usize) {
    // As one number, which is sooner compared.
    let order = |h: &Hit| u64::from(h.rule) << 40 | h.span.start as u64;
    if hits.len() < MANY {
        hits.sort_unstable_by_key(order);
    } else {
        deal(hits, rules);
        let of_rules = hits.chunk_by_mut(|a, b| a.rule == b.rule);
        of_rules
            .filter(|h| !h.is_sorted_by_key(order))
            .for_each(|h| h.sort_unstable_by_key(order));
    }
    hits.dedup();
}

/// Puts the hits of each rule side by side, in the order in which they came.
fn deal(hits: &mut Vec<Hit>, rules: usize) {
    let mut places = vec![0; rules + 1];
    hits.iter().for_each(|hit| places[hit.rule as usize + 1] += 1);
    for rule in 1..places.len() {
        places[rule] += places[rule - 1];
    }
    let mut dealt = hits.clone();
    for hit in hits.iter() {
        let place = &mut places[hit.rule as usize];
        dealt[*place] = *hit;
        *place += 1;
    }
    *hits = dealt;
}

/// The anchors of a rule set.
pub(super) struct Anchors {
    heads: heads::Heads,
    near: near::Near,
}

impl Anchors {
    /// Prepares the anchors of `rules`, but for those that are looked for everywhere.
    pub(super) fn new(rules: &RuleSet) -> Self {
        Self { heads: heads::Heads::new(rules), near: near::Near::new(rules) }
    }

    /// Gives all hits in `text` to `portions`, those of each nearly in order. `seen` are the words of
    /// `marks` in it.
    pub(super) fn find(
        &self,
        rules: &RuleSet,
        text: &[u8],
        survey: &Survey,
        (marks, seen): (&Marks, &[Seen]),
        portions: &mut Portions<'_>,
    ) {
        self.heads.find(rules, text, survey, portions);
        self.near.find(rules, text, survey.runs(), portions);
        for seen in seen {
            let rules = marks.rules_of(seen.word).iter();
            portions.hits.extend(rules.map(|&rule| Hit { rule, span: seen.span }));
            portions.pass_on();
        }
    }
}

/// Anchors and the rules behind each.
struct Words {
    lexicon: Lexicon,
    holders: Holders,
    /// For each word those of its rules that are many and hold it in each match.
    crowds: Vec<Option<Crowd>>,
}

impl Words {
    /// Those of the rules with that gate.
    fn new(rules: &RuleSet, gate: Gate) -> Self {
        let (words, holders) = words_of(rules, gate);
        let crowds = (0..words.len()).map(|word| Crowd::of(rules, holders.of(word))).collect();
        Self { lexicon: Lexicon::new(words), holders, crowds }
    }

    /// The rules of `word` that may have a match where it ends in `text`.
    fn rules_at(
        &self,
        rules: &RuleSet,
        text: &[u8],
        end: usize,
        word: usize,
    ) -> impl Iterator<Item = u32> {
        let crowd = self.crowds[word].as_ref();
        let absent = crowd.filter(|c| !c.may_stand(rules, text, end));
        let is_absent = move |rule: u32| absent.is_some_and(|c| c.holds(rule));
        self.holders.of(word).iter().copied().filter(move |rule| !is_absent(*rule))
    }

    /// Adds all anchors that begin in `within` to `hits`.
    fn find(&self, rules: &RuleSet, text: &[u8], within: Span, hits: &mut Vec<Hit>) {
        self.lexicon.find(text, within, |word, span| {
            let rules = self.rules_at(rules, text, span.end, word);
            hits.extend(rules.map(|rule| Hit { rule, span }));
        });
    }
}

/// The rules that have a word for an anchor, for each word.
#[derive(Default)]
pub(super) struct Holders {
    rules: Vec<u32>,
    /// Where the rules of each word end.
    ends: Vec<usize>,
}

impl Holders {
    /// Those of the word with this number; none if there is no such word.
    pub(super) fn of(&self, word: usize) -> &[u32] {
        let start = word.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.ends.get(word).map_or(&[], |&end| &self.rules[start..end])
    }
}

/// The anchors of the rules with that gate, in order, and the rules of each.
pub(super) fn words_of(rules: &RuleSet, gate: Gate) -> (Vec<&str>, Holders) {
    let of_gate = (0..).zip(rules.iter()).filter(|(_, rule)| passes(rule, gate));
    let anchors = of_gate
        .flat_map(|(rule, r)| r.anatomy.anchors.iter().map(move |a| (first(a), &**a, rule)));
    let mut all: Vec<(u64, &str, u32)> = anchors.collect();
    all.sort_unstable();
    let (mut words, mut holders) = (Vec::new(), Holders::default());
    for same in all.chunk_by(|a, b| a.1 == b.1) {
        words.push(same[0].1);
        holders.rules.extend(same.iter().map(|(_, _, rule)| rule));
        holders.ends.push(holders.rules.len());
    }
    (words, holders)
}

/// The first bytes of a word as a number, which is sooner compared.
fn first(word: &str) -> u64 {
    word.bytes().chain(std::iter::repeat(0)).take(8).fold(0, |all, b| all << 8 | u64::from(b))
}

fn passes(rule: &Rule, gate: Gate) -> bool {
    rule.engine == Engine::Shape && rule.anatomy.gate == gate
}

/// Whether `run` looks as the mask demands.
pub(super) fn fits(mask: Mask, run: Run) -> bool {
    mask != Mask::Digit || run.has_digit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::{Matcher, Scratch};
    use crate::rule::Generator;
    use proptest::prelude::*;

    #[test]
    fn more_tokens_than_a_portion_holds_are_all_found() {
        let rules = RuleSet::builtin();
        let index = rules.iter().position(|r| r.id == "github-oauth-token").unwrap();
        let mut random = Generator::new(5);
        let token = random.matching(&rules.get(index).shape).unwrap();
        let text = [token.as_slice(), b"\n"].concat().repeat(PORTION + 9);
        let mut found = Vec::new();
        Matcher::new(&rules).find(&text, &mut Scratch::default(), &mut found);
        assert_eq!(found.iter().filter(|c| c.rule == index).count(), PORTION + 9);
    }

    proptest! {
        #[test]
        fn many_hits_are_sorted_as_few_are(all in prop::collection::vec((0..9_u32, 0..999_usize), 0..3000)) {
            let hit = |&(rule, start): &(u32, usize)| Hit { rule, span: Span::new(start, start + 1) };
            let mut hits: Vec<Hit> = all.iter().map(hit).collect();
            let mut plain = all;
            plain.sort_unstable();
            plain.dedup();
            sort(&mut hits, 9);
            prop_assert_eq!(hits, plain.iter().map(hit).collect::<Vec<_>>());
        }
    }
}

//! Where candidates are. Nothing here judges whether they are real.
//!
//! No expression ever runs over a whole text. Token runs are found first, the anchors of most
//! rules only in them or near them, and a rule's expression only around its anchor, within its
//! reach. So the cost is that of finding runs, and the verdict on a candidate depends on nothing
//! beyond its reach.

mod anchors;
mod assignment;
pub mod boundary;
mod context;
mod files;
mod lead;
mod machine;
mod marks;
mod outline;
mod own;
mod pem;
mod program;
mod reach;
mod shape;
mod stretches;

use crate::model::Span;
use crate::prefilter::{Memory, Seen, Survey};
use crate::rule::RuleSet;
use std::sync::OnceLock;
use std::time::Duration;

/// A text that a rule may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Index of the rule.
    pub rule: usize,
    /// All that it matched.
    pub matched: Span,
    /// The secret's part of it.
    pub secret: Span,
}

/// Finds candidates for one rule set. Shared by all threads.
pub struct Matcher<'r> {
    rules: &'r RuleSet,
    marks: marks::Marks,
    anchors: anchors::Anchors,
    shapes: shape::Shapes,
    pem: pem::Pem,
    assignments: assignment::Assignments,
    files: files::Files,
    /// For each rule whether it looks far: to ask the rule itself is to wait for memory.
    wide: Vec<bool>,
    /// Not asked for by short texts, which are most.
    reach: OnceLock<usize>,
}

/// Memory that a thread uses again for every text.
#[derive(Default)]
pub struct Scratch {
    survey: Survey,
    memory: Memory,
    seen: Vec<Seen>,
    hits: Vec<anchors::Hit>,
    tries: shape::Tries,
}

/// What a rule has cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// How often one of its anchors was seen.
    pub anchors: usize,
    /// Time spent on trying its expression there.
    pub time: Duration,
}

impl Scratch {
    /// One that keeps account of what each rule costs.
    pub fn profiling() -> Self {
        Self { tries: shape::Tries::profiling(), ..Self::default() }
    }

    /// What is known of the text that was searched last.
    pub fn survey(&self) -> &Survey {
        &self.survey
    }

    /// What each rule, by index, has cost so far.
    pub fn costs(&self) -> impl Iterator<Item = (usize, Cost)> + '_ {
        self.tries.costs.iter().flatten().map(|(rule, cost)| (*rule, *cost))
    }
}

impl<'r> Matcher<'r> {
    /// For `rules`. Compiles no expression yet.
    pub fn new(rules: &'r RuleSet) -> Self {
        Self {
            rules,
            marks: marks::Marks::new(rules),
            anchors: anchors::Anchors::new(rules),
            shapes: shape::Shapes::new(rules),
            pem: pem::Pem::new(rules),
            assignments: assignment::Assignments::new(rules),
            files: files::Files::new(rules),
            wide: rules.iter().map(|rule| rule.anatomy.wide).collect(),
            reach: OnceLock::new(),
        }
    }

    /// The rules it works for.
    pub fn rules(&self) -> &'r RuleSet {
        self.rules
    }

    /// How many bytes on either side of a secret have a say in whether it is found.
    pub fn reach(&self) -> usize {
        *self.reach.get_or_init(|| reach::of(self.rules))
    }

    /// Whether `text` is so short that a rule may speak of it as a whole.
    pub fn speaks_of_all(&self, text: &[u8]) -> bool {
        self.files.may_speak_of(text)
    }

    /// How many expressions have been compiled so far.
    pub fn compiled(&self) -> usize {
        self.shapes.compiled()
    }

    /// Appends every candidate of `text` to `out`, sorted. Answers whether something was seen
    /// whose meaning hangs on more than [`crate::rule::REACH`] bytes around it.
    pub fn find(&self, text: &[u8], scratch: &mut Scratch, out: &mut Vec<Candidate>) -> bool {
        self.search(text, scratch, out, None)
    }

    /// The same for a text that is all of a file, of which some rules speak as a whole.
    pub fn find_in_file(
        &self,
        text: &[u8],
        scratch: &mut Scratch,
        out: &mut Vec<Candidate>,
    ) -> bool {
        self.search(text, scratch, out, Some(&self.files))
    }

    fn search(
        &self,
        text: &[u8],
        scratch: &mut Scratch,
        out: &mut Vec<Candidate>,
        files: Option<&files::Files>,
    ) -> bool {
        let before = out.len();
        let Scratch { survey, memory, seen, hits, tries } = scratch;
        survey.read(text);
        self.marks.find(text, memory, seen);
        hits.clear();
        tries.begin();
        let mut wide = false;
        let mut try_on = |hits: &mut Vec<anchors::Hit>, are_all: bool| {
            anchors::sort(hits, self.rules.len());
            wide |= hits.iter().any(|h| self.wide[h.rule as usize]);
            self.shapes.find(self.rules, (text, survey), (hits, are_all), tries, out);
            hits.clear();
        };
        let mut portions = anchors::Portions { hits: &mut *hits, full: &mut |h| try_on(h, false) };
        self.anchors.find(self.rules, text, survey, (&self.marks, seen), &mut portions);
        files.inspect(|files| files.try_on(text, hits));
        try_on(hits, true);
        files.inspect(|files| files.keep_whole(text, out, before));
        let keys = self.pem.find(text, self.marks.places(own::PRIVATE_KEY, seen), out);
        self.assignments.find(text, &self.marks, seen, out);
        out[before..].sort_unstable();
        wide || keys
    }
}

//! Reads a report of our own back, in `json` or `jsonl`, so that it can be written in another form,
//! joined to others or compared. The secrets themselves are not in it, only their masks.

mod form;

use super::{Report, date};
use crate::error::{Error, Kind, Result};
use crate::model::{Confidence, Finding, Ledger, Part, Place, Status};
use crate::rule::RuleSet;
use form::{Head, Record, Spot, Summary};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A report that was written before.
pub struct Past {
    /// The rules that its findings point into.
    pub rules: RuleSet,
    /// Its findings.
    pub findings: Vec<Finding>,
    /// Which rules its run looked for, in a few digits; empty if it does not tell.
    pub rule_set: String,
    /// The account of its run.
    pub ledger: Ledger,
    /// What was scanned.
    pub scope: String,
    /// How the run ended.
    pub exit_code: u8,
    /// Findings that were less sure than asked.
    pub below: usize,
    /// Of which shard it is, if it is of one.
    pub part: Option<Part>,
    /// Of a shard: the findings that were less sure than asked.
    pub unsure: Vec<Finding>,
    /// Of a shard: how sure was asked.
    pub least: Confidence,
    /// How long it took.
    pub seconds: f64,
}

/// Reads a report from its text; `name` stands in messages. `rules` are those that it may be of;
/// others are known by name only.
///
/// # Errors
/// If it is no report of ours, or cut short.
pub fn read(text: &[u8], name: &str, rules: RuleSet) -> Result<Past> {
    let wrong = |what: &str| {
        Error::new(Kind::Usage, format!("{name}: {what}"))
            .hint("make one with `stanch scan --format json` or `--format jsonl`")
    };
    let text = std::str::from_utf8(text).map_err(|e| wrong("not UTF-8").because(e))?;
    let mut past = Past::new(rules);
    if let Ok(document) = serde_json::from_str::<form::Document>(text) {
        past.finish(document.summary).map_err(|what| wrong(&what))?;
        for entry in document.findings {
            entry.places.into_iter().for_each(|spot| past.add(&entry.head, spot));
        }
        return Ok(past);
    }
    let mut ended = false;
    for (nth, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let record: Record = serde_json::from_str(line).map_err(|e| {
            wrong(&format!("line {} is no record of a report", nth + 1)).because(e)
        })?;
        match record {
            Record::Finding { head, spot } => past.add(&head, *spot),
            Record::Summary(summary) => {
                past.finish(*summary).map_err(|what| wrong(&what))?;
                ended = true;
            }
        }
    }
    if ended { Ok(past) } else { Err(wrong("the record of the run is missing: cut short?")) }
}

impl Past {
    /// A report of nothing.
    pub fn new(rules: RuleSet) -> Self {
        Self {
            rules,
            findings: Vec::new(),
            rule_set: String::new(),
            ledger: Ledger::default(),
            scope: String::new(),
            exit_code: 0,
            below: 0,
            part: None,
            unsure: Vec::new(),
            least: Confidence::Medium,
            seconds: 0.0,
        }
    }

    /// The report of it, for a writer.
    pub fn report(&self, exit_code: u8, when: i64) -> Report<'_> {
        Report {
            findings: &self.findings,
            rules: &self.rules,
            rule_set: self.rule_set.clone(),
            ledger: &self.ledger,
            part: self.part.as_ref(),
            unsure: &self.unsure,
            least: self.least,
            scope: &self.scope,
            exit_code,
            below: self.below,
            show_secrets: false,
            color: false,
            verbose: 0,
            seconds: self.seconds,
            when,
        }
    }

    /// The `findings` of a report with the rules `theirs`, pointing into the rules of this one.
    pub fn adopt(&mut self, theirs: &RuleSet, mut findings: Vec<Finding>) -> Vec<Finding> {
        for finding in &mut findings {
            let rule = theirs.get(finding.rule);
            finding.rule = self.rules.find_or_name(&rule.id, &rule.name, &rule.provider);
        }
        findings
    }

    /// A report of nothing was made with no rules; those of two others must be the same.
    fn merge_rule_set(&mut self, other: &Self) {
        let is_none = |past: &Self| past.rule_set.is_empty() && past.findings.is_empty();
        if is_none(self) {
            self.rule_set.clone_from(&other.rule_set);
        } else if self.rule_set != other.rule_set && !is_none(other) {
            self.rule_set.clear();
        }
    }

    /// Adds what `other` found: secrets that both know become one, with the places of both.
    pub fn merge(&mut self, mut other: Self) {
        self.merge_rule_set(&other);
        let mut known: BTreeMap<(usize, _), usize> =
            self.findings.iter().enumerate().map(|(n, f)| ((f.rule, f.fingerprint), n)).collect();
        let findings = std::mem::take(&mut other.findings);
        for mut finding in self.adopt(&other.rules, findings) {
            let there = known.get(&(finding.rule, finding.fingerprint)).copied();
            match there.and_then(|n| self.findings.get_mut(n)) {
                Some(mine) => {
                    if finding.outweighs(mine) {
                        std::mem::swap(mine, &mut finding);
                    }
                    join(&mut mine.places, finding.places);
                    mine.more += finding.more;
                }
                None => {
                    known.insert((finding.rule, finding.fingerprint), self.findings.len());
                    self.findings.push(finding);
                }
            }
        }
        self.add_account(other.ledger);
        if self.scope != other.scope {
            self.scope = format!("{}; {}", self.scope, other.scope);
        }
        self.below += other.below;
        self.seconds += other.seconds;
        self.exit_code = match (self.exit_code, other.exit_code) {
            (2, _) | (_, 2) => 2,
            (3, 0) | (0, 3) => 3,
            (3, other) | (other, 3) => other,
            (mine, other) => mine.max(other),
        };
    }

    fn add_account(&mut self, other: Ledger) {
        for (unit, count) in other.counts {
            let mine = self.ledger.count_mut(unit);
            mine.scope += count.scope;
            mine.scanned += count.scanned;
            mine.known += count.known;
            mine.skipped += count.skipped;
        }
        self.ledger.bytes += other.bytes;
        self.ledger.skipped.extend(other.skipped);
        self.ledger.accepted.extend(other.accepted);
        self.ledger.accepted.sort();
        self.ledger.accepted.dedup();
        self.ledger.notes.extend(other.notes);
    }

    /// Marks as existing every open place that `before` knows: by rule, fingerprint and path.
    /// Answers how many open places are new, and which of `before` are gone.
    pub fn compare(&mut self, before: &Self) -> (usize, Vec<String>) {
        let old: HashSet<_> = before.spots().collect();
        let now: HashSet<_> = self.spots().collect();
        let gone = old.difference(&now).map(|(rule, _, path)| {
            let path = crate::model::display_path(path.unwrap_or(b"(no path)"));
            format!("{rule} at {path}")
        });
        let mut gone: Vec<String> = gone.collect();
        gone.sort();
        let mut new = 0;
        let rules = &self.rules;
        for finding in &mut self.findings {
            let (rule, print) = (&*rules.get(finding.rule).id, finding.fingerprint);
            for place in finding.places.iter_mut().filter(|p| p.status == Status::Open) {
                if old.contains(&(rule, print, place.origin.path.as_deref())) {
                    place.status = Status::Existing;
                } else {
                    new += 1;
                }
            }
        }
        (new, gone)
    }

    /// Every open place: its rule's id, the fingerprint and the path.
    fn spots(&self) -> impl Iterator<Item = (&str, crate::model::Fingerprint, Option<&[u8]>)> {
        self.findings.iter().flat_map(|f| {
            let open = f.places.iter().filter(|p| p.status == Status::Open);
            open.map(|p| (&*self.rules.get(f.rule).id, f.fingerprint, p.origin.path.as_deref()))
        })
    }

    fn add(&mut self, head: &Head, spot: Spot) {
        let rule = self.rule(head);
        add(&mut self.findings, rule, head, spot);
    }

    fn rule(&mut self, head: &Head) -> usize {
        self.rules.find_or_name(&head.rule_id, &head.name, &head.provider)
    }

    fn finish(&mut self, summary: Summary) -> std::result::Result<(), String> {
        if summary.schema != super::record::SCHEMA {
            return Err(format!(
                "its form is `{}`, which this stanch does not know",
                summary.schema
            ));
        }
        self.rule_set = summary.tool.rule_set;
        self.scope = summary.scope;
        self.exit_code = summary.exit_code;
        self.below = summary.below;
        if let Some(share) = summary.shard {
            let part = share.part().ok_or("it is of a shard that cannot be")?;
            (self.part, self.least) = (Some(part), share.least);
            for entry in share.unsure {
                let rule = self.rule(&entry.head);
                for spot in entry.places {
                    add(&mut self.unsure, rule, &entry.head, spot);
                }
            }
        }
        self.seconds = summary.seconds;
        self.ledger = summary.ledger.ledger();
        Ok(())
    }
}

/// Adds a place to the last finding, if it is of that.
fn add(findings: &mut Vec<Finding>, rule: usize, head: &Head, spot: Spot) {
    let place = spot.place();
    match findings.last_mut() {
        Some(last) if last.rule == rule && last.fingerprint == head.print() => {
            last.places.push(place);
        }
        _ => findings.push(head.finding(rule, place)),
    }
}

/// Adds those of `more` that are not there yet.
fn join(mine: &mut Vec<Place>, more: Vec<Place>) {
    let key = |p: &Place| (p.origin.clone(), p.line, p.column);
    let mut known: BTreeSet<_> = mine.iter().map(key).collect();
    mine.extend(more.into_iter().filter(|place| known.insert(key(place))));
}

/// The moment that a report writes.
fn moment(text: &str) -> Option<i64> {
    date::parse(text)
}

//! Precision, recall and F1 by line, as `score.py` of the corpus counts them.

use crate::corpus::Snippet;
use crate::look::{Exact, Example, Truth};
use std::collections::{BTreeMap, BTreeSet};

/// From which score on a class has which confidence.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub low: i32,
    pub medium: i32,
    pub high: i32,
}

/// Right, false and missed.
#[derive(Default, Clone, Copy)]
struct Count {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Count {
    fn measures(self) -> [f64; 3] {
        let share = |part: usize, rest: usize| {
            if part > 0 { part as f64 / (part + rest) as f64 } else { 0.0 }
        };
        let (p, r) = (share(self.right, self.wrong), share(self.right, self.missed));
        [p, r, if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }]
    }
}

/// How sure high confidence must be on held-out repositories.
const SURE: f64 = 0.96;

impl Limits {
    /// Those that the library was built with.
    pub fn built(password: bool) -> Self {
        let [low, medium, high] = stanch::verify::limits(password);
        Self { low, medium, high }
    }

    /// Those that serve best on examples whose scores come from models that have not seen them.
    pub fn find(
        snippets: &[Snippet],
        examples: &[Example],
        exact: &[Exact],
        password: bool,
    ) -> Self {
        let own: Vec<&Example> =
            examples.iter().filter(|e| e.traits.password == password).collect();
        // Snippets were picked around secrets, ordinary files hold fewer: precision counts double.
        let worth = |limit: i32| {
            let chosen = |e: &Example| e.traits.password == password && e.score >= limit;
            let half = |world| {
                let [p, r, _] =
                    count(snippets, examples, exact, (world, false), &chosen).0.measures();
                1.25 * p * r / (0.25 * p + r).max(f64::MIN_POSITIVE)
            };
            half(0) + half(1)
        };
        let steps = (-24..24).map(|n| n * 100);
        let medium =
            steps.map(|s| (worth(s), s)).max_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |(_, s)| s);
        let precise = |limit: &i32| {
            let above = || {
                own.iter().filter(|e| {
                    e.score >= *limit
                        && e.worlds[1]
                        && e.truth != Truth::Neither
                        && !stanch::verify::is_plain(&e.traits)
                })
            };
            let right = above().filter(|e| e.truth == Truth::Secret).count();
            right as f64 >= SURE * above().count() as f64
        };
        let high = (0..80).map(|n| medium + n * 50).find(precise).unwrap_or(medium + 4000);
        Self { low: (medium - 2200).min(-1500), medium, high: high.max(medium + 300) }
    }
}

/// Lines found, by snippet.
type Lines = BTreeSet<(usize, u32)>;

/// What counts as found in one world, and how that compares with the labels.
fn count(
    snippets: &[Snippet],
    examples: &[Example],
    exact: &[Exact],
    (world, only_high): (usize, bool),
    chosen: &dyn Fn(&Example) -> bool,
) -> (Count, Lines) {
    let by_rule = exact.iter().filter(|e| e.1[world] && (e.3 || !only_high));
    let mut lines: Lines = by_rule.map(|e| (e.0, e.2)).collect();
    lines.extend(
        examples.iter().filter(|e| e.worlds[world] && chosen(e)).map(|e| (e.snippet, e.line)),
    );
    let mut all = Count::default();
    for (index, snippet) in snippets.iter().enumerate() {
        let own = by_label(snippet, &found_in(&lines, index));
        all = own.values().fold(all, |a, b| Count {
            right: a.right + b.right,
            wrong: a.wrong + b.wrong,
            missed: a.missed + b.missed,
        });
    }
    (all, lines)
}

fn found_in(lines: &Lines, index: usize) -> BTreeSet<u32> {
    lines.range((index, 0)..(index + 1, 0)).map(|(_, line)| *line).collect()
}

/// Counts of one snippet by category; what is false has none.
fn by_label<'s>(snippet: &'s Snippet, lines: &BTreeSet<u32>) -> BTreeMap<&'s str, Count> {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let kinds = snippet.kinds();
    let secrets = snippet.labels.iter().filter(|l| l.label == "secret" && !l.is_neutral());
    let items: BTreeMap<(u32, u32), &str> =
        secrets.map(|l| ((l.line, l.end_line), l.category.as_str())).collect();
    for ((start, end), category) in items {
        let count = counts.entry(category).or_default();
        if lines.range(start..=end).next().is_some() {
            count.right += 1
        } else {
            count.missed += 1
        }
    }
    let wrong =
        lines.iter().filter(|l| !matches!(kinds.get(l), Some(&"secret" | &"neutral"))).count();
    counts.entry("").or_default().wrong += wrong;
    counts
}

/// Tells everything.
pub fn tell(
    snippets: &[Snippet],
    examples: &[Example],
    exact: &[Exact],
    limits: &[Limits; 2],
    mistakes: usize,
) {
    println!("limits: secret {:?}, password {:?}", limits[0], limits[1]);
    let of = |e: &Example| limits[usize::from(e.traits.password)];
    for (world, name) in ["random", "worded"].into_iter().enumerate() {
        for (level, chosen) in [
            ("medium", &(|e: &Example| e.score >= of(e).medium) as &dyn Fn(&Example) -> bool),
            ("high", &|e: &Example| e.score >= of(e).high && !stanch::verify::is_plain(&e.traits)),
            ("reach", &|_: &Example| true),
        ] {
            let (all, lines) = count(snippets, examples, exact, (world, level == "high"), chosen);
            let [p, r, f] = all.measures();
            println!(
                "{name} {level:6}: precision {p:.3} recall {r:.3} F1 {f:.3}  right {} wrong {} missed {}",
                all.right, all.wrong, all.missed
            );
            if level == "medium" {
                repositories(snippets, &lines);
            }
            if level == "high" {
                generic_precision(examples, world, chosen);
            }
            if level != "high" {
                categories(snippets, &lines);
            }
        }
    }
    worst(snippets, examples, &of, mistakes);
    unseen(snippets, &count(snippets, examples, exact, (0, false), &|_| true).1, mistakes);
}

/// Labelled lines on which there is no candidate at all.
fn unseen(snippets: &[Snippet], lines: &Lines, mistakes: usize) {
    let labels =
        snippets.iter().enumerate().flat_map(|(n, s)| s.labels.iter().map(move |l| (n, s, l)));
    let secret = labels.filter(|(.., l)| l.label == "secret" && !l.is_neutral());
    let blind =
        secret.filter(|(n, _, l)| lines.range((*n, l.line)..=(*n, l.end_line)).next().is_none());
    for (_, snippet, label) in blind.take(mistakes) {
        let line = snippet.text.lines().nth(label.line as usize - 1).unwrap_or_default();
        println!("unseen {} {} {} | {}", snippet.id, label.line, label.category, line.trim());
    }
}

fn generic_precision(examples: &[Example], world: usize, chosen: &dyn Fn(&Example) -> bool) {
    for password in [false, true] {
        let own = || {
            examples
                .iter()
                .filter(|e| e.worlds[world] && e.traits.password == password && chosen(e))
        };
        let right = own().filter(|e| e.truth == Truth::Secret).count();
        let wrong = own().filter(|e| e.truth == Truth::Not).count();
        println!(
            "    of class {}: {right} right, {wrong} wrong",
            if password { "password" } else { "secret" }
        );
    }
}

fn repositories(snippets: &[Snippet], lines: &Lines) {
    let mut all: BTreeMap<&str, Count> = BTreeMap::new();
    for (index, snippet) in snippets.iter().enumerate() {
        let sum = all.entry(&snippet.repository).or_default();
        for own in by_label(snippet, &found_in(lines, index)).values() {
            *sum = Count {
                right: sum.right + own.right,
                wrong: sum.wrong + own.wrong,
                missed: sum.missed + own.missed,
            };
        }
    }
    let with_truth: Vec<[f64; 3]> =
        all.values().filter(|c| c.right + c.missed > 0).map(|c| c.measures()).collect();
    let mean =
        |i: usize| with_truth.iter().map(|m| m[i]).sum::<f64>() / with_truth.len().max(1) as f64;
    println!(
        "    mean over {} repositories: precision {:.3} recall {:.3} F1 {:.3}",
        with_truth.len(),
        mean(0),
        mean(1),
        mean(2)
    );
}

fn categories(snippets: &[Snippet], lines: &Lines) {
    let mut all: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (index, snippet) in snippets.iter().enumerate() {
        for (category, own) in by_label(snippet, &found_in(lines, index)) {
            let sum = all.entry(category).or_default();
            *sum = (sum.0 + own.right, sum.1 + own.missed);
        }
    }
    let mut order: Vec<_> = all.into_iter().filter(|(_, (r, m))| r + m > 9).collect();
    order.sort_by_key(|(_, (r, m))| std::cmp::Reverse(r + m));
    let told: Vec<String> =
        order.iter().map(|(name, (r, m))| format!("{name} {r}/{}", r + m)).collect();
    println!("    {}", told.join(", "));
}

/// The mistakes that the models were surest of.
fn worst(
    snippets: &[Snippet],
    examples: &[Example],
    of: &dyn Fn(&Example) -> Limits,
    mistakes: usize,
) {
    let mut wrong: Vec<&Example> =
        examples.iter().filter(|e| e.truth == Truth::Not && e.score >= of(e).medium).collect();
    wrong.sort_by_key(|e| std::cmp::Reverse(e.score));
    let mut missed: Vec<&Example> =
        examples.iter().filter(|e| e.truth == Truth::Secret && e.score < of(e).medium).collect();
    missed.sort_by_key(|e| e.score);
    for (kind, list) in [("false", wrong), ("missed", missed)] {
        for e in list.iter().take(mistakes) {
            println!(
                "{kind} {:6} {} {} {} | {}",
                e.score,
                snippets[e.snippet].id,
                e.line,
                if e.traits.password { "pw" } else { "sec" },
                e.shown
            );
        }
    }
}

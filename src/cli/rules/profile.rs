//! `stanch rules profile`: which rule costs how much on some text.

use crate::error::{Error, Kind, Result};
use crate::matcher::{Cost, Matcher, Scratch};
use crate::rule::RuleSet;
use ignore::WalkBuilder;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// How many rules are listed.
const SHOWN: usize = 30;

/// The costliest rules on the files below `path`.
pub(super) fn text(rules: &RuleSet, path: &Path) -> Result<String> {
    let matcher = Matcher::new(rules);
    let mut scratch = Scratch::profiling();
    let (mut bytes, mut count, mut whole) = (0, 0, Duration::ZERO);
    let mut found = Vec::new();
    for entry in WalkBuilder::new(path).standard_filters(false).build() {
        let doing = || Error::new(Kind::Io, format!("reading {}", path.display()));
        let entry = entry.map_err(|e| doing().because(e))?;
        if !entry.file_type().is_some_and(|t| t.is_file()) {
            continue;
        }
        let text = std::fs::read(entry.path()).map_err(|e| doing().because(e))?;
        found.clear();
        let started = Instant::now();
        matcher.find(&text, &mut scratch, &mut found);
        whole += started.elapsed();
        (bytes, count) = (bytes + text.len(), count + found.len());
    }
    Ok(table(rules, &scratch, bytes, whole, count))
}

fn table(
    rules: &RuleSet,
    scratch: &Scratch,
    bytes: usize,
    whole: Duration,
    found: usize,
) -> String {
    let mut costs: Vec<(usize, Cost)> = scratch.costs().collect();
    costs.sort_by_key(|(_, cost)| std::cmp::Reverse(cost.time));
    let tried: Duration = costs.iter().map(|(_, c)| c.time).sum();
    let mut out = format!(
        "{:.1} MB in {:.1} ms, of which {:.1} ms on expressions; {} of {} rules met an anchor, {found} candidates\n\n",
        bytes as f64 / 1e6,
        ms(whole),
        ms(tried),
        costs.len(),
        rules.len()
    );
    for (rule, cost) in costs.iter().take(SHOWN) {
        let _ = writeln!(
            out,
            "{:9.2} ms {:9} anchors  {}",
            ms(cost.time),
            cost.anchors,
            rules.get(*rule).id
        );
    }
    out
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

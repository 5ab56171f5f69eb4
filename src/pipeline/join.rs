//! Joins the reports of shards: what comes of it is what one process would have reported, and a
//! shard that is missing, given twice, or of another whole is named.

use super::{gather, places};
use crate::model::{Finding, Fingerprint, Ledger, Part, Reason, Shard, Skipped};
use crate::report::Past;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Joins `reports`, of which some may be of shards; `None` if there are none. Answers as well
/// whether any was. Open findings end it with `code`. The order of the reports makes no difference
/// but for the words of the scope.
pub fn join(reports: Vec<Past>, code: u8) -> Option<(Past, bool)> {
    let mut wholes: BTreeMap<(String, u32), Vec<Past>> = BTreeMap::new();
    let mut all = Vec::new();
    for past in reports {
        match &past.part {
            Some(part) => {
                let whole = (part.whole.clone(), part.shard.of());
                wholes.entry(whole).or_default().push(past);
            }
            None => all.push(past),
        }
    }
    let sharded = !wholes.is_empty();
    all.extend(wholes.into_values().filter_map(join_shards));
    let mut joined = merged(all)?;
    gather::sort(&mut joined.findings);
    joined.exit_code = verdict(&joined, code);
    Some((joined, sharded))
}

/// All in one: neighbours first, so that of many none is gone through again and again.
fn merged(mut reports: Vec<Past>) -> Option<Past> {
    while reports.len() > 1 {
        let mut rest = reports.into_iter();
        reports = Vec::new();
        while let Some(mut one) = rest.next() {
            rest.next().into_iter().for_each(|other| one.merge(other));
            reports.push(one);
        }
    }
    reports.pop()
}

/// Joins shards of one whole.
fn join_shards(mut shards: Vec<Past>) -> Option<Past> {
    shards.sort_by_key(|past| past.part.as_ref().map(|part| part.shard));
    let parts: Vec<Part> = shards.iter().filter_map(|past| past.part.clone()).collect();
    let gaps = gaps(&parts);
    let mut last = None;
    for past in &mut shards {
        let shard = past.part.take().map(|part| {
            past.ledger.notes.retain(|note| *note != part.note());
            part.shard
        });
        // Its findings are known, and its account is not to be counted twice.
        if last.is_some() && last == shard {
            (past.ledger, past.below, past.seconds) = (Ledger::default(), 0, 0.0);
        }
        last = shard;
    }
    let by_name = parts.iter().any(|part| !part.listed.is_empty());
    let mut joined = match by_name {
        // Each repository is in one of them.
        true => merged(shards),
        false => joined_stores(shards),
    }?;
    joined.ledger.skipped.extend(gaps);
    joined.ledger.skipped.sort();
    // What several of them tell of the whole.
    joined.ledger.skipped.dedup_by(|one, other| one.unit.is_none() && one == other);
    joined.ledger.notes.sort();
    joined.ledger.notes.dedup();
    Some(joined)
}

/// What speaks against these parts being the whole.
fn gaps(parts: &[Part]) -> Vec<Skipped> {
    let Some(first) = parts.first() else { return Vec::new() };
    let of = first.shard.of();
    let gap = |what: String, detail: &str| Skipped {
        reason: Reason::Shard,
        unit: None,
        what,
        detail: detail.to_owned(),
    };
    let named = |number: u32| format!("shard {number} of {of} of {}", first.whole);
    let mut gaps = Vec::new();
    // So many shards as a hostile report claims need not be counted one by one.
    let there: BTreeSet<u32> = parts.iter().map(|part| part.shard.number()).collect();
    let missing = u64::from(of) - there.len() as u64;
    if missing > 0 {
        let names = (1..=of).filter(|n| !there.contains(n)).take(100).map(named);
        gaps.extend(names.map(|what| gap(what, "its report was not given")));
    }
    for pair in parts.windows(2) {
        if let [one, other] = pair
            && one.shard == other.shard
        {
            gaps.push(gap(named(one.shard.number()), "its report was given twice"));
        }
    }
    gaps.extend(unowned(parts, of).into_iter().map(|name| {
        gap(name, "it came up when its shard had made its list already, and was not scanned")
    }));
    gaps
}

/// Names that some shard listed, and not the one that they belong to.
fn unowned(parts: &[Part], of: u32) -> BTreeSet<String> {
    let of_shard: HashMap<Shard, BTreeSet<&String>> =
        parts.iter().map(|part| (part.shard, part.listed.iter().collect())).collect();
    let names: BTreeSet<&String> = parts.iter().flat_map(|part| &part.listed).collect();
    let is_owned = |name: &&String| {
        let owner = Shard::new(Shard::owner(name, of), of).and_then(|s| of_shard.get(&s));
        // Of an owner that is missing that is told.
        owner.is_none_or(|listed| listed.contains(*name))
    };
    names.into_iter().filter(|name| !is_owned(name)).cloned().collect()
}

/// Shards of one store: what they found is judged once more as if it were of one run.
fn joined_stores(shards: Vec<Past>) -> Option<Past> {
    let mut all = shards.into_iter();
    let mut joined = all.next()?;
    let mut found: HashMap<Fingerprint, Finding> = HashMap::new();
    let mut take = |findings: Vec<Finding>| {
        findings.into_iter().for_each(|finding| gather::merge(&mut found, finding));
    };
    take(std::mem::take(&mut joined.findings));
    take(std::mem::take(&mut joined.unsure));
    for mut past in all {
        take(joined.adopt(&past.rules, std::mem::take(&mut past.findings)));
        take(joined.adopt(&past.rules, std::mem::take(&mut past.unsure)));
        joined.merge(past);
    }
    joined.findings = found.into_values().collect();
    joined.below = gather::keep_confident(&mut joined.findings, joined.least);
    places::tidy(&mut joined.findings);
    gather::sort(&mut joined.findings);
    Some(joined)
}

/// How a run would have ended that found all this, and was to end with `code` if it did.
fn verdict(joined: &Past, code: u8) -> u8 {
    match joined.exit_code {
        2 => 2,
        _ if joined.findings.iter().any(Finding::is_open) => code,
        _ if joined.ledger.is_complete() => 0,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(number: u32, of: u32, listed: &[&str]) -> Option<Part> {
        let listed = listed.iter().map(|name| (*name).to_owned()).collect();
        Some(Part { shard: Shard::new(number, of)?, whole: "w".into(), listed })
    }

    fn told(parts: &[Option<Part>]) -> Vec<String> {
        let parts: Vec<Part> = parts.iter().flatten().cloned().collect();
        gaps(&parts).into_iter().map(|gap| gap.what).collect()
    }

    #[test]
    fn a_whole_has_each_shard_once() {
        let (one, two) = (part(1, 2, &[]), part(2, 2, &[]));
        assert!(told(&[one.clone(), two.clone()]).is_empty());
        assert_eq!(told(std::slice::from_ref(&one)), ["shard 2 of 2 of w"]);
        assert_eq!(told(&[one.clone(), one.clone(), two]), ["shard 1 of 2 of w"]);
        assert_eq!(told(&[part(1, u32::MAX, &[])]).len(), 100);
    }

    #[test]
    fn what_came_up_too_late_is_told() {
        let name = "host/a/b";
        let owner = Shard::owner(name, 2);
        let (mine, other) = (part(owner, 2, &["x"]), part(3 - owner, 2, &["x", name]));
        assert_eq!(told(&[mine, other.clone()]), [name]);
        assert!(told(&[part(owner, 2, &["x", name]), other]).is_empty());
    }
}

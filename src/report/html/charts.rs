//! Charts of the open findings: by provider, by age, by place. Drawn as SVG without a style of its
//! own, which the page's policy would not let through.

use super::super::row::Row;
use crate::model::escaped;
use crate::model::{OriginKind, Reach};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How many bars a chart has at most.
const BARS: usize = 12;
const DAY: i64 = 86_400;

/// Writes the charts of `rows`; ages are counted to `now`.
pub(super) fn write(rows: &[Row<'_>], now: i64, out: &mut dyn Write) -> io::Result<()> {
    let open: Vec<&Row<'_>> = rows.iter().filter(|r| r.is_open()).collect();
    if open.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section class=\"charts\" aria-label=\"Charts\">")?;
    chart("By provider", &most(count(open.iter().map(|r| provider(r)))), out)?;
    chart("By age", &in_order(&AGES, count(open.iter().map(|r| age(r, now).to_owned()))), out)?;
    chart("By place", &in_order(&PLACES, count(open.iter().map(|r| place(r).to_owned()))), out)?;
    chart("By folder", &most(count(open.iter().map(|r| folder(r)))), out)?;
    writeln!(out, "</section>")
}

fn provider(row: &Row<'_>) -> String {
    let rule = row.rule;
    let name = if rule.provider_name.is_empty() { &rule.provider } else { &rule.provider_name };
    if name.is_empty() { "other".into() } else { name.to_string() }
}

const AGES: [&str; 7] = [
    "today",
    "this week",
    "this month",
    "this year",
    "1 to 3 years",
    "more than 3 years",
    "not known",
];

fn age(row: &Row<'_>, now: i64) -> &'static str {
    let Some(by) = &row.place.introduced else { return AGES[6] };
    match now.saturating_sub(by.time) / DAY {
        ..1 => AGES[0],
        1..7 => AGES[1],
        7..31 => AGES[2],
        31..365 => AGES[3],
        365..1096 => AGES[4],
        _ => AGES[5],
    }
}

const PLACES: [&str; 8] = [
    "work tree",
    "staged",
    "in the change",
    "history, still at HEAD",
    "history only",
    "message or name",
    "file outside git",
    "standard input",
];

fn place(row: &Row<'_>) -> &'static str {
    match (row.place.origin.kind, row.place.reach) {
        (OriginKind::WorkTree, _) => PLACES[0],
        (OriginKind::Index, _) => PLACES[1],
        (OriginKind::Commit, _) => PLACES[2],
        (OriginKind::History, Some(Reach::Head)) => PLACES[3],
        (OriginKind::History, _) => PLACES[4],
        (OriginKind::Message | OriginKind::Name, _) => PLACES[5],
        (OriginKind::File, _) => PLACES[6],
        (OriginKind::Stdin, _) => PLACES[7],
    }
}

fn folder(row: &Row<'_>) -> String {
    match row.path.split_once('/') {
        Some((top, _)) if !top.is_empty() => format!("{top}/"),
        _ => "(top)".into(),
    }
}

fn count(words: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

/// The largest, and the rest as one.
fn most(counts: BTreeMap<String, usize>) -> Vec<(String, usize)> {
    let mut bars: Vec<(String, usize)> = counts.into_iter().collect();
    bars.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let rest: usize = bars.iter().skip(BARS).map(|b| b.1).sum();
    bars.truncate(BARS);
    if rest > 0 {
        bars.push(("others".into(), rest));
    }
    bars
}

fn in_order(order: &[&str], counts: BTreeMap<String, usize>) -> Vec<(String, usize)> {
    let some = |word: &&str| Some(((*word).to_owned(), *counts.get(*word)?));
    order.iter().filter_map(some).collect()
}

fn chart(title: &str, bars: &[(String, usize)], out: &mut dyn Write) -> io::Result<()> {
    let largest = bars.iter().map(|b| b.1).max().unwrap_or(1).max(1);
    let height = bars.len() * 22;
    writeln!(
        out,
        "<figure><figcaption>{title}</figcaption>\
         <svg viewBox=\"0 0 420 {height}\" role=\"img\" aria-label=\"{title}\">"
    )?;
    for (nth, (name, n)) in bars.iter().enumerate() {
        let (y, width) = (nth * 22, (n * 180 / largest).max(2));
        let short: String = name.chars().take(26).collect();
        writeln!(
            out,
            "<g><title>{}: {n}</title><text x=\"0\" y=\"{}\">{}</text>\
             <rect x=\"180\" y=\"{}\" width=\"{width}\" height=\"14\" rx=\"2\"/>\
             <text x=\"{}\" y=\"{}\">{n}</text></g>",
            escaped(name),
            y + 15,
            escaped(&short),
            y + 4,
            186 + width,
            y + 15
        )?;
    }
    writeln!(out, "</svg></figure>")
}

//! Writes a baseline: the same findings always give the same bytes.

use super::{Baseline, Entry};
use std::fmt::Write as _;

const HEAD: &str = "\
# Findings that stanch files away. `stanch baseline --help` tells how to keep this file; reason,
# by and expires may be edited by hand. Comments are lost when it is rewritten.
";

/// The file's text.
pub(super) fn render(baseline: &Baseline) -> String {
    let mut out = format!("{HEAD}version = 1\nsalt = \"{}\"\n", baseline.key());
    if !baseline.rule_set().is_empty() {
        line(&mut out, "rules", baseline.rule_set());
    }
    baseline.entries().for_each(|entry| push(&mut out, entry));
    out
}

fn push(out: &mut String, entry: &Entry) {
    let _ = writeln!(out, "\n[[finding]]\nfingerprint = \"{}\"", entry.fingerprint);
    line(out, "rule", &entry.rule);
    if !entry.path.is_empty() {
        line(out, "path", &entry.path);
    }
    line(out, "reason", &entry.reason);
    if !entry.by.is_empty() {
        line(out, "by", &entry.by);
    }
    if let Some(day) = entry.expires {
        let _ = writeln!(out, "expires = \"{day}\"");
    }
}

fn line(out: &mut String, key: &str, value: &str) {
    out.push_str(key);
    out.push_str(" = \"");
    value.chars().for_each(|c| escape(out, c));
    out.push_str("\"\n");
}

/// Besides what TOML demands, characters that turn text around or cannot be seen are escaped: a
/// reviewer must see what is there.
fn escape(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c.is_control() || is_sly(c) => {
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        }
        c => out.push(c),
    }
}

fn is_sly(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x61C | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF)
}

//! JSON that may be shown on a terminal: the same values, with every control, bidirectional and
//! invisible character written as an escape.

use crate::model::is_unsafe;
use serde::Serialize;
use std::io::{self, Write};

/// Writes `value` on one line.
pub(super) fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    escaped(&serde_json::to_string(value)?, out)
}

/// Writes `value` indented.
pub fn document(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    escaped(&serde_json::to_string_pretty(value)?, out)
}

/// Writes `value` for an element of HTML: no tag, comment or entity can begin or end in it.
pub(super) fn embedded(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string(value)?;
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    escaped(&json, out)
}

/// Outside strings JSON has line breaks only, so an unsafe character stands in a string.
fn escaped(json: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = json;
    while let Some(at) = rest.find(|c| c != '\n' && is_unsafe(c)) {
        let (plain, tail) = rest.split_at(at);
        out.write_all(plain.as_bytes())?;
        let mut chars = tail.chars();
        if let Some(c) = chars.next() {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().try_for_each(|u| write!(out, "\\u{u:04x}"))?;
        }
        rest = chars.as_str();
    }
    writeln!(out, "{rest}")
}

//! Jupyter notebooks: what cells and their outputs say, whose lines stand in lists of strings.

use super::Input;
use super::out::{Out, bad};
use serde_json::Value;
use std::io;

/// Deeper values are not looked at.
const DEPTH: usize = 16;

pub(super) fn is(head: &[u8]) -> bool {
    let Some(rest) = head.strip_prefix(b"{") else { return false };
    let word = rest.trim_ascii_start();
    [&b"\"cells\""[..], b"\"nbformat", b"\"metadata\"", b"\"worksheets\""]
        .iter()
        .any(|w| word.starts_with(w))
        && memchr::memmem::find(head, b"\"cell").is_some()
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let book: Value = serde_json::from_slice(&all.bytes).map_err(|e| {
        if e.is_eof() { io::ErrorKind::UnexpectedEof.into() } else { bad(&e.to_string()) }
    })?;
    let sheets = book.get("worksheets").and_then(Value::as_array).into_iter().flatten();
    let books = std::iter::once(&book).chain(sheets);
    let cells = books.filter_map(|b| b.get("cells")?.as_array()).flatten();
    for (n, cell) in (1..).zip(cells) {
        let mut texts = Vec::new();
        collect(cell, DEPTH, &mut texts);
        for text in texts {
            out.bytes(format!("cell {n}").as_bytes(), &text)?;
        }
    }
    Ok(())
}

/// All texts in `value`: strings, and lists of strings, which are lines of one text.
fn collect(value: &Value, depth: usize, texts: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) => texts.push(text.clone().into_bytes()),
        Value::Array(all) if !all.is_empty() && all.iter().all(Value::is_string) => {
            let lines: String = all.iter().filter_map(Value::as_str).collect();
            texts.push(lines.into_bytes());
        }
        Value::Array(all) if depth > 0 => all.iter().for_each(|v| collect(v, depth - 1, texts)),
        Value::Object(all) if depth > 0 => {
            for (key, value) in all {
                // What is under the name of a kind of file may be one.
                let file = value.as_str().filter(|_| key.contains('/')).and_then(decoded);
                texts.extend(file);
                collect(value, depth - 1, texts);
            }
        }
        _ => {}
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let letters: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    data_encoding::BASE64.decode(&letters).ok()
}

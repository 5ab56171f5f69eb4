//! Reading exported audit logs of CircleCI: CSV with JSON in its cells, JSON, and JSON lines.

use crate::error::{Error, Kind, Result};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};

/// Longest text that is kept of one value.
const LONG: usize = 200;

/// One event.
#[derive(Debug, Clone, Default, Serialize, PartialEq, Eq)]
pub struct Entry {
    /// Its id; the log may hold one twice.
    pub id: String,
    /// When, in ISO 8601, UTC.
    pub time: String,
    /// What was done: `context.env_var.store`.
    pub action: String,
    /// Who, by name.
    pub actor: String,
    /// Who, by id.
    pub actor_id: String,
    /// What sort of actor.
    pub actor_type: String,
    /// What it was done to.
    pub target: String,
    /// The address that it came from.
    pub address: String,
    /// Whether it was done.
    pub success: Option<bool>,
    /// Names of variables that it speaks of.
    pub names: BTreeSet<String>,
    /// Fingerprints of keys that it speaks of.
    pub fingerprints: BTreeSet<String>,
}

/// Reads one export, whichever form it has. Events that stand in it twice are told once.
///
/// # Errors
/// If it is of no form that is known, or holds no event.
pub fn read(text: &str, name: &str) -> Result<Vec<Entry>> {
    let text = text.trim_start_matches('\u{feff}');
    let rows = match text.trim_start().chars().next() {
        Some('[' | '{') => json(text),
        _ => csv_rows(text),
    };
    let rows = rows.ok_or_else(|| {
        Error::new(Kind::Usage, format!("{name} is no audit log that stanch can read")).hint(
            "it reads the CSV and JSON that Organization Settings > Security > Audit Log exports",
        )
    })?;
    let mut seen = HashSet::new();
    let entries = rows.iter().filter_map(entry);
    let mut entries: Vec<Entry> =
        entries.filter(|e| e.id.is_empty() || seen.insert(e.id.clone())).collect();
    if entries.is_empty() {
        let none = format!("{name} holds no event");
        return Err(Error::new(Kind::Usage, none)
            .hint("its columns must be `action`, `occurred_at`, `actor` …"));
    }
    entries.sort_by(|a, b| (&a.time, &a.id).cmp(&(&b.time, &b.id)));
    Ok(entries)
}

/// One document, a list in one, or a document on each line.
fn json(text: &str) -> Option<Vec<Value>> {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return match value {
            Value::Array(list) => Some(list),
            Value::Object(map) => {
                let lists = ["events", "items", "data", "audit_logs"];
                let inner = lists.iter().find_map(|k| map.get(*k)?.as_array().cloned());
                Some(inner.unwrap_or_else(|| vec![Value::Object(map)]))
            }
            _ => None,
        };
    }
    let lines = text.lines().filter(|l| !l.trim().is_empty());
    lines.map(|l| serde_json::from_str(l).ok()).collect()
}

/// Rows as objects; cells that hold JSON are read as such.
fn csv_rows(text: &str) -> Option<Vec<Value>> {
    let mut rows = csv(text).into_iter();
    let head: Vec<String> = rows.next()?.iter().map(|h| h.trim().to_ascii_lowercase()).collect();
    head.iter().any(|h| h == "action").then_some(())?;
    let row = |cells: Vec<String>| {
        let pairs = head.iter().cloned().zip(cells.into_iter().map(cell));
        Value::Object(pairs.collect())
    };
    Some(rows.map(row).collect())
}

fn cell(text: String) -> Value {
    match text.trim_start().chars().next() {
        Some('{' | '[') => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        _ => Value::String(text),
    }
}

/// Cells by the rules of RFC 4180: quotes may hold commas, line breaks and doubled quotes.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows.retain(|r: &Vec<String>| r.iter().any(|f| !f.is_empty()));
    rows
}

fn entry(row: &Value) -> Option<Entry> {
    let at = |path: &str| {
        let found = path.split('.').try_fold(row, |value, key| value.get(key))?;
        match found {
            Value::String(text) => Some(text.chars().take(LONG).collect::<String>()),
            Value::Null => None,
            Value::Object(_) | Value::Array(_) => None,
            other => Some(other.to_string()),
        }
    };
    let first = |paths: &[&str]| paths.iter().find_map(|p| at(p)).unwrap_or_default();
    let action = at("action").filter(|a| !a.is_empty())?;
    let mut entry = Entry {
        id: first(&["id"]),
        time: first(&["occurred_at", "timestamp", "time", "created_at"]),
        action,
        actor: first(&["actor.name", "actor_name", "actor"]),
        actor_id: first(&["actor.id", "actor_id"]),
        actor_type: first(&["actor.type", "actor_type"]),
        target: first(&["target.name", "target_name", "target.id", "target"]),
        address: first(&["request.ip_address", "request.ip", "ip_address", "ip"]),
        success: at("success")
            .or(at("common_fields.outcome"))
            .map(|s| matches!(s.as_str(), "true" | "success" | "TRUE" | "True")),
        ..Entry::default()
    };
    if let Some(payload) = row.get("payload") {
        collect(payload, 0, &mut entry);
    }
    Some(entry)
}

/// Names of variables and fingerprints, wherever they stand in a payload.
fn collect(value: &Value, depth: usize, entry: &mut Entry) {
    match value {
        _ if depth > 8 => {}
        Value::String(text) if is_print(text) => {
            entry.fingerprints.insert(text.clone());
        }
        Value::String(text) if crate::circle::is_name(text) => {
            entry.names.insert(text.clone());
        }
        Value::Array(list) => list.iter().for_each(|v| collect(v, depth + 1, entry)),
        Value::Object(map) => map.values().for_each(|v| collect(v, depth + 1, entry)),
        _ => {}
    }
}

fn is_print(text: &str) -> bool {
    let md5 = text.len() == 47
        && text.split(':').all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit()));
    md5 || text.starts_with("SHA256:")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn csv_and_json_say_the_same() {
        let csv = "id,action,actor,target,payload,occurred_at,request,success\r\n\
            1,context.env_var.store,\"{\"\"id\"\":\"\"u1\"\",\"\"name\"\":\"\"ann\"\",\"\"type\"\":\"\"user\"\"}\",\"{\"\"name\"\":\"\"prod, eu\"\"}\",\"{\"\"names\"\":[\"\"NPM_TOKEN\"\"]}\",2023-01-02T03:04:05.6Z,\"{\"\"ip_address\"\":\"\"203.0.113.9\"\"}\",true\r\n";
        let json = r#"[{"id":"1","action":"context.env_var.store","actor":{"id":"u1","name":"ann","type":"user"},
            "target":{"name":"prod, eu"},"payload":{"names":["NPM_TOKEN"]},"occurred_at":"2023-01-02T03:04:05.6Z",
            "request":{"ip_address":"203.0.113.9"},"success":true}]"#;
        let a = read(csv, "a").unwrap();
        assert_eq!(a, read(json, "b").unwrap());
        assert_eq!((a[0].target.as_str(), a[0].address.as_str()), ("prod, eu", "203.0.113.9"));
        assert!(a[0].names.contains("NPM_TOKEN"));
    }

    #[test]
    fn doubles_are_told_once_and_nonsense_is_refused() {
        let two = "{\"id\":\"1\",\"action\":\"user.logged_in\"}\n{\"id\":\"1\",\"action\":\"user.logged_in\"}\n";
        assert_eq!(read(two, "x").unwrap().len(), 1);
        for bad in ["", "a,b\n1,2\n", "{", "[1]", "\"", "action\n"] {
            assert!(read(bad, "x").is_err(), "{bad}");
        }
    }
}

//! Paths into JSON: `a.b`, `a.0`, `a[].b` for all items of a list; nothing for the whole.

use serde_json::Value;

/// Every value that `path` leads to.
pub(super) fn all<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![value];
    for step in path.split('.').filter(|s| !s.is_empty()) {
        let (name, is_list) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
        found = found.into_iter().filter_map(|v| into(v, name)).collect();
        if is_list {
            found = found.into_iter().filter_map(Value::as_array).flatten().collect();
        }
    }
    found.retain(|v| !v.is_null());
    found
}

fn into<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match (value, name) {
        (_, "") => Some(value),
        (Value::Array(items), _) => items.get(name.parse::<usize>().ok()?),
        _ => value.get(name),
    }
}

/// A plain value as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_into_objects_and_lists() {
        let value = serde_json::json!({"a": [{"b": 1}, {"b": "x"}], "c": {"d": true, "e": null}});
        let got = |path| all(&value, path).into_iter().filter_map(text).collect::<Vec<_>>();
        assert_eq!(got("a[].b"), ["1", "x"]);
        assert_eq!(got("a.1.b"), ["x"]);
        assert_eq!(got("c.d"), ["true"]);
        assert!(got("c.e").is_empty() && got("c.f.g").is_empty() && got("a.7").is_empty());
        assert_eq!(all(&value, "").len(), 1);
    }
}

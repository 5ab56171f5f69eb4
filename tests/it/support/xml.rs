//! A strict reader of the little XML that reports need: it refuses what an XML parser would.

use std::collections::BTreeMap;

/// An element.
#[derive(Debug, Default)]
pub struct Node {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub children: Vec<Node>,
    pub text: String,
}

/// Parses a document with one root.
#[track_caller]
pub fn parse(text: &str) -> Node {
    for c in text.chars() {
        let legal = matches!(c, '\n' | '\t' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        assert!(legal, "XML has no character {c:?}");
    }
    let rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    let mut rest = rest;
    let root = element(&mut rest);
    assert!(rest.trim().is_empty(), "after the root: {rest}");
    root
}

fn take<'t>(rest: &mut &'t str, end: &str) -> &'t str {
    let (head, tail) = rest.split_once(end).unwrap_or_else(|| panic!("no {end} in {rest}"));
    *rest = tail;
    head
}

fn element(rest: &mut &str) -> Node {
    assert!(rest.starts_with('<'), "{rest}");
    *rest = &rest[1..];
    let mut node = Node::default();
    let end = rest.find([' ', '>', '/']).unwrap();
    node.name = rest[..end].to_owned();
    *rest = &rest[end..];
    loop {
        *rest = rest.trim_start_matches(' ');
        if let Some(tail) = rest.strip_prefix("/>") {
            *rest = tail;
            return node;
        }
        if let Some(tail) = rest.strip_prefix('>') {
            *rest = tail;
            break;
        }
        let key = take(rest, "=\"").to_owned();
        let value = plain(take(rest, "\""));
        assert!(key.chars().all(char::is_alphanumeric), "{key}");
        assert!(node.attributes.insert(key, value).is_none(), "twice");
    }
    loop {
        let at = rest.find('<').unwrap();
        node.text.push_str(&plain(&rest[..at]));
        *rest = &rest[at..];
        if let Some(tail) = rest.strip_prefix("</") {
            *rest = tail;
            assert_eq!(take(rest, ">"), node.name);
            return node;
        }
        node.children.push(element(rest));
    }
}

/// Text with its entities read.
fn plain(text: &str) -> String {
    assert!(!text.contains(['<', '>']), "{text}");
    let mut out = String::new();
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap());
    for part in parts {
        let (entity, tail) = part.split_once(';').unwrap();
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "#10" => '\n',
            other => panic!("entity {other}"),
        });
        out.push_str(tail);
    }
    out
}

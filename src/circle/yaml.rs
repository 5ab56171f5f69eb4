//! YAML with the lines on which things stand. The text may be hostile: aliases that double at
//! each step and lists in lists without end are cut off, and say so.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::collections::HashMap;

/// Most values of one file, each use of an anchor counted anew.
const MAX_NODES: usize = 100_000;
/// Most levels.
const MAX_DEPTH: usize = 64;
/// Longest file.
const MAX_BYTES: usize = 4 << 20;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// First line, from 1.
    pub line: u32,
    /// Last line, from 1.
    pub end_line: u32,
    /// The value.
    pub value: Value,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text, a number, a truth value or nothing: what stands there.
    Scalar {
        /// The text.
        text: String,
        /// Whether it stands without quotes.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// Keys and values, in order.
    Map(Vec<(Node, Node)>),
}

/// Why a text is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The line.
    pub line: u32,
    /// Why.
    pub why: String,
}

impl Node {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Keys and values, if it is a map.
    pub fn pairs(&self) -> &[(Self, Self)] {
        match &self.value {
            Value::Map(pairs) => pairs,
            Value::Scalar { .. } | Value::List(_) => &[],
        }
    }

    /// The elements, if it is a list.
    pub fn list(&self) -> &[Self] {
        match &self.value {
            Value::List(list) => list,
            Value::Scalar { .. } | Value::Map(_) => &[],
        }
    }

    /// The value of `key`, if it is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.pairs().iter().find(|(k, _)| k.text() == Some(key)).map(|(_, v)| v)
    }

    /// Itself if it is a text, its texts if it is a list.
    pub fn texts(&self) -> Vec<&str> {
        match &self.value {
            Value::Scalar { text, .. } => vec![text],
            Value::List(list) => list.iter().filter_map(Self::text).collect(),
            Value::Map(_) => Vec::new(),
        }
    }

    fn size(&self) -> usize {
        match &self.value {
            Value::Scalar { .. } => 1,
            Value::List(list) => 1 + list.iter().map(Self::size).sum::<usize>(),
            Value::Map(pairs) => 1 + pairs.iter().map(|(k, v)| k.size() + v.size()).sum::<usize>(),
        }
    }
}

/// A list or map that is not closed yet.
struct Open {
    start: u32,
    anchor: usize,
    is_map: bool,
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Builder {
    stack: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    done: Option<Node>,
}

/// Reads the first document of `text`.
///
/// # Errors
/// If it is no YAML, or more than a person would write.
pub fn parse(text: &str) -> Result<Node, Broken> {
    let broken = |line: usize, why: &str| Broken { line: cut(line), why: why.to_owned() };
    if text.len() > MAX_BYTES {
        return Err(broken(1, "the file is too long"));
    }
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|e| broken(e.marker().line(), e.info()))?;
        builder.take(event, &span).map_err(|why| broken(span.start.line(), why))?;
        if let Some(node) = builder.done.take() {
            return Ok(node);
        }
    }
    Err(broken(1, "the file holds nothing"))
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), &'static str> {
        let (line, end_line) = (cut(span.start.line()), cut(span.end.line()));
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let value = Value::Scalar { text: text.into_owned(), plain };
                let end_line = match style {
                    // A block begins on its first line of text, and ends where the next thing does.
                    ScalarStyle::Literal | ScalarStyle::Folded => end_line.max(line + 1) - 1,
                    _ => end_line,
                };
                self.put(Node { line, end_line, value }, anchor, 1)
            }
            Event::Alias(anchor) => {
                let (node, size) =
                    self.anchors.get(&anchor).cloned().ok_or("an alias of nothing")?;
                self.put(node, 0, size)
            }
            Event::SequenceStart(anchor, _) => self.open(line, anchor, false),
            Event::MappingStart(anchor, _) => self.open(line, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => self.close(end_line),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn open(&mut self, start: u32, anchor: usize, is_map: bool) -> Result<(), &'static str> {
        if self.stack.len() >= MAX_DEPTH {
            return Err("lists and maps go too deep");
        }
        self.stack.push(Open { start, anchor, is_map, nodes: Vec::new() });
        Ok(())
    }

    fn close(&mut self, end: u32) -> Result<(), &'static str> {
        let Some(open) = self.stack.pop() else { return Ok(()) };
        let end_line = open.nodes.iter().map(|n| n.end_line).max().unwrap_or(end);
        let value = match open.is_map {
            false => Value::List(open.nodes),
            true => Value::Map(merged(open.nodes)),
        };
        let node = Node { line: open.start, end_line: end_line.max(open.start), value };
        self.put(node, open.anchor, 1)
    }

    /// Puts a finished value where it belongs. `size` is what it adds to the file.
    fn put(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), &'static str> {
        self.nodes += size;
        if self.nodes > MAX_NODES {
            return Err("the file unfolds to too many values");
        }
        if anchor > 0 {
            let size = node.size();
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.stack.last_mut() {
            Some(open) => open.nodes.push(node),
            None => self.done = Some(node),
        }
        Ok(())
    }
}

/// Pairs of keys and values, with what `<<` takes in. A key's own value beats one that is taken in.
fn merged(nodes: Vec<Node>) -> Vec<(Node, Node)> {
    let mut pairs: Vec<(Node, Node)> = Vec::new();
    let mut taken = Vec::new();
    let mut rest = nodes.into_iter();
    while let (Some(key), Some(value)) = (rest.next(), rest.next()) {
        let merge = matches!(&key.value, Value::Scalar { text, plain: true } if text == "<<");
        match value.value {
            Value::Map(more) if merge => taken.extend(more),
            Value::List(list) if merge => {
                taken.extend(list.into_iter().flat_map(|n| n.pairs().to_vec()));
            }
            value_ => pairs.push((key, Node { value: value_, ..value })),
        }
    }
    let mut known: std::collections::HashSet<String> =
        pairs.iter().filter_map(|(k, _)| k.text().map(str::to_owned)).collect();
    for (key, value) in taken {
        if key.text().is_none_or(|k| known.insert(k.to_owned())) {
            pairs.push((key, value));
        }
    }
    pairs
}

fn cut(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_lines() {
        let node = parse("a: 1\nb:\n  - x\n  - |\n    one\n    two\nc: 'q'\n").unwrap();
        let b = node.get("b").unwrap();
        assert_eq!(b.texts(), ["x", "one\ntwo\n"]);
        let block = b.list().get(1).unwrap();
        assert_eq!((block.line, block.end_line), (5, 6));
        assert_eq!(node.get("c").unwrap().line, 7);
        assert_eq!(node.get("a").unwrap().text(), Some("1"));
    }

    #[test]
    fn anchors_and_merge_keys_are_taken_in() {
        let text = "d: &d\n  image: x\n  env: {A: b}\nj:\n  <<: *d\n  image: y\nk: *d\n";
        let node = parse(text).unwrap();
        assert_eq!(node.get("j").unwrap().get("image").unwrap().text(), Some("y"));
        assert_eq!(node.get("j").unwrap().get("env").unwrap().pairs().len(), 1);
        assert_eq!(node.get("k").unwrap().get("image").unwrap().text(), Some("x"));
    }

    #[test]
    fn bombs_and_wells_end_at_once() {
        let start = std::time::Instant::now();
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for i in 1..40 {
            let list = format!("*a{}, ", i - 1).repeat(9);
            bomb.push_str(&format!("a{i}: &a{i} [{list}]\n"));
        }
        assert!(parse(&bomb).unwrap_err().why.contains("too many"));
        let deep: String = (0..5000).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
        assert!(parse(&deep).is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&"{a: ".repeat(50_000)).is_err());
        assert!(parse("a: &a [*a]").is_err());
        for text in ["", "\t", "a: b: c", "- [", "&", "%YAML 9.9\n---\n", "? \n: \n"] {
            let _ = parse(text);
        }
        assert!(start.elapsed().as_secs() < 20);
    }
}

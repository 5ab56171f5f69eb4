//! Where the name of a variable is used: what stops when its value changes.

mod kind;

pub use kind::Kind;

use aho_corasick::AhoCorasick;

/// Files larger than this are seldom written by people and are not searched.
pub const MAX_FILE: usize = 1 << 20;
/// Uses told of one name in one file.
const PER_FILE: usize = 8;

/// One use of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The name.
    pub name: String,
    /// What kind of file it stands in.
    pub kind: Kind,
    /// The file.
    pub path: Vec<u8>,
    /// The line, from 1.
    pub line: u32,
}

/// Looks for names.
pub struct Finder {
    names: Vec<String>,
    search: Option<AhoCorasick>,
}

impl Finder {
    /// Looks for these names.
    pub fn new(names: &[String]) -> Self {
        let mut names = names.to_vec();
        names.retain(|n| !n.is_empty());
        names.sort();
        names.dedup();
        // All names fit: only patterns of many megabytes are refused.
        let search = if names.is_empty() { None } else { longest(&names) };
        Self { names, search }
    }

    /// Adds the uses in `text`, the content of the file at `path`. A name counts as a whole word.
    pub fn find(&self, path: &[u8], text: &[u8], out: &mut Vec<Use>) {
        let Some(search) = &self.search else { return };
        if text.len() > MAX_FILE || memchr::memchr(0, text.get(..8192).unwrap_or(text)).is_some() {
            return;
        }
        let kind = Kind::of(path, text);
        let (mut line, mut at) = (1, 0);
        let mut told = vec![0; self.names.len()];
        for hit in search.find_iter(text).filter(|m| is_word(text, m.start(), m.end())) {
            line +=
                memchr::memchr_iter(b'\n', text.get(at..hit.start()).unwrap_or_default()).count();
            at = hit.start();
            let nth = hit.pattern().as_usize();
            let (Some(name), Some(told)) = (self.names.get(nth), told.get_mut(nth)) else {
                continue;
            };
            if *told < PER_FILE {
                *told += 1;
                let line = u32::try_from(line).unwrap_or(u32::MAX);
                out.push(Use { name: name.clone(), kind, path: path.to_vec(), line });
            }
        }
    }
}

/// Of names that begin alike the longest is meant.
fn longest(names: &[String]) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    builder.match_kind(aho_corasick::MatchKind::LeftmostLongest).build(names).ok()
}

fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let word = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    !word(before) && !word(text.get(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_found_with_their_lines() {
        let finder = Finder::new(&["API_KEY".into(), "API_KEY_OLD".into()]);
        let mut uses = Vec::new();
        finder.find(
            b"Makefile",
            b"a\nx $(API_KEY) MY_API_KEY\n\nAPI_KEY_OLD API_KEYS\n",
            &mut uses,
        );
        let found: Vec<(&str, u32)> = uses.iter().map(|u| (u.name.as_str(), u.line)).collect();
        assert_eq!(found, [("API_KEY", 2), ("API_KEY_OLD", 4)]);
        assert_eq!(uses.first().map(|u| u.kind), Some(Kind::Makefile));
    }

    #[test]
    fn binaries_and_no_names_give_nothing() {
        let mut uses = Vec::new();
        Finder::new(&["A_B".into()]).find(b"x", b"\0A_B", &mut uses);
        Finder::new(&[]).find(b"x", b"A_B", &mut uses);
        assert!(uses.is_empty());
    }
}

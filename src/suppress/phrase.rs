//! Finds set words in a text, and reads what is said after them.

use crate::model::Span;

/// More of a reason than anybody reads.
const REASON: usize = 200;

/// Marks that end a comment.
const CLOSERS: [&str; 7] = ["*/", "-->", "#}", "%>", "*)", "]]", "}}"];

/// Every place in `region` where `words` stand as whole words. In `words` a space stands for a
/// space or a dash and `?` for a space that may be missing; case does not matter.
pub(super) fn find(text: &[u8], region: Span, words: &'static str) -> impl Iterator<Item = Span> {
    // The rarest byte is looked for: a line may be long, and be asked about for many findings.
    let mark = words.bytes().position(|b| matches!(b, b':' | b'-')).unwrap_or(0);
    let rare = words.as_bytes().get(mark).copied().unwrap_or_default();
    let marks = memchr::memchr2_iter(rare, rare.to_ascii_uppercase(), region.of(text));
    marks.filter_map(move |at| {
        let start = region.start + at.checked_sub(mark)?;
        let part = Span::new(start, region.end).of(text);
        let found = Span::new(start, start + begins(part, words.as_bytes())?);
        is_whole(text, found).then_some(found)
    })
}

/// How many bytes of `text`'s start are the words.
fn begins(text: &[u8], words: &[u8]) -> Option<usize> {
    let mut at = 0;
    for &word in words {
        let byte = text.get(at).copied();
        let fits = match (word, byte) {
            (b'?', byte) => {
                at += usize::from(byte == Some(b' '));
                continue;
            }
            (b' ', Some(byte)) => matches!(byte, b' ' | b'\t' | b'-'),
            (word, Some(byte)) => word.eq_ignore_ascii_case(&byte),
            (_, None) => false,
        };
        if !fits {
            return None;
        }
        at += 1;
    }
    Some(at)
}

fn is_whole(text: &[u8], found: Span) -> bool {
    let word =
        |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let before = found.start.checked_sub(1).and_then(|at| text.get(at));
    !word(before) && !word(text.get(found.end))
}

/// What stands after the words: names, then a reason.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    /// The names, in the order given.
    pub(super) names: Vec<String>,
    /// The reason, empty if there is none.
    pub(super) reason: String,
}

/// Reads `NAME[, NAME…] [-- REASON]` from the bytes `said` after the words; `quote` is the
/// quotation mark before them, if they stand in a string.
pub(super) fn tail(said: &[u8], quote: Option<u8>) -> Tail {
    let said = String::from_utf8_lossy(said);
    let quoted = quote.and_then(|q| said.find(char::from(q)));
    let closed = CLOSERS.iter().filter_map(|c| said.find(c)).chain(quoted).min();
    let mut rest = said.get(..closed.unwrap_or(said.len())).unwrap_or_default();
    rest = rest.trim_start_matches([' ', '\t', ':', '=', '(', '[']);
    let mut names = Vec::new();
    while rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@') {
        let end = rest.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(rest.len());
        let (name, more) = rest.split_at(end);
        names.push(name.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned());
        let Some(next) = more.trim_start().strip_prefix(',') else {
            rest = more;
            break;
        };
        rest = next.trim_start();
    }
    Tail { names, reason: reason(rest) }
}

fn reason(rest: &str) -> String {
    let rest = rest.trim_start();
    let Some(said) = rest.strip_prefix("--").or_else(|| rest.strip_prefix('\u{2014}')) else {
        return String::new();
    };
    said.trim().chars().take(REASON).collect()
}

/// Where the text of a line begins that is nothing but a comment: after blanks and the marks
/// that open one. `None` if no mark does.
pub(super) fn comment_start(line: &[u8]) -> Option<usize> {
    let blank = |b: &u8| b.is_ascii_whitespace();
    let mark = |b: &u8| b"#/*-;'%<!{(\"".contains(b);
    let first = line.iter().position(|b| !blank(b))?;
    let after_rem = line.get(first..first + 4).filter(|w| w.eq_ignore_ascii_case(b"rem "));
    if after_rem.is_some() {
        return Some(first + 4);
    }
    if !line.get(first).is_some_and(mark) {
        return None;
    }
    line.iter().position(|b| !blank(b) && !mark(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str, words: &'static str) -> usize {
        find(text.as_bytes(), Span::new(0, text.len()), words).count()
    }

    #[test]
    fn whole_words_only() {
        assert_eq!(count("# kingfisher:ignore", "kingfisher:ignore"), 1);
        assert_eq!(count("#KingFisher:Ignore.", "kingfisher:ignore"), 1);
        for bad in [
            "kingfisher:ignore_me_not",
            "xkingfisher:ignore",
            "kingfisher:ignored",
            "kingfisher:ignore-not",
            "my-kingfisher:ignore",
            "kingfisher :ignore",
            "kingfisher:igno",
        ] {
            assert_eq!(count(bad, "kingfisher:ignore"), 0, "{bad}");
        }
    }

    #[test]
    fn spaces_may_be_dashes_or_missing() {
        for good in ["pragma: allowlist secret", "pragma:allowlist-secret"] {
            assert_eq!(count(good, "pragma:?allowlist secret"), 1, "{good}");
        }
        assert_eq!(count("pragma: allowlist", "pragma:?allowlist secret"), 0);
    }

    #[test]
    fn names_and_reason_are_read() {
        let read = |said: &str| {
            let Tail { names, reason } = tail(said.as_bytes(), None);
            (names.join("|"), reason)
        };
        let is = |said, names: &str, why: &str| {
            assert_eq!(read(said), (names.into(), why.into()), "{said}")
        };
        is(" a-b -- for tests", "a-b", "for tests");
        is(" a-b,c , d --why", "a-b|c|d", "why");
        is(": a-b */ call(", "a-b", "");
        is(" a-b -- why --> <p>", "a-b", "why");
        is(" -->", "", "");
        is(" -- just a reason\r", "", "just a reason");
        is("", "", "");
        is("\", \"next\": 1", "", "");
        is(" some words", "some", "");
        assert_eq!(tail(b" a -- why\", x", Some(b'"')).reason, "why");
        assert_eq!(
            tail(&[b" -- ".as_slice(), &[0xff; 900]].concat(), None).reason.chars().count(),
            200
        );
    }

    #[test]
    fn comments_that_stand_alone() {
        for (line, rest) in
            [("  # x", "x"), ("// x", "x"), ("<!-- x", "x"), ("{/* x", "x"), ("REM x", "x")]
        {
            let at = comment_start(line.as_bytes());
            assert_eq!(at.and_then(|at| line.get(at..)), Some(rest), "{line}");
        }
        for line in ["", "   ", "x # y", "remark", "####"] {
            assert_eq!(comment_start(line.as_bytes()), None, "{line}");
        }
    }
}

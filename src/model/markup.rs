//! Text as XML 1.0 and HTML take it.

use super::is_unsafe;
use std::fmt::Write as _;

/// `text` for an attribute or between tags. `]]>` is as harmless as any other text, as `>` is
/// never written bare. What XML has no character for, and what could drive a terminal, is shown
/// as an escape that can be read.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            c if is_unsafe(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_ends_an_element_or_a_value() {
        assert_eq!(escaped("]]><a b=\"'&"), "]]&gt;&lt;a b=&quot;&apos;&amp;");
        assert_eq!(escaped("\u{1b}[31m\u{202e}\0"), "\\u{1b}[31m\\u{202e}\\u{0}");
        assert_eq!(escaped("a\nb"), "a&#10;b");
    }
}

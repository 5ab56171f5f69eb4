//! What stands between the name of a vendor and its secret. Hundreds of rules need the same, so a
//! shape calls it by name and it is spelled out here, when the rule is read. The build script uses
//! this file too.

use super::schema::Str;
use serde::{Deserialize, Deserializer};

/// A word that speaks of a secret.
const KEY: &str = "(?:key|token|secret|auth|api|pass|pwd|cred|bearer|access|[_.-]pat)";
/// A sign that joins two things.
const SIGN: &str = "[=:>,(]";
/// The rest of the line, and the start of the next one.
const BELOW: &str = r"(?:\r?\n[^\r\n]{0,24}?)?";
/// What stands right before a value.
const OPEN: &str = r#"["'`=:\s>(,{|\[]"#;
/// A value that is assigned to the name itself.
const ASSIGNED: &str = r#"["'`\])]{0,3}\s{0,4}(?:=>|[:=]{1,3})\s{0,4}["'`(\[]{0,2}"#;

/// Reads a shape, with joints spelled out:
///
/// | joint | what stands between |
/// |---|---|
/// | `{keyed}` | `=` and kin, or a word such as `key`, all on one line |
/// | `{keyed-below}` | the same; the word and the value may stand on the next line |
/// | `{signed}` | as `{keyed}`, and a sign such as `,` serves as well as a word |
/// | `{signed-below}` | as `{keyed-below}`, likewise |
pub(super) fn shape<'de, D: Deserializer<'de>>(from: D) -> Result<Str, D::Error> {
    Ok(spelled_out(String::deserialize(from)?).into())
}

fn spelled_out(shape: String) -> String {
    if !shape.contains("ed}") && !shape.contains("-below}") {
        return shape;
    }
    [("", ""), ("-below", BELOW)].into_iter().fold(shape, |shape, (suffix, below)| {
        let value = format!(r"[^\r\n]{{0,24}}?{below}{OPEN}");
        let keyed = format!("{KEY}{value}");
        let signed = format!("(?:(?:{KEY}|{SIGN}){value}|{SIGN})");
        let joint = |middle| format!(r"(?i:(?:[^\r\n]{{0,32}}?{below}{middle}|{ASSIGNED}))");
        shape
            .replace(&format!("{{keyed{suffix}}}"), &joint(keyed))
            .replace(&format!("{{signed{suffix}}}"), &joint(signed))
    })
}

#[cfg(test)]
mod tests {
    use super::spelled_out;
    use regex::bytes::Regex;

    fn matches(shape: &str, text: &str) -> bool {
        Regex::new(&spelled_out(shape.into())).is_ok_and(|r| r.is_match(text.as_bytes()))
    }

    #[test]
    fn each_joint_takes_what_it_says() {
        let shape = |joint: &str| format!("acme{{{joint}}}z{{4}}");
        for joint in ["keyed", "keyed-below", "signed", "signed-below"] {
            assert!(matches(&shape(joint), "acme: zzzz"), "{joint}");
            assert!(matches(&shape(joint), "acme_API_KEY = 'zzzz'"), "{joint}");
            assert!(!matches(&shape(joint), "acme is zzzz"), "{joint}");
        }
        assert!(matches(&shape("keyed-below"), "acme\n  token: zzzz"));
        assert!(!matches(&shape("keyed"), "acme\n  token: zzzz"));
        assert!(matches(&shape("signed"), "acme x, zzzz"));
        assert!(!matches(&shape("keyed"), "acme x, zzzz"));
    }

    #[test]
    fn other_braces_stay() {
        assert_eq!(spelled_out("a{2}[{]needed}".into()), "a{2}[{]needed}");
    }
}

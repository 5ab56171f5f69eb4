//! What stands between the name of a vendor and its secret. Hundreds of rules need the same, so a
//! shape calls it by name and it is spelled out here, when the rule is read. The build script uses
//! this file too.

use super::text::Str;
use serde::{Deserialize, Deserializer};

/// Words that speak of a secret.
const KEY: &str = "key|token|secret|auth|api|pass|pwd|cred|bearer|access|[_.-]pat";
/// The same, hard on the name. They are few, so that name and word make few texts to look for.
const CLOSE: &str = "[ _-]?(?:api|key|token|secret)";
/// Signs that join two things.
const SIGN: &str = "[=:,(]";
/// What stands before such a word or sign, lines and all.
const BEFORE: &str = "(?s:.{0,32}?)";
/// What stands between it and the value.
const AFTER: &str = "(?s:.{0,32}?)";
/// What stands right before a value.
const OPEN: &str = r#"["'`=:\s>(,{|\[]"#;
/// A value that is assigned to the name itself, given to a call that begins with it, or quoted
/// right behind it.
const ASSIGNED: &str = concat!(
    r#"(?:["'`\])]{0,3}\s{0,4}(?:=>|[:=]{1,3})\s{0,4}["'`(\[]{0,2}"#,
    r#"|[a-z0-9_.:>-]{0,24}\(\s{0,8}["'`]|[ \t]{1,2}(?:[-|][ \t]{1,2})?["'`])"#
);

/// What stands between the name of a variable, its closing quotes included, and its value: a sign,
/// a type, a key `value` of its own, blanks, or the words of prose.
const TOLD: &str = concat!(
    r#"(?:\s{0,8}(?:: ?[Ss]tr(?:ing)? ?=|[:=|?]{0,2}[=:]|:-|\|\||[=-]>|[,>])"#,
    r#"|,?\s{1,24}[\\"']{0,2}[Vv]alue[\\"']{0,2}\s{0,4}[:=]"#,
    r#"|[ \t]{1,2}(?:-|is|was)[ \t]{1,2}|[ \t]{1,8})"#
);

/// Reads a shape, with joints spelled out:
///
/// | joint | what stands between |
/// |---|---|
/// | `{keyed}` | `=` and kin, a call or a quote, or a word such as `key` not far from both |
/// | `{keyed:WORDS}` | one of these words, which `\|` parts |
/// | `{named}` | such a word hard on the name: for names that are words of English |
/// | `{signed}` | as `{keyed}`, and a sign such as `,` serves as well as a word |
/// | `{told}` | what assigns a value to the name of a variable |
pub(super) fn shape<'de, D: Deserializer<'de>>(from: D) -> Result<Str, D::Error> {
    Ok(spelled_out(&String::deserialize(from)?).into())
}

fn spelled_out(shape: &str) -> String {
    let keyed = format!("(?i:(?:{}|{ASSIGNED}))", worded(KEY));
    let signed = format!("(?i:(?:{}|{BEFORE}{SIGN}|{ASSIGNED}))", worded(&[KEY, SIGN].join("|")));
    let named = format!("(?i:{CLOSE}{AFTER}{OPEN})");
    let told = TOLD.to_owned();
    let joints = [("{keyed}", keyed), ("{signed}", signed), ("{named}", named), ("{told}", told)];
    let mut shape =
        joints.iter().fold(shape.to_owned(), |s, (joint, text)| s.replace(joint, text));
    while let Some((before, words, after)) = own_words(&shape) {
        shape = format!("{before}(?i:{}){after}", worded(words));
    }
    shape
}

fn worded(words: &str) -> String {
    format!("{BEFORE}(?:{words}){AFTER}{OPEN}")
}

/// What stands before, in, and behind the first joint with words of its own.
fn own_words(shape: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = shape.split_once("{keyed:")?;
    let (words, after) = rest.split_once('}')?;
    Some((before, words, after))
}

#[cfg(test)]
mod tests {
    use super::spelled_out;
    use regex::bytes::Regex;

    fn matches(shape: &str, text: &str) -> bool {
        Regex::new(&spelled_out(shape)).is_ok_and(|r| r.is_match(text.as_bytes()))
    }

    #[test]
    fn each_joint_takes_what_it_says() {
        for joint in ["keyed", "signed"] {
            let shape = format!("acme{{{joint}}}z{{4}}");
            assert!(matches(&shape, "acme: zzzz"), "{joint}");
            assert!(matches(&shape, "acme_API_KEY = 'zzzz'"), "{joint}");
            assert!(matches(&shape, "acme\n  token: zzzz"), "{joint}");
            assert!(matches(&shape, "new acmeClient('zzzz')"), "{joint}");
            assert!(matches(&shape, "acme::Client.new('zzzz')"), "{joint}");
            assert!(matches(&shape, "acme - 'zzzz'"), "{joint}");
            assert!(!matches(&shape, "acme is zzzz"), "{joint}");
        }
        assert!(matches("acme{signed}z{4}", "acme x, zzzz"));
        assert!(!matches("acme{keyed}z{4}", "acme x, zzzz"));
    }

    #[test]
    fn a_joint_may_name_its_words() {
        let shape = "acme{keyed:seed|salt}z{4}";
        assert!(matches(shape, "ACME_SALT=zzzz".to_lowercase().as_str()));
        assert!(!matches(shape, "acme_key=zzzz"));
    }

    #[test]
    fn a_name_that_is_a_word_asks_for_more() {
        for text in ["swift_key = 'zzzz'", "swift api token: zzzz", "swiftToken(zzzz"] {
            assert!(matches("swift{named}z{4}", text), "{text}");
        }
        assert!(!matches("swift{named}z{4}", "swift: zzzz"));
        assert!(!matches("swift{named}z{4}", "swift to a token: zzzz"));
    }

    #[test]
    fn a_variable_is_told_its_value() {
        for text in [
            "key=zzzz",
            "key: zzzz",
            "key - zzzz",
            "key is zzzz",
            "key, value=zzzz",
            "key: str =zzzz",
        ] {
            assert!(matches("key{told}[ ]?z{4}", text), "{text}");
        }
        assert!(!matches("key{told}[ ]?z{4}", "key of zzzz"));
    }

    #[test]
    fn other_braces_stay() {
        assert_eq!(spelled_out("a{2}[{]needed}"), "a{2}[{]needed}");
    }
}

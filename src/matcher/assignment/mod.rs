//! The generic tier: a name that speaks of a secret meets a value.
//!
//! Reads every way in which code and configuration join the two: quoted and bare values, all
//! operators, calls and wrappers, typed declarations, name-and-value pairs, XML, headers, command
//! lines. It says where a value stands; what the value is worth is for the checks to say.

mod cursor;
mod join;
mod name;
mod url;
mod value;

use super::Candidate;
use crate::model::Span;
use crate::rule::{Engine, RuleSet};
use aho_corasick::{AhoCorasick, MatchKind};

/// Words that make a name speak of a secret, and whether it then speaks of a password.
const WORDS: [(&str, bool); 12] = [
    ("identified by", true),
    ("secureString", true),
    ("pass", true),
    ("pwd", true),
    ("psw", true),
    ("secret", false),
    ("token", false),
    ("key", false),
    ("auth", false),
    ("cred", false),
    ("api", false),
    ("bearer", false),
];

/// Finds assignments for the rules of a set that ask for them.
pub(super) struct Assignments {
    words: Option<AhoCorasick>,
    secret: Option<usize>,
    password: Option<usize>,
    url: url::Urls,
}

impl Assignments {
    /// For the rules whose engine is `assignment`.
    pub(super) fn new(rules: &RuleSet) -> Self {
        let index = |id| rules.iter().position(|r| r.engine == Engine::Assignment && r.id == id);
        let (secret, password) = (index("generic-secret"), index("generic-password"));
        let wanted = secret.or(password).is_some();
        let spelled = WORDS.iter().flat_map(|(word, _)| spellings(word));
        let words =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(spelled).ok();
        Self {
            words: words.filter(|_| wanted),
            secret,
            password,
            url: url::Urls::new(index("generic-url-password")),
        }
    }

    /// All assignments in `text`.
    pub(super) fn find(&self, text: &[u8], out: &mut Vec<Candidate>) {
        self.url.find(text, out);
        let Some(words) = &self.words else { return };
        let mut done = 0;
        for word in words.find_iter(text) {
            if word.start() < done {
                continue;
            }
            let name = name::around(text, word.start(), word.end());
            done = name.end;
            let Some(value) = join::value_of(text, name) else { continue };
            let is_password = WORDS[word.pattern().as_usize() / 3].1;
            let rule = if is_password { self.password } else { self.secret };
            out.extend(rule.map(|rule| Candidate {
                rule,
                matched: Span::new(name.start, value.end),
                secret: value,
            }));
        }
    }
}

/// A word as code writes it: `word`, `Word`, `WORD`.
fn spellings(word: &str) -> [String; 3] {
    let (first, rest) = word.split_at(1);
    [word.to_owned(), first.to_ascii_uppercase() + rest, word.to_ascii_uppercase()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let rules = RuleSet::builtin();
        let mut out = Vec::new();
        Assignments::new(&rules).find(text.as_bytes(), &mut out);
        out.iter().map(|c| String::from_utf8_lossy(c.secret.of(text.as_bytes())).into()).collect()
    }

    #[test]
    fn reads_every_way_in_which_a_name_meets_a_value() {
        for text in [
            "password = v1-x",
            "password=v1-x",
            "db.password: v1-x # note",
            "\"password\": \"v1-x\",",
            "'password' => 'v1-x'",
            "password := `v1-x`",
            "let password: &str = \"v1-x\";",
            "const char password[16] = \"v1-x\";",
            "password: str = 'v1-x'",
            "<password>v1-x</password>",
            "<add key=\"password\" value=\"v1-x\" />",
            "- name: PASSWORD\n  value: v1-x",
            "{\"name\": \"PASSWORD\", \"value\": \"v1-x\"}",
            "define('DB_PASSWORD', 'v1-x');",
            "setPassword(\"v1-x\")",
            "password = Some(\"v1-x\")",
            "password = new Secret('v1-x')",
            "mysql --password v1-x",
            "mysql --password=v1-x",
            "ENV PASSWORD v1-x",
            "CREATE USER a IDENTIFIED BY 'v1-x'",
            "ConvertTo-SecureString 'v1-x' -AsPlainText -Force",
            "ConvertTo-SecureString -String \"v1-x\" -Force",
            "{\\\"password\\\": \\\"v1-x\\\"}",
            "password=&quot;v1-x&quot;",
            "if (password == \"v1-x\")",
            "export PASSWORD='v1-x'",
            "$env:PASSWORD = \"v1-x\"",
            "password = os.getenv(\"A\") or \"v1-x\"",
            "password: b\"v1-x\"",
            "PASSWORD ?= v1-x",
            "alter user a PASSWORD 'v1-x'",
            "https://h/p?password=v1-x&b=c",
        ] {
            assert!(read(text).contains(&"v1-x".to_owned()), "{text:?}: {:?}", read(text));
        }
    }

    #[test]
    fn reads_headers_without_their_scheme() {
        assert_eq!(read("Authorization: Bearer v1-x"), ["v1-x"]);
        assert_eq!(read("-H \"Authorization: token v1-x\""), ["v1-x"]);
    }
}

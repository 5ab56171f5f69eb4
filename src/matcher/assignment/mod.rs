//! The generic tier: a name that speaks of a secret meets a value.
//!
//! Reads every way in which code and configuration join the two: quoted and bare values, all
//! operators, calls and wrappers, typed declarations, name-and-value pairs, XML, headers, command
//! lines. It says where a value stands; what the value is worth is for the checks to say.

mod alone;
mod array;
mod cursor;
mod join;
mod listed;
mod markup;
mod name;
mod reversed;
mod shell;
mod url;
mod value;
mod words;

pub(super) use words::WORDS;

use super::Candidate;
use super::marks::Marks;
use crate::model::Span;
use crate::prefilter::Seen;
use crate::rule::{Engine, RuleSet};

/// Finds assignments for the rules of a set that ask for them.
pub(super) struct Assignments {
    secret: Option<usize>,
    password: Option<usize>,
    url: url::Urls,
}

impl Assignments {
    /// For the rules whose engine is `assignment`.
    pub(super) fn new(rules: &RuleSet) -> Self {
        let index =
            |id: &str| rules.iter().position(|r| r.engine == Engine::Assignment && r.id == id);
        let (secret, password) = (index("generic-secret"), index("generic-password"));
        Self { secret, password, url: url::Urls::new(index) }
    }

    /// All assignments in `text`, in which `seen` are the words of `marks`.
    pub(super) fn find(
        &self,
        text: &[u8],
        marks: &Marks,
        seen: &[Seen],
        out: &mut Vec<Candidate>,
    ) {
        let before = out.len();
        self.find_all(text, marks, seen, out);
        let found = out.split_off(before);
        out.extend(sparse(&found));
    }

    fn find_all(&self, text: &[u8], marks: &Marks, seen: &[Seen], out: &mut Vec<Candidate>) {
        self.url.find(text, marks, seen, out);
        if self.secret.or(self.password).is_none() {
            return;
        }
        let mut done = 0;
        for (seen, word) in seen.iter().filter_map(|s| Some((s.span, marks.name_of(s.word)?))) {
            if seen.start < done {
                continue;
            }
            let end = seen.start + WORDS[word].0.trim_end().len();
            done = name::end_of(text, end);
            // Most names are told by what comes behind them.
            if !join::may_join(text, done) {
                continue;
            }
            let name = Span::new(name::start_of(text, seen.start), done);
            let value = join::value_of(text, name)
                .or_else(|| reversed::value_of(text, name))
                .or_else(|| shell::password(text, name));
            let Some(value) = value else { continue };
            let is_password = WORDS[word].1 || name::says_password(name.of(text));
            let rule = if is_password { self.password } else { self.secret };
            out.extend(rule.map(|rule| Candidate {
                rule,
                matched: Span::new(name.start.min(value.start), name.end.max(value.end)),
                secret: value,
            }));
        }
    }
}

/// Values in which so many others begin are lists of assignments. To weigh each of them, all of
/// nearly the same text, would take long as well.
const CROWD: usize = 8;

/// Those of `found` that are no such lists.
fn sparse(found: &[Candidate]) -> impl Iterator<Item = Candidate> {
    let mut starts: Vec<usize> = found.iter().map(|c| c.secret.start).collect();
    starts.sort_unstable();
    let is_sparse = move |c: &&Candidate| {
        let behind = starts.partition_point(|start| *start <= c.secret.start);
        starts.get(behind + CROWD - 1).is_none_or(|start| *start >= c.secret.end)
    };
    found.iter().filter(is_sparse).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefilter::Memory;

    fn read(text: &str) -> Vec<String> {
        let rules = RuleSet::builtin();
        let (mut out, mut seen, marks) = (Vec::new(), Vec::new(), Marks::new(&rules));
        marks.find(text.as_bytes(), &mut Memory::default(), &mut seen);
        Assignments::new(&rules).find(text.as_bytes(), &marks, &seen, &mut out);
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
            "sign(data, process.env.PASSWORD || 'v1-x')",
            "os.environ.get('PASSWORD') or 'v1-x'",
            "get(PASSWORD) or 'v1-x'",
            "$config->password ?: 'v1-x'",
            "setenv PASSWORD v1-x",
            "log in with the password `v1-x`.",
            "env('DB_PASSWORD') ?: 'v1-x'",
            "password: b\"v1-x\"",
            "PASSWORD ?= v1-x",
            "alter user a PASSWORD 'v1-x'",
            "https://h/p?password=v1-x&b=c",
            "var password string = \"v1-x\"",
            "public string Password { get; set; } = \"v1-x\";",
            "$config->password = \"v1-x\"",
            "Map(\"password\" -> \"v1-x\")",
            "var password = []byte(\"v1-x\")",
            "password = createSecretKey(Buffer.from('v1-x', 'hex'))",
            "password: |\n  v1-x\n",
            "password: >-\n    v1-x\n",
        ] {
            assert_read(text);
        }
    }

    #[test]
    fn a_bare_value_goes_on_past_a_sign_to_the_end_of_its_line_or_ends_there() {
        for whole in ["v1,xY2", "v1;xY2", "v1&xY2", "v1<xY2!", "v1'xY2", "v1`xY2"] {
            assert_eq!(read(&format!("password={whole}\nb=c\n")), [whole], "{whole}");
        }
        for cut in ["v1x2;", "v1x2,y", "v1x2&b=C3", "v1x2;Server=H1", "v1x2</b1>", "v1x2, Y3"] {
            assert_eq!(read(&format!("password={cut}\n")), ["v1x2"], "{cut}");
        }
    }

    #[test]
    fn reads_markup_shells_prose_and_what_is_reversed() {
        for text in [
            "if (\"v1-x\" == password)",
            "'v1-x' !== user.password ",
            "return 'v1-x' === password;",
            "if (\"v1-x\".equals(password)) {",
            "if (password.equals(\"v1-x\")) {",
            "strcmp(password, \"v1-x\") == 0",
            "Objects.equals(password, \"v1-x\")",
            "'v1-x' == password",
            "#define PASSWORD    \"v1-x\"",
            "%define password v1-x",
            "set -gx PASSWORD v1-x",
            "$password .= 'v1-x'",
            "${PASSWORD:-v1-x}",
            "@Value(\"${db.password:v1-x}\")",
            "variable \"password\" {\n  type = string\n  default = \"v1-x\"\n}",
            "put(\"password\", \"\\\"v1-x\\\"\")",
            "\\\\\\\"password\\\\\\\": \\\\\\\"v1-x\\\\\\\"",
            "| password | `v1-x` |",
            "The password is 'v1-x'.",
            "the password for user 'bob' is 'v1-x' or none",
            "Password of the admin account: \"v1-x\"",
            "contrase\u{f1}a = 'v1-x'",
            "\u{15f}ifre: v1-x",
            "password\u{ff1a}v1-x",
            "haslo=v1-x",
            "<ns:password>v1-x</ns:password>",
            "<password type=\"x\">v1-x</password>",
            "<string name=\"password\">v1-x</string>",
            "<key>password</key>\n  <string>v1-x</string>",
            "<meta-data android:name=\"password\" android:value=\"v1-x\" />",
            "curl_setopt($c, PROXY_PASSWORD, 'v1-x');",
            "GRANT ALL ON *.* TO 'a'@'%' IDENTIFIED BY 'v1-x'",
            "requests.get(url, auth=('bob', 'v1-x'))",
            "new NetworkCredential(\"bob\", \"v1-x\")",
            "htpasswd -bc /etc/users bob v1-x",
            "htpasswd -nb bob 'v1-x'",
            "  requirepass v1-x\n",
            "masterauth \"v1-x\"",
            concat!("API key 7Q", "2wE9rT4", "yU8iO1pA3sD"),
        ] {
            assert_read(text);
        }
    }

    fn assert_read(text: &str) {
        let found = read(text);
        let right = |v: &String| v == "v1-x" || v == concat!("7Q", "2wE9rT4", "yU8iO1pA3sD");
        assert!(found.iter().any(right), "{text:?}: {found:?}");
    }

    #[test]
    fn reads_arrays_of_bytes() {
        let bytes = "0x12, 0x34,\n 7, 0xab, 18, 52, 200, 0x01, 9, 0x0a, -11, 99";
        for text in [
            "key := []byte{~}",
            "key := [8]byte{\n\t~,\n}",
            "byte[] key = new byte[] { ~ };",
            "static const unsigned char key[8] = { ~ };",
            "const KEY: [u8; 8] = [~];",
            "let key: Vec<u8> = vec![~];",
            "key = bytes([~])",
            "secret = Buffer.from([~]);",
            "\"secretKey\": [~]",
            "val key = byteArrayOf(~)",
            "let key: [UInt8] = [~]",
            "#define AESKEY { ~ }",
        ] {
            let found = read(&text.replace('~', bytes));
            assert!(found.iter().any(|v| v == bytes), "{text:?}: {found:?}");
        }
        for text in ["keys = [37, 38, 39]", "key = f(1); [1, 2, 3, 4, 5, 6, 7, 8]"] {
            assert!(!read(text).iter().any(|v| v.contains(',')), "{text:?}: {:?}", read(text));
        }
    }

    #[test]
    fn a_list_of_names_gives_none_its_value() {
        for text in [
            "pick('email', 'password', '_csrf')",
            "[\"user\", \"password\", \"remember\"]",
            "= [\n    \"password\",\n    \"kennwort\",\n    \"senha\",\n]",
            "(\\\"name\\\", \\\"password\\\", \\\"logIn\\\")",
        ] {
            assert!(read(text).is_empty(), "{text:?}: {:?}", read(text));
        }
        for text in [
            "set('password', 'letmein')",
            "Map.of(\"u\", \"bob\", \"password\", \"v1-x\")",
            "[\"mysql\", \"--password\", \"letmein\"]",
        ] {
            assert_eq!(read(text).len(), 1, "{text:?}: {:?}", read(text));
        }
    }

    #[test]
    fn what_comes_next_is_no_value() {
        for text in [
            "\"passwordenabled\": true, \"size\": 1, \"status\": \"done\", \"type\": \"x\"",
            "{\"Password\": \"pass\"},\n  \"OtherParameters\": {}",
            "  \"default_password\",\n  \"pending_charges\",\n",
            "<a href=\"/#/forgot-password\">Glemt noget</a>",
        ] {
            let value = |v: &String| v.contains("Param") || v.contains("pending") || v == "type";
            let found = read(text);
            assert!(!found.iter().any(|v| value(v) || v.contains("Glemt")), "{text:?}: {found:?}");
        }
        assert_eq!(read("password = conf.get(\"a\", \"v1-x\")"), ["v1-x"]);
    }

    #[test]
    fn a_value_ends_with_its_line_in_a_transcript() {
        for text in [
            r#"<- "POST /v2 HTTP/1.1\r\nApikey: v1-x\r\nAccept: */*\r\n""#,
            r#"'<- \"POST /v2\\r\\nX-Api-Key: v1-x\\r\\nAccept: */*\\r\\n\"'"#,
        ] {
            assert_eq!(read(text), ["v1-x"], "{text}");
        }
    }

    #[test]
    fn a_member_of_a_record_is_no_value() {
        for text in ["if (key->size)", "free(c->auth->user, key->ptr);", "token->next"] {
            assert!(read(text).is_empty(), "{text:?}: {:?}", read(text));
        }
    }

    #[test]
    fn what_a_machine_made_may_stand_below_its_name() {
        let made = concat!("7Q", "2wE9rT4", "yU8iO1pA3sD");
        for text in ["API key:\n~\n", "token:\n\n  ~", "Secret key:\n\n```\n~\n```\n"] {
            assert_eq!(read(&text.replace('~', made)), [made], "{text:?}");
        }
        for text in ["key:\n  ~ and more", "key:\n  ~: 1", "key:\n\n\n\n~", "key:\n  - ~"] {
            assert!(read(&text.replace('~', made)).is_empty(), "{text:?}");
        }
        assert!(read("key:\n  somewordsomewordsomeword\n").is_empty());
    }

    #[test]
    fn of_an_object_the_longest_value_is_read_but_not_of_a_web_key() {
        let object =
            |of: &str| read(&format!("key = `{{\"{of}\":\"EC\",\"y\":\"v1-xxxxxxxxxxxxxxx\"}}`"));
        assert_eq!(object("alg"), ["v1-xxxxxxxxxxxxxxx"]);
        assert!(!object("kty").contains(&"v1-xxxxxxxxxxxxxxx".to_owned()));
    }

    #[test]
    fn a_long_value_is_read_if_it_is_a_token() {
        let token = "aB3-".repeat(300);
        for text in [format!("session_token=\"{token}\""), format!("session_token={token}\n")] {
            assert_eq!(read(&text), [token.as_str()], "{}", &text[..20]);
        }
        assert!(read(&format!("token=\"{}\"", "some words ".repeat(100))).is_empty());
        let part = read(&format!("token={token}{token}\n"));
        assert!(part.len() == 1 && token.repeat(2).starts_with(&part[0]) && part[0].len() >= 1000);
    }

    #[test]
    fn of_assignments_in_a_row_the_last_are_read() {
        let found = read(&"token=x1".repeat(90));
        assert_eq!(found.len(), CROWD, "{found:?}");
        assert_eq!(found.last().map(String::as_str), Some("x1"));
        assert_eq!(read(&["password='a token=b key=c'\n"; 90].concat()).len(), 270);
    }

    #[test]
    fn reads_headers_without_their_scheme() {
        assert_eq!(read("Authorization: Bearer v1-x"), ["v1-x"]);
        assert_eq!(read("-H \"Authorization: token v1-x\""), ["v1-x"]);
    }
}

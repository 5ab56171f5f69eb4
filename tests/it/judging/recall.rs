//! What was made at random is found wherever people write it, whatever it looks like.

use crate::support::repo::Repo;
use crate::support::tool::stanch;
use stanch::rule::Generator;
use std::collections::BTreeMap;

/// Ways of writing; `@` stands for the name and `~` for the value.
const WAYS: [&str; 30] = [
    "@=~",
    "@=\"~\"",
    "export @='~'",
    "@: ~",
    "app:\n  conf:\n    @: \"~\"",
    "{\"a\":\"b\",\"@\":\"~\",\"c\":3}",
    "@ = \"~\"",
    "[main]\n@ = ~",
    "client = Client(url, @=\"~\", timeout=3)",
    "const @ = `~`;",
    "\tcfg := Config{@: \"~\"}",
    "    private static final String @ = \"~\";",
    "$config['@'] = '~';",
    "define('@', '~');",
    "  :@ => '~',",
    "<@>~</@>",
    "<add key=\"@\" value=\"~\" />",
    "ENV @=~",
    "docker run -e @=~ image",
    "    environment:\n      - @=~",
    "        - name: @\n          value: \"~\"",
    "variable \"@\" {\n  default = \"~\"\n}",
    "tool --@=~ run",
    "curl 'https://h.acme.io/x?@=~&y=2'",
    "curl -H \"@: ~\" https://h.acme.io",
    "let @: String = \"~\"",
    "conf.set(\"@\", \"~\")",
    "os.environ.get(\"@\", \"~\")",
    "verify(data, process.env.@ || '~')",
    "\"body\": \"{\\\"@\\\":\\\"~\\\"}\"",
];

/// Names, and shapes of values that such names have.
const NAMED: [(&[&str], &[&str]); 2] = [
    (
        &["API_KEY", "client_secret", "authToken", "signing_key", "HMAC_KEY", "jwtSecret"],
        &[
            "[0-9a-f]{32}",
            "[0-9a-f]{64}",
            "[A-Za-z0-9]{24}",
            "[A-Za-z0-9]{40}",
            "[A-Z0-9]{24}",
            "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=",
            "\\+[A-Za-z0-9+/]{40}",
            "-[A-Za-z0-9_-]{40}",
            "[A-Za-z0-9_-]{900}",
        ],
    ),
    (
        &["PASSWORD", "db_password", "DB_PASS", "adminPwd", "passphrase"],
        &[
            "[0-9a-f]{40}",
            "[A-Za-z0-9]{20}",
            "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=",
            "[a-z]{4}[A-Z]{4}[0-9]{4}[!^]{2}[A-Za-z0-9]{6}",
        ],
    ),
];

#[test]
fn random_values_are_found_in_every_way_of_writing() {
    let (mut random, mut values) = (Generator::new(11), BTreeMap::new());
    let repo = Repo::new();
    for (names, shapes) in NAMED {
        for (at, way) in WAYS.iter().enumerate() {
            for shape in shapes {
                let value = String::from_utf8(random.matching(shape).unwrap()).unwrap();
                let name = names[values.len() % names.len()];
                let path = format!("{at}/{}.txt", values.len());
                repo.write(&path, way.replace('@', name).replace('~', &value) + "\n");
                values.insert(path, (shape, value));
            }
        }
    }
    let run = stanch(repo.path(), ["scan", "--worktree", "--show-secrets", "--format", "jsonl"]);
    let mut missed = values.clone();
    for finding in run.code(1).findings() {
        let secret = finding["secret"].as_str().unwrap();
        missed.retain(|path, (_, value)| {
            let here = finding["path"].as_str() == Some(path);
            !(here && (secret.contains(value.as_str()) || value.contains(secret)))
        });
    }
    let told: Vec<_> = missed.iter().map(|(path, (shape, _))| (path, shape)).collect();
    assert!(told.len() * 100 <= values.len() * 3, "{} of {}: {told:?}", told.len(), values.len());
}

#[test]
fn any_sign_may_stand_in_a_password_that_is_set() {
    let (mut random, mut values) = (Generator::new(12), BTreeMap::new());
    let repo = Repo::new();
    for sign in "!@#$%^&*()-_=+[]{};:,.<>?|~`'".chars() {
        for (at, way) in ["DB_PASSWORD=~", "  password: ~", "db.password = ~"].iter().enumerate() {
            let made = random.matching("[a-z]{2}[A-Z]{2}[0-9]@[A-Za-z0-9]{5}[A-Z0-9]{3}").unwrap();
            let value = String::from_utf8(made).unwrap().replace('@', &sign.to_string());
            let path = format!("{}-{at}.txt", u32::from(sign));
            repo.write(&path, format!("a = b\n{}\nc = d\n", way.replace('~', &value)));
            values.insert(path, value);
        }
    }
    let run = stanch(repo.path(), ["scan", "--worktree", "--show-secrets", "--format", "jsonl"]);
    for finding in run.code(1).findings() {
        let path = finding["path"].as_str().unwrap();
        if values.get(path).is_some_and(|value| finding["secret"] == value.as_str()) {
            values.remove(path);
        }
    }
    assert!(values.len() <= 4, "{values:?}");
}

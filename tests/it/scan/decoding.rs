//! Encoded secrets are found, told with their chain and the place of their outer text, and leak
//! in no report.

use super::*;

/// A token with a checksum, so that nothing but the real one is found.
fn token() -> String {
    samples::token("github-personal-access-token", 5)
}

fn base64(text: &str) -> String {
    data_encoding::BASE64.encode(text.as_bytes())
}

fn each(text: &str, form: fn(u8) -> String) -> String {
    text.bytes().map(form).collect()
}

/// Each form of `token`: its chain, and its text.
fn forms(token: &str) -> Vec<(Vec<&'static str>, String)> {
    let (a, b) = token.split_at(20);
    let (hex, base32) = (data_encoding::HEXLOWER, data_encoding::BASE32);
    vec![
        (vec!["base64"], base64(token)),
        (vec!["base64"], data_encoding::BASE64URL_NOPAD.encode(token.as_bytes())),
        (vec!["base64", "base64"], base64(&base64(token))),
        (vec!["hex"], hex.encode(token.as_bytes())),
        (vec!["base32"], base32.encode(token.as_bytes())),
        (vec!["percent"], each(token, |b| format!("%{b:02X}"))),
        (vec!["escape"], each(token, |b| format!("\\u{b:04x}"))),
        (vec!["escape"], each(token, |b| format!("\\x{b:02x}"))),
        (vec!["html"], each(token, |b| format!("&#{b};"))),
        (vec!["bytes"], each(token, |b| format!("0x{b:02x}, "))),
        (vec!["joined"], format!("{a}\" + \"{b}")),
        (vec!["joined"], format!("{a}\"\n  \"{b}")),
        (vec!["hex", "base64"], hex.encode(base64(token).as_bytes())),
        (vec!["joined", "base64"], {
            let code = base64(token);
            format!("{}\" + \"{}", &code[..22], &code[22..])
        }),
    ]
}

#[test]
fn every_form_is_found_with_its_chain_and_place() {
    let token = token();
    for (chain, form) in forms(&token) {
        let repo = Repo::plain();
        repo.write("a", format!("# first\n\nx = \"{form}\"\n"));
        let run = jsonl(repo.path(), &["scan", "--show-secrets", "."]).code(1);
        let findings = run.findings();
        assert_eq!(findings.len(), 1, "{form}: {}", run.out);
        let one = &findings[0];
        assert_eq!(one["rule_id"], "github-personal-access-token");
        assert_eq!(one["secret"], token);
        assert_eq!(one["decoded"], serde_json::json!(chain), "{form}");
        assert_eq!((&one["line"], &one["column"]), (&3.into(), &6.into()), "{form}");
    }
}

#[test]
fn no_report_shows_an_encoded_secret() {
    let token = token();
    for (_, form) in forms(&token) {
        let repo = Repo::plain();
        repo.write("a", format!("# first\n\nx = \"{form}\"\n"));
        repo.write("b", format!("y = \"{form}\" and {}\n", samples::circleci(1)));
        for format in ["text", "json", "jsonl", "sarif"] {
            let run = stanch(repo.path(), ["scan", "--format", format, "."]).code(1);
            let out = run.out.replace("\\\\", "\\").replace("\\\"", "\"");
            for at in 0..form.len().saturating_sub(12) {
                let part = &form[at..at + 12];
                assert!(!out.contains(part), "{format} shows {part} of {form}: {}", run.out);
            }
        }
    }
}

#[test]
fn a_manifest_and_wrapped_text_are_read() {
    let token = token();
    let long =
        base64(&format!("{0}\nTOKEN={token}\n{0}", "some words that mean nothing, ".repeat(12)));
    let lines: Vec<String> =
        long.as_bytes().chunks(76).map(|l| String::from_utf8_lossy(l).into_owned()).collect();
    let repo = Repo::plain();
    repo.write("mail", lines.join("\r\n") + "\r\n");
    repo.write(
        "secret.yaml",
        format!("apiVersion: v1\nkind: Secret\ndata:\n  token: {}\n", base64(&token)),
    );
    let run = jsonl(repo.path(), &["scan", "."]).code(1);
    assert_eq!(paths(&run), ["mail", "secret.yaml"], "{}", run.out);
    assert!(run.findings().iter().all(|f| f["decoded"] == serde_json::json!(["base64"])));
}

#[test]
fn a_token_that_shows_plainly_is_told_once() {
    let repo = Repo::plain();
    repo.write("a", format!("u = \"https://x.example/?a=1%26b%3D{}%26c\" + \"d\"\n", token()));
    let run = jsonl(repo.path(), &["scan", "."]).code(1);
    assert_eq!(run.findings().len(), 1, "{}", run.out);
    assert_eq!(run.findings()[0]["decoded"], serde_json::json!([]));
}

#[test]
fn encoded_things_that_are_no_secrets_stay_quiet() {
    let mut random = stanch::rule::Generator::new(7);
    let mut noise = |alphabet: &[u8], n| String::from_utf8(random.text(alphabet, n)).unwrap();
    let b64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let repo = Repo::plain();
    repo.write(
        "image.css",
        format!("a{{b:url(data:image/png;base64,iVBORw0KGgo{}==)}}\n", noise(b64, 9000)),
    );
    let sums: String =
        (0..200).map(|n| format!("{}  file-{n}\n", noise(b"0123456789abcdef", 64))).collect();
    repo.write("SHA256SUMS", sums);
    let locks: String = (0..100)
        .map(|n| format!("\"p{n}\": {{\"integrity\": \"sha512-{}==\"}},\n", noise(b64, 86)))
        .collect();
    repo.write("package-lock.json", locks);
    let words = "!function(e,t){\"use strict\";var n=\"\\u00e9\\x3c\\/script>\"+\"abc\";return e&&t%2}(a,b);";
    repo.write("x.min.js", words.repeat(300));
    jsonl(repo.path(), &["scan", "."]).code(0);
}

#[test]
fn an_onion_ends_and_is_told() {
    let mut text = "harmless words and more of them".to_owned();
    for _ in 0..12 {
        text = base64(&text);
    }
    let repo = Repo::plain();
    repo.write("onion", text);
    let run = jsonl(repo.path(), &["scan", "."]).code(0);
    let notes = run.summary()["ledger"]["notes"].to_string();
    assert!(notes.contains("onion: encoded too deep"), "{notes}");
}

#[test]
fn history_finds_what_a_change_far_from_the_secret_completes() {
    let token = token();
    let lines = |odd: &str| {
        let text =
            format!("{}{odd}{token} {}", "plain words. ".repeat(200), "more words. ".repeat(200));
        let code = base64(&text);
        code.as_bytes()
            .chunks(76)
            .map(|l| String::from_utf8_lossy(l).into_owned() + "\n")
            .collect::<String>()
    };
    let repo = Repo::new();
    repo.write("a", lines("x")).stage().commit("glued: no token");
    repo.write("a", lines(" ")).stage().commit("free: a token");
    repo.write("a", "nothing\n").stage().commit("gone");
    repo.git(["repack", "-adq", "--window=50"]);
    let run = jsonl(repo.path(), &["scan", "--history"]).code(1);
    assert_eq!(run.findings().len(), 1, "{}", run.out);
}

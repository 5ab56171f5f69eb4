//! The HTML page: it loads nothing, runs only its own script, and what was found stays text.

use super::stage::Stage;
use super::{stages, written};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// The text between the first `start` and the `end` after it.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start}")).1;
    rest.split_once(end).unwrap().0
}

/// SHA-256 in base64, by the coreutils.
fn hash(text: &str) -> String {
    let mut child =
        Command::new("sha256sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let hex = out.split_whitespace().next().unwrap();
    data_encoding::BASE64.encode(&data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap())
}

#[test]
fn the_policy_knows_the_style_and_the_script() {
    let page = written(&Stage::found(), "html");
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let style = format!("style-src 'sha256-{}'", hash(between(&page, "<style>", "</style>")));
    let script = format!("script-src 'sha256-{}'", hash(between(&page, "<script>", "</script>")));
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(policy.contains(&style), "src/report/html.rs: STYLE_HASH must be as in {style}");
    assert!(policy.contains(&script), "src/report/html.rs: SCRIPT_HASH must be as in {script}");
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[test]
fn the_page_loads_nothing_and_holds_no_markup_of_others() {
    for stage in stages().into_iter().chain([super::formats::hostile()]) {
        let page = written(&stage, "html");
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script>").count(), 2);
        let scripts = page.split_once("<script").unwrap();
        for tag in tags(scripts.0) {
            let words =
                [" src=", " style=", " on", "http://", "https://", "<link", "<img", "<iframe"];
            assert!(!words.iter().any(|w| tag.contains(w)), "{tag}");
        }
        for bad in ["@import", "url("] {
            assert!(!between(&page, "<style>", "</style>").contains(bad), "{bad}");
        }
        let data = between(&page, "id=\"data\">", "</script>");
        assert!(!data.contains(['<', '>', '&']));
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert!(data["rows"].as_array().unwrap().len() <= 40);
        let script = include_str!("../../../src/report/html/page.js");
        for bad in
            ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "fetch("]
        {
            assert!(!script.contains(bad), "{bad}");
        }
    }
}

/// Every tag of the markup, with its attributes; the policy's own tag is left out.
fn tags(markup: &str) -> Vec<String> {
    let parts = markup.split('<').skip(1);
    let tags = parts.map(|part| format!("<{}>", part.split('>').next().unwrap()));
    tags.filter(|tag| !tag.contains("Content-Security-Policy")).collect()
}

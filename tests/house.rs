//! The plan of the house, kept by a test: who may import whom, who owns which power, and the
//! size of files and functions. The drawing is in `src/lib.rs`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms that it may import from. A room may always use itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("model", &["error"]),
    ("rule", &["error", "model"]),
    ("prefilter", &["model", "rule"]),
    ("config", &["error", "model", "rule"]),
    ("git", &["error", "model"]),
    ("source", &["error", "model", "rule", "config", "git"]),
    ("blob", STAGE),
    ("matcher", STAGE),
    ("decode", STAGE),
    ("container", STAGE),
    ("verify", STAGE),
    ("suppress", STAGE),
    ("report", STAGE),
    ("install", &["error", "model", "git"]),
    ("ci", &["error", "model", "git"]),
    ("page", &["model"]),
    ("circle", &["error", "model"]),
    ("usage", &["error", "model", "git"]),
    ("advice", &["error", "model", "rule", "page"]),
    ("integrity", &["error", "model", "config", "git"]),
    ("lint", &["error", "model", "rule", "circle"]),
    ("repair", &["error", "model", "rule", "config", "git", "page", "circle", "advice"]),
    ("incident", &["error", "model", "rule", "config", "git", "page", "circle", "usage"]),
    ("live", &["error", "model", "rule", "config", "git", "source", "verify"]),
    ("pipeline", PIPELINE),
    ("fuzzing", PIPELINE),
    ("cli", CLI),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// Stages are strangers to one another.
const STAGE: &[&str] = &["error", "model", "rule", "prefilter", "config"];

const PIPELINE: &[&str] = &[
    "error",
    "model",
    "rule",
    "prefilter",
    "config",
    "git",
    "source",
    "blob",
    "matcher",
    "decode",
    "container",
    "verify",
    "suppress",
    "report",
];

const CLI: &[&str] = &[
    "error",
    "model",
    "rule",
    "prefilter",
    "config",
    "git",
    "source",
    "blob",
    "matcher",
    "decode",
    "container",
    "verify",
    "suppress",
    "report",
    "install",
    "ci",
    "page",
    "circle",
    "usage",
    "advice",
    "lint",
    "integrity",
    "repair",
    "incident",
    "live",
    "pipeline",
];

/// What only some files may do: the words that show it, and the paths that may.
const POWERS: &[(&[&str], &[&str])] = &[
    (&["clap::", "clap_complete::", "clap_mangen::"], &["src/cli/"]),
    (&["std::env", "use env::", " env::", "(env::"], &["src/cli/", "src/git/command.rs"]),
    (
        &["io::stdout", "io::stderr", "io::stdin", "println!", "print!", "eprintln!", "eprint!"],
        &["src/cli/"],
    ),
    (&["Command::new"], &["src/git/command.rs", "src/live/circle/value.rs"]),
    (&["ureq"], &["src/live/http/wire.rs", "src/live/http/address.rs"]),
    (&["std::net::Tcp", "TcpStream"], &[]),
    (&["git2::"], &["src/git/", "src/source/", "src/install/"]),
    (
        &[".expose()"],
        &[
            "src/report/",
            "src/verify/",
            "src/suppress/",
            "src/pipeline",
            "src/model/",
            "src/repair/",
            "src/live/",
        ],
    ),
];

const LINES_A_FILE: usize = 400;
const LINES_A_FUNCTION: usize = 60;

/// A file of the project with its code, tests inside it cut off.
struct File {
    path: String,
    text: String,
    code: String,
}

fn files(folder: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    walk(&root.join(folder), &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "no Rust files in {folder}");
    paths.iter().map(|path| File::read(root, path)).collect()
}

fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

impl File {
    fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let code = code_of(&text);
        let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        Self { path, text, code }
    }

    /// The room that the file is in: the first name below `src`.
    fn room(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap();
        below.split('/').next().unwrap().trim_end_matches(".rs")
    }
}

/// The text without comments that fill a line, and without the tests at its end.
fn code_of(text: &str) -> String {
    let tests = text.find("\n#[cfg(test)]\nmod ").unwrap_or(text.len());
    let lines = text[..tests].lines().filter(|l| !l.trim_start().starts_with("//"));
    lines.fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{line}");
        out
    })
}

/// The rooms that code names by `crate::ROOM`, also in groups: `use crate::{a::B, c}`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let whole_word =
            !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        let rest = &code[at + "crate::".len()..];
        if !whole_word {
            continue;
        }
        match rest.strip_prefix('{') {
            Some(group) => rooms.extend(group_heads(group)),
            None => rooms.extend(word(rest)),
        }
    }
    rooms
}

/// The first word of each path in a group, up to the brace that closes it.
fn group_heads(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut heads = Vec::new();
    let mut start = true;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            c if start && c.is_alphabetic() => {
                heads.extend(word(&group[at..]));
                start = false;
            }
            _ => {}
        }
    }
    heads
}

fn word(text: &str) -> Option<String> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

/// Functions with their number of lines, by indentation, which rustfmt makes reliable.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let bare = line.trim_start();
        let words: Vec<&str> = bare.split_whitespace().collect();
        let Some(fn_at) = words.iter().position(|&w| w == "fn") else { continue };
        let modifiers = ["pub", "pub(crate)", "pub(super)", "const", "async", "unsafe"];
        if !words[..fn_at].iter().all(|w| modifiers.contains(w)) {
            continue;
        }
        let end = format!("{}}}", &line[..line.len() - bare.len()]);
        let body =
            lines[at..].iter().position(|l| *l == end || (*l == *line && l.ends_with(['}', ';'])));
        let name = words.get(fn_at + 1).map_or("?", |w| w.split(['(', '<']).next().unwrap());
        out.push((name.to_owned(), body.map_or(1, |n| n + 1)));
    }
    out
}

#[track_caller]
fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n  {}\n", complaints.join("\n  "));
}

#[test]
fn imports_go_downwards_only() {
    let mut complaints = Vec::new();
    for file in files("src") {
        let room = file.room();
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            complaints.push(format!("{}: the room `{room}` is not in the plan", file.path));
            continue;
        };
        for import in imports(&file.code) {
            let known = ROOMS.iter().any(|(name, _)| *name == import);
            if known && import != room && !allowed.contains(&import.as_str()) {
                complaints.push(format!("{}: `{room}` must not know `{import}`", file.path));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn powers_stay_with_their_owners() {
    let mut complaints = Vec::new();
    for file in files("src") {
        for (words, owners) in POWERS {
            let owner = owners.iter().any(|owner| file.path.starts_with(owner));
            for word in words.iter().filter(|w| !owner && file.code.contains(**w)) {
                complaints.push(format!("{}: `{word}` belongs to {owners:?}", file.path));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut complaints = Vec::new();
    for file in files("src").iter().chain(&files("tests")) {
        if !file.text.starts_with("//! ") {
            complaints.push(format!("{} does not open with `//!`", file.path));
        }
        let lines = file.text.lines().count();
        if lines > LINES_A_FILE {
            complaints.push(format!("{}: {lines} lines, at most {LINES_A_FILE}", file.path));
        }
    }
    assert_none(&complaints);
}

#[test]
fn functions_are_short() {
    let mut complaints = Vec::new();
    for file in files("src") {
        for (name, lines) in functions(&file.text) {
            if lines > LINES_A_FUNCTION {
                complaints.push(format!("{}: `{name}` has {lines} lines", file.path));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn the_plan_has_no_circle() {
    for (at, (room, below)) in ROOMS.iter().enumerate() {
        for name in *below {
            let there = ROOMS.iter().position(|(other, _)| other == name);
            assert!(there.is_some_and(|there| there < at), "`{room}` stands above `{name}`");
        }
    }
}

#[test]
fn the_test_reads_imports_and_functions_well() {
    let code = "use crate::{model::{Span, git}, rule};\nfn a() -> crate::error::Error {}\n";
    let found: Vec<String> = imports(code).into_iter().collect();
    assert_eq!(found, ["error", "model", "rule"]);
    assert_eq!(imports("my_crate::cli::x()").len(), 0);
    let text = "impl A {\n    pub fn a(&self) {\n        1;\n    }\n}\nfn b() {}\nfn c(\n) {\n}\n";
    let found = functions(text);
    assert_eq!(found, [("a".into(), 3), ("b".into(), 1), ("c".into(), 3)]);
}

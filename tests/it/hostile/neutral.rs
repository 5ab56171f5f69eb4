//! Output is neutral: whatever stands in paths, branches, messages, authors and errors, no format
//! and no message drives a terminal or a CI system with it.

use crate::support::repo::{Repo, git_in};
use crate::support::samples::circleci;
use crate::support::tool::{Run, stanch};

/// What could drive a terminal or a CI system, in forms that git takes in names and texts.
const ODD: [&str; 6] = [
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "right\u{202e}left\u{2066}x",
    "c1\u{9b}31m\u{85}",
    "over\rwritten",
    "::error::injected",
    "##vso[task.complete result=Failed]injected",
];

/// Characters of an output that should not be there, and lines that a CI system would obey.
fn driving(out: &str) -> Vec<String> {
    let plain = out.replace("\r\n", "\n");
    let chars = plain.chars().filter(|&c| c != '\n' && stanch::model::is_unsafe(c));
    let obeyed = ["::error::injected", "##vso", "##teamcity", "::set-output"];
    let lines = plain.lines().filter(|l| obeyed.iter().any(|o| l.trim_start().starts_with(o)));
    chars.map(|c| format!("{c:?}")).chain(lines.map(str::to_owned)).collect()
}

#[track_caller]
fn check(what: &str, run: &Run) {
    for out in [&run.out, &run.err] {
        assert_eq!(driving(out), [""; 0], "{what}: {out:?}");
    }
}

/// A repository in which everything that has a name has an odd one.
fn odd() -> Repo {
    let repo = Repo::new();
    repo.commit("empty");
    for (n, odd) in ODD.iter().enumerate() {
        repo.write(format!("{odd}/new\nline {n}"), format!("{odd} {}\n", circleci(n as u64)));
        repo.stage();
        let mut commit = git_in(repo.path());
        let name = format!("Ann {odd}");
        commit.env("GIT_AUTHOR_NAME", &name).env("GIT_AUTHOR_EMAIL", odd);
        commit.args(["commit", "-q", "--cleanup=verbatim", "-m"]).arg(format!("{odd}\n\n{odd}"));
        assert!(commit.status().unwrap().success());
        let head = repo.git(["rev-parse", "HEAD"]);
        // A ref that git would refuse to make, but reads.
        repo.write(format!(".git/refs/heads/b{n}-{}", odd.replace('/', "")), format!("{head}\n"));
    }
    repo.write("staged\u{1b}[2J", circleci(9)).stage();
    repo
}

#[test]
fn every_format_is_neutral() {
    let repo = odd();
    for format in stanch::report::ALL {
        let run = stanch(repo.path(), ["scan", "-v", "--format", format.name()]).code(1);
        check(format.name(), &run);
    }
}

#[test]
fn other_commands_are_neutral() {
    let repo = odd();
    let run = stanch(repo.path(), ["scan", "--history", "--format", "jsonl"]).code(1);
    let print = run.records()[0]["fingerprint"].as_str().unwrap().to_owned();
    for args in [
        &["hook", "pre-commit"][..],
        &["where", &print],
        &["explain", &print],
        &["fix", &print],
        &["clean", &print],
        &["baseline", "create", "--reason", "::error::injected"],
        &["baseline", "show"],
        &["doctor"],
        &["integrity", "record", "--help"],
    ] {
        check(&format!("{args:?}"), &stanch(repo.path(), args));
    }
}

#[test]
fn errors_are_neutral() {
    let repo = odd();
    repo.write("bad\u{1b}[31m.toml", "[paths]\nexcl\u{1b}[31m = 3\n");
    for odd in ODD {
        let range = format!("--range={odd}..{odd}");
        let (config, base) = (format!("--config={odd}"), format!("--base={odd}"));
        for args in [
            &["scan", odd][..],
            &["scan", &range],
            &["scan", &config],
            &["scan", &format!("--{odd}")],
            &["scan", "--format", odd],
            &["scan", "--history", "--accept", odd],
            &["scan", "--config", "bad\u{1b}[31m.toml"],
            &["ci", &base],
            &["explain", odd],
            &["where", odd],
            &[odd],
        ] {
            let run = stanch(repo.path(), args);
            assert_ne!(run.code, 0, "{args:?}");
            check(&format!("{args:?}"), &run);
        }
    }
}

#[test]
fn what_cannot_be_read_is_named_neutrally() {
    let repo = Repo::new();
    repo.commit("empty");
    for odd in ODD {
        repo.write(format!(".git/refs/heads/{odd}"), format!("{odd}\n"));
    }
    for format in stanch::report::ALL {
        let run = stanch(repo.path(), ["scan", "--history", "--format", format.name()]).code(3);
        check(format.name(), &run);
    }
}

#[test]
fn errors_show_no_secret() {
    let repo = Repo::new();
    repo.commit("empty");
    let token = circleci(3);
    repo.write("bad.toml", format!("[paths]\nexclude = \"{token}\n"));
    repo.write(&token, "[paths]\nexclude = 3\n");
    let with = |head: &str, tail: &str| format!("{head}{token}{tail}");
    for args in [
        vec!["scan".to_owned(), with("/nowhere/", "")],
        vec!["scan".to_owned(), with("--range=", "..HEAD")],
        vec!["scan".to_owned(), with("--format=", "")],
        vec!["scan".to_owned(), with("--accept=", "")],
        vec!["scan".to_owned(), with("--config=", "")],
        vec!["scan".to_owned(), "--config=bad.toml".to_owned()],
        vec!["scan".to_owned(), with("--files-from=/nowhere/", "")],
        vec!["scan".to_owned(), with("--output=/nowhere/", "")],
        vec!["scan".to_owned(), with("https://me:", "@127.0.0.1:1/a.git")],
        vec!["explain".to_owned(), token.clone()],
        vec![token.clone()],
    ] {
        let run = stanch(repo.path(), &args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.err);
        let shown = [&run.out, &run.err].iter().any(|out| out.contains(&token[8..]));
        assert!(!shown, "{args:?}: {}", run.err);
    }
}

/// Names that no source scans as texts: of files that are only read, or cannot be, and of refs that
/// name nothing.
#[test]
fn no_name_shows_a_secret() {
    let repo = Repo::new();
    repo.commit("empty");
    let token = circleci;
    repo.write(format!("dir {}/x.env", token(1)), token(2));
    repo.write(format!("{}.zip", token(3)), b"PK\x03\x04\x14\0\x01\0\0\0");
    repo.write(format!(".git/refs/heads/{}", token(4)), "garbage\n");
    repo.write(format!("b64/{}", data_encoding::BASE64URL.encode(token(5).as_bytes())), token(6));
    for format in stanch::report::ALL {
        for part in [&["--worktree"][..], &["--history"], &[]] {
            let args = [&["scan", "-v", "--format", format.name()], part].concat();
            let run = stanch(repo.path(), &args);
            let name = format!("{} {part:?}", format.name());
            for n in 1..=6 {
                let secret = token(n);
                let coded = data_encoding::BASE64URL.encode(secret.as_bytes());
                let shown =
                    |out: &String| out.contains(&secret[8..40]) || out.contains(&coded[..40]);
                assert!(!shown(&run.out) && !shown(&run.err), "{name} shows {n}: {}", run.out);
            }
        }
    }
}

//! The ready files for CI: the scripts in them scan the right range. These tests need the scan.

use super::*;
use crate::support::samples;
use std::process::Command;

/// The shell script in a YAML file that calls `stanch scan`: the block after a line that ends
/// with `|`, as far as it is indented.
fn script_of(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks").join(file);
    let text = fs::read_to_string(path).unwrap();
    let start = text.lines().position(|l| l.ends_with('|')).unwrap();
    let rest: Vec<&str> = text.lines().skip(start + 1).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let depth = indent(rest[0]);
    let inside = |line: &&&str| line.is_empty() || indent(line) >= depth;
    let lines = rest.iter().take_while(inside).map(|line| line.get(depth..).unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

/// What the files call the start and the end of the change.
const FILES: [(&str, &str, &str); 3] = [
    ("github/action.yml", "BASE", "HEAD"),
    ("gitlab/template.yml", "CI_COMMIT_BEFORE_SHA", "CI_COMMIT_SHA"),
    ("circleci/orb.yml", "STANCH_BASE", "CIRCLE_SHA1"),
];

fn run(repo: &Repo, file: &str, env: &[(&str, &str)]) -> i32 {
    let mut bash = Command::new("bash");
    clean(&mut bash);
    let folder = program().parent().unwrap().display();
    bash.env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap()));
    for name in ["ARGS", "STANCH_ARGS", "STANCH_HEAD", "CI_MERGE_REQUEST_DIFF_BASE_SHA"] {
        bash.env(name, "");
    }
    let script = script_of(file);
    assert!(script.contains("stanch scan"), "{script}");
    bash.args(["-euo", "pipefail", "-c", &script]).envs(env.iter().copied());
    let out = bash.current_dir(repo.path()).output().unwrap();
    out.status.code().unwrap()
}

#[test]
fn a_change_is_scanned_from_its_base_and_a_new_branch_as_a_whole() {
    let repo = Repo::new();
    let old = repo.write("a", samples::circleci(1)).stage().commit("old");
    let base = repo.write("a", "clean\n").stage().commit("base");
    let head = repo.write("b", "clean\n").stage().commit("head");
    let zeros = "0".repeat(40);
    for (file, from, to) in FILES {
        assert_eq!(run(&repo, file, &[(from, &base), (to, &head)]), 0, "{file}");
        assert_eq!(run(&repo, file, &[(from, &old), (to, &head)]), 0, "{file}");
        for none in ["", &zeros] {
            assert_eq!(run(&repo, file, &[(from, none), (to, &head)]), 1, "{file} {none:?}");
        }
    }
    let nil = [("STANCH_BASE", "<nil>"), ("CIRCLE_SHA1", head.as_str())];
    assert_eq!(run(&repo, "circleci/orb.yml", &nil), 1);
}

#[test]
fn a_secret_in_the_change_fails_the_job() {
    let repo = Repo::new();
    let base = repo.write("a", "clean\n").stage().commit("base");
    let head = repo.write("b", samples::circleci(1)).stage().commit("head");
    for (file, from, to) in FILES {
        assert_eq!(run(&repo, file, &[(from, &base), (to, &head)]), 1, "{file}");
    }
}

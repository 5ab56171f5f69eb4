//! Lists of repositories, shared out by name.

use super::*;
use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch_with;

/// Bare repositories below one folder, each with a secret of its own and one that all have.
pub fn organisation(n: u64) -> Repo {
    let top = Repo::plain();
    let common = samples::circleci(1000);
    for nth in 0..n {
        let name = format!("r{nth}.git");
        top.git(["init", "-q", "--bare", "-b", "main", name.as_str()]);
        let text = format!("token: {}\nother: {common}\n", samples::circleci(nth));
        let who = "A <a@example.org> 1700000000 +0000";
        let stream = format!(
            "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 5\nfirst\nM 644 inline \
             src/config.txt\ndata {}\n{text}\n",
            text.len()
        );
        let mut git = top.git_command();
        git.args(["-C", &name, "fast-import", "--quiet"]);
        let mut child = git.stdin(std::process::Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), stream.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }
    top
}

fn names(n: u64) -> Vec<String> {
    (0..n).map(|nth| format!("r{nth}.git")).collect()
}

fn scan(top: &Repo, args: &[&str], env: &[(&str, &str)], list: &str) -> crate::support::tool::Run {
    let all = [&["scan", "--repos-from", "-", "--format", "json"], args].concat();
    stanch_with(top.path(), all, list.as_bytes(), env)
}

#[test]
fn shards_of_a_list_make_the_report_of_the_whole() {
    let top = organisation(6);
    let list = names(6).join("\n");
    let whole = report(&scan(&top, &[], &[], &list).code(1).out);
    assert_eq!(whole["open"]["findings"], 7);
    assert_eq!(whole["ledger"]["counts"]["repositories"]["scanned"], 6);
    assert_eq!(whole["findings"][0]["places"][0]["repository"], "r0");
    let files: Vec<String> = (0..3)
        .map(|k: u32| {
            let index = k.to_string();
            // As CircleCI tells it, and without an option.
            let env = [("CIRCLE_NODE_INDEX", index.as_str()), ("CIRCLE_NODE_TOTAL", "3")];
            let run = scan(&top, &["-o", &format!("{k}.json")], &env, &list);
            assert!(run.code < 2 && run.err.contains("of 3 only"), "{}", run.err);
            format!("{k}.json")
        })
        .collect();
    assert_eq!(merged(top.path(), &files), (whole.clone(), 1));
    let turned: Vec<String> = files.iter().rev().cloned().collect();
    assert_eq!(merged(top.path(), &turned), (whole.clone(), 1));
    let (lacking, _) = merged(top.path(), &files[1..]);
    assert!(skipped(&lacking)[0].starts_with("shard 1 of 3"), "{lacking}");
    // The same on the command line, whatever the environment says.
    let args = [&["scan", "--shard", "none", "--format", "json"][..]].concat();
    let args: Vec<String> = args.into_iter().map(str::to_owned).chain(names(6)).collect();
    let env = [("CIRCLE_NODE_INDEX", "1"), ("CIRCLE_NODE_TOTAL", "3")];
    let told = report(&stanch_with(top.path(), args, b"", &env).code(1).out);
    assert_eq!(told["findings"], whole["findings"]);
    // And each by itself, as a scheduler of tasks would have it.
    let lines = scan(&top, &["--list"], &[], &list).code(0).out;
    let files: Vec<String> = lines
        .lines()
        .enumerate()
        .map(|(n, line)| {
            let file = format!("t{n}.json");
            scan(&top, &["-o", &file], &[], line).code(1);
            file
        })
        .collect();
    assert_eq!(merged(top.path(), &files).0["findings"], whole["findings"]);
}

#[test]
fn what_is_missing_is_named_and_the_rest_is_scanned() {
    let top = organisation(2);
    let list = "r0.git\nfile:///nowhere/r7.git\nr1.git";
    let run = scan(&top, &[], &[], list).code(1);
    let told = report(&run.out);
    assert_eq!(told["complete"], false);
    assert_eq!(skipped(&told), ["/nowhere/r7"]);
    assert_eq!(told["ledger"]["counts"]["repositories"]["skipped"], 1);
    assert_eq!(told["open"]["findings"], 3);
    let none = scan(&top, &[], &[], "file:///nowhere/r7.git").code(3);
    assert!(none.err.contains("incomplete"), "{}", none.err);
    scan(&top, &[], &[], "r9.git").code(2);
    scan(&top, &["--worktree"], &[], "r0.git").code(2);
    scan(&top, &["--show-secrets"], &[], "r0.git").code(2);
    scan(&top, &[], &[("STANCH_SHARD", "3/2")], "r0.git").code(2);
}

#[test]
fn names_choose_and_a_finished_report_is_kept() {
    let top = organisation(3);
    let list = names(3).join("\n");
    let args = ["--include", "r*", "--exclude", "r1", "--state", "kept"];
    let first = report(&scan(&top, &args, &[], &list).code(1).out);
    assert_eq!(first["ledger"]["counts"]["repositories"]["scope"], 2);
    let kept = || {
        let files = std::fs::read_dir(top.path().join("kept")).unwrap();
        let mut files: Vec<_> = files.map(|f| f.unwrap().path()).collect();
        files.sort();
        let times = files.iter().map(|f| std::fs::metadata(f).unwrap().modified().unwrap());
        times.collect::<Vec<_>>()
    };
    let times = kept();
    assert_eq!(times.len(), 2);
    assert_eq!(report(&scan(&top, &args, &[], &list).code(1).out), first);
    assert_eq!(kept(), times);
    // What changed is scanned again.
    top.git(["-C", "r0.git", "tag", "-a", "-m", &samples::circleci(50), "v1", "main"]);
    let now = report(&scan(&top, &args, &[], &list).code(1).out);
    assert_eq!(now["open"]["findings"], 4);
    assert_eq!(kept().iter().filter(|time| times.contains(time)).count(), 1);
    // Nobody can make a kept report say less.
    for file in std::fs::read_dir(top.path().join("kept")).unwrap() {
        let file = file.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, &text[..text.len() / 2]).unwrap();
    }
    assert_eq!(report(&scan(&top, &args, &[], &list).code(1).out), now);
}

#[cfg(not(feature = "live"))]
#[test]
fn an_organisation_needs_a_build_with_the_network() {
    let run = stanch(Path::new("."), ["scan", "github:acme"]).code(2);
    assert!(run.err.contains("--features live"), "{}", run.err);
}

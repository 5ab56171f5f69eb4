//! `stanch ci`: which commits it picks in each CI system, and what it reports there.

mod builds;
mod runs;

use crate::support::repo::Repo;
use builds::{BUILDS, Build};
use stanch::ci::{self, Surroundings};
use stanch::git;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// A repository as a CI system clones it, and its commits by name.
///
/// ```text
/// m1 --- m2                 origin/main
///          \--- o1          topic before a force push
///          \--- t1 --- t2   origin/topic
///                \      \
///          m2 ----------- merge   what some systems build for a pull request
/// ```
pub struct Clone {
    pub repo: Repo,
    pub ids: BTreeMap<&'static str, String>,
}

impl Clone {
    pub fn new() -> Self {
        let repo = Repo::new();
        let mut ids = BTreeMap::new();
        for name in ["m1", "m2"] {
            ids.insert(name, repo.write(name, name).stage().commit(name));
        }
        repo.git(["checkout", "-q", "-b", "old"]);
        ids.insert("o1", repo.write("o1", "o1").stage().commit("o1"));
        repo.git(["checkout", "-q", "-b", "topic", "main"]);
        for name in ["t1", "t2"] {
            ids.insert(name, repo.write(name, name).stage().commit(name));
        }
        repo.git(["checkout", "-q", "--detach", "main"]);
        repo.git(["merge", "-q", "--no-ff", "--no-edit", "topic"]);
        ids.insert("merge", repo.git(["rev-parse", "HEAD"]));
        repo.git(["update-ref", "refs/remotes/origin/main", &ids["m2"]]);
        repo.git(["update-ref", "refs/remotes/origin/topic", &ids["t2"]]);
        repo.git(["branch", "-q", "-D", "main", "topic", "old"]);
        repo.git(["tag", "v1", &ids["m1"]]);
        ids.insert("zeros", "0".repeat(40));
        ids.insert("lost", "5".repeat(40));
        Self { repo, ids }
    }

    /// `text` with `{name}` as the commit's id.
    pub fn fill(&self, text: &str) -> String {
        self.ids
            .iter()
            .fold(text.to_owned(), |t, (name, id)| t.replace(&format!("{{{name}}}"), id))
    }

    /// `text` with ids as their names, long and short.
    fn unfill(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |t, (name, id)| {
            t.replace(id.as_str(), name).replace(&id[..10], name)
        })
    }
}

fn surroundings(build: &Build, clone: &Clone) -> Surroundings {
    let vars = build.vars.iter().map(|(k, v)| ((*k).to_owned(), clone.fill(v)));
    let mut around = Surroundings::new(vars);
    if !build.event.is_empty() {
        around.event = serde_json::from_str(&clone.fill(build.event)).unwrap();
    }
    around
}

/// What was picked: the system's name, the names of the commits, and why.
struct Picked {
    system: &'static str,
    commits: String,
    why: String,
    policy: &'static str,
}

fn pick(build: &Build, clone: &Clone) -> Picked {
    clone.repo.git(["checkout", "-q", "--detach", &clone.ids[build.checkout]]);
    let around = surroundings(build, clone);
    let system = ci::detect(&around);
    let change = ci::change(system, &around);
    let repo = git::Repo::open(clone.repo.path()).unwrap();
    let choice = match ci::choose(&repo, system, &change, false) {
        Ok(choice) => choice,
        Err(e) => {
            assert!(e.advice().unwrap().contains(system.mend), "{}", build.name);
            return Picked {
                system: system.name,
                commits: "refused".into(),
                why: clone.unfill(&e.to_string()),
                policy: "",
            };
        }
    };
    let mut args = vec!["rev-list".to_owned(), "--reverse".into(), "--topo-order".into()];
    args.extend(choice.tips.include.iter().map(ToString::to_string));
    args.extend(choice.tips.exclude.iter().map(|id| format!("^{id}")));
    let list = clone.unfill(&clone.repo.git(&args));
    let mut names: Vec<&str> = list.lines().collect();
    names.sort_unstable();
    let policy = match (change.untrusted, choice.policy) {
        (false, _) => "the change's",
        (true, Some(_)) => "the base's",
        (true, None) => "none",
    };
    let why = clone.unfill(&choice.why);
    Picked { system: system.name, commits: names.join(" "), why, policy }
}

#[test]
fn each_build_gets_the_right_range() {
    let clone = Clone::new();
    let mut wrong = String::new();
    for build in BUILDS {
        let picked = pick(build, &clone);
        let got = (picked.system, picked.commits.as_str(), picked.policy == "the change's");
        if got != (build.system, build.commits, build.trusted) && build.commits != "refused"
            || (got.0, got.1) != (build.system, build.commits)
        {
            let _ = writeln!(wrong, "{}: {}: {got:?}: {}", build.system, build.name, picked.why);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The table of `docs/ci.md`; `STANCH_BLESS=1` renews it.
#[test]
fn the_table_of_the_docs_is_what_happens() {
    let clone = Clone::new();
    let mut table = String::from(
        "| system | build | what it says | scanned | why | policy |\n|---|---|---|---|---|---|\n",
    );
    for build in BUILDS {
        let picked = pick(build, &clone);
        let marker = |(k, v): &&(&str, &str)| {
            !matches!(
                *k,
                "CIRCLECI"
                    | "GITHUB_ACTIONS"
                    | "GITLAB_CI"
                    | "TF_BUILD"
                    | "TRAVIS"
                    | "DRONE"
                    | "BUILDKITE"
                    | "JENKINS_URL"
                    | "TEAMCITY_VERSION"
                    | "BITBUCKET_BUILD_NUMBER"
                    | "CI"
            ) || v.is_empty()
        };
        let said: Vec<String> =
            build.vars.iter().filter(marker).map(|(k, v)| format!("`{k}={v}`")).collect();
        let said = if said.is_empty() { "nothing".into() } else { said.join(" ") };
        let said = said.replace(['{', '}'], "");
        let _ = writeln!(
            table,
            "| {} | {} | {said} | {} | {} | {} |",
            picked.system, build.name, picked.commits, picked.why, picked.policy
        );
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md");
    let page = std::fs::read_to_string(&file).unwrap();
    let (begin, end) = ("<!-- begin of the table -->\n", "<!-- end of the table -->");
    let (head, rest) = page.split_once(begin).unwrap();
    let (now, tail) = rest.split_once(end).unwrap();
    if std::env::var_os("STANCH_BLESS").is_some() {
        std::fs::write(&file, format!("{head}{begin}{table}{end}{tail}")).unwrap();
    } else {
        assert_eq!(now, table, "docs/ci.md is out of date: STANCH_BLESS=1 renews its table");
    }
}

#[test]
fn every_system_is_found_by_its_name_and_documented() {
    let page = include_str!("../../docs/ci.md");
    for system in ci::ALL {
        assert_eq!(ci::find(system.id).unwrap().name, system.name);
        assert!(BUILDS.iter().any(|b| b.system == system.name), "no build of {}", system.name);
        if system.id != "other" {
            assert!(page.contains(system.mend), "{}: {}", system.name, system.mend);
        }
    }
}

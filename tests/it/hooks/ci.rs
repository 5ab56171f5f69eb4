//! The ready files for CI are valid, and what they run does what it should.

use super::*;
use crate::support::samples;
use std::process::Command;
use yaml_rust2::{Yaml, YamlLoader};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The files with a script that calls `stanch ci`, and how their system tells of itself.
const FILES: [(&str, &[(&str, &str)]); 9] = [
    ("circleci/orb.yml", &[("CIRCLECI", "true")]),
    ("github/action.yml", &[("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "push")]),
    ("gitlab/template.yml", &[("GITLAB_CI", "true")]),
    ("azure/azure-pipelines.yml", &[("TF_BUILD", "True")]),
    ("bitbucket/bitbucket-pipelines.yml", &[("BITBUCKET_BUILD_NUMBER", "1")]),
    ("travis/travis.yml", &[("TRAVIS", "true")]),
    ("drone/drone.yml", &[("DRONE", "true"), ("DRONE_BUILD_EVENT", "push")]),
    ("woodpecker/woodpecker.yml", &[("CI", "woodpecker"), ("CI_PIPELINE_EVENT", "push")]),
    ("buildkite/pipeline.yml", &[("BUILDKITE", "true")]),
];

fn yaml(path: &str) -> Yaml {
    let text = fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
    let mut documents = YamlLoader::load_from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
    assert_eq!(documents.len(), 1, "{path}");
    documents.remove(0)
}

/// Every text in `value`.
fn texts(value: &Yaml, out: &mut Vec<String>) {
    match value {
        Yaml::String(text) => out.push(text.clone()),
        Yaml::Array(list) => list.iter().for_each(|v| texts(v, out)),
        Yaml::Hash(map) => map.iter().for_each(|(_, v)| texts(v, out)),
        _ => {}
    }
}

/// The script that calls `stanch ci`.
fn script_of(file: &str) -> String {
    let mut all = Vec::new();
    texts(&yaml(&format!("hooks/{file}")), &mut all);
    let is_call = |t: &&String| t.lines().any(|l| l.trim_start().starts_with("stanch ci"));
    let calls: Vec<&String> = all.iter().filter(is_call).collect();
    assert!(!calls.is_empty(), "{file}");
    // Buildkite reads `$$` as `$`.
    calls[0].replace("$$", "$")
}

fn run(repo: &Repo, file: &str, env: &[(&str, &str)]) -> i32 {
    let mut bash = Command::new("bash");
    clean(&mut bash);
    let folder = program().parent().unwrap().display();
    let bin = repo.beside("bin").display().to_string();
    bash.env("PATH", format!("{bin}:{folder}:{}", std::env::var("PATH").unwrap()));
    for name in ["ARGS", "STANCH_ARGS"] {
        bash.env(name, "");
    }
    bash.args(["-euo", "pipefail", "-c", &script_of(file)]).envs(env.iter().copied());
    bash.current_dir(repo.path()).output().unwrap().status.code().unwrap()
}

#[test]
fn every_file_is_valid() {
    let mut count = 0;
    let mut folders = vec![Path::new(ROOT).join("hooks")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yml" || e == "yaml") {
                yaml(path.strip_prefix(ROOT).unwrap().to_str().unwrap());
                count += 1;
            }
        }
    }
    assert!(count >= FILES.len(), "{count}");
}

#[test]
fn the_orb_describes_every_part() {
    let orb = yaml("hooks/circleci/orb.yml");
    for kind in ["commands", "jobs"] {
        for (name, part) in orb[kind].as_hash().unwrap() {
            assert!(part["description"].as_str().is_some(), "{name:?}");
            for (parameter, about) in part["parameters"].as_hash().unwrap() {
                assert!(about["description"].as_str().is_some(), "{parameter:?}");
                assert!(!about["default"].is_badvalue(), "{parameter:?}");
            }
        }
    }
    assert!(!orb["examples"].as_hash().unwrap().is_empty());
    let steps = orb["commands"]["scan"]["steps"].as_vec().unwrap();
    let stored: Vec<&str> = ["store_test_results", "store_artifacts"]
        .iter()
        .filter_map(|s| steps.iter().find_map(|step| step[*s]["path"].as_str()))
        .collect();
    assert_eq!(stored, ["stanch-reports", "stanch-reports"]);
}

#[test]
fn the_hooks_for_the_framework_have_what_they_need() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_vec().unwrap();
    let ids: Vec<&str> = hooks.iter().map(|h| h["id"].as_str().unwrap()).collect();
    for id in ["stanch", "stanch-push", "stanch-message"] {
        assert!(ids.contains(&id) && ids.contains(&format!("{id}-system").as_str()), "{ids:?}");
    }
    for hook in hooks {
        let stages = hook["stages"].as_vec().unwrap();
        assert!(!stages.is_empty(), "else it runs in every stage");
        assert_eq!(hook["always_run"].as_bool(), Some(true));
        let takes_names = stages.iter().any(|s| s.as_str() == Some("commit-msg"));
        assert_eq!(hook["pass_filenames"].as_bool() == Some(false), !takes_names);
    }
}

#[test]
fn what_they_run_stops_a_secret_and_lets_a_clean_change_pass() {
    let repo = Repo::new();
    repo.write("a", "one\n").write(".gitignore", "stanch-reports\ntest-results\n");
    let base = repo.stage().commit("base");
    let clean_head = repo.write("b", "clean\n").stage().commit("clean");
    let leak = repo.write("c", samples::circleci(1)).stage().commit("leak");
    // What a step would call besides.
    script(&repo.beside("bin/buildkite-agent"), "#!/bin/sh\ncat > /dev/null\n");
    let with = |env: &[(&str, &str)], head: &str, base: &str| {
        repo.git(["checkout", "-q", "--detach", head]);
        let mut all: Vec<(String, String)> =
            env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        all.push(("STANCH_BASE".into(), base.into()));
        all
    };
    for (file, env) in FILES {
        for (head, base, code) in [(&clean_head, &base, 0), (&leak, &clean_head, 1)] {
            let env = with(env, head, base);
            let env: Vec<(&str, &str)> = env.iter().map(|(k, v)| (&**k, &**v)).collect();
            assert_eq!(run(&repo, file, &env), code, "{file}");
        }
        let env = with(env, &leak, "<nil>");
        let env: Vec<(&str, &str)> = env.iter().map(|(k, v)| (&**k, &**v)).collect();
        assert_eq!(run(&repo, file, &env), 1, "{file}: no base");
    }
}

//! The ready files for parallel jobs: what they run, as their systems would run it.

use super::lists::organisation;
use super::*;
use crate::support::repo::clean;
use crate::support::tool::{program, stanch_with};
use std::process::Command;
use yaml_rust2::{Yaml, YamlLoader};

/// A file, how its system tells job `k` of two (from 0) of its number, and how it names the report.
type File = (&'static str, fn(u32) -> Vec<(&'static str, String)>);

const FILES: [File; 5] = [
    ("circleci/organisation.yml", |k| {
        vec![("CIRCLE_NODE_INDEX", k.to_string()), ("CIRCLE_NODE_TOTAL", "2".into())]
    }),
    ("github/organisation.yml", |k| {
        vec![("STANCH_SHARD_INDEX", k.to_string()), ("STANCH_SHARD_TOTAL", "2".into())]
    }),
    ("gitlab/organisation.yml", |k| {
        let (index, total) = ((k + 1).to_string(), "2".to_owned());
        vec![("GITLAB_CI", "true".into()), ("CI_NODE_INDEX", index), ("CI_NODE_TOTAL", total)]
    }),
    ("kubernetes/organisation.yaml", |k| {
        vec![("JOB_COMPLETION_INDEX", k.to_string()), ("STANCH_SHARD_TOTAL", "2".into())]
    }),
    ("slurm/organisation.sbatch", |k| {
        let var = |name, value: u32| (name, value.to_string());
        vec![
            var("SLURM_ARRAY_TASK_ID", k),
            var("SLURM_ARRAY_TASK_MIN", 0),
            var("SLURM_ARRAY_TASK_MAX", 1),
            var("SLURM_ARRAY_TASK_STEP", 1),
            var("SLURM_ARRAY_TASK_COUNT", 2),
        ]
    }),
];

fn texts(value: &Yaml, out: &mut Vec<String>) {
    match value {
        Yaml::String(text) => out.push(text.clone()),
        Yaml::Array(list) => list.iter().for_each(|v| texts(v, out)),
        Yaml::Hash(map) => map.iter().for_each(|(_, v)| texts(v, out)),
        _ => {}
    }
}

/// The script of `file` that scans.
fn script(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    if !file.contains(".y") {
        return text;
    }
    let mut all = Vec::new();
    YamlLoader::load_from_str(&text).unwrap().iter().for_each(|yaml| texts(yaml, &mut all));
    all.into_iter().find(|text| text.contains("stanch scan")).unwrap()
}

#[test]
fn each_file_scans_in_shards_that_can_be_joined() {
    let top = organisation(2);
    top.write("list", "r0.git\nr1.git\n");
    let args = ["scan", "--repos-from", "list", "--format", "json"];
    let whole = report(&stanch_with(top.path(), args, b"", &[]).code(1).out);
    let folder = program().parent().unwrap().display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    for (file, around) in FILES {
        for k in 0..2 {
            let mut sh = Command::new("bash");
            clean(&mut sh);
            sh.envs(around(k)).env("ORGANISATION", "--repos-from list").env("PATH", &path);
            sh.args(["-euo", "pipefail", "-c", &script(file)]).current_dir(top.path());
            let out = sh.output().unwrap();
            assert!(out.status.success(), "{file}: {}", String::from_utf8_lossy(&out.stderr));
        }
        let reports = top.path().join("reports");
        let made = std::fs::read_dir(&reports).unwrap().flatten().map(|f| f.path());
        let made = made.filter(|f| f.extension().is_some_and(|e| e == "json"));
        let made: Vec<String> = made.map(|f| f.display().to_string()).collect();
        assert_eq!(made.len(), 2, "{file}");
        assert_eq!(merged(top.path(), &made), (whole.clone(), 1), "{file}");
        std::fs::remove_dir_all(&reports).unwrap();
    }
}

//! Packages say the same everywhere, and what npm starts behaves like the program itself. That each
//! can really be made and installed, `packaging/check` shows, which takes longer.

use crate::support::repo::{Repo, clean};
use crate::support::samples;
use crate::support::tool::program;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

#[test]
fn every_package_has_the_version_of_the_program() {
    let npm: Value = serde_json::from_str(&read("packaging/npm/package.json")).unwrap();
    assert_eq!(npm["version"], VERSION);
    for (name, version) in npm["optionalDependencies"].as_object().unwrap() {
        assert_eq!(version, VERSION, "{name}");
    }
    assert!(npm.get("scripts").is_none(), "nothing runs when it is installed");
    assert!(read("setup.py").contains(&format!("VERSION = \"{VERSION}\"")));
    let pypi: toml::Table = read("packaging/pypi/pyproject.toml").parse().unwrap();
    assert_eq!(pypi["tool"]["maturin"]["bindings"].as_str(), Some("bin"));
    assert!(pypi["project"]["dynamic"].as_array().unwrap().contains(&"version".into()));
    for image in read(".pre-commit-hooks.yaml").lines().filter(|l| l.contains("ghcr.io")) {
        assert!(image.contains(&format!("stanch:{VERSION} ")), "{image}");
    }
}

#[test]
fn the_archive_is_named_as_binstall_looks_for_it() {
    let cargo: toml::Table = read("Cargo.toml").parse().unwrap();
    let binstall = &cargo["package"]["metadata"]["binstall"];
    let filled = |key: &str| {
        let mut text = binstall[key].as_str().unwrap().to_owned();
        let target = "x86_64-unknown-linux-musl";
        for (name, value) in [
            ("repo", cargo["package"]["repository"].as_str().unwrap()),
            ("name", "stanch"),
            ("bin", "stanch"),
            ("version", VERSION),
            ("target", target),
            ("archive-suffix", ".tar.gz"),
            ("binary-ext", ""),
        ] {
            text = text.replace(&format!("{{ {name} }}"), value);
        }
        assert!(!text.contains('{'), "{text}");
        text
    };
    let folder = Repo::plain();
    let archive = Path::new(ROOT).join("packaging/archive");
    let mut command = Command::new(archive);
    command.args([program().as_os_str(), "x86_64-unknown-linux-musl".as_ref()]);
    let out = command.arg(folder.path()).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let url = filled("pkg-url");
    let name = url.rsplit('/').next().unwrap();
    let made = folder.path().join(name);
    assert!(made.is_file(), "{name}");
    let out = Command::new("tar").arg("-tzf").arg(&made).output().unwrap();
    let listed = String::from_utf8(out.stdout).unwrap();
    let top = format!("stanch-v{VERSION}-x86_64-unknown-linux-musl");
    for file in ["man/stanch-scan.1", "complete/stanch.bash", "complete/_stanch", "LICENSE-MIT"] {
        assert!(listed.lines().any(|l| l == format!("{top}/{file}")), "{file} in {listed}");
    }
    assert!(listed.lines().any(|l| l == filled("bin-dir")), "{listed}");
}

/// Runs the launcher of the npm package as npm would lay it out, if node is here.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn launched(folder: &Repo, args: &[&str]) -> Option<Output> {
    let launcher = folder.path().join("node_modules/stanch/stanch.js");
    folder.write("node_modules/stanch/stanch.js", read("packaging/npm/stanch.js"));
    let mut command = Command::new("node");
    clean(&mut command);
    match command.arg(launcher).args(args).current_dir(folder.path()).output() {
        Ok(out) => Some(out),
        Err(_) => {
            eprintln!("skipped: node is not installed");
            None
        }
    }
}

#[test]
fn the_launcher_of_npm_passes_everything_through() {
    let folder = Repo::plain();
    let Some(out) = launched(&folder, &["scan"]) else { return };
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains("is not installed, so nothing was checked"), "{said}");

    let mut node = Command::new("node");
    let out = node.args(["-p", "process.platform + '-' + process.arch"]).output().unwrap();
    let platform = String::from_utf8(out.stdout).unwrap();
    let package = folder.path().join("node_modules").join(format!("stanch-{}", platform.trim()));
    fs::create_dir_all(&package).unwrap();
    std::os::unix::fs::symlink(program(), package.join("stanch")).unwrap();
    folder.write("leak/a.env", samples::circleci(1)).write("clean/a.env", "nothing\n");
    for (args, code) in [
        (&["--version"][..], 0),
        (&["scan", "clean"], 0),
        (&["scan", "leak"], 1),
        (&["scan", "--exit-code", "77", "leak"], 77),
        (&["scan", "nowhere at all"], 2),
    ] {
        let out = launched(&folder, args).unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(code), "{args:?}: {said}");
    }
    let names: Value = serde_json::from_str(&read("packaging/npm/package.json")).unwrap();
    let known = format!("stanch-{}", platform.trim());
    assert!(names["optionalDependencies"].get(known.as_str()).is_some(), "{known}");
}

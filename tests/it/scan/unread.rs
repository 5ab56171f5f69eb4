//! Whatever is wrong with a repository: a scan that could not read all of it is never clean.

use super::*;
use std::fs;
use std::path::PathBuf;

/// A state, and how a repository of one pack gets into it; `false` if that cannot be done here.
type State = (&'static str, fn(&Repo) -> bool);

const STATES: &[State] = &[
    ("a folder for a pack", |repo| {
        let pack = packed(repo, "pack");
        fs::remove_file(&pack).unwrap();
        fs::create_dir(&pack).is_ok()
    }),
    ("a pack that leads nowhere", |repo| {
        let pack = packed(repo, "pack");
        fs::remove_file(&pack).unwrap();
        std::os::unix::fs::symlink("/nowhere/at/all", &pack).is_ok()
    }),
    ("a pack that may not be read", |repo| {
        let pack = packed(repo, "pack");
        fs::set_permissions(&pack, std::os::unix::fs::PermissionsExt::from_mode(0)).unwrap();
        // It may, by root.
        fs::read(&pack).is_err()
    }),
    ("a pack of an unknown version", |repo| change(&packed(repo, "pack"), |b| b[7] = 9)),
    ("an index of an unknown version", |repo| change(&packed(repo, "idx"), |b| b[7] = 9)),
    ("an index out of order", |repo| change(&packed(repo, "idx"), |b| b[8 + 1024..].reverse())),
    ("half a pack", |repo| change(&packed(repo, "pack"), |b| b.truncate(b.len() / 2))),
    ("a pack of nothing", |repo| change(&packed(repo, "pack"), |b| b[12..].fill(0))),
    ("a store that has gone", |repo| {
        let store = repo.path().join(".git/objects");
        let folder = packed(repo, "pack").parent().unwrap().to_owned();
        fs::write(store.join("info/alternates"), "/nowhere/objects\n").unwrap();
        fs::remove_dir_all(folder).is_ok()
    }),
    ("a lost tree", |repo| lose(repo, "HEAD~1^{tree}")),
    ("a lost commit", |repo| lose(repo, "HEAD~1")),
    ("a lost blob", |repo| lose(repo, "HEAD:a")),
    ("a folder for an object", |repo| {
        let lost = loose(repo, "HEAD:a");
        lose(repo, "HEAD:a") && fs::create_dir(lost).is_ok()
    }),
    ("an object of nothing", |repo| {
        let lost = loose(repo, "HEAD:a");
        lose(repo, "HEAD:a") && fs::write(lost, "").is_ok()
    }),
    ("a ref that is none", |repo| {
        fs::write(repo.path().join(".git/refs/heads/odd"), "what is this?\n").is_ok()
    }),
    ("an unknown extension", |repo| {
        repo.git(["config", "core.repositoryFormatVersion", "1"]);
        repo.git(["config", "extensions.fancy", "true"]);
        true
    }),
    ("an unknown hash", |repo| {
        repo.git(["config", "core.repositoryFormatVersion", "1"]);
        repo.git(["config", "extensions.objectFormat", "sha3"]);
        true
    }),
    ("a format of the future", |repo| {
        repo.git(["config", "core.repositoryFormatVersion", "7"]);
        true
    }),
    ("another owner", |repo| {
        // Only root can give a folder away.
        let paths = [repo.path().to_owned(), repo.path().join(".git")];
        paths.iter().all(|path| std::os::unix::fs::chown(path, Some(12345), Some(12345)).is_ok())
    }),
];

/// The only file of the pack folder with this extension.
fn packed(repo: &Repo, extension: &str) -> PathBuf {
    let folder = fs::read_dir(repo.path().join(".git/objects/pack")).unwrap();
    let mut files = folder.map(|f| f.unwrap().path());
    files.find(|f| f.extension().is_some_and(|e| e == extension)).unwrap()
}

/// Puts other bytes into a file that git has made read-only.
fn change(file: &Path, how: impl Fn(&mut Vec<u8>)) -> bool {
    let mut bytes = fs::read(file).unwrap();
    how(&mut bytes);
    fs::remove_file(file).unwrap();
    fs::write(file, bytes).is_ok()
}

/// Where the loose object is, or would be.
fn loose(repo: &Repo, name: &str) -> PathBuf {
    let id = repo.git(["rev-parse", name]);
    repo.path().join(format!(".git/objects/{}/{}", &id[..2], &id[2..]))
}

/// Unpacks all, and takes one object away.
fn lose(repo: &Repo, name: &str) -> bool {
    let file = loose(repo, name);
    let pack = repo.beside("pack");
    fs::rename(packed(repo, "pack"), &pack).unwrap();
    fs::remove_file(packed(repo, "idx")).unwrap();
    let mut git = repo.git_command();
    git.args(["unpack-objects", "-q"]).stdin(fs::File::open(pack).unwrap());
    git.status().unwrap().success() && fs::remove_file(file).is_ok()
}

#[test]
fn what_was_not_read_is_never_clean() {
    let scans: [&[&str]; 2] = [&["--history"], &["--history", "--reachable"]];
    let mut clean = Vec::new();
    for (state, bring_about) in STATES {
        let repo = Repo::new();
        repo.write("a", "one\n").stage().commit("first");
        repo.write("a", "two\n").write("d/b", "three\n").stage().commit("second");
        repo.git(["repack", "-q", "-a", "-d"]);
        stanch(repo.path(), ["scan", "--history"]).code(0);
        if !bring_about(&repo) {
            continue;
        }
        for scan in scans {
            let run = stanch(repo.path(), [&["scan"], scan].concat());
            if ![2, 3].contains(&run.code) || run.out.is_empty() && run.err.is_empty() {
                clean.push((state, scan, run.code));
            }
        }
    }
    assert!(clean.is_empty(), "{clean:?}");
}

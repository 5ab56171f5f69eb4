//! However the store is packed, and whichever reader reads it, the same is found. The fast reader
//! scans of a delta only what is new: these tests look for what that could lose.

use super::*;
use stanch::rule::Generator;
use std::collections::BTreeSet;

const FILES: usize = 3;
const LINES: usize = 300;
const VERSIONS: usize = 60;

/// Files that live: lines and tokens come, move, change and go.
struct Life {
    random: Generator,
    files: Vec<Vec<String>>,
    tokens: Vec<String>,
}

impl Life {
    fn new(seed: u64) -> Self {
        let mut life =
            Self { random: Generator::new(seed), files: Vec::new(), tokens: Vec::new() };
        let kinds = ["circleci-personal-token", "circleci-project-token", "circleci-legacy-token"];
        life.tokens =
            (0..12).map(|n| samples::token(kinds[n % 3], seed * 100 + n as u64)).collect();
        life.files = (0..FILES).map(|_| (0..LINES).map(|_| life.line()).collect()).collect();
        life
    }

    fn line(&mut self) -> String {
        let len = self.random.below(60);
        let words = self.random.text(b"abcdefgh  ijklmnop  ()=;.\"", len);
        String::from_utf8(words).unwrap()
    }

    fn token(&mut self) -> String {
        let at = self.random.below(self.tokens.len());
        let token = self.tokens[at].clone();
        match self.random.below(4) {
            0 => token,
            1 => format!("x = \"{token}\";"),
            2 => format!("  key: {token} # note"),
            _ => format!("{},{token}", self.line()),
        }
    }

    /// One change to one file.
    fn edit(&mut self) {
        let file = self.random.below(FILES);
        let len = self.files[file].len();
        let (at, other) = (self.random.below(len), self.random.below(len));
        match self.random.below(9) {
            0 | 1 => self.files[file][at] = self.line(),
            2 => drop(self.files[file].remove(at)),
            3 => {
                let line = self.line();
                self.files[file].insert(at, line);
            }
            4 | 5 => {
                let line = self.token();
                self.files[file].insert(at, line);
            }
            6 => self.files[file].swap(at, other),
            7 => self.cut(file, at),
            _ => self.mangle_a_token(file),
        }
    }

    /// Moves a block of lines to another file, so that deltas copy from afar.
    fn cut(&mut self, file: usize, at: usize) {
        let end = (at + 1 + self.random.below(40)).min(self.files[file].len() - 1).max(at);
        let block: Vec<String> = self.files[file].drain(at..end).collect();
        let to = (file + 1) % FILES;
        let place = self.random.below(self.files[to].len());
        self.files[to].splice(place..place, block);
    }

    /// Takes one byte of a token away, or splits its line in two, or mends it by joining lines.
    fn mangle_a_token(&mut self, file: usize) {
        let lines = &self.files[file];
        let Some(at) = lines.iter().position(|l| l.len() > 40 && l.contains('_')) else { return };
        let line = self.files[file][at].clone();
        let cut = 1 + self.random.below(line.len() - 1);
        let (left, right) = line.split_at(cut);
        match self.random.below(3) {
            0 => self.files[file][at] = format!("{left}{}", &right[1..]),
            1 => {
                self.files[file][at] = left.to_owned();
                self.files[file].insert(at + 1, right.to_owned());
            }
            _ => {
                let next = self.files[file].get(at + 1).cloned().unwrap_or_default();
                self.files[file][at] = line + &next;
            }
        }
    }

    fn write(&self, repo: &Repo) {
        for (n, lines) in self.files.iter().enumerate() {
            repo.write(format!("src/file{n}.txt"), lines.join("\n"));
        }
    }
}

fn lived(seed: u64) -> Repo {
    let repo = Repo::new();
    let mut life = Life::new(seed);
    for version in 0..VERSIONS {
        life.write(&repo);
        repo.stage().git(["commit", "-q", "--allow-empty", "-m", &format!("version {version}")]);
        for _ in 0..1 + life.random.below(4) {
            life.edit();
        }
    }
    repo
}

type Seen = BTreeSet<(String, String, u64, String)>;

/// What was found, where, at which line and in which blob.
fn seen(repo: &Repo, args: &[&str]) -> Seen {
    let run = jsonl(repo.path(), &[&["scan", "--min-confidence", "low"], args].concat());
    assert!(run.code < 2, "{}", run.err);
    let text = |v: &Value| v.as_str().unwrap_or("-").to_owned();
    run.findings()
        .iter()
        .map(|f| {
            let line = f["line"].as_u64().unwrap();
            (text(&f["fingerprint"]), text(&f["path"]), line, text(&f["commit"]))
        })
        .collect()
}

/// The same without the commit, which the plain reader may tell otherwise.
fn places(seen: &Seen) -> BTreeSet<(&str, &str, u64)> {
    seen.iter().map(|(print, path, line, _)| (&**print, &**path, *line)).collect()
}

#[test]
fn packing_changes_no_finding() {
    for seed in 1..=4 {
        let repo = lived(seed);
        let loose = seen(&repo, &["--history"]);
        assert!(loose.len() > 5, "seed {seed}: {loose:?}");
        let plain = seen(&repo, &["--history", "--reachable"]);
        repo.git(["repack", "-q", "-adf", "--depth=50", "--window=50"]);
        let packed = seen(&repo, &["--history"]);
        assert_eq!(packed, loose, "seed {seed}");
        assert_eq!(places(&packed), places(&plain), "seed {seed}");
        assert_eq!(seen(&repo, &["--history", "--reachable"]), plain, "seed {seed}");
        repo.git(["repack", "-q", "-adf", "--depth=4000", "--window=250"]);
        assert_eq!(seen(&repo, &["--history", "--jobs", "1"]), loose, "seed {seed}");
    }
}

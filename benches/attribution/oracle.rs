//! What git itself tells of the commits that hold some objects: every commit of the store with its
//! parents, and what each changes against its first parent. Which commit holds what follows.

use stanch::model::ObjectId;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::Write;
use std::process::{Command, Stdio};

/// So many objects are asked for in one command: its line has an end.
const ASKED: usize = 20_000;

/// An object, and a path at which it stands.
pub type Stand = (ObjectId, Vec<u8>);

/// The first of a commit and all before it by reach, the last by time: what orders commits whatever
/// their clocks say. Lower comes first.
pub type Age = (u8, i64);

/// A commit, as git tells it.
pub struct Commit {
    pub id: ObjectId,
    pub parents: Vec<usize>,
    /// 0 if refs reach it, 1 if only logs do, 2 if nothing does.
    pub class: u8,
    pub age: Age,
    /// Which of the sets of [`Oracle`] stands in it.
    set: usize,
}

/// All that git tells.
pub struct Oracle {
    repository: String,
    /// Parents before children.
    pub commits: Vec<Commit>,
    rows: HashMap<ObjectId, usize>,
    /// Wanted objects and their paths, each set once.
    sets: Vec<BTreeSet<Stand>>,
    pub head: Option<usize>,
    /// What HEAD has.
    pub at_head: BTreeSet<Stand>,
    /// Names of refs, with the commits that they lead to.
    pub refs: Vec<(Vec<u8>, usize)>,
}

impl Oracle {
    /// Asks git where `wanted` stands.
    pub fn ask(repository: &str, wanted: &BTreeSet<ObjectId>) -> Self {
        let mut oracle = Self {
            repository: repository.to_owned(),
            commits: Vec::new(),
            rows: HashMap::new(),
            sets: Vec::new(),
            head: None,
            at_head: BTreeSet::new(),
            refs: Vec::new(),
        };
        oracle.list_commits();
        let changes = oracle.changes(wanted);
        oracle.fill(&changes);
        let head = oracle.git(&["rev-parse", "--verify", "-q", "HEAD"], b"");
        oracle.head = hex(head.trim_ascii()).and_then(|id| oracle.row(&id));
        if oracle.head.is_some() {
            let all = oracle.git(&["ls-tree", "-r", "-t", "-z", "HEAD"], b"");
            let entries = all.split(|&b| b == 0).filter_map(entry);
            oracle.at_head = entries.filter(|(id, _)| wanted.contains(id)).collect();
        }
        oracle.list_refs();
        oracle
    }

    pub fn row(&self, id: &ObjectId) -> Option<usize> {
        self.rows.get(id).copied()
    }

    /// For each commit, whether something stands in it that fits.
    pub fn holders(&self, fits: impl Fn(&Stand) -> bool) -> Vec<bool> {
        let sets: Vec<bool> = self.sets.iter().map(|set| set.iter().any(&fits)).collect();
        self.commits.iter().map(|commit| sets[commit.set]).collect()
    }

    /// Every path of what fits.
    pub fn paths(&self, fits: impl Fn(&Stand) -> bool) -> BTreeSet<Vec<u8>> {
        let all = self.sets.iter().flatten().filter(|stand| fits(stand));
        all.map(|(_, path)| path.clone()).collect()
    }

    /// For each commit, whether it or one before it is `set`.
    pub fn carried(&self, set: &[bool]) -> Vec<bool> {
        let mut carried = set.to_vec();
        for (row, commit) in self.commits.iter().enumerate() {
            carried[row] |= commit.parents.iter().any(|&parent| carried[parent]);
        }
        carried
    }

    /// The commit and all before it.
    pub fn ancestors(&self, of: usize) -> Vec<bool> {
        let mut seen = vec![false; self.commits.len()];
        seen[of] = true;
        for row in (0..=of).rev().filter(|&row| row < self.commits.len()) {
            if seen[row] {
                self.commits[row].parents.iter().for_each(|&parent| seen[parent] = true);
            }
        }
        seen
    }

    fn list_commits(&mut self) {
        let all = "--batch-all-objects";
        let kinds = ["cat-file", all, "--unordered", "--batch-check=%(objecttype) %(objectname)"];
        let listed = self.git(&kinds, b"");
        let commits: Vec<u8> = listed
            .split_inclusive(|&b| b == b'\n')
            .filter_map(|line| line.strip_prefix(b"commit "))
            .flatten()
            .copied()
            .collect();
        let reached = |how: &[&str]| self.git(&[&["rev-list"], how].concat(), b"");
        let ids =
            |list: &[u8]| list.split(|&b| b == b'\n').filter_map(hex).collect::<HashSet<_>>();
        let (by_ref, by_log) = (ids(&reached(&["--all"])), ids(&reached(&["--all", "--reflog"])));
        let order =
            ["rev-list", "--stdin", "--topo-order", "--reverse", "--parents", "--timestamp"];
        for line in self.git(&order, &commits).split(|&b| b == b'\n').filter(|l| !l.is_empty()) {
            let mut words = line.split(|&b| b == b' ');
            let time = String::from_utf8_lossy(words.next().unwrap()).parse().unwrap();
            let id = hex(words.next().unwrap()).unwrap();
            let parents: Vec<usize> =
                words.filter_map(hex).filter_map(|id| self.row(&id)).collect();
            let class = match (by_ref.contains(&id), by_log.contains(&id)) {
                (true, _) => 0,
                (false, true) => 1,
                (false, false) => 2,
            };
            let before = parents.iter().map(|&parent| self.commits[parent].age).max();
            let age = before.unwrap_or((0, i64::MIN)).max((class, time));
            self.rows.insert(id, self.commits.len());
            self.commits.push(Commit { id, parents, class, age, set: 0 });
        }
    }

    /// For each commit, what it takes away and what it adds, measured by its first parent.
    fn changes(&self, wanted: &BTreeSet<ObjectId>) -> HashMap<usize, Vec<(bool, Stand)>> {
        let mut asked = Vec::new();
        for commit in &self.commits {
            let parent = commit.parents.first().map(|&parent| self.commits[parent].id);
            let parent = parent.map_or(String::new(), |id| format!(" {id}"));
            writeln!(asked, "{}{parent}", commit.id).unwrap();
        }
        let mut changes: HashMap<usize, Vec<(bool, Stand)>> = HashMap::new();
        let wanted: Vec<&ObjectId> = wanted.iter().collect();
        for some in wanted.chunks(ASKED) {
            let objects: Vec<String> =
                some.iter().map(|id| format!("--find-object={id}")).collect();
            let mut args = vec!["diff-tree", "--stdin", "--root", "-r", "-t", "-z", "--raw"];
            args.extend(["--no-abbrev", "--no-renames"]);
            args.extend(objects.iter().map(String::as_str));
            let some: HashSet<&ObjectId> = some.iter().copied().collect();
            self.read_changes(&self.git(&args, &asked), &some, &mut changes);
        }
        changes
    }

    fn read_changes(
        &self,
        told: &[u8],
        some: &HashSet<&ObjectId>,
        changes: &mut HashMap<usize, Vec<(bool, Stand)>>,
    ) {
        let mut fields = told.split(|&b| b == 0);
        let mut row = None;
        while let Some(field) = fields.next() {
            let Some(change) = field.strip_prefix(b":") else {
                row = field.get(..40).and_then(hex).and_then(|id| self.row(&id)).or(row);
                continue;
            };
            let path = fields.next().unwrap().to_vec();
            let words: Vec<&[u8]> = change.split(|&b| b == b' ').collect();
            let list = changes.entry(row.unwrap()).or_default();
            for (adds, word) in [(false, words[2]), (true, words[3])] {
                let id = hex(word).filter(|id| some.contains(id));
                list.extend(id.map(|id| (adds, (id, path.clone()))));
            }
        }
    }

    fn fill(&mut self, changes: &HashMap<usize, Vec<(bool, Stand)>>) {
        self.sets.push(BTreeSet::new());
        let mut known: BTreeMap<BTreeSet<Stand>, usize> = BTreeMap::from([(BTreeSet::new(), 0)]);
        for row in 0..self.commits.len() {
            let before = self.commits[row].parents.first().map_or(0, |&p| self.commits[p].set);
            self.commits[row].set = before;
            let Some(list) = changes.get(&row) else { continue };
            let mut set = self.sets[before].clone();
            // First all that goes: an object may go from one mode to another.
            list.iter().filter(|(adds, _)| !adds).for_each(|(_, stand)| _ = set.remove(stand));
            set.extend(list.iter().filter(|(adds, _)| *adds).map(|(_, stand)| stand.clone()));
            let next = self.sets.len();
            self.commits[row].set = *known.entry(set.clone()).or_insert(next);
            if self.commits[row].set == next {
                self.sets.push(set);
            }
        }
    }

    fn list_refs(&mut self) {
        let format = "--format=%(objectname) %(*objectname) %(refname)";
        for line in self.git(&["for-each-ref", format], b"").split(|&b| b == b'\n') {
            let mut words = line.splitn(3, |&b| b == b' ');
            let ids = [words.next(), words.next()].map(|word| word.and_then(hex));
            let row = ids.into_iter().flatten().find_map(|id| self.row(&id));
            self.refs.extend(row.zip(words.next()).map(|(row, name)| (name.to_vec(), row)));
        }
    }

    /// What git says of one commit: author, author time, and the first line of the message.
    pub fn who(&self, commit: &ObjectId) -> (Vec<u8>, i64, Vec<u8>) {
        let id = commit.to_string();
        let format = "--format=%an <%ae>%n%at%n%B";
        let told = self.git(&["log", "-1", "--encoding=none", format, &id], b"");
        let mut lines = told.split(|&b| b == b'\n');
        let author = lines.next().unwrap_or_default().to_vec();
        let time = String::from_utf8_lossy(lines.next().unwrap_or_default()).parse().unwrap_or(0);
        (author, time, lines.find(|line| !line.is_empty()).unwrap_or_default().to_vec())
    }

    fn git(&self, args: &[&str], input: &[u8]) -> Vec<u8> {
        let mut git = Command::new("git");
        git.arg("--no-replace-objects").arg("-C").arg(&self.repository);
        git.env("GIT_NO_LAZY_FETCH", "1");
        git.args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = git.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(input));
            child.wait_with_output().unwrap().stdout
        })
    }
}

fn hex(word: &[u8]) -> Option<ObjectId> {
    ObjectId::from_hex(word.trim_ascii())
}

/// One entry of `git ls-tree -z`.
fn entry(line: &[u8]) -> Option<Stand> {
    let tab = line.iter().position(|&b| b == b'\t')?;
    let id = line[..tab].split(|&b| b == b' ').nth(2).and_then(hex)?;
    Some((id, line[tab + 1..].to_vec()))
}

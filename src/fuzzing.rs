//! What the fuzz targets run, and the replay test: each takes any bytes and checks what must
//! hold whatever they are. No part of the library's interface.

use crate::config::{Config, Whose};
use crate::container::{self, Format, Input, LIMITS, Meter, Visitor};
use crate::git::pack::{Index, delta, entry};
use crate::git::{ewah, index_file, inflate, object, refs, store, tree};
use crate::matcher::{Candidate, Matcher, Scratch};
use crate::model::{Budget, Reason, display_path, is_unsafe};
use crate::rule::{self, Engine, RuleSet};
use crate::source::known::Known;
use crate::suppress::Baseline;
use crate::verify::{self, Judged, Token};
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

mod walk;

/// A target: its name, and what it runs.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("matcher", matcher),
    ("views", views),
    ("rule_file", rule_file),
    ("config_file", config_file),
    ("baseline_file", baseline_file),
    ("pack_entry", pack_entry),
    ("pack_index", pack_index),
    ("pack_delta", pack_delta),
    ("pack_walk", walk::pack_walk),
    ("alternates", alternates),
    ("history_cache", history_cache),
    ("tree_object", tree_object),
    ("commit_object", commit_object),
    ("index_file", git_index),
    ("ewah_set", ewah_set),
    ("zlib_stream", zlib_stream),
    ("packed_refs", packed_refs),
    ("neutral_text", neutral_text),
    ("container", container),
];

/// Runs the target of that name; answers whether there is one.
pub fn run(name: &str, data: &[u8]) -> bool {
    let target = TARGETS.iter().find(|(n, _)| *n == name);
    target.is_some_and(|(_, run)| {
        run(data);
        true
    })
}

fn builtin() -> &'static Matcher<'static> {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    static MATCHER: OnceLock<Matcher<'static>> = OnceLock::new();
    MATCHER.get_or_init(|| Matcher::new(RULES.get_or_init(RuleSet::builtin)))
}

/// Candidates are sorted, lie in the text, hold their secret, and are the same each time; what
/// is settled does not overlap.
fn matcher(text: &[u8]) {
    let matcher = builtin();
    let mut found: Vec<Candidate> = Vec::new();
    let mut scratch = Scratch::default();
    let wide = matcher.find(text, &mut scratch, &mut found);
    assert!(found.is_sorted() && found.windows(2).all(|w| w[0] != w[1]), "order");
    for c in &found {
        assert!(c.matched.end <= text.len() && c.matched.contains(c.secret), "{c:?}");
        assert!(!c.secret.is_empty() && c.rule < matcher.rules().len(), "{c:?}");
    }
    let mut again = Vec::new();
    assert_eq!(wide, matcher.find(text, &mut scratch, &mut again));
    assert_eq!(found, again, "a used scratch changes nothing");
    let judged = found.iter().filter_map(|c| {
        let rule = matcher.rules().get(c.rule);
        let token = Token { rule, text, matched: c.matched, secret: c.secret };
        Some(Judged { rule: c.rule, secret: c.secret, judgement: verify::judge(&token)? })
    });
    let settled = verify::settle(judged.collect(), matcher.rules());
    // What hangs on the path of a file is told from the rest later.
    let of_file = |j: &Judged| matcher.rules().get(j.rule).engine == Engine::File;
    let mut rest: Vec<&Judged> = settled.iter().filter(|j| !of_file(j)).collect();
    rest.sort_by_key(|j| j.secret);
    assert!(rest.windows(2).all(|w| w[0].secret.end <= w[1].secret.start), "overlap");
}

/// The first reading is the bytes as they are; what is decoded is text, and not much longer.
fn views(data: &[u8]) {
    let views = crate::blob::views(data);
    assert!(views.first().is_some_and(|v| *v.text == *data && v.encoding.is_none()));
    for view in views.iter().skip(1) {
        assert!(view.encoding.is_some() && std::str::from_utf8(&view.text).is_ok());
        assert!(view.text.len() <= data.len() * 3 + 3);
    }
}

/// A file gives rules that are ready, or an error that says something; a rule that is taken can
/// be used.
fn rule_file(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match rule::parse_file(&text, "fuzz.toml", &verify::exists) {
        Err(e) => assert!(e.to_string().contains("fuzz.toml")),
        Ok(loaded) => {
            let mut set = RuleSet::builtin();
            let own = loaded.rules.len();
            if loaded.add_to(&mut set).is_ok() {
                let first = set.len() - own;
                set.retain(|r| !builtin().rules().iter().any(|b| b.id == r.id));
                assert!(own > 0 && first > 0);
                let matcher = Matcher::new(&set);
                matcher.find(data, &mut Scratch::default(), &mut Vec::new());
            }
        }
    }
}

fn config_file(data: &[u8]) {
    if let Ok(config) = Config::parse(data, Path::new("/r/.stanch.toml"), Whose::Repository) {
        let _ = config.check_rules(&|_| false, &["a"]);
        let _ = (config.keeps("a", &[""; 0]), config.rule_files().count());
    }
}

/// What is read is written and read again as the same.
fn baseline_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(baseline) = Baseline::parse(text, "fuzz") {
        let written = baseline.render();
        let again = Baseline::parse(&written, "fuzz").map(|b| b.render());
        assert_eq!(again.ok().as_deref(), Some(written.as_str()));
    }
}

/// The data of an entry starts behind its head, and in the pack.
fn pack_entry(data: &[u8]) {
    for offset in [0, 1, data.len() as u64, u64::MAX] {
        if let Ok(entry) = entry::parse(data, offset) {
            assert!(entry.data > offset && entry.data <= data.len() as u64);
            if let entry::Base::Offset(base) = entry.base {
                assert!(base < offset, "a base comes first");
            }
        }
    }
}

/// An index names no more objects than it has room for, in order, and finds each where it stands.
fn pack_index(data: &[u8]) {
    if let Ok(index) = Index::parse(data.to_vec()) {
        let all: Vec<_> = (0..index.len() as u32).map(|at| index.id(at)).collect();
        assert!(
            all.len() <= data.len() / 20 && all.is_sorted() && all.iter().all(Option::is_some)
        );
        for (at, id) in (0..).zip(all.iter().flatten()) {
            assert_eq!(index.find(id), Some(at));
            let _ = index.offset(at);
        }
        let beyond = index.len() as u32;
        assert_eq!(index.id(beyond), None);
    }
}

/// The first byte is the length of the base. What is fresh lies in what was made, in order; what
/// is copied is there; and a NUL comes from somewhere.
fn pack_delta(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let Some((base, delta)) = rest.split_at_checked(usize::from(first)) else { return };
    let (mut out, mut seams) = (Vec::new(), delta::Seams::default());
    if delta::apply(base, delta, &mut out, &mut seams).is_ok() {
        let delta::Seams { fresh, copies, nul } = seams;
        assert!(nul || base.contains(&0) || !out.contains(&0));
        assert!(fresh.iter().all(|s| s.start <= s.end && s.end <= out.len()), "{fresh:?}");
        assert!(fresh.windows(2).all(|w| w[0].end < w[1].start), "{fresh:?}");
        for copy in copies {
            let (from, to) = (copy.from..copy.from + copy.len, copy.to..copy.to + copy.len);
            assert!(base.get(from).is_some_and(|b| out.get(to) == Some(b)), "{copy:?}");
        }
    }
}

/// A line names one store at most.
fn alternates(data: &[u8]) {
    let lines = data.split(|&b| b == b'\n').count();
    assert!(store::borrowed(data).is_none_or(|all| all.len() <= lines));
}

/// What is read is written and read again as the same.
fn history_cache(data: &[u8]) {
    if let Some(known) = Known::parse(data) {
        let _ = known.kept.read();
        assert_eq!(Known::parse(&known.write()), Some(known));
    }
}

/// Entries end where bytes begin that are none.
fn tree_object(data: &[u8]) {
    for width in [20, 32] {
        let mut entries = tree::Entries::new(data, width);
        let count = entries.by_ref().count();
        assert!(count <= data.len() / width);
        assert_eq!(tree::is_whole(data, width), !entries.is_broken());
    }
}

fn commit_object(data: &[u8]) {
    let (commit, tag) = (object::Commit::parse(data), object::Tag::parse(data));
    assert!(commit.parents.len() <= data.len() / 40 && tag.target.is_none_or(|_| data.len() > 40));
    assert!(object::message(data).len() <= data.len());
    if let Some(id) = commit.tree {
        let _ = object::introduction(id, data);
    }
}

fn git_index(data: &[u8]) {
    for width in [20, 32] {
        if let Ok(file) = index_file::parse(data, width) {
            assert!(file.entries.len() <= data.len() / width && file.hash.len() == width);
            if let Some(link) = file.link {
                let _ = index_file::merge(index_file::IndexFile::default(), &link, file.entries);
            }
        }
    }
}

/// Members of a set rise, and are no more than it says it has bits.
fn ewah_set(data: &[u8]) {
    let mut rest = data;
    if let Ok(found) = ewah::positions(&mut rest) {
        assert!(found.windows(2).all(|w| w[0] < w[1]) && rest.len() < data.len());
    }
}

/// A stream ends, or fails; read whole and read in parts it gives the same.
fn zlib_stream(data: &[u8]) {
    const MOST: u64 = 1 << 20;
    let mut parts = Vec::new();
    let read = inflate::Inflating::new(data).take(MOST).read_to_end(&mut parts);
    if read.is_ok() && (parts.len() as u64) < MOST {
        let whole = inflate::whole(data, parts.len() as u64);
        assert!(whole.is_err() || whole.is_ok_and(|whole| whole == parts));
        let mut head = [0; 16];
        let head = inflate::start(data, &mut head).unwrap_or_default();
        assert!(parts.starts_with(head), "the start of it");
    }
}

/// Each line is a ref, a note of git's, or named as broken.
fn packed_refs(data: &[u8]) {
    let found = refs::packed(data);
    let notes = |(nth, line): &(usize, &[u8])| match line {
        [] => true,
        [b'#', ..] => *nth == 0,
        [b'^', id @ ..] => id.len() == 40 || id.len() == 64,
        _ => false,
    };
    let lines = data.split(|&b| b == b'\n').enumerate();
    let notes = lines.clone().filter(notes).count();
    assert!(found.refs.len() + found.broken.len() + notes >= lines.count());
}

/// What is shown of any bytes drives no terminal.
fn neutral_text(data: &[u8]) {
    let shown = display_path(data);
    assert!(!shown.chars().any(is_unsafe), "{shown:?}");
    assert!(shown.len() <= data.len() * 10);
}

/// The first byte chooses the reader. Whole and as a stream a container says the same, and no
/// more than the bounds allow.
fn container(data: &[u8]) {
    let Some((&first, data)) = data.split_first() else { return };
    let format = Format::all().nth(usize::from(first) % Format::all().count());
    let Some(format) = format else { return };
    let mut stream = data;
    let whole = parts(format, Input::Whole(data), data.len());
    assert_eq!(whole, parts(format, Input::Stream(&mut stream), data.len()), "{}", format.name());
    let bytes: u64 = whole.iter().map(|(_, bytes, _)| bytes).sum();
    let most = LIMITS.bytes + LIMITS.ratio * data.len() as u64;
    assert!(bytes <= most && whole.len() as u64 <= LIMITS.entries, "{}", format.name());
    let _ = container::detect(data, true);
}

/// The name, length and sum of every part.
type Parts = Vec<(Vec<u8>, u64, u32)>;

fn parts(format: Format, input: Input<'_, '_>, len: usize) -> Parts {
    struct Counter(Parts);
    impl Visitor for Counter {
        fn part(&mut self, name: &[u8], text: &mut dyn Read) {
            let mut bite = [0; 4096];
            let (mut len, mut sum) = (0, crc32fast::Hasher::new());
            while let Ok(n @ 1..) = text.read(&mut bite) {
                len += n as u64;
                sum.update(bite.get(..n).unwrap_or_default());
            }
            self.0.push((name.to_vec(), len, sum.finalize()));
        }

        fn gap(&mut self, _: &[u8], _: Reason, _: String) {}
    }
    let (stop, budget) = (AtomicBool::new(false), Budget::default());
    let mut counter = Counter(Vec::new());
    container::open(format, input, &Meter::new(len as u64, &stop, &budget), &mut counter);
    counter.0
}

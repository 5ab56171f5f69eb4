//! Words on the line of a candidate and around it, all found in one pass.

use super::line::Line;
use super::sheet::Sheet;
use super::traits::Trait;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// What a word tells of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Test,
    Login,
    Hash,
    Http,
    Shell,
    Secret,
}

#[rustfmt::skip]
const WORDS: &[(&str, Of)] = &[
    ("test", Of::Test), ("assert", Of::Test), ("expect", Of::Test), ("should", Of::Test),
    ("mock", Of::Test), ("fake", Of::Test), ("xample", Of::Test), ("sample", Of::Test),
    ("dummy", Of::Test),
    ("user", Of::Login), ("login", Of::Login), ("host", Of::Login), ("email", Of::Login),
    ("account", Of::Login), ("database", Of::Login),
    ("sha1", Of::Hash), ("sha2", Of::Hash), ("sha5", Of::Hash), ("md5", Of::Hash),
    ("hash", Of::Hash), ("digest", Of::Hash), ("checksum", Of::Hash), ("integrity", Of::Hash),
    ("public", Of::Hash), ("pub_", Of::Hash), ("encrypt", Of::Hash), ("ipher", Of::Hash),
    ("signature", Of::Hash), ("certificate", Of::Hash), ("fingerprint", Of::Hash),
    ("commit", Of::Hash),
    ("http", Of::Http), ("header", Of::Http), ("curl", Of::Http), ("uthorization", Of::Http),
    (" --", Of::Shell), (" -", Of::Shell), ("$ ", Of::Shell), ("sudo ", Of::Shell),
    ("docker ", Of::Shell),
    ("secret", Of::Secret), ("token", Of::Secret), ("passw", Of::Secret), ("key", Of::Secret),
    ("credential", Of::Secret),
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = WORDS.iter().map(|(word, _)| word);
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// Notes which words stand on the line of a candidate, and which around it.
pub(super) fn measure(line: &Line<'_>, sheet: &mut Sheet) {
    let Some(finder) = FINDER.as_ref() else { return };
    let [before, after] = line.around;
    let own = [before.len() - line.before.len()..before.len(), 0..line.after.len()];
    let (mut near, mut on, mut secrets) = ([false; 6], [false; 6], 0);
    for (side, own) in [before, after].into_iter().zip(own) {
        for found in finder.find_overlapping_iter(side) {
            let Some((_, of)) = WORDS.get(found.pattern().as_usize()) else { continue };
            near[*of as usize] = true;
            on[*of as usize] |= own.start <= found.start() && found.end() <= own.end;
            secrets += usize::from(*of == Of::Secret);
        }
    }
    for (what, of) in [
        (Trait::LineTests, Of::Test),
        (Trait::LineLogin, Of::Login),
        (Trait::LineHash, Of::Hash),
        (Trait::LineHttp, Of::Http),
        (Trait::LineShell, Of::Shell),
    ] {
        sheet.flag(what, on[of as usize]);
    }
    sheet.flag(Trait::NearTests, near[Of::Test as usize]);
    sheet.flag(Trait::NearLogin, near[Of::Login as usize]);
    sheet.flag(Trait::NearHash, near[Of::Hash as usize]);
    sheet.put(Trait::NearSecrets, secrets);
}

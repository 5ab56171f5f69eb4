//! Paths that a setting names, in the manner of `.gitignore`.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;
use std::borrow::Cow;
use std::path::Path;

/// A list of patterns, read like the lines of a `.gitignore` at the repository's root: the last
/// one that matches decides, `!` takes back, a folder stands for all that is in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Vec<Glob>")]
pub struct Globs {
    patterns: Vec<String>,
    matcher: Gitignore,
}

impl Default for Globs {
    fn default() -> Self {
        Self { patterns: Vec::new(), matcher: Gitignore::empty() }
    }
}

/// One pattern that was checked to be one.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Glob(String);

impl TryFrom<String> for Glob {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("an empty pattern matches nothing".into());
        }
        builder().add_line(None, &as_line(&text)).map_err(|e| e.to_string())?;
        Ok(Self(text))
    }
}

/// Unlike git it takes `[` without `]` for a slip.
fn builder() -> GitignoreBuilder {
    let mut builder = GitignoreBuilder::new("");
    builder.allow_unclosed_class(false);
    builder
}

/// In a list a leading `#` is no comment.
fn as_line(pattern: &str) -> Cow<'_, str> {
    if pattern.starts_with('#') { format!("\\{pattern}").into() } else { pattern.into() }
}

impl From<Vec<Glob>> for Globs {
    fn from(globs: Vec<Glob>) -> Self {
        let mut builder = builder();
        for Glob(pattern) in &globs {
            // Each was accepted when it was read.
            let _ = builder.add_line(None, &as_line(pattern));
        }
        let matcher = builder.build().unwrap_or_else(|_| Gitignore::empty());
        Self { patterns: globs.into_iter().map(|g| g.0).collect(), matcher }
    }
}

impl TryFrom<String> for Globs {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Glob::try_from(text).map(|glob| vec![glob].into())
    }
}

impl Globs {
    /// Whether a file's path (from the repository's root, `/` between its parts) is named.
    pub fn matches(&self, path: &[u8]) -> bool {
        let relative = path.iter().position(|&b| b != b'/').and_then(|at| path.get(at..));
        let Some(relative) = relative.filter(|_| !self.is_empty()) else { return false };
        let path = as_path(relative);
        self.matcher.matched_path_or_any_parents(&*path, false).is_ignore()
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The patterns as they were written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}

#[cfg(unix)]
fn as_path(raw: &[u8]) -> Cow<'_, Path> {
    use std::os::unix::ffi::OsStrExt;
    Cow::Borrowed(Path::new(std::ffi::OsStr::from_bytes(raw)))
}

#[cfg(not(unix))]
fn as_path(raw: &[u8]) -> Cow<'_, Path> {
    Cow::Owned(String::from_utf8_lossy(raw).into_owned().into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    fn globs(patterns: &[&str]) -> Globs {
        let checked = patterns.iter().map(|p| Glob::try_from((*p).to_owned()).unwrap());
        checked.collect::<Vec<_>>().into()
    }

    #[test]
    fn patterns_read_like_gitignore() {
        let some = globs(&["vendor/", "*.lock", "/top.txt", "a/**/z", "!keep.lock", "#odd"]);
        let yes = [
            "vendor/x/y.rs",
            "deep/vendor/x",
            "Cargo.lock",
            "d/a.lock",
            "top.txt",
            "a/b/c/z",
            "#odd",
            "d/#odd",
        ];
        let no = ["vendor", "src/vendor.rs", "d/top.txt", "keep.lock", "a/b", "", "/"];
        yes.iter().for_each(|p| assert!(some.matches(p.as_bytes()), "{p}"));
        no.iter().for_each(|p| assert!(!some.matches(p.as_bytes()), "{p}"));
    }

    #[test]
    fn no_path_makes_it_fail() {
        let some = globs(&["*.txt"]);
        assert!(some.matches(b"/abs/olute.txt"));
        assert!(some.matches(b"\xff\xfe/x.txt"));
        for odd in [&b"../.."[..], b".", b"./x", b"//", b"\n", b"a\0b", b"../x.txt/.."] {
            some.matches(odd);
        }
        assert!(!Globs::default().matches(b"a"));
    }

    #[test]
    fn a_broken_pattern_is_refused() {
        for bad in ["", "  ", "a/[b", "{a"] {
            assert!(Glob::try_from(bad.to_owned()).is_err(), "{bad:?}");
        }
    }
}

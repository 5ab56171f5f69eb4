//! Finds and reads the configuration file.

use super::{Config, Whose, mistake, read_text, syntax};
use crate::error::{Error, Kind, Result};
use std::path::{Path, PathBuf};

/// Where a repository may keep its configuration, from its root, in the order of looking.
pub const FILES: [&str; 2] = [".stanch.toml", ".config/stanch.toml"];

const WHAT: &str = "the configuration file";

impl Config {
    /// The configuration that applies: the repository's, else the user's, else nothing. `root` is
    /// the repository's root, `user` the path of the user's own file.
    ///
    /// # Errors
    /// If a file is there and cannot be read, or a word in it is wrong.
    pub fn discover(root: Option<&Path>, user: Option<&Path>) -> Result<Self> {
        let ours =
            |root| FILES.iter().map(move |name| (Path::join(root, name), Whose::Repository));
        let candidates = root.into_iter().flat_map(ours);
        for (path, whose) in candidates.chain(user.map(|p| (p.to_owned(), Whose::User))) {
            if let Some(bytes) = read_text(&path, WHAT)? {
                return Self::parse(&bytes, &path, whose);
            }
        }
        Ok(Self::default())
    }

    /// The configuration in the file that the user named.
    ///
    /// # Errors
    /// If it is not there, cannot be read, or a word in it is wrong.
    pub fn load(path: &Path) -> Result<Self> {
        let bytes = read_text(path, WHAT)?.ok_or_else(|| {
            Error::new(Kind::Config, format!("there is no configuration file {}", path.display()))
        })?;
        Self::parse(&bytes, path, Whose::User)
    }

    /// Reads a configuration from its bytes, which may come from a git tree. `path` stands in
    /// messages, and paths in the file are relative to its folder.
    ///
    /// # Errors
    /// If it is not UTF-8 or not TOML, or a word in it is wrong.
    pub fn parse(bytes: &[u8], path: &Path, whose: Whose) -> Result<Self> {
        let name = path.display().to_string();
        let text = utf8(bytes, &name)?;
        let mut config: Self = toml::from_str(&text).map_err(|e| syntax(&name, &text, &e))?;
        config.folder = path.parent().unwrap_or(Path::new("")).to_owned();
        (config.name, config.text, config.whose) = (name, text, whose);
        config.check_allows()?;
        Ok(config)
    }

    /// Who wrote it.
    pub fn whose(&self) -> Whose {
        self.whose
    }

    /// Files with more rules.
    pub fn rule_files(&self) -> impl Iterator<Item = PathBuf> {
        self.rules.files.iter().map(|file| self.folder.join(file))
    }

    /// The baseline file, if one is named.
    pub fn baseline_file(&self) -> Option<PathBuf> {
        self.baseline.file.as_ref().map(|file| self.folder.join(file))
    }

    fn check_allows(&self) -> Result<()> {
        for entry in &self.allow {
            let allow = entry.get_ref();
            let wrong = |what| mistake(&self.name, &self.text, entry.span().start, what);
            let names = [allow.rule.is_some(), allow.path.is_some(), allow.fingerprint.is_some()];
            if !names.contains(&true) && allow.pattern.is_none() {
                let hint = "add `rule`, `path`, `fingerprint` or `pattern`";
                return Err(wrong("this [[allow]] would allow everything").hint(hint));
            }
            if allow.reason.trim().is_empty() {
                return Err(wrong("this [[allow]] gives no reason"));
            }
        }
        Ok(())
    }
}

/// The bytes as text, without a byte order mark.
fn utf8(bytes: &[u8], name: &str) -> Result<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    String::from_utf8(bytes.to_vec()).map_err(|e| {
        let valid = e.utf8_error().valid_up_to();
        mistake(name, &String::from_utf8_lossy(bytes), valid, "this line is not UTF-8")
    })
}

//! Where a scan leaves what it learned for the next one, and the key that seals it.
//!
//! The key is made of 32 random bytes that only this user has, the rules, and this very program. So a
//! cache that others wrote, or that is of other rules, opens nothing.

use crate::rule::RuleSet;
use crate::source::Cache;
use crate::suppress::Key;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

/// The cache for `rules`; `None` where this user has no place to keep such things.
pub(super) fn place(rules: &RuleSet) -> Option<Cache> {
    let folder = folder("XDG_CACHE_HOME", ".cache")?.join("history");
    Some(Cache { key: key(rules)?, folder })
}

fn key(rules: &RuleSet) -> Option<[u8; 32]> {
    let mut hasher = blake3::Hasher::new_derive_key("stanch 2026 history cache v1");
    hasher.update(own()?.as_bytes());
    hasher.update(program()?.as_bytes());
    for rule in rules {
        // The rest of what is built in is known by the program.
        if rule.id.is_built_in() {
            hasher.update(rule.id.as_bytes());
        } else {
            hasher.update(format!("{rule:?}").as_bytes());
        }
        hasher.update(&[0]);
    }
    Some(*hasher.finalize().as_bytes())
}

/// This version of stanch, and this build of it.
fn program() -> Option<String> {
    let data = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let time = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{} {} {time}", env!("CARGO_PKG_VERSION"), data.len()))
}

/// The user's random bytes, as hexadecimal digits; made when they are first asked for.
fn own() -> Option<String> {
    let file = folder("XDG_STATE_HOME", ".local/state")?.join("cache-key");
    if let Some(key) = read(&file) {
        return Some(key);
    }
    fs::create_dir_all(file.parent()?).ok()?;
    let mut options = OpenOptions::new();
    let made = options.write(true).create_new(true).mode(0o600).open(&file);
    match made.and_then(|mut out| out.write_all(Key::generate().to_string().as_bytes())) {
        Ok(()) => read(&file),
        // Another run was quicker.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => read(&file),
        Err(_) => None,
    }
}

/// Reads the file, if nobody else can.
fn read(file: &PathBuf) -> Option<String> {
    let private = fs::metadata(file).ok()?.mode() & 0o077 == 0;
    let text = fs::read_to_string(file).ok().filter(|_| private)?;
    Key::from_hex(&text).map(|key| key.to_string())
}

/// The folder `stanch` in what `variable` names, or in `usual` below the user's home.
fn folder(variable: &str, usual: &str) -> Option<PathBuf> {
    let absolute = |p: PathBuf| p.is_absolute().then_some(p);
    let xdg = std::env::var_os(variable).map(PathBuf::from).and_then(absolute);
    // A home that does not exist is there to keep programs from having one.
    let home = || std::env::var_os("HOME").map(PathBuf::from).filter(|h| h.is_dir());
    let home = || home().map(|h| h.join(usual));
    Some(xdg.or_else(home)?.join("stanch"))
}

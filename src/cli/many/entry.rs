//! One repository of a list.

use crate::git::remote;
use crate::source::Remote;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// One repository, as `--list` prints it and `--repos-from` takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The name that it has in reports, and by which it falls to a shard.
    pub(super) repository: String,
    /// A path, or an address.
    pub(super) address: String,
    /// About how large it is, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bytes: Option<u64>,
    /// The organisation that it is of, as on the command line: its service's token applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<String>,
    /// How the service names it in its interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Whether nothing is lost if it is not there.
    #[serde(default, skip_serializing_if = "is_not")]
    pub(super) optional: bool,
}

fn is_not(it: &bool) -> bool {
    !it
}

impl Entry {
    /// Of a path or an address.
    pub(super) fn of(word: &str) -> Self {
        let repository = if Remote::is_address(word) { remote::place(word) } else { tidy(word) };
        let address = word.to_owned();
        Self { repository, address, bytes: None, of: None, id: None, optional: false }
    }

    /// Where it is, if it is here.
    pub(super) fn path(&self) -> Option<&Path> {
        let path = Path::new(&self.address);
        (!Remote::is_address(&self.address) || path.exists()).then_some(path)
    }

    /// Its address with a name and password in it, which goes no further than [`Remote`].
    pub(super) fn with_secret(&self, secret: Option<(String, String)>) -> String {
        match (secret, self.address.split_once("://")) {
            (Some((user, password)), Some((scheme @ ("https" | "http"), rest))) => {
                let rest = rest.split_once('@').filter(|(user, _)| !user.contains('/'));
                let rest = rest.map_or_else(|| self.rest(), |(_, rest)| rest);
                format!("{scheme}://{}:{}@{rest}", escaped(&user), escaped(&password))
            }
            _ => self.address.clone(),
        }
    }

    fn rest(&self) -> &str {
        self.address.split_once("://").map_or("", |(_, rest)| rest)
    }

    /// Host, with port, of its address.
    #[cfg_attr(not(feature = "live"), allow(dead_code, reason = "only services ask"))]
    pub(super) fn host(&self) -> &str {
        let authority = self.rest().split('/').next().unwrap_or_default();
        authority.rsplit_once('@').map_or(authority, |(_, host)| host)
    }
}

/// A path as text, the same however it is written.
fn tidy(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let tidied = parts.collect::<Vec<_>>().join("/");
    let tidied = tidied.strip_suffix(".git").filter(|t| !t.is_empty()).unwrap_or(&tidied);
    match (path.starts_with('/'), tidied) {
        (true, tidied) => format!("/{tidied}"),
        (false, "") => ".".to_owned(),
        (false, tidied) => tidied.to_owned(),
    }
}

/// As it stands in a URL.
fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let one = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(one).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_hang_on_how_it_is_written() {
        let name = |word| Entry::of(word).repository;
        assert_eq!(name("./a//b.git/"), "a/b");
        assert_eq!(name("/srv/a.git"), "/srv/a");
        assert_eq!(name("."), ".");
        assert_eq!(name("https://me@Host.org/a/b.git"), name("git@host.org:a/b"));
    }

    #[test]
    fn a_secret_goes_into_the_address() {
        let entry = Entry::of("https://old@host:81/a/b");
        let secret = Some(("x".to_owned(), "a/b".to_owned() + "@c"));
        let expected = ["https://x:", "a%2Fb%40c", "@host:81/a/b"].concat();
        assert_eq!(entry.with_secret(secret.clone()), expected);
        assert_eq!(entry.host(), "host:81");
        assert_eq!(Entry::of("ssh://host/a").with_secret(secret), "ssh://host/a");
    }
}

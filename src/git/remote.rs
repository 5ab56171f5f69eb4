//! What is known of remotes.

use super::Repo;
use super::open::Backend;

impl Repo {
    /// Where `remote` is fetched from.
    pub fn remote_url(&self, remote: &str) -> Option<String> {
        match &self.backend {
            Backend::Library(repo) => {
                let found = repo.find_remote(remote).ok()?;
                found.url().ok().map(str::to_owned)
            }
            Backend::Command => {
                let name = format!("remote.{remote}.url");
                let out = self.command_line().ok()?.output(["config", "--get", &name]).ok()?;
                Some(String::from_utf8_lossy(&out).trim().to_owned())
            }
        }
    }

    /// Whether `remote` is fetched from one repository and pushed to another: then its
    /// remote-tracking refs say nothing of what the latter has.
    pub fn pushes_elsewhere(&self, remote: &str) -> bool {
        let (url, push_url) = match &self.backend {
            Backend::Library(repo) => {
                let Ok(found) = repo.find_remote(remote) else { return false };
                let push = found.pushurl().ok().flatten().map(str::to_owned);
                (found.url().unwrap_or_default().to_owned(), push)
            }
            Backend::Command => {
                let ask = |key: &str| {
                    let name = format!("remote.{remote}.{key}");
                    let out = self.command_line().ok()?.output(["config", "--get", &name]).ok()?;
                    Some(String::from_utf8_lossy(&out).trim().to_owned())
                };
                (ask("url").unwrap_or_default(), ask("pushurl"))
            }
        };
        push_url.is_some_and(|push| place(&push) != place(&url))
    }
}

/// Host and path of a URL, whatever the protocol and user.
pub fn place(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let whole = format!("{host}{path}").replace(':', "/");
    whole.trim_end_matches('/').trim_end_matches(".git").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn two_ways_to_one_place_are_one() {
        assert_eq!(place("https://me@host.org/a/b.git"), place("git@host.org:a/b"));
        assert_ne!(place("https://host.org/a/b"), place("https://host.org/fork/b"));
    }
}

//! The project of CircleCI that a text is about.

use regex::bytes::Regex;

/// `VCS/ORG/REPO` out of an address of CircleCI, such as a badge's.
pub(super) fn in_text(text: &[u8]) -> Option<String> {
    let pattern = r"(?:circleci\.com/(?:api/v1\.1/project/|api/v2/project/|pipelines/|status-badge/(?:img|redirect)/)?|shields\.io/circleci/(?:project|build)/)(gh|bb|gl|github|bitbucket|circleci)/([A-Za-z0-9_.-]{1,100})/([A-Za-z0-9_.-]{1,100})";
    let found = Regex::new(pattern).ok()?.captures(text)?;
    let part = |nth| found.get(nth).map(|m| String::from_utf8_lossy(m.as_bytes()).into_owned());
    let repo = part(3)?;
    let repo = repo.trim_end_matches(".svg").trim_end_matches(".png").to_owned();
    Some(format!("{}/{}/{repo}", part(1)?, part(2)?))
}

/// `VCS/ORG/REPO` of a repository's remote.
pub fn of_remote(url: &str) -> Option<String> {
    let (host, path) = host_and_path(url)?;
    let vcs = match host.as_str() {
        "github.com" => "gh",
        "bitbucket.org" => "bb",
        _ => return None,
    };
    let (org, repo) = path.split_once('/')?;
    (!repo.contains('/')).then(|| format!("{vcs}/{org}/{repo}"))
}

/// Host and path of a remote's address, without user and `.git`.
pub fn host_and_path(url: &str) -> Option<(String, String)> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let at = rest.find(['/', ':'])?;
    let (host, path) = rest.split_at(at);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host).to_ascii_lowercase();
    let path = path.trim_start_matches([':', '/']).trim_end_matches('/');
    Some((host, path.trim_end_matches(".git").to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_found_in_addresses() {
        let badge = "https://dl.circleci.com/status-badge/img/gh/acme/web/tree/main.svg?style=svg";
        assert_eq!(in_text(badge.as_bytes()).as_deref(), Some("gh/acme/web"));
        let old = "[![x](https://circleci.com/gh/acme/web.svg?style=svg)]";
        assert_eq!(in_text(old.as_bytes()).as_deref(), Some("gh/acme/web"));
        assert_eq!(in_text(b"https://example.org/gh/acme/web"), None);
    }

    #[test]
    fn projects_are_found_by_remotes() {
        let slug = |url| of_remote(url).unwrap_or_default();
        assert_eq!(slug("git@github.com:acme/web.git"), "gh/acme/web");
        assert_eq!(slug("https://me@bitbucket.org/acme/web"), "bb/acme/web");
        assert_eq!(slug("ssh://git@ghe.example.org/acme/web"), "");
    }
}

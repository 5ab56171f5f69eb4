//! Services that keep repositories: which ones an organisation has, and what people wrote there.
//!
//! Each service is one file that says where to ask and what the answers mean; going from page to
//! page, and what is believed of an answer, is here. Nothing is taken for the end of a list but a
//! page that says so.

mod bitbucket;
mod gitea;
mod github;
mod gitlab;
mod page;
mod threads;

use super::Hidden;
use super::http::Client;
use super::percent as escaped;
use crate::error::{Error, Kind as Trouble, Result};
use page::Pages;
use serde_json::Value;

/// A kind of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// GitHub, also GitHub Enterprise.
    GitHub,
    /// GitLab.
    GitLab,
    /// Bitbucket Cloud.
    Bitbucket,
    /// Gitea and Forgejo.
    Gitea,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::GitHub, Self::GitLab, Self::Bitbucket, Self::Gitea];

    /// The word before the colon.
    pub fn word(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Bitbucket => "bitbucket",
            Self::Gitea => "gitea",
        }
    }
}

/// One repository, as its service tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repository {
    /// `owner/name`.
    pub name: String,
    /// Where git fetches it.
    pub address: String,
    /// How the service names it in its interface.
    pub id: String,
    /// About how large it is.
    pub bytes: Option<u64>,
    /// Whether it is a fork of another.
    pub is_fork: bool,
    /// Whether it is archived.
    pub is_archived: bool,
    /// When it changed last (ISO 8601), if the service tells.
    pub changed: String,
    /// Whether it may have a wiki.
    pub has_wiki: bool,
}

/// What people write beside the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// Issues, pull and merge requests.
    Issues,
    /// Comments on them.
    Comments,
}

/// A list, which may have come to an end early.
#[derive(Debug, Default)]
pub struct Listing {
    /// What was listed.
    pub repositories: Vec<Repository>,
    /// Why there may be more.
    pub cut: Option<Error>,
}

/// An organisation, group, workspace or user at a service.
#[derive(Debug)]
pub struct Forge {
    service: Service,
    client: Client,
    token: Option<Hidden>,
    /// Name of the user that goes with the token, where one is needed.
    user: Option<String>,
    /// Where the interface begins.
    base: String,
    /// Host of the addresses that git fetches from.
    web: String,
    /// The host that people know it by.
    known_as: String,
    owner: String,
}

impl Forge {
    /// What `word` (without the service: `ORG`, `GROUP/SUBGROUP`, for Gitea `HOST/ORG`) names.
    ///
    /// # Errors
    /// If it names nothing.
    pub fn new(
        service: Service,
        word: &str,
        client: Client,
        user: Option<String>,
        token: Option<Hidden>,
    ) -> Result<Self> {
        let none = || {
            Error::new(Trouble::Usage, format!("{}: names no organisation", service.word()))
                .hint("write github:ORG, gitlab:GROUP, bitbucket:WORKSPACE or gitea:HOST/ORG")
        };
        let word = word.trim_matches('/');
        let (host, owner) = match service {
            Service::GitHub => ("api.github.com", word),
            Service::GitLab => ("gitlab.com", word),
            Service::Bitbucket => ("api.bitbucket.org", word),
            Service::Gitea => word.split_once('/').ok_or_else(none)?,
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:".contains(c);
        if owner.is_empty() || !word.chars().all(plain) || word.contains("..") {
            return Err(none());
        }
        let path = match service {
            Service::GitHub => "",
            Service::GitLab => "/api/v4",
            Service::Bitbucket => "/2.0",
            Service::Gitea => "/api/v1",
        };
        let public = format!("https://{host}");
        let target = client.target(&public);
        let web = match host {
            _ if target != public => page::authority(&target).to_owned(),
            host => host.strip_prefix("api.").unwrap_or(host).to_owned(),
        };
        let known_as = if service == Service::Gitea { host.to_owned() } else { web.clone() };
        let (base, owner) = (format!("{public}{path}"), owner.to_owned());
        Ok(Self { service, client, token, user, base, web, known_as, owner })
    }

    /// The host that people know it by.
    pub fn known_as(&self) -> &str {
        &self.known_as
    }

    /// Host, with its port, of the addresses that its repositories have.
    pub fn web(&self) -> &str {
        &self.web
    }

    /// Name and password for git.
    pub fn credentials(&self) -> Option<(String, String)> {
        let token = self.token.as_ref()?.reveal().to_owned();
        let user = match (self.service, &self.user) {
            (_, Some(user)) => user.as_str(),
            (Service::GitHub, None) => "x-access-token",
            (Service::Bitbucket, None) => "x-token-auth",
            (Service::GitLab | Service::Gitea, None) => "oauth2",
        };
        Some((user.to_owned(), token))
    }

    /// Every repository that the token can see.
    ///
    /// # Errors
    /// If not even the first page came.
    pub fn repositories(&self) -> Result<Listing> {
        match self.service {
            Service::GitHub => github::repositories(self),
            Service::GitLab => gitlab::repositories(self),
            Service::Bitbucket => bitbucket::repositories(self),
            Service::Gitea => gitea::repositories(self),
        }
    }

    /// What a user or a project keeps in small repositories of their own: gists of the owner, or
    /// snippets of the project `of`.
    ///
    /// # Errors
    /// If not all of them could be listed.
    pub fn small(&self, of: Option<&Repository>) -> Result<Vec<Repository>> {
        match (self.service, of) {
            (Service::GitHub, None) => github::gists(self),
            (Service::GitLab, Some(project)) => gitlab::snippets(self, project),
            _ => Ok(Vec::new()),
        }
    }

    /// Hands out every text of that kind of the repository with this id: its path, such as
    /// `issues/12`, and what it says.
    ///
    /// # Errors
    /// If not all of them came.
    pub fn texts(
        &self,
        id: &str,
        writing: Writing,
        out: &mut dyn FnMut(String, String),
    ) -> Result<()> {
        match self.service {
            Service::GitHub => github::texts(self, id, writing, out),
            Service::GitLab => gitlab::texts(self, id, writing, out),
            Service::Bitbucket => bitbucket::texts(self, id, writing, out),
            Service::Gitea => gitea::texts(self, id, writing, out),
        }
    }

    fn pages(&self, path: &str) -> Pages<'_> {
        Pages::new(self, format!("{}{path}", self.base))
    }

    /// All repositories of a list of pages.
    fn listing(&self, path: &str, read: &dyn Fn(&Value) -> Option<Repository>) -> Result<Listing> {
        let mut listing = Listing::default();
        let mut pages = self.pages(path);
        loop {
            match pages.next() {
                Ok(None) => return Ok(listing),
                Ok(Some(items)) => {
                    for item in items {
                        match read(&item) {
                            Some(repository) => listing.repositories.push(repository),
                            None => return Err(pages.strange("a repository without a name")),
                        }
                    }
                }
                Err(e) if pages.is_first() => return Err(e),
                Err(e) => {
                    listing.cut = Some(e);
                    return Ok(listing);
                }
            }
        }
    }

    /// The list of an organisation or, where there is none of that name, of a user.
    fn listing_of_either(
        &self,
        organisation: &str,
        user: &str,
        read: &dyn Fn(&Value) -> Option<Repository>,
    ) -> Result<Listing> {
        match self.listing(organisation, read) {
            Err(e) if page::is_absent(&e) => self.listing(user, read),
            listed => listed,
        }
    }

    /// Hands out a text of every item of a list of pages.
    fn each(&self, path: &str, take: &mut dyn FnMut(&Value)) -> Result<()> {
        let mut pages = self.pages(path);
        while let Some(items) = pages.next()? {
            items.iter().for_each(&mut *take);
        }
        Ok(())
    }
}

/// A text field.
fn text(item: &Value, name: &str) -> String {
    item.pointer(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A repository as GitHub tells of it, and Gitea after its example; the field `changed` says when
/// it changed last.
fn repository(item: &Value, changed: &str) -> Option<Repository> {
    let name = text(item, "/full_name");
    let address = text(item, "/clone_url");
    (!name.is_empty() && !address.is_empty()).then(|| Repository {
        id: name.clone(),
        name,
        address,
        bytes: item.get("size").and_then(Value::as_u64).map(|kilo| kilo * 1024),
        is_fork: flag(item, "/fork"),
        is_archived: flag(item, "/archived"),
        changed: text(item, changed),
        has_wiki: flag(item, "/has_wiki"),
    })
}

/// Several text fields, one below the other.
fn texts(item: &Value, names: &[&str]) -> String {
    let all: Vec<String> =
        names.iter().map(|name| text(item, name)).filter(|t| !t.is_empty()).collect();
    all.join("\n")
}

fn flag(item: &Value, name: &str) -> bool {
    item.pointer(name).and_then(Value::as_bool).unwrap_or(false)
}

/// The last parts of an address, to name a comment by: `issues/12#comment-3`.
fn tail(address: &str, parts: usize) -> String {
    let all: Vec<&str> = address.trim_end_matches('/').split('/').collect();
    all.get(all.len().saturating_sub(parts)..).unwrap_or_default().join("/")
}

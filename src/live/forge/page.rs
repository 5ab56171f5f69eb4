//! From page to page, and what is believed of an answer.

use super::{Forge, Service};
use crate::error::{Error, Kind, Result};
use crate::live::http::{Request, Response};
use serde_json::Value;
use std::collections::HashSet;

/// More pages than this are a service that goes round in circles.
const MOST: usize = 20_000;

/// The pages of one list.
pub(super) struct Pages<'a> {
    forge: &'a Forge,
    next: Option<String>,
    asked: HashSet<String>,
    /// How many items came, and how many there are if the service tells.
    came: u64,
    told: Option<u64>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(forge: &'a Forge, first: String) -> Self {
        Self { forge, next: Some(first), asked: HashSet::new(), came: 0, told: None }
    }

    /// Whether no page has come yet.
    pub(super) fn is_first(&self) -> bool {
        self.asked.len() <= 1
    }

    /// The items of the next page; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<Vec<Value>>> {
        let Some(url) = self.next.take() else { return self.end() };
        if !self.asked.insert(url.clone()) || self.asked.len() > MOST {
            return Err(self.strange("its pages go round in circles"));
        }
        let answer = self.forge.ask(&url)?;
        let page = self.read(&url, &answer)?;
        // A token must go nowhere but to the host that was asked.
        let host = |url: &str| authority(&self.forge.client.target(url)).to_ascii_lowercase();
        let is_foreign = |next: &String| host(next) != host(&url) || self.is_plainer(next, &url);
        if page.next.as_ref().is_some_and(is_foreign) {
            return Err(self.strange("its next page is at another host"));
        }
        self.next = page.next;
        self.came += page.items.len() as u64;
        self.told = page.told.or(self.told);
        Ok(Some(page.items))
    }

    /// What one answer holds, says of the whole, and says of what comes next.
    fn read(&self, url: &str, answer: &Response) -> Result<Page> {
        let header = |name| answer.header(name).map(str::trim).filter(|value| !value.is_empty());
        if header("x-github-sso").is_some_and(|sso| sso.starts_with("partial-results")) {
            return Err(self.strange("single sign-on hides a part of it from this token"));
        }
        match answer.json().ok_or_else(|| self.strange("it is not JSON"))? {
            Value::Array(items) => {
                let told = header("x-total-count").or_else(|| header("x-total"));
                let next = answer.next_page();
                let next = next.or_else(|| header("x-next-page").map(|n| numbered(url, n)));
                if next.is_none() && header("link").is_some_and(|link| link.contains("next")) {
                    return Err(self.strange("its next page cannot be read"));
                }
                Ok(Page { items, next, told: told.and_then(|n| n.parse().ok()) })
            }
            Value::Object(mut fields) => {
                let next = fields.get("next").and_then(Value::as_str).map(str::to_owned);
                let told = fields.get("size").and_then(Value::as_u64);
                match fields.remove("values") {
                    Some(Value::Array(items)) => Ok(Page { items, next, told }),
                    _ => Err(self.strange("it is no list")),
                }
            }
            _ => Err(self.strange("it is no list")),
        }
    }

    /// Whether `next` is asked without TLS, and `url` is not.
    fn is_plainer(&self, next: &str, url: &str) -> bool {
        let is_secure = |url: &str| self.forge.client.target(url).starts_with("https://");
        is_secure(url) && !is_secure(next)
    }

    /// The last page has come: that must have been all.
    fn end(&self) -> Result<Option<Vec<Value>>> {
        match self.told {
            Some(told) if told > self.came => {
                Err(self.strange(&format!("it tells of {told} and lists {}", self.came)))
            }
            _ => Ok(None),
        }
    }

    /// An answer that cannot be believed.
    pub(super) fn strange(&self, why: &str) -> Error {
        Error::new(Kind::Network, self.forge.doing()).because(format!("a strange answer: {why}"))
    }
}

/// One page.
struct Page {
    items: Vec<Value>,
    next: Option<String>,
    /// How many items all pages have.
    told: Option<u64>,
}

impl Forge {
    /// The answer to a question, if it is one.
    pub(super) fn ask(&self, url: &str) -> Result<Response> {
        let answer = self.client.send(&self.request(url));
        let answer = answer.map_err(|trouble| trouble.error(self.doing()))?;
        match answer.status {
            200 => Ok(answer),
            status => Err(refused(status, self.doing(), self.token.is_some())),
        }
    }

    fn doing(&self) -> String {
        format!("asking {} about {}", self.web, self.owner)
    }

    /// A request with what the service wants to see.
    fn request(&self, url: &str) -> Request {
        let request = Request::get(url).header("User-Agent", "stanch");
        let request = match self.service {
            Service::GitHub => request
                .header("Accept", "application/vnd.github+json")
                .header("X-GitHub-Api-Version", "2022-11-28"),
            _ => request.header("Accept", "application/json"),
        };
        match (&self.token, &self.user) {
            (None, _) => request,
            (Some(token), Some(user)) => request.basic(user, token.reveal()),
            (Some(token), None) => request.bearer(token),
        }
    }
}

/// What a status that is no success means.
fn refused(status: u16, doing: String, has_token: bool) -> Error {
    let (why, hint) = match status {
        401 if has_token => ("the token is not accepted", "make a new one"),
        401 => ("it wants a token", "give one by the environment or by --token-file"),
        403 => ("it is forbidden", "the token may lack a scope, or too much was asked"),
        410 => ("it is switched off there", "ask for it without that repository"),
        404 => ("there is none of that name, or the token may not see it", "look at the name"),
        429 => ("too much was asked", "try again later, or with a lower --rate"),
        500.. => ("the service has a problem", "try again later"),
        _ => ("that is no answer to this question", "is it the right --host?"),
    };
    let error = Error::new(Kind::Network, doing);
    error.because(format!("{why} (HTTP {status})")).hint(hint)
}

/// Whether an error says that there is no such thing.
pub(super) fn is_absent(error: &Error) -> bool {
    has_status(error, 404)
}

/// Whether an error is an answer with this status.
pub(super) fn has_status(error: &Error, status: u16) -> bool {
    let cause = std::error::Error::source(error);
    cause.is_some_and(|cause| cause.to_string().ends_with(&format!("(HTTP {status})")))
}

/// The same question about another page.
fn numbered(url: &str, page: &str) -> String {
    let bare = url.split_once("&page=").map_or(url, |(bare, _)| bare);
    format!("{bare}&page={page}")
}

/// Host and port of a URL.
pub(super) fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

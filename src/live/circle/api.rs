//! Calls of CircleCI's interfaces. Sources: `docs` of API v1.1 and v2, and for runners and v3 the
//! source of `circleci-cli`.

use crate::error::{Error, Kind, Result};
use crate::live::Hidden;
use crate::live::http::{Client, Method, Opened, Request, Response};
use serde_json::Value;

const BASE: &str = "https://circleci.com/api";
const RUNNER: &str = "https://runner.circleci.com/api/v3/runner";
const V3: &str = "https://circleci.com/api/v3/";

/// Most pages of one list.
const PAGES: usize = 10_000;

/// CircleCI, with a token.
pub struct Circle {
    client: Client,
    token: Hidden,
}

impl Circle {
    /// Asks through `client`, as whoever holds `token`.
    pub fn new(client: Client, token: Hidden) -> Self {
        Self { client, token }
    }

    fn request(&self, method: Method, url: String) -> Request {
        let request = Request::new(method, url).header("Accept", "application/json");
        // Runners and v3 take nothing else; the rest takes both.
        match request.clone() {
            r if r.is_for(RUNNER) || r.is_for(V3) => r.bearer(&self.token),
            r => r.header("Circle-Token", self.token.clone()),
        }
    }

    fn send(&self, request: &Request, what: &str) -> Result<Response> {
        let doing = || format!("asking CircleCI for {what}");
        let answer = self.client.send(request).map_err(|t| t.error(doing()))?;
        match answer.status {
            200..=299 => Ok(answer),
            status => Err(refused(status, &doing())),
        }
    }

    /// The JSON at `path` of v2 or v1.1 (`/v2/me`).
    ///
    /// # Errors
    /// If it is not answered, or not with JSON.
    pub(super) fn get(&self, path: &str, what: &str) -> Result<Value> {
        self.json(&self.request(Method::Get, url(path)), what)
    }

    fn json(&self, request: &Request, what: &str) -> Result<Value> {
        let answer = self.send(request, what)?;
        let json = answer.json().filter(|v| v.is_object() || v.is_array());
        json.ok_or_else(|| {
            Error::new(Kind::Network, format!("the answer about {what} is no JSON"))
        })
    }

    /// Every item of a list of v2, from all its pages.
    ///
    /// # Errors
    /// If a page is not answered or is no page: half a list is none.
    pub(super) fn list(&self, path: &str, what: &str) -> Result<Vec<Value>> {
        self.pages(path, what, "items", "/next_page_token", "page-token")
    }

    /// Every item of a list of v3, from all its pages.
    ///
    /// # Errors
    /// If a page is not answered or is no page.
    pub(super) fn list_v3(&self, path: &str, what: &str) -> Result<Vec<Value>> {
        self.pages(path, what, "data", "/page/next", "page%5Bcursor%5D")
    }

    /// The field `held` of all pages, where `next` leads from one to the following, which is
    /// asked for by the parameter `by`.
    fn pages(
        &self,
        path: &str,
        what: &str,
        held: &str,
        next: &str,
        by: &str,
    ) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = token.as_ref().map_or(String::new(), |t| format!("{joint}{by}={t}"));
            let answer = self.get(&format!("{path}{page}"), what)?;
            let Some(more) = answer.get(held).and_then(Value::as_array) else {
                return Err(Error::new(
                    Kind::Network,
                    format!("the answer about {what} is no list"),
                ));
            };
            items.extend(more.iter().cloned());
            let next = answer.pointer(next).and_then(Value::as_str);
            match next.filter(|t| !t.is_empty()).map(crate::live::percent) {
                None => return Ok(items),
                // A page that leads to itself would have no end.
                next if next == token => break,
                next => token = next,
            }
        }
        Err(Error::new(Kind::Network, format!("the list of {what} has no end")))
    }

    /// Does something that changes CircleCI.
    ///
    /// # Errors
    /// If it is refused, or not known to be done.
    pub(super) fn change(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        what: &str,
    ) -> Result<Value> {
        let request = self.request(method, url(path));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        Ok(self.send(&request, what)?.json().unwrap_or_default())
    }

    /// Opens what an answer pointed to. The token goes only to CircleCI's own hosts.
    ///
    /// # Errors
    /// If it is not answered with 200.
    pub(super) fn open(&self, link: &str, what: &str) -> Result<Opened> {
        let request = Request::get(link).may_leave();
        let host = link.split('/').nth(2).unwrap_or_default();
        let is_own = |own: &str| host == own || host.ends_with(&format!(".{own}"));
        let is_theirs = link.starts_with("https://")
            && (is_own("circleci.com") || is_own("circle-artifacts.com"));
        let request = match is_theirs {
            true => request.header("Circle-Token", self.token.clone()),
            false => request,
        };
        let doing = || format!("fetching {what}");
        let opened = self.client.open(&request).map_err(|t| t.error(doing()))?;
        if opened.status == 200 { Ok(opened) } else { Err(refused(opened.status, &doing())) }
    }
}

/// An error for an answer that is none of success; the status stands in it.
fn refused(status: u16, doing: &str) -> Error {
    let error = Error::new(Kind::Network, format!("{doing}: status {status}"));
    match status {
        401 => error.hint("the token is not accepted: it needs to be a personal API token"),
        403 => error.hint("the token may not do that"),
        404 => error.hint("it is not there, or the token may not see it"),
        429 => error.hint("CircleCI is asked too often: lower --rate"),
        _ => error,
    }
}

/// Whether an error says that a thing is not there.
pub(super) fn is_absent(error: &Error) -> bool {
    error.to_string().ends_with("status 404")
}

fn url(path: &str) -> String {
    match path.strip_prefix("/runner") {
        Some(rest) => format!("{RUNNER}{rest}"),
        None => format!("{BASE}{path}"),
    }
}

/// The text of a field, by the first of its names that is there.
pub(super) fn text(value: &Value, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| value.get(*name)?.as_str());
    found.unwrap_or_default().to_owned()
}

/// A slug or name as a part of a path: its slashes stay.
pub(super) fn in_path(slug: &str) -> String {
    slug.split('/').map(crate::live::percent).collect::<Vec<_>>().join("/")
}

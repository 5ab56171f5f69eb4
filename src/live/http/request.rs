//! What is asked.

use crate::live::Hidden;
use data_encoding::BASE64;

/// HTTP methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Reads the head only.
    Head,
    /// Makes, or does.
    Post,
    /// Sets.
    Put,
    /// Changes a part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The method of a name in capitals.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete];
        all.into_iter().find(|m| m.as_str() == name)
    }

    /// Whether it changes nothing.
    pub fn is_reading(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }
}

/// One request. Every header value and the body are taken for secret.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) method: Method,
    pub(super) url: Hidden,
    pub(super) headers: Vec<(String, Hidden)>,
    pub(super) body: Option<Hidden>,
    pub(super) repeatable: bool,
    pub(super) may_leave: bool,
}

impl Request {
    /// A request for a URL.
    pub fn new(method: Method, url: impl Into<Hidden>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: Vec::new(),
            body: None,
            repeatable: method.is_reading(),
            may_leave: false,
        }
    }

    /// A GET.
    pub fn get(url: impl Into<Hidden>) -> Self {
        Self::new(Method::Get, url)
    }

    /// Whether it is for a URL below this one.
    pub fn is_for(&self, base: &str) -> bool {
        self.url.reveal().starts_with(base)
    }

    /// The values of its headers.
    #[cfg(test)]
    pub(in crate::live) fn values(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|(_, value)| value.reveal())
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Hidden>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// `Authorization: Bearer TOKEN`.
    #[must_use]
    pub fn bearer(self, token: &Hidden) -> Self {
        self.header("Authorization", format!("Bearer {}", token.reveal()))
    }

    /// `Authorization: Basic …`.
    #[must_use]
    pub fn basic(self, user: &str, password: &str) -> Self {
        let pair = BASE64.encode(format!("{user}:{password}").as_bytes());
        self.header("Authorization", format!("Basic {pair}"))
    }

    /// The body, with its type.
    #[must_use]
    pub fn body(self, kind: &str, body: impl Into<Hidden>) -> Self {
        let mut it = self.header("Content-Type", kind);
        it.body = Some(body.into());
        it
    }

    /// A JSON body.
    #[must_use]
    pub fn json(self, body: &serde_json::Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sent twice, it does the same as sent once: it may be sent again.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// It is sent once, whatever becomes of it (but for 429, which says that nothing was done).
    #[must_use]
    pub fn once(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// A redirect may lead to another public host; no header goes along.
    #[must_use]
    pub fn may_leave(mut self) -> Self {
        self.may_leave = true;
        self
    }
}

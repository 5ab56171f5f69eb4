//! Why there is no answer.

use crate::error::{Error, Kind};
use std::fmt;
use std::io;

/// What sort of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Our own rules forbid to ask: a private address, plain HTTP, a URL that is none.
    Refused,
    /// The host has no address.
    Name,
    /// The host, or the proxy, did not take the connection.
    Connect,
    /// TLS failed: a certificate that nobody vouches for, or no TLS at all.
    Tls,
    /// It took too long.
    TimedOut,
    /// The connection broke, or what came is not HTTP.
    Broken,
    /// The body is longer than allowed.
    TooLong,
    /// It sends us elsewhere.
    Redirect,
}

impl Cause {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "not asked",
            Self::Name => "the host has no address",
            Self::Connect => "no connection",
            Self::Tls => "TLS failed",
            Self::TimedOut => "timed out",
            Self::Broken => "the answer is broken",
            Self::TooLong => "the answer is too long",
            Self::Redirect => "redirected elsewhere",
        }
    }

    /// Whether it may be better next time.
    pub(super) fn may_pass(self) -> bool {
        matches!(self, Self::Name | Self::Connect | Self::TimedOut | Self::Broken)
    }
}

/// There is no answer. It tells the host and what went wrong, and nothing of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What sort.
    pub cause: Cause,
    /// Whom it was with.
    pub host: String,
    detail: String,
}

impl Trouble {
    pub(super) fn new(cause: Cause, host: &str, detail: impl Into<String>) -> Self {
        Self { cause, host: host.to_owned(), detail: detail.into() }
    }

    /// Reading a body failed.
    pub(super) fn reading(e: &io::Error, host: &str) -> Self {
        match e.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                Self::new(Cause::TimedOut, host, "")
            }
            _ if e.to_string().starts_with("timeout") => Self::new(Cause::TimedOut, host, ""),
            kind => Self::new(Cause::Broken, host, kind.to_string()),
        }
    }

    /// As an error that ends what was being done.
    pub fn error(self, doing: impl Into<String>) -> Error {
        let hint = match self.cause {
            Cause::Refused => "name the host with --host, or give --allow-private",
            Cause::Tls => "give the certificate of your own authority with --root-certificate",
            Cause::Connect | Cause::Name => "behind a proxy, set HTTPS_PROXY",
            _ => return Error::new(Kind::Network, doing).because(self),
        };
        Error::new(Kind::Network, doing).because(self).hint(hint)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.host, self.cause.as_str())?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, " ({})", self.detail) }
    }
}

impl std::error::Error for Trouble {}

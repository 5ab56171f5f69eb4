//! The wire: the only file that speaks to the HTTP library.

use super::address::{Address, is_free, is_private};
use super::policy::Policy;
use super::request::{Method, Request};
use super::response::{Head, Opened};
use super::trouble::{Cause, Trouble};
use crate::error::{Error as AppError, Kind, Result as AppResult};
use crate::live::Hidden;
use std::fmt;
use std::io;
use std::time::Duration;
use ureq::config::Config;
use ureq::http::{self, HeaderValue, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error, Proxy};

const USER_AGENT: &str = concat!("stanch/", env!("CARGO_PKG_VERSION"));
const CONNECT: Duration = Duration::from_secs(15);

/// Agents for each way to a host.
#[derive(Debug)]
pub(super) struct Wire {
    /// With the public certificates.
    public: Ways,
    /// With those that the user gave.
    own: Option<Ways>,
    policy: Policy,
}

/// One message on its way.
pub(super) struct Sending<'a> {
    pub(super) request: &'a Request,
    /// Where it goes, which a redirect may have changed.
    pub(super) url: &'a str,
    pub(super) to: &'a Address,
    /// Whether the request's headers go along.
    pub(super) with_headers: bool,
    /// Whether the time-out is for all of the answer.
    pub(super) is_whole: bool,
}

#[derive(Debug)]
struct Ways {
    direct: Agent,
    https_proxy: Option<Agent>,
    http_proxy: Option<Agent>,
}

impl Wire {
    pub(super) fn new(policy: &Policy) -> AppResult<Self> {
        let own = match policy.root_certificates.is_empty() {
            true => None,
            false => Some(Ways::new(policy, certificates(&policy.root_certificates)?)?),
        };
        let public = Ways::new(policy, RootCerts::WebPki)?;
        Ok(Self { public, own, policy: policy.clone() })
    }

    /// Sends it.
    pub(super) fn exchange(&self, it: &Sending<'_>) -> Result<Opened, Trouble> {
        let first = self.public.exchange(&self.policy, it);
        match (first, &self.own) {
            // Nothing was said before TLS failed, so it is no second request.
            (Err(trouble), Some(own)) if trouble.cause == Cause::Tls => {
                own.exchange(&self.policy, it)
            }
            (first, _) => first,
        }
    }
}

impl Ways {
    fn new(policy: &Policy, roots: RootCerts) -> AppResult<Self> {
        let through = |proxy: &Option<Hidden>| match proxy {
            Some(proxy) => agent(policy, roots.clone(), Some(proxy)).map(Some),
            None => Ok(None),
        };
        Ok(Self {
            https_proxy: through(&policy.https_proxy)?,
            http_proxy: through(&policy.http_proxy)?,
            direct: agent(policy, roots.clone(), None)?,
        })
    }

    fn exchange(&self, policy: &Policy, it: &Sending<'_>) -> Result<Opened, Trouble> {
        let (request, to) = (it.request, it.to);
        let proxied = if to.is_plain { &self.http_proxy } else { &self.https_proxy };
        let wanted = policy.proxy_for(to.is_plain, &to.host).and(proxied.as_ref());
        let agent = wanted.unwrap_or(&self.direct);
        let told = |e| trouble(e, &to.host, to.is_plain);
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(it.url);
        for (name, value) in request.headers.iter().filter(|_| it.with_headers) {
            let value = HeaderValue::from_str(value.reveal());
            let mut value = value.map_err(|_| refused(&to.host, "a header has a line break"))?;
            value.set_sensitive(true);
            builder = builder.header(name, value);
        }
        let bad = |_| refused(&to.host, "the request cannot be put together");
        let takes_body = matches!(request.method, Method::Post | Method::Put | Method::Patch);
        let limit = it.is_whole.then_some(policy.timeout);
        let answer = match (&request.body, takes_body) {
            (None, false) => {
                let message = builder.body(()).map_err(bad)?;
                agent.run(agent.configure_request(message).timeout_global(limit).build())
            }
            (body, _) => {
                let body = body.as_ref().map_or("", Hidden::reveal).as_bytes().to_vec();
                let message = builder.body(body).map_err(bad)?;
                agent.run(agent.configure_request(message).timeout_global(limit).build())
            }
        };
        Ok(opened(answer.map_err(told)?))
    }
}

fn opened(answer: http::Response<ureq::Body>) -> Opened {
    let (parts, body) = answer.into_parts();
    let text = |v: &HeaderValue| String::from_utf8_lossy(v.as_bytes()).into_owned();
    let headers = parts.headers.iter().map(|(n, v)| (n.as_str().to_owned(), text(v))).collect();
    let head = Head { status: parts.status.as_u16(), headers };
    // Our own bound holds, not the library's.
    let body = body.into_with_config().limit(u64::MAX).reader();
    Opened { status: head.status, head, body: Box::new(body) }
}

fn agent(policy: &Policy, roots: RootCerts, proxy: Option<&Hidden>) -> AppResult<Agent> {
    let bad = |_| AppError::new(Kind::Usage, "the proxy in the environment cannot be read");
    let proxy = proxy.map(|p| Proxy::new(p.reveal()).map_err(bad)).transpose()?;
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(USER_AGENT)
        .proxy(proxy)
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .timeout_resolve(Some(CONNECT.min(policy.timeout)))
        .timeout_connect(Some(CONNECT.min(policy.timeout)))
        .timeout_send_request(Some(policy.timeout))
        .timeout_send_body(Some(policy.timeout))
        .timeout_recv_response(Some(policy.timeout))
        .timeout_per_read(Some(policy.timeout))
        .build();
    let guard = Guard { policy: policy.clone(), inner: DefaultResolver::default() };
    Ok(Agent::with_parts(config, DefaultConnector::default(), guard))
}

fn certificates(pem: &[u8]) -> AppResult<RootCerts> {
    let bad = || AppError::new(Kind::Usage, "there is no certificate in the file (PEM)");
    let mut found: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| bad())? {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err(bad()) } else { Ok(found.into()) }
}

/// Resolves names, and refuses addresses that are nobody's business.
#[derive(Debug)]
struct Guard {
    policy: Policy,
    inner: DefaultResolver,
}

/// What the guard says.
#[derive(Debug)]
struct Private;

impl fmt::Display for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a private address")
    }
}

impl std::error::Error for Private {}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        // The user named the proxy.
        let is_proxy = config.proxy().is_some_and(|p| p.host().eq_ignore_ascii_case(&host));
        if is_proxy || is_free(&host, &self.policy) || !found.iter().any(|a| is_private(a.ip())) {
            return Ok(found);
        }
        Err(Error::Other(Box::new(Private)))
    }
}

fn refused(host: &str, why: &str) -> Trouble {
    Trouble::new(Cause::Refused, host, why)
}

/// What an error of the library means. Its own words may hold a URL, so few of them are passed on.
fn trouble(e: Error, host: &str, is_plain: bool) -> Trouble {
    let new = |cause, detail: &str| Trouble::new(cause, host, detail);
    match e {
        Error::Other(e) if e.is::<Private>() => new(Cause::Refused, "a private address"),
        Error::Http(_) | Error::BadUri(_) => new(Cause::Refused, "it is not a URL"),
        Error::HostNotFound => new(Cause::Name, ""),
        Error::Timeout(_) => new(Cause::TimedOut, ""),
        Error::ConnectionFailed => new(Cause::Connect, ""),
        Error::ConnectProxyFailed(_) => new(Cause::Connect, "the proxy refuses"),
        Error::Rustls(e) => new(Cause::Tls, &e.to_string()),
        Error::Tls(e) => new(Cause::Tls, e),
        Error::Protocol(_) => new(Cause::Broken, "it is not HTTP"),
        Error::LargeResponseHeader(..) => new(Cause::TooLong, "its head"),
        Error::Io(e) => by_kind(&e, host, is_plain),
        _ => new(Cause::Broken, ""),
    }
}

fn by_kind(e: &io::Error, host: &str, is_plain: bool) -> Trouble {
    use io::ErrorKind as K;
    let cause = match e.kind() {
        K::TimedOut | K::WouldBlock => Cause::TimedOut,
        K::ConnectionRefused | K::HostUnreachable | K::NetworkUnreachable => Cause::Connect,
        K::AddrNotAvailable | K::NetworkDown => Cause::Connect,
        // TLS errors come in this dress.
        K::InvalidData if !is_plain => return Trouble::new(Cause::Tls, host, e.to_string()),
        _ if e.to_string().contains("lookup") => Cause::Name,
        _ => Cause::Broken,
    };
    Trouble::new(cause, host, e.kind().to_string())
}

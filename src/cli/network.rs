//! Options of everything that asks a service, and the client that they make.

#![cfg_attr(not(feature = "live"), allow(dead_code, reason = "nothing is asked in this build"))]

use crate::error::{Error, Kind};
#[cfg(feature = "live")]
use crate::live::{
    Hidden,
    http::{Client, Policy},
};
use std::path::PathBuf;

/// Options of everything that asks a service.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Network")]
#[group(skip)]
pub(super) struct Flags {
    /// Ask URL instead of HOST, for your own installation of a service:
    /// `api.github.com=https://ghe.example.org/api/v3`. URL may be private.
    #[arg(long = "host", global = true, value_name = "HOST=URL", value_parser = host)]
    hosts: Vec<(String, String)>,
    /// Private addresses and plain http:// may be asked.
    #[arg(long, global = true)]
    allow_private: bool,
    /// Trust the certificates in this file (PEM) as well.
    #[arg(long, global = true, value_name = "FILE")]
    root_certificate: Option<PathBuf>,
    /// Most requests a second to one host.
    #[arg(long, global = true, value_name = "N", default_value = "5", value_parser = rate)]
    rate: f64,
    /// How often a request is repeated if the service is busy or the connection breaks.
    #[arg(long, global = true, value_name = "N", default_value_t = 3)]
    retries: u32,
    /// Seconds for one request.
    #[arg(long, global = true, value_name = "SECONDS", default_value = "30", value_parser = clap::value_parser!(u16).range(1..))]
    timeout: u16,
}

impl Flags {
    /// Whether private addresses and plain http:// may be asked.
    #[cfg(feature = "live")]
    pub(super) fn allow_private(&self) -> bool {
        self.allow_private
    }

    /// The client; proxies are those of the environment (`HTTPS_PROXY`, `HTTP_PROXY`,
    /// `ALL_PROXY`, `NO_PROXY`).
    #[cfg(feature = "live")]
    pub(super) fn client(&self) -> crate::error::Result<Client> {
        self.client_with(Vec::new())
    }

    /// The same, and what is for the first of `more` goes to the second.
    #[cfg(feature = "live")]
    pub(super) fn client_with(&self, more: Vec<(String, String)>) -> crate::error::Result<Client> {
        let read = |file: &PathBuf| {
            let doing = format!("reading the certificates in {}", file.display());
            std::fs::read(file).map_err(|e| Error::new(Kind::Io, doing).because(e))
        };
        let usual = Policy::default();
        Client::new(Policy {
            https_proxy: proxy(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
            // In capitals, a CGI program would take it from a request.
            http_proxy: proxy(&["http_proxy", "ALL_PROXY", "all_proxy"]),
            no_proxy: variable("NO_PROXY").or_else(|| variable("no_proxy")).unwrap_or_default(),
            root_certificates: self
                .root_certificate
                .as_ref()
                .map(read)
                .transpose()?
                .unwrap_or_default(),
            allow_private: self.allow_private,
            hosts: [more, self.hosts.clone()].concat(),
            per_second: self.rate,
            retries: self.retries,
            pause: usual.pause.min(std::time::Duration::from_secs_f64(2.0 / self.rate)),
            timeout: std::time::Duration::from_secs(self.timeout.into()),
            ..usual
        })
    }
}

/// What a command says that asks a service, in a build that cannot.
#[cfg(not(feature = "live"))]
pub(super) fn absent(what: &str) -> Error {
    Error::new(Kind::Usage, format!("this build of stanch cannot {what}: it has no network"))
        .hint("build it with the feature: cargo install stanch --features live")
}

#[cfg(feature = "live")]
fn proxy(names: &[&str]) -> Option<Hidden> {
    names.iter().find_map(|name| variable(name)).map(Hidden::new)
}

pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn host(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(host, url)| {
        !host.is_empty() && (url.starts_with("https://") || url.starts_with("http://"))
    });
    let (host, url) = pair.ok_or("write it as api.github.com=https://ghe.example.org/api/v3")?;
    Ok((host.to_ascii_lowercase(), url.to_owned()))
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|r: &f64| r.is_finite() && *r > 0.0);
    rate.ok_or_else(|| "it is a number above 0".into())
}

/// The server installation of CircleCI that the environment names, as its command line tool does.
#[cfg(feature = "live")]
pub(super) fn circle_host() -> crate::error::Result<Option<String>> {
    let named = variable("CIRCLE_HOST").or_else(|| variable("CIRCLECI_CLI_HOST"));
    let Some(url) = named else { return Ok(None) };
    let url = if url.contains("://") { url } else { format!("https://{url}") };
    host(&format!("circleci.com={url}"))
        .map(|(_, url)| (url.trim_end_matches('/') != "https://circleci.com").then_some(url))
        .map_err(|e| Error::new(Kind::Usage, "CIRCLE_HOST is no address").because(e))
}

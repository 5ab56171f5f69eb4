//! How the client behaves; the command line fills it.

use crate::live::Hidden;
use std::time::Duration;

/// The settings of a client.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The proxy for `https://`, as `http://USER:PASSWORD@HOST:PORT`.
    pub https_proxy: Option<Hidden>,
    /// The proxy for `http://`.
    pub http_proxy: Option<Hidden>,
    /// Hosts that are asked without a proxy: names, which also mean what is below them, with a
    /// comma between; `*` is all.
    pub no_proxy: String,
    /// Certificates in PEM that are trusted beside the public ones.
    pub root_certificates: Vec<u8>,
    /// Private addresses and plain `http://` may be asked.
    pub allow_private: bool,
    /// What is for the first (a host) goes to the second (the beginning of a URL). A host that
    /// stands in such a URL was named by the user: it may be private, and plain `http://`.
    pub hosts: Vec<(String, String)>,
    /// Most requests a second to one host.
    pub per_second: f64,
    /// How often a request is sent again.
    pub retries: u32,
    /// The first pause before one; each further is twice as long.
    pub pause: Duration,
    /// The longest that is waited before one, whatever the service asks for.
    pub longest_wait: Duration,
    /// For one exchange, without pauses. Of a long body, for each piece.
    pub timeout: Duration,
    /// Bytes of a body that is read whole.
    pub largest_body: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            https_proxy: None,
            http_proxy: None,
            no_proxy: String::new(),
            root_certificates: Vec::new(),
            allow_private: false,
            hosts: Vec::new(),
            per_second: 5.0,
            retries: 3,
            pause: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
            timeout: Duration::from_secs(30),
            largest_body: 8 << 20,
        }
    }
}

impl Policy {
    /// The proxy for a host, if any.
    pub(super) fn proxy_for(&self, is_plain: bool, host: &str) -> Option<&Hidden> {
        let proxy = if is_plain { &self.http_proxy } else { &self.https_proxy };
        proxy.as_ref().filter(|_| !self.is_direct(host))
    }

    fn is_direct(&self, host: &str) -> bool {
        let entries = self.no_proxy.split([',', ' ']).map(str::trim).filter(|e| !e.is_empty());
        entries.map(|e| e.trim_start_matches("*.").trim_start_matches('.')).any(|entry| {
            let below = || host.strip_suffix(entry).is_some_and(|head| head.ends_with('.'));
            entry == "*" || entry.eq_ignore_ascii_case(host) || below()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_hosts_need_no_proxy() {
        let policy = Policy {
            https_proxy: Some("http://proxy.example:3128".into()),
            no_proxy: "localhost, .corp.example,*.internal".into(),
            ..Policy::default()
        };
        let is_direct = |host| policy.proxy_for(false, host).is_none();
        assert!(is_direct("localhost") && is_direct("a.corp.example") && is_direct("x.internal"));
        assert!(!is_direct("notcorp.example") && !is_direct("circleci.com"));
        assert!(policy.proxy_for(true, "circleci.com").is_none());
    }
}

//! Whom a URL leads to, and which addresses are nobody's business.

use super::policy::Policy;
use super::trouble::{Cause, Trouble};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::http::Uri;

/// The parts of a URL that decide whom it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) is_plain: bool,
    pub(super) host: String,
    port: u16,
}

impl Address {
    /// Reads it from `url`.
    pub(super) fn of(url: &str) -> Result<Self, Trouble> {
        let bad = |what: &str| Trouble::new(Cause::Refused, "this URL", what);
        let uri: Uri = url.parse().map_err(|_| bad("it is not a URL"))?;
        let is_plain = match uri.scheme_str() {
            Some("https") => false,
            Some("http") => true,
            _ => return Err(bad("it is neither https:// nor http://")),
        };
        if uri.authority().is_some_and(|a| a.as_str().contains('@')) {
            return Err(bad("it holds a user's name"));
        }
        let host = uri.host().filter(|h| !h.is_empty()).ok_or_else(|| bad("it names no host"))?;
        let port = uri.port_u16().unwrap_or(if is_plain { 80 } else { 443 });
        Ok(Self { is_plain, host: host.to_ascii_lowercase(), port })
    }

    /// Whether our rules let it be asked; addresses behind a name are looked at when it is
    /// resolved.
    pub(super) fn permitted(&self, policy: &Policy) -> Result<(), Trouble> {
        if is_free(&self.host, policy) {
            return Ok(());
        }
        let refused = |why| Err(Trouble::new(Cause::Refused, &self.host, why));
        let bare = self.host.trim_matches(['[', ']']);
        let is_local = bare == "localhost" || bare.ends_with(".localhost");
        match bare.parse() {
            _ if self.is_plain => refused("plain http:// would show the credential to anybody"),
            Ok(ip) if is_private(ip) => refused("a private address"),
            _ if is_local => refused("a private address"),
            _ => Ok(()),
        }
    }
}

/// Whether `host` may be private and plain.
pub(super) fn is_free(host: &str, policy: &Policy) -> bool {
    let named = |base: &str| Address::of(base).is_ok_and(|a| a.host == host);
    policy.allow_private || policy.hosts.iter().any(|(_, base)| named(base))
}

/// `url`, or where the user wants what is for its host to go.
pub(super) fn redirected(url: &str, policy: &Policy) -> String {
    let rest = url.strip_prefix("https://").unwrap_or("");
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, tail) = rest.split_at(end);
    let found = policy.hosts.iter().find(|(from, _)| from.eq_ignore_ascii_case(host));
    found.map_or_else(
        || url.to_owned(),
        |(_, base)| format!("{}{tail}", base.trim_end_matches('/')),
    )
}

/// Whether an address is no public one: loopback, private, link-local, shared, reserved.
pub(super) fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_private4(ip),
        IpAddr::V6(ip) => is_private6(ip),
    }
}

/// By IANA's registry of special-purpose addresses.
fn is_private4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    match (a, b) {
        (0 | 10 | 127, _) | (192, 168) | (169, 254) | (198, 18 | 19) => true,
        (100, b) => (64..128).contains(&b),
        (172, b) => (16..32).contains(&b),
        (192, 0) => c == 0,
        _ => a >= 224,
    }
}

fn is_private6(ip: Ipv6Addr) -> bool {
    let [a, b, c, ..] = ip.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_private4(Ipv4Addr::new(a, b, c, d))
    };
    let [.., y, z] = ip.segments();
    let is_mapped = ip.to_ipv4_mapped().is_some_and(is_private4);
    // NAT64 and 6to4 carry an old address in the new one.
    let is_carried = (a == 0x64 && b == 0xff9b && inner(y, z)) || (a == 0x2002 && inner(b, c));
    let is_local = (a & 0xfe00) == 0xfc00 || (a & 0xffc0) == 0xfe80 || (a & 0xffc0) == 0xfec0;
    ip.is_loopback()
        || ip.is_unspecified()
        || ip.is_multicast()
        || is_local
        || is_mapped
        || is_carried
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known() {
        let private = "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 \
            ::1 fe80::1 fc00::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:0a00:0001:: ff02::1 255.255.255.255";
        for ip in private.split_whitespace() {
            assert!(ip.parse().is_ok_and(is_private), "{ip}");
        }
        for ip in "1.1.1.1 172.32.0.1 100.128.0.1 192.0.1.1 2606:4700::1111".split(' ') {
            assert!(ip.parse().is_ok_and(|ip| !is_private(ip)), "{ip}");
        }
    }

    #[test]
    fn urls_lead_where_the_user_wants() {
        let hosts =
            vec![("api.github.com".to_owned(), "https://ghe.corp.example/api/v3/".to_owned())];
        let policy = Policy { hosts, ..Policy::default() };
        assert_eq!(
            redirected("https://api.github.com/user", &policy),
            "https://ghe.corp.example/api/v3/user"
        );
        assert_eq!(
            redirected("https://api.github.com", &policy),
            "https://ghe.corp.example/api/v3"
        );
        let near = "https://api.github.com.evil.example/user";
        assert_eq!(redirected(near, &policy), near);
        assert!(is_free("ghe.corp.example", &policy) && !is_free("api.github.com", &policy));
    }

    #[test]
    fn what_may_not_be_asked() {
        let policy = Policy::default();
        let may = |url: &str| Address::of(url).and_then(|a| a.permitted(&policy));
        assert!(may("https://circleci.com/api/v2/me").is_ok());
        for url in [
            "http://circleci.com/",
            "https://localhost/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "ftp://a.example/",
            "https://user@a.example/",
            "no url",
            "/path",
            "https://169.254.169.254/",
        ] {
            assert_eq!(may(url).map_err(|t| t.cause), Err(Cause::Refused), "{url}");
        }
    }
}

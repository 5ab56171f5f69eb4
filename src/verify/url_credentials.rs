//! The password in `scheme://user:password@host`: a reference, a default, or one of a machine's
//! own is no leak.

use super::base::BASE62;
use super::holds::holds;
use super::placeholder::placeholder;
use super::words::is_wordy;
use super::{Check, Token, Verdict};
use crate::model::Severity;
use crate::rule::Generator;
use memchr::memmem;

/// `url-credentials`.
pub(super) struct UrlCredentials;

impl Check for UrlCredentials {
    fn name(&self) -> &'static str {
        "url-credentials"
    }

    fn about(&self) -> &'static str {
        "the password is no reference or default, and the host is none of this machine"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let password = token.secret();
        let url = Url::around(token);
        if is_reference(password) || is_reference(url.user) {
            return Verdict::Rejected("the password is a reference or a template");
        }
        if password.is_empty() || is_mask(password) {
            return Verdict::Rejected("the password is masked or missing");
        }
        if is_default(url.user, password) {
            return Verdict::Doubtful("the password is a default or a placeholder".into());
        }
        if is_example_host(url.host) {
            return Verdict::Doubtful("the host is one for examples".into());
        }
        if is_near_host(url.host) && (password.len() < 8 || is_wordy(password)) {
            return Verdict::Doubtful("a simple password for a host of the same machine".into());
        }
        if is_near_host(url.host) {
            let why = "the host is of the same machine or network".into();
            return Verdict::Lesser(Severity::Low, why);
        }
        Verdict::Agrees("the URL holds a password".into())
    }

    fn mend(&self, sample: &mut Vec<u8>, random: &mut Generator) {
        let Some(start) = memmem::find(sample, b"://").map(|at| at + 3) else { return };
        let at = |byte| memchr::memchr(byte, sample.get(start..).unwrap_or_default());
        let (Some(colon), Some(end)) = (at(b':'), at(b'@')) else { return };
        if colon < end {
            let password = random.text(BASE62, end - colon - 1);
            sample.splice(start + colon + 1..start + end, password);
        }
    }
}

/// The parts of the URL around the password.
pub(super) struct Url<'a> {
    /// The user.
    pub(super) user: &'a [u8],
    /// The host, without its port.
    pub(super) host: &'a [u8],
}

impl<'a> Url<'a> {
    /// Those around the secret of `token`.
    pub(super) fn around(token: &Token<'a>) -> Self {
        let (matched, secret) = (token.matched, token.secret);
        let before = token.text.get(matched.start..secret.start).unwrap_or_default();
        let user_start = memmem::rfind(before, b"://").map_or(0, |at| at + 3);
        let user = before.get(user_start..).unwrap_or_default();
        let in_match = token.text.get(secret.end..matched.end).unwrap_or_default();
        let after = if in_match.len() > 1 { in_match } else { token.after(64) };
        let host = memchr::memchr(b'@', in_match).map_or(0, |at| at + 1);
        let after = after.get(host..).unwrap_or_default();
        Self { user: user.strip_suffix(b":").unwrap_or(user), host: host_of(after) }
    }
}

/// The host at the start of `text`, without port and path.
fn host_of(text: &[u8]) -> &[u8] {
    if let Some(end) = text.first().filter(|b| **b == b'[').and(memchr::memchr(b']', text)) {
        return text.get(1..end).unwrap_or_default();
    }
    let in_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let end = text.iter().position(|b| !in_host(b)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn is_reference(part: &[u8]) -> bool {
    const MARKS: [&[u8]; 8] = [b"{", b"<", b"$(", b"%s", b"%(", b"#{", b"[:", b":]"];
    let names_a_variable = || {
        let rest = part.strip_prefix(b"$").unwrap_or_default();
        rest.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'{' | b'('))
            && rest.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'{' | b'}'))
    };
    MARKS.iter().any(|mark| holds(part, mark)) || names_a_variable()
}

/// Stars, `x` or dots only.
fn is_mask(password: &[u8]) -> bool {
    let only = |set: &[u8]| password.iter().all(|b| set.contains(b));
    only(b"*") || only(b"xX") || only(b".") || only(b"-_#?") || holds(password, b"****")
}

/// A default pair, the user's name again, or a placeholder.
fn is_default(user: &[u8], password: &[u8]) -> bool {
    const DEFAULTS: [&[u8]; 27] = [
        b"pass",
        b"password",
        b"passwd",
        b"pwd",
        b"pw",
        b"secret",
        b"postgres",
        b"root",
        b"guest",
        b"admin",
        b"test",
        b"foo",
        b"bar",
        b"baz",
        b"user",
        b"minioadmin",
        b"neo4j",
        b"changeme",
        b"sonar",
        b"tomcat",
        b"mysql",
        b"redis",
        b"rabbitmq",
        b"elastic",
        b"example",
        b"123456",
        b"1234",
    ];
    let lower = password.to_ascii_lowercase();
    user.eq_ignore_ascii_case(password)
        || DEFAULTS.contains(&&*lower)
        || placeholder(password).is_some()
}

/// Whether `host` is one of those that documents use.
pub(super) fn is_example_host(host: &[u8]) -> bool {
    const ENDS: [&[u8]; 7] = [
        b"example.com",
        b"example.org",
        b"example.net",
        b".example",
        b".test",
        b".invalid",
        b"httpbin.org",
    ];
    const NAMES: [&[u8]; 7] =
        [b"host", b"hostname", b"server", b"example", b"your-host", b"domain", b"domain.com"];
    let lower = host.to_ascii_lowercase();
    ENDS.iter().any(|end| lower.ends_with(end)) || NAMES.contains(&&*lower)
}

/// This machine, its network, or a bare name as containers have.
pub(super) fn is_near_host(host: &[u8]) -> bool {
    let lower = host.to_ascii_lowercase();
    let ends = [b".local".as_slice(), b".localhost", b".localdomain", b".docker.internal"];
    lower.starts_with(b"127.")
        || matches!(&*lower, b"0.0.0.0" | b"::1" | b"::")
        || ends.iter().any(|end| lower.ends_with(end))
        || !lower.is_empty() && !lower.contains(&b'.') && !lower.contains(&b':')
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;
    use crate::model::Span;
    use crate::rule::RuleSet;

    /// What the check says of a URL whose password is `password`.
    fn says(user: &str, password: &str, host: &str) -> Verdict {
        let text = ["postgres://", user, ":", password, "@", host, "/db"].concat();
        let start = "postgres://".len() + user.len() + 1;
        let rules = RuleSet::builtin();
        let token = Token {
            rule: rules.get(0),
            text: text.as_bytes(),
            matched: Span::new(0, start + password.len() + 1 + host.len()),
            secret: Span::new(start, start + password.len()),
        };
        find("url-credentials").map_or(Verdict::Silent, |c| c.check(&token))
    }

    const REAL: &str = "q8Zk1Vd0xPw";

    #[test]
    fn references_and_masks_are_rejected() {
        for password in
            ["${DB_PASSWORD}", "$PASS", "{password}", "<password>", "%s", "****", "xxx"]
        {
            assert!(
                matches!(says("app", password, "db.corp.io"), Verdict::Rejected(_)),
                "{password}"
            );
        }
    }

    #[test]
    fn defaults_and_examples_are_doubtful() {
        for (user, password, host) in [
            ("postgres", "postgres", "db.corp.io"),
            ("admin", "password", "db.corp.io"),
            ("foo", "bar", "db.corp.io"),
            ("app", "your-password", "db.corp.io"),
            ("app", REAL, "db.example.com"),
            ("app", REAL, "host"),
        ] {
            assert!(matches!(says(user, password, host), Verdict::Doubtful(_)), "{user} {host}");
        }
    }

    #[test]
    fn the_host_tells_the_worth() {
        for host in ["localhost", "127.0.0.1", "[::1]", "redis", "box.local"] {
            assert!(matches!(says("app", REAL, host), Verdict::Lesser(..)), "{host}");
        }
        assert!(matches!(says("app", REAL, "db.corp.io"), Verdict::Agrees(_)));
        assert!(matches!(says("app", "pa$$w0rd9Kq", "10.1.2.3"), Verdict::Agrees(_)));
    }

    #[test]
    fn a_sample_is_mended() {
        let mut sample = b"redis://u:password@db.corp.io".to_vec();
        UrlCredentials.mend(&mut sample, &mut Generator::new(1));
        assert!(sample.starts_with(b"redis://u:") && sample.ends_with(b"@db.corp.io"));
        assert!(memmem::find(&sample, b"password").is_none());
    }
}

//! JSON Web Tokens: any, and those of issuers whose claims tell more.
//!
//! Sources: RFC 7519, CircleCI's OIDC documents, the Kubernetes service account documents, and
//! Supabase's documents for the roles `anon` and `service_role`.

use super::base::{base64, base64_bytes, to_base64url};
use super::form::Form;
use super::json_token::json_of;
use super::locate::{base64url, from_mark};
use super::placeholder::placeholder;
use super::{Verdict, date, legible};
use crate::model::Severity;
use crate::rule::Generator;
use serde_json::{Map, Value};
use std::ops::Range;

/// `jwt`.
pub(super) const JWT: Form = Form {
    name: "jwt",
    about: "header and payload decode to JSON with an algorithm; it has not expired",
    find,
    judge: |token| judge(token, Jwt::plain),
    make: |token, random| make(token, random, r#"{"jti":""#, "\"}"),
};

/// `circleci-oidc`.
pub(super) const CIRCLECI: Form = Form {
    name: "circleci-oidc",
    about: "it is a JSON Web Token that CircleCI issued for a job and that has not expired",
    find,
    judge: |token| {
        issued(token, |token| {
            if !token.claim("iss").is_some_and(|iss| iss.starts_with(CIRCLECI_ISSUER)) {
                return Verdict::Rejected("CircleCI did not issue it");
            }
            let project = token.claim("oidc.circleci.com/project-id");
            token.unless_lesser(match project {
                Some(id) => format!("issued by CircleCI for a job of project {}", legible(id)),
                None => "issued by CircleCI for a job".into(),
            })
        })
    },
    make: |token, random| {
        let head = format!(r#"{{"iss":"{CIRCLECI_ISSUER}/org/"#);
        make(token, random, &head, r#"","aud":"ci"}"#)
    },
};

/// `kubernetes-jwt`.
pub(super) const KUBERNETES: Form = Form {
    name: "kubernetes-jwt",
    about: "it is a JSON Web Token of a Kubernetes service account",
    find,
    judge: |token| {
        issued(token, |token| {
            let old = token.claim("iss") == Some("kubernetes/serviceaccount");
            if !old && !token.payload.contains_key("kubernetes.io") {
                return Verdict::Rejected("it is not of a service account");
            }
            token.unless_lesser(match token.claim("sub") {
                Some(account) => format!("belongs to {}", legible(account)),
                None => "belongs to a Kubernetes service account".into(),
            })
        })
    },
    make: |token, random| {
        make(token, random, r#"{"iss":"kubernetes/serviceaccount","jti":""#, "\"}")
    },
};

/// `supabase-jwt`.
pub(super) const SUPABASE: Form = Form {
    name: "supabase-jwt",
    about: "it is a JSON Web Token that Supabase issued for a project's service role",
    find,
    judge: |token| {
        issued(token, |token| {
            if !token.claim("iss").is_some_and(|iss| iss.starts_with("supabase")) {
                return Verdict::Rejected("Supabase did not issue it");
            }
            token.unless_lesser(match token.claim("ref") {
                Some(project) => format!("opens all of the project {}", legible(project)),
                None => "opens all of a project".into(),
            })
        })
    },
    make: |token, random| {
        make(token, random, r#"{"iss":"supabase","role":"service_role","ref":""#, "\"}")
    },
};

const CIRCLECI_ISSUER: &str = "https://oidc.circleci.com";
/// Roles that every visitor of a site has.
const PUBLIC_ROLES: [&str; 4] = ["anon", "anonymous", "public", "guest"];

fn find(text: &[u8]) -> Option<Range<usize>> {
    from_mark(text, &["eyJ", "ewog"], |b| base64url(b) || matches!(b, b'.' | b'='))
}

fn judge(token: &[u8], more: fn(&Jwt) -> Verdict) -> Verdict {
    let mut parts = token.split(|&b| b == b'.');
    let mut part = || parts.next().unwrap_or_default();
    let Some(header) = object(part()) else { return undecodable(token) };
    let Some(algorithm) = header.get("alg").and_then(Value::as_str) else {
        return Verdict::Rejected("its header names no algorithm");
    };
    if header.contains_key("enc") {
        return Verdict::Agrees("its header is that of an encrypted JSON Web Token".into());
    }
    let Some(payload) = object(part()) else { return undecodable(token) };
    more(&Jwt { algorithm: algorithm.into(), payload, signature: part().to_vec() })
}

/// The same for tokens of one issuer: who issued it must be read.
fn issued(token: &[u8], more: fn(&Jwt) -> Verdict) -> Verdict {
    match judge(token, more) {
        Verdict::Odd(..) | Verdict::Agrees(_) => Verdict::Rejected("nobody can read its issuer"),
        verdict => verdict,
    }
}

/// The verdict on a token with a part that is no JSON: it may be a real one that was mangled.
fn undecodable(token: &[u8]) -> Verdict {
    let parts: Vec<&[u8]> = token.split(|&b| b == b'.').take(3).collect();
    match parts.as_slice() {
        [header, payload, signature] if header.len() >= 16 && payload.len() >= 16 => {
            if signature.len() >= 32 && placeholder(signature).is_none() {
                return Verdict::Odd(Severity::Medium, "its JSON is damaged".into());
            }
            Verdict::Rejected("it does not decode to JSON")
        }
        _ => Verdict::Rejected("it does not decode to JSON"),
    }
}

/// A token whose parts decode.
struct Jwt {
    algorithm: String,
    payload: Map<String, Value>,
    signature: Vec<u8>,
}

impl Jwt {
    /// The text of a claim.
    fn claim(&self, name: &str) -> Option<&str> {
        self.payload.get(name)?.as_str()
    }

    fn plain(&self) -> Verdict {
        self.unless_lesser(match self.claim("iss") {
            Some(issuer) => format!("decodes to a JSON Web Token issued by {}", legible(issuer)),
            None => format!("decodes to a JSON Web Token ({})", legible(&self.algorithm)),
        })
    }

    /// `proven`, unless the token is expired, public, unsigned or a documented example.
    fn unless_lesser(&self, proven: String) -> Verdict {
        let low = |why: String| Verdict::Lesser(Severity::Low, why);
        let sample = self.claim("sub") == Some("1234567890");
        if sample && matches!(self.claim("name"), Some("John Doe" | "Jane Doe")) {
            return low("documented example".into());
        }
        if let Some(end) = self.payload.get("exp").and_then(Value::as_f64)
            && end < date::now() as f64
        {
            return low(format!("expired on {}", date::day(end as i64)));
        }
        if let Some(role) = self.claim("role").filter(|r| PUBLIC_ROLES.contains(r)) {
            return low(format!("public by design: it has the role {role}"));
        }
        if self.algorithm.eq_ignore_ascii_case("none") || self.signature.is_empty() {
            return low("it is not signed".into());
        }
        if placeholder(&self.signature).is_some() {
            return Verdict::Doubtful("its signature is a placeholder".into());
        }
        Verdict::Proven(proven)
    }
}

fn object(text: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(&base64(text)?).ok()
}

/// A token of three parts, each as long as in `token` as far as it can be. A part that decodes
/// already, since the sample's expression spells it out, is kept.
fn make(token: &[u8], random: &mut Generator, head: &str, tail: &str) -> Option<Vec<u8>> {
    let mut parts = token.split(|&b| b == b'.');
    let (header, payload) = (parts.next()?, parts.next()?);
    let plain = r#"{"alg":"HS256"}"#;
    let spaces = base64_bytes(header.len()).saturating_sub(plain.len());
    let made_header = plain.replace('}', &format!("{:spaces$}}}", ""));
    let len = base64_bytes(payload.len()).max(head.len() + tail.len() + 12);
    let made_payload = json_of(len, head, tail, random)?;
    let kept = |part: &[u8], made: String| match object(part) {
        Some(_) => part.to_vec(),
        None => to_base64url(made.as_bytes()),
    };
    let made = [kept(header, made_header), kept(payload, made_payload)];
    let rest = parts.map(<[u8]>::to_vec);
    Some(made.into_iter().chain(rest).collect::<Vec<_>>().join(&b'.'))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{passes, rejected, verdict};
    use super::*;

    const SHAPE: &str = "eyJ[0-9A-Za-z_-]{20,80}\\.eyJ[0-9A-Za-z_-]{60,190}\\.[0-9A-Za-z_-]{43}";

    fn token(header: &str, payload: &str, signature: &[u8]) -> Vec<u8> {
        let parts = [to_base64url(header.as_bytes()), to_base64url(payload.as_bytes())];
        [&parts[0], b".".as_slice(), &parts[1], b".", signature].concat()
    }

    fn of_payload(check: &str, payload: &str) -> Verdict {
        let signature = Generator::new(1).text(b"abcdefghijkmnpqrstuvwxyzABCDEFGH23456789", 43);
        verdict(check, &token(r#"{"alg":"HS256"}"#, payload, &signature))
    }

    #[test]
    fn a_damaged_token_has_no_issuer() {
        let signature = [b'q'; 20].iter().chain(b"8Zk1Vd0xPw2LmA9tR5yUi3o").copied();
        let signature: Vec<u8> = signature.collect();
        let damaged =
            token(r#"{"alg"&"HS256","typ":"JWT"}"#, r#"{"iss":"somebody else"}"#, &signature);
        assert!(matches!(verdict("jwt", &damaged), Verdict::Odd(..)));
        for check in ["kubernetes-jwt", "supabase-jwt", "circleci-oidc"] {
            assert!(rejected(check, &damaged), "{check}");
        }
    }

    #[test]
    fn made_tokens_decode() {
        for name in ["jwt", "circleci-oidc", "kubernetes-jwt", "supabase-jwt"] {
            passes(name, SHAPE);
        }
    }

    #[test]
    fn lesser_tokens_are_told() {
        for payload in [
            r#"{"exp":1600000000}"#,
            r#"{"sub":"1234567890","name":"John Doe"}"#,
            r#"{"role":"anon","iss":"supabase"}"#,
        ] {
            let verdict = of_payload("jwt", payload);
            assert!(matches!(verdict, Verdict::Lesser(Severity::Low, _)), "{verdict:?}");
        }
        let unsigned = token(r#"{"alg":"none"}"#, r#"{"a":1}"#, b"");
        assert!(matches!(verdict("jwt", &unsigned), Verdict::Lesser(..)));
        assert_eq!(
            of_payload("jwt", r#"{"exp":1600000000}"#),
            Verdict::Lesser(Severity::Low, "expired on 2020-09-13".into())
        );
    }

    #[test]
    fn another_issuer_is_another_token() {
        let other = r#"{"iss":"https://issuer.test","exp":99999999999}"#;
        assert!(matches!(of_payload("jwt", other), Verdict::Proven(_)));
        for name in ["circleci-oidc", "kubernetes-jwt", "supabase-jwt"] {
            assert!(matches!(of_payload(name, other), Verdict::Rejected(_)), "{name}");
        }
    }

    #[test]
    fn what_does_not_decode_is_none() {
        assert!(rejected("jwt", &token(r#"{"typ":"x"}"#, "{}", b"abc")));
        assert!(rejected("jwt", &token(r#"{"alg":"x"}"#, "nothing", b"abc")));
        assert!(rejected("jwt", b"eyJ..."));
        assert!(rejected("jwt", b"eyJ"));
    }
}

//! The key file of a Google service account, as JSON: its fields must agree with one another.
//!
//! Source: Google Cloud's documents on service account keys.

use super::{Check, Token, Verdict, legible};
use crate::model::Severity;
use memchr::memmem;

/// `google-service-account`.
pub(super) struct GoogleServiceAccount;

impl Check for GoogleServiceAccount {
    fn name(&self) -> &'static str {
        "google-service-account"
    }

    fn about(&self) -> &'static str {
        "the fields of the key file name one account and hold a private key"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let text = token.matched();
        let mail = value(text, b"client_email").unwrap_or_default();
        let key = value(text, b"private_key").unwrap_or_default();
        if mail.is_empty() && key.is_empty() {
            return Verdict::Silent;
        }
        if !key.is_empty() && !looks_like_a_key(key) {
            return Verdict::Rejected("it holds no private key");
        }
        let mail = String::from_utf8_lossy(mail);
        if !mail.is_empty() && !is_account(&mail) {
            return Verdict::Odd(
                Severity::High,
                "its mail address is not that of a service account".into(),
            );
        }
        let account = format!("belongs to {}", legible(&mail));
        match value(text, b"client_x509_cert_url") {
            _ if mail.is_empty() => Verdict::Silent,
            Some(url) if names(url, &mail) => Verdict::Proven(account),
            Some(_) => Verdict::Odd(Severity::High, "its fields name different accounts".into()),
            None => Verdict::Agrees(account),
        }
    }
}

/// The text of a JSON field, wherever it stands, quotes escaped or not.
fn value<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let sign = |b: &u8| matches!(b, b'"' | b'\\' | b'\'');
    memmem::find_iter(text, name).find_map(|at| {
        at.checked_sub(1).and_then(|i| text.get(i)).filter(|b| sign(b))?;
        let rest = text.get(at + name.len()..)?;
        let rest = rest.get(rest.iter().position(|b| !sign(b))?..)?.trim_ascii_start();
        let rest = rest.strip_prefix(b":")?.trim_ascii_start();
        let rest = rest.get(rest.iter().position(|b| !sign(b))?..)?;
        let end = rest.iter().position(|b| matches!(b, b'"' | b'\'')).unwrap_or(rest.len());
        let value = rest.get(..end)?;
        Some(value.strip_suffix(b"\\").unwrap_or(value))
    })
}

fn looks_like_a_key(key: &[u8]) -> bool {
    key.len() > 200 && memmem::find(key, b"PRIVATE KEY").is_some()
}

fn is_account(mail: &str) -> bool {
    mail.contains('@') && mail.ends_with(".gserviceaccount.com")
}

/// Whether the address of the certificate ends with the account's, encoded for URLs or not.
fn names(url: &[u8], mail: &str) -> bool {
    let encoded = mail.replace('@', "%40");
    url.ends_with(encoded.as_bytes()) || url.ends_with(mail.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{rejected, verdict};
    use super::*;

    fn file(mail: &str, of_certificate: &str, key_len: usize) -> Vec<u8> {
        let key = "q".repeat(key_len);
        format!(
            "{{\"type\": \"service_account\", \"private_key\": \"-----BEGIN PRIVATE KEY-----\\n{key}\", \
             \"client_email\": \"{mail}\",\n \"client_x509_cert_url\": \"https://x.test/{of_certificate}\"}}"
        )
        .into_bytes()
    }

    #[test]
    fn fields_must_agree() {
        let name = "google-service-account";
        let mail = "ci@proj.iam.gserviceaccount.com";
        let right = file(mail, &mail.replace('@', "%40"), 1600);
        assert_eq!(verdict(name, &right), Verdict::Proven(format!("belongs to {mail}")));
        let other = file(mail, "x%40proj.iam.gserviceaccount.com", 1600);
        assert!(matches!(verdict(name, &other), Verdict::Odd(..)));
        assert!(rejected(name, &file(mail, mail, 3)));
        assert_eq!(verdict(name, b"\"type\": \"service_account\""), Verdict::Silent);
    }
}

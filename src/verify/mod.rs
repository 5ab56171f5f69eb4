//! Is it real? Each check looks at one property of a candidate and says what it proves.
//!
//! To add a check: one file in this folder that holds a unit struct implementing [`Check`] (or a
//! constant of the common form, see `form.rs`), and a line in the list below. Rules name it in
//! `checks`.

mod armor;
mod base;
mod contents;
mod date;
mod form;
mod holds;
mod judge;
mod key_sample;
mod legible;
mod locate;
mod marvin;
mod placeholder;
mod published;
mod settle;
pub(crate) mod sha256;
#[cfg(test)]
mod testing;
mod token;
mod words;

use generic::weightiest;
pub use generic::{is_aside, is_plain, limits, measure, score, trait_ids, why};
pub use judge::{Judgement, judge, stated};
pub use placeholder::placeholder;
pub use settle::{Judged, settle};
pub use token::{Check, Token, Verdict};
pub use words::surprise;

use crate::rule::Generator;
use legible::legible;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Declares the check modules and the list of all checks.
macro_rules! checks {
    ($($module:ident: $($check:ident)+;)*) => {
        $(mod $module;)*
        /// Every check.
        pub const ALL: &[&dyn Check] = &[$($(&$module::$check),+),*];
    };
}

checks! {
    generic: Generic;
    aws: KEY_ID SECRET SESSION BEDROCK;
    azure: MARVIN CLIENT_SECRET DEVOPS;
    azure_cask: CASK;
    base58_uuid4: Base58Uuid4;
    bip39: BIP39;
    crc: BASE62_36 BASE62_TAIL HEX_TAIL HEX_LE ATLASSIAN CONFLUENT GITLAB CRATES_IO;
    google_account: GoogleServiceAccount;
    json_token: MAPBOX SENTRY GRAFANA ONEPASSWORD;
    jwt: JWT CIRCLECI KUBERNETES SUPABASE;
    login: DOCKER BASIC;
    around: NotInBase64 NotAPlaceholder NotPublic;
    digest: NotADigest;
    mixed: Mixed;
    marks: OPENAI GROQ ANTHROPIC HUGGINGFACE TELEGRAM GOOGLE VAULT NEWRELIC RAPIDAPI DYNATRACE;
    plain: UUID UUID4 LUHN BASE64 BASE64_32 BASE64_64 WIREGUARD;
    private_key: PrivateKey;
    pypi: PYPI;
    random: Random;
    services: SLACK STRIPE SENDGRID DISCORD POSTMAN JFROG_REFERENCE JFROG_KEY WORKOS;
    url_credentials: UrlCredentials;
    wallet: WIF BIP32 STELLAR NATS AGE NOSTR SOLANA;
}

/// The check of that name.
pub fn find(name: &str) -> Option<&'static dyn Check> {
    static BY_NAME: LazyLock<HashMap<&str, &dyn Check>> =
        LazyLock::new(|| ALL.iter().map(|check| (check.name(), *check)).collect());
    BY_NAME.get(name).copied()
}

/// Whether a check of that name exists.
pub fn exists(name: &str) -> bool {
    find(name).is_some()
}

/// Makes `sample`, a match of a rule's shape, pass the rule's checks as far as they can be met
/// by changing bytes.
pub fn mend(checks: &[crate::rule::Str], sample: &mut Vec<u8>, random: &mut Generator) {
    checks.iter().filter_map(|name| find(name)).for_each(|c| c.mend(sample, random));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Str;

    /// Texts that a hostile repository may hold.
    fn hostile() -> Vec<Vec<u8>> {
        let marks = [
            "AKIA",
            "ABSK",
            "glsa_",
            "cflt",
            "eyJ",
            "sk-",
            "gsk_",
            "hvs.",
            "pypi-",
            "ops_eyJ",
            "SG.",
            "cmVmdGtu",
            "AGE-SECRET-KEY-1",
            "nsec1",
            "8Q~",
            "JQQJ9",
            "QJJQAB",
            "[",
            "PMAK-",
            "a://b:",
            "ATATT",
            "cio_tp_",
            "xprv",
            "PuTTY-User-Key-File-2",
            "12345:",
            ".01.",
            "client_email",
        ];
        let begin = ["-----BEGIN RSA ", "PRIVATE KEY-----"].concat();
        let heads = marks.into_iter().chain([&*begin]);
        let mut texts: Vec<Vec<u8>> = heads
            .flat_map(|m| {
                let m = m.as_bytes();
                [b"".as_slice(), b".", b"::", &[b'A'; 90], b"\xff\xfe", b"==", b"_:@", b"[]"]
                    .map(|tail| [m, tail].concat())
            })
            .collect();
        texts.push(Vec::new());
        texts.extend((0..=255).map(|b| vec![b; 66]));
        texts.extend([b'A', b'1', b'=', b'_', b'.', b'[', b'-', 0xff].map(|b| vec![b; 100_000]));
        texts
    }

    #[test]
    fn no_check_panics_on_hostile_texts() {
        let mut random = Generator::new(1);
        for text in hostile() {
            for check in ALL {
                let _ = testing::verdict(check.name(), &text);
                if text.len() < 1000 {
                    check.mend(&mut text.clone(), &mut random);
                }
            }
        }
    }

    #[test]
    fn names_are_unique_and_found() {
        for (i, check) in ALL.iter().enumerate() {
            assert!(ALL.iter().skip(i + 1).all(|c| c.name() != check.name()), "{}", check.name());
            assert!(exists(check.name()) && !check.about().is_empty());
        }
        let name = [Str::from("uuid4")];
        let mut sample = b"00112233-4455-6677-8899-aabbccddeeff".to_vec();
        mend(&name, &mut sample, &mut Generator::new(1));
        assert_eq!(sample.get(14), Some(&b'4'));
    }
}

//! A sample of each rule, and the names that a vendor's secret goes by.

use regex::bytes::RegexBuilder;
use stanch::rule::{Engine, Generator, Rule, RuleSet};
use stanch::verify;

/// Formats that are no vendor's.
const NOBODYS: [&str; 19] = [
    "age",
    "command-line",
    "erlang",
    "generic",
    "kubernetes",
    "maven",
    "mssql",
    "mysql",
    "netrc",
    "otp",
    "password-hash",
    "postgres",
    "postgres-pgpass",
    "private-key",
    "psexec",
    "rabbitmq",
    "redis",
    "web-token",
    "wireguard",
];
/// Words that say what kind of secret it is.
const KINDS: [&str; 14] = [
    "api", "key", "access", "token", "secret", "client", "auth", "password", "webhook", "url",
    "private", "refresh", "bot", "signing",
];

/// Secrets of a vendor.
pub struct Sample {
    pub rule: String,
    pub provider: String,
    /// One for each place: what is found of one secret in several places is told as one.
    pub secrets: Vec<String>,
    /// The vendor's name as people write it, and its words in lower case.
    shown: String,
    vendor: Vec<String>,
    /// What it is: `api`, `key`.
    kind: Vec<String>,
    /// The usual variable for it.
    env: Option<String>,
}

/// One for each rule that knows a secret of one line, with `count` secrets.
pub fn all(rules: &RuleSet, count: usize) -> Vec<Sample> {
    rules.iter().filter_map(|rule| of(rule, count)).collect()
}

fn of(rule: &Rule, count: usize) -> Option<Sample> {
    if rule.engine != Engine::Shape || NOBODYS.contains(&&*rule.provider) {
        return None;
    }
    let secrets = (0..count).map(|n| secret(rule, n as u64)).collect::<Option<_>>()?;
    let parts = rule.id.split('-').filter(|p| KINDS.contains(p)).map(str::to_owned);
    let mut kind: Vec<String> = parts.collect();
    if !kind.iter().any(|k| ["key", "token", "secret", "password", "url"].contains(&k.as_str())) {
        kind.push("key".to_owned());
    }
    // Of several names the one that could stand alone.
    let mut names = rule.provider_name.split(['(', '/', ')']).map(str::trim);
    let shown = names.find(|name| name.len() > 2)?.to_owned();
    let words = shown.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let vendor: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    let env = rule.env.iter().next().map(ToString::to_string);
    let (rule, provider) = (rule.id.to_string(), rule.provider.to_string());
    Some(Sample { rule, provider, secrets, shown, vendor, kind, env })
}

fn secret(rule: &Rule, seed: u64) -> Option<String> {
    let shape = if rule.sample.is_empty() { &rule.shape } else { &rule.sample };
    let mut random = Generator::new(seed * 977 + 7);
    let mut made = random.matching(shape).ok()?;
    verify::mend(&rule.checks, &mut made, &mut random);
    let shape = if shape.contains("?P<secret>") { shape } else { &rule.shape };
    let regex = RegexBuilder::new(shape).unicode(false).build().ok()?;
    let found = regex.captures(&made)?;
    let all = found.get(0)?.as_bytes();
    let in_url = all.windows(3).any(|w| w == b"://");
    let part = found.name("secret").filter(|_| !in_url);
    let start = part.map_or(found.get(0)?.start(), |s| s.start());
    let end = part.map_or(found.get(0)?.end(), |s| s.end());
    // What is joined to it belongs to it.
    let joined = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let start = start - made[..start].iter().rev().take_while(joined).count();
    let secret = made[start..end].to_vec();
    let plain = secret.iter().all(|b| b.is_ascii_graphic() && !b"\"'`\\<>".contains(b));
    String::from_utf8(secret).ok().filter(|_| plain)
}

impl Sample {
    /// A secret in `place`.
    pub fn put(&self, secret: &str, place: &str) -> String {
        let all = [self.vendor.as_slice(), &self.kind].concat();
        let upper = |words: &[String]| words.join("_").to_ascii_uppercase();
        let capital = |w: &String| w[..1].to_ascii_uppercase() + &w[1..];
        let pascal: String = all.iter().map(capital).collect();
        let camel = all[0].clone() + &all[1..].iter().map(capital).collect::<String>();
        let url = format!("https://api.{}.com/v1", self.vendor.concat());
        [
            ("{USUAL}", self.env.clone().unwrap_or_else(|| upper(&all))),
            ("{UPPER}", upper(&all)),
            ("{VENDOR}", upper(&self.vendor)),
            ("{KIND}", upper(&self.kind)),
            ("{snake}", all.join("_")),
            ("{kebab}", all.join("-")),
            ("{camel}", camel),
            ("{Pascal}", pascal),
            ("{joined}", all.concat()),
            ("{vendor}", self.vendor.concat()),
            ("{Vendor}", self.shown.clone()),
            ("{kind}", self.kind.join("_")),
            ("{a kind}", self.kind.join(" ")),
            ("{url}", url),
            ("{base64}", data_encoding::BASE64.encode(secret.as_bytes())),
            ("~", secret.to_owned()),
        ]
        .iter()
        .fold(place.to_owned(), |text, (from, to)| text.replace(from, to))
    }
}

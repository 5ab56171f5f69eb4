//! `stanch rules new`: the file of a rule, from what its token looks like.

use super::super::stdout;
use super::output;
use crate::error::Result;
use crate::rule::parse_file;
use crate::verify;
use std::path::PathBuf;

/// What a token looks like.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Id of the rule, such as `acme-api-key`; what stands before the first dash is the provider.
    #[arg(value_name = "ID")]
    id: String,
    /// What every token begins with, such as `acme_`.
    #[arg(long, value_name = "TEXT")]
    prefix: String,
    /// The characters behind the prefix.
    #[arg(long, value_enum, default_value = "base62", value_name = "ALPHABET")]
    alphabet: Alphabet,
    /// How many there are: `32`, or `32-40`.
    #[arg(long, value_name = "COUNT", value_parser = length)]
    length: (u16, u16),
    /// A check that proves the token, such as `crc32-base62`; `stanch rules show` tells what the
    /// checks of a rule are.
    #[arg(long, value_name = "CHECK")]
    checksum: Option<String>,
    /// Write it to this file, which must not be there yet; without it, to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Alphabet {
    /// 0-9 a-f
    Hex,
    /// 0-9 A-Z a-z
    Base62,
    /// 0-9 a-z
    Lower,
    /// 0-9 A-Z
    Upper,
    /// A-Z 2-7
    Base32,
    /// 0-9 A-Z a-z + /
    Base64,
    /// 0-9 A-Z a-z - _
    Base64url,
}

impl Alphabet {
    fn class(self) -> &'static str {
        match self {
            Self::Hex => "[0-9a-f]",
            Self::Base62 => "[0-9A-Za-z]",
            Self::Lower => "[0-9a-z]",
            Self::Upper => "[0-9A-Z]",
            Self::Base32 => "[A-Z2-7]",
            Self::Base64 => "[0-9A-Za-z+/]",
            Self::Base64url => "[0-9A-Za-z_-]",
        }
    }
}

fn length(text: &str) -> std::result::Result<(u16, u16), String> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    match (low.parse(), high.parse()) {
        (Ok(low), Ok(high)) if 0 < low && low <= high => Ok((low, high)),
        _ => Err("write a count such as `32`, or two such as `32-40`".into()),
    }
}

/// Writes the file, once it has been read as a scan would.
pub(super) fn run(args: &Args) -> Result<()> {
    let text = file(args);
    parse_file(&text, &args.id, &verify::exists)?;
    match &args.out {
        Some(path) => output::create(path, &text),
        None => stdout::print(text),
    }
}

fn file(args: &Args) -> String {
    let provider = args.id.split('-').next().unwrap_or(&args.id);
    let (low, high) = args.length;
    let count = if low == high { format!("{low}") } else { format!("{low},{high}") };
    let shape =
        format!("{}{}{{{count}}}", regex_syntax::escape(&args.prefix), args.alphabet.class());
    let checks = args.checksum.iter().map(|c| format!("\"{c}\", ")).collect::<String>();
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let name = args.id.replace('-', " ");
    [
        format!("[provider]\nid = {}\nname = {}\n", quoted(provider), quoted(provider)),
        "[[rule]]".to_owned(),
        format!("id = {}", quoted(&args.id)),
        format!("name = {}", quoted(&name)),
        "risk = \"Say here what it opens for whoever holds it.\"".to_owned(),
        "severity = \"high\"".to_owned(),
        format!("shape = {}", quoted(&shape)),
        format!("checks = [{checks}\"random\"]"),
        "revoke = [\"Say here where it is revoked, and how a new one is made.\"]\n".to_owned(),
    ]
    .join("\n")
}

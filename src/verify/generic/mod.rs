//! Is a value that meets a secret-sounding name a secret?
//!
//! Two classes are judged apart: values of passwords, which may be words, and values of tokens,
//! keys and secrets, which are made by machines. What is looked at: where the secret's word stands
//! in the name and what follows it, how name and value are joined, and what the value is made of.

mod line;
mod name;
mod value;

use super::random::implausible;
use super::{Check, Token, Verdict};
use line::Line;
use name::Name;
use value::Value;

/// The check `generic`.
pub(super) struct Generic;

/// From this score on a value is probably a secret.
const PROBABLE: i32 = 0;
/// From this score on it may be one.
const POSSIBLE: i32 = -2;

impl Check for Generic {
    fn name(&self) -> &'static str {
        "generic"
    }

    fn about(&self) -> &'static str {
        "name, way of joining and value together look like a secret, not a placeholder or code"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let is_password = token.rule.id.contains("password");
        let line = Line::of(token, is_password);
        let Some(name) = Name::read(line.name, is_password) else {
            return Verdict::Rejected("the name does not speak of a secret");
        };
        let value = Value::of(token.secret());
        if let Some(why) = value.objection(&line, &name) {
            return Verdict::Rejected(why);
        }
        if !is_password && implausible(token.secret()).is_some() {
            return Verdict::Rejected("not random enough for a made value");
        }
        let score = if is_password {
            password(&name, &value, &line)
        } else {
            secret(&name, &value, &line)
        };
        match score {
            PROBABLE.. => {
                Verdict::Agrees("the value looks random or chosen, not like code".into())
            }
            POSSIBLE.. => Verdict::Doubtful("the value may be a secret".into()),
            _ => Verdict::Rejected("the value is too plain"),
        }
    }
}

/// Points for a password: people choose them, so words count as long as they are clearly values.
fn password(name: &Name, value: &Value<'_>, line: &Line<'_>) -> i32 {
    let mut score = 0;
    score += if value.len() < 5 { -1 } else { 0 };
    score += if value.mixes_classes() { 1 } else { 0 };
    score += match (line.quoted, value.has_digit() || value.has_symbol()) {
        (true, _) | (false, true) => 0,
        (false, false) if line.is_option() || (line.is_setting() && line.is_tight()) => 0,
        (false, false) if line.is_setting() => -1,
        (false, false) => -4,
    };
    score += if value.words() >= 2 && line.quoted { -2 * value.words() } else { 0 };
    score += if name.is_compared { -1 } else { 0 };
    score += if line.is_argument && !name.sets { -1 } else { 0 };
    score
}

/// Points for a token, key or secret: machines make them, so they must look random.
fn secret(name: &Name, value: &Value<'_>, line: &Line<'_>) -> i32 {
    let mut score = match value.len() {
        0..8 => -6,
        8..12 => -3,
        12..16 => -2,
        16..20 => -1,
        _ => 0,
    };
    score += if value.has_digit() && value.has_letter() { 1 } else { -1 };
    score += match value.surprise() {
        s if s > 5.0 => 1,
        // Letters among many digits make no words.
        s if s < 4.3 && !value.is_mostly_digits() => -3,
        _ => 0,
    };
    score += if line.has_scheme() { 2 } else { 0 };
    score += if name.weak { -1 } else { 0 };
    score += if line.quoted || line.is_setting() || line.is_option() { 0 } else { -1 };
    score += if value.is_hash_length() && name.weak { -2 } else { 0 };
    score
}

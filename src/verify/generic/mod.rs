//! Is a value that meets a secret-sounding name a secret?
//!
//! What cannot be one is told at once (`value.rs`). Of the rest the traits are noted: what the
//! value is made of, what the name says, how the two meet, and what stands around. Two models,
//! one of passwords and one of what machines make, weigh them (`model.rs`).

mod around;
mod array;
mod aside;
mod beside;
mod common;
mod context;
mod doubt;
mod drawn;
mod forms;
mod labels;
mod line;
mod memo;
mod mere;
mod model;
mod name;
mod phrase;
mod place;
mod reference;
mod sheet;
mod stuff;
mod traits;
mod url;
mod value;

use super::url_credentials::UrlCredentials;
use super::{Check, Token, Verdict};
use crate::model::{Confidence, Traits};
use line::Line;
use model::{MODELS, Model};
use name::Name;
use sheet::Sheet;
use std::cell::LazyCell;
use traits::{TRAITS, Trait};
use value::Value;

/// From so many sixteenths of a bit of surprise on, letters are noise.
const NOISE: i16 = 88;

/// The check `generic`.
pub(super) struct Generic;

impl Check for Generic {
    fn name(&self) -> &'static str {
        "generic"
    }

    fn about(&self) -> &'static str {
        "name, way of joining and value together look like a secret, not a placeholder or code"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        memo::or(token, || judge(token))
    }
}

fn judge(token: &Token<'_>) -> Verdict {
    let url = is_url(token).then(|| UrlCredentials.check(token));
    let worst = match url {
        Some(Verdict::Lesser(worst, _)) => Some(worst),
        _ => None,
    };
    // A default or an example is told to those who ask for what is hardly believed.
    let example = matches!(url, Some(Verdict::Doubtful(_))).then_some(Confidence::Low);
    match measure(token) {
        Err(why) => Verdict::Rejected(why),
        Ok(traits) => {
            let (model, line) = (model(&traits), Line::of(token));
            let sure = model.confidence(model.score(&traits.values));
            // Of most the model thinks nothing, and few of those are told by their place.
            let most = LazyCell::new(|| {
                most_sure(&traits).min(doubt::most_believed(token, &line, is_url(token)))
            });
            let sure = sure.map(|s| s.min(*most));
            let told = || {
                place::tells(token, &line, is_url(token))
                    || drawn::is_drawn(token, &line) && *most >= Confidence::Medium
            };
            let least = (sure < Some(Confidence::Medium) && told()).then_some(Confidence::Medium);
            match sure.max(least).max(example) {
                Some(confidence) => Verdict::Scored { confidence, most: worst, traits },
                None => Verdict::Rejected("name, value and place do not look like a secret"),
            }
        }
    }
}

fn is_url(token: &Token<'_>) -> bool {
    token.rule.id.contains("url")
}

fn model(traits: &Traits) -> &'static Model {
    &MODELS[usize::from(traits.password)]
}

/// The traits of `token`, or why it cannot be a secret at all.
pub fn measure(token: &Token<'_>) -> Result<Traits, &'static str> {
    let password = token.rule.id.contains("password");
    let line = Line::of(token);
    let spelled = array::spelled(token.secret());
    let bytes = spelled.as_deref().unwrap_or(token.secret());
    if spelled.is_some() && array::is_row(bytes) {
        return Err("bytes in a row");
    }
    let value = Value::of(bytes);
    let mut sheet = Sheet::new();
    let mut hashed = false;
    if is_url(token) {
        if let Verdict::Rejected(why) = UrlCredentials.check(token) {
            return Err(why);
        }
        url::measure(token, &mut sheet);
    } else {
        if let Some(why) = value.objection(&line, password) {
            return Err(why);
        }
        let name = Name::read(line.name, password).ok_or("the name does not speak of a secret")?;
        if (name.is_basic() || line.is_basic()) && !stuff::is_login(bytes) {
            return Err("it does not decode to a user and a password");
        }
        if name.is_seed() && bytes.len() < 20 {
            return Err("a seed of a generator");
        }
        hashed = password && name.is_hashed();
        name.measure(&bytes.to_ascii_lowercase(), &mut sheet);
    }
    line.measure(&mut sheet);
    stuff::measure(bytes, &mut sheet);
    sheet.flag(Trait::Spelled, spelled.is_some());
    if hashed && sheet.has(Trait::HashLong) {
        sheet.flag(Trait::Crypt, true);
    }
    sheet.flag(Trait::Location, value.is_location());
    context::measure(&line, &mut sheet);
    around::measure(token.secret(), &line, &mut sheet);
    Ok(Traits { password, values: Box::new(sheet.0) })
}

/// How sure one may be of it at most, whatever the model says.
fn most_sure(traits: &Traits) -> Confidence {
    let noted = |what: Trait| traits.values.get(what as usize).is_some_and(|v| *v > 0);
    match noted(Trait::Crypt) || is_aside(traits) {
        true => Confidence::Low,
        false if is_plain(traits) => Confidence::Medium,
        false => Confidence::High,
    }
}

/// Whether a value is so plain, or its place so near, that nobody should be stopped for it: what
/// people write in documents and tests, and passwords that are mere words.
pub fn is_plain(traits: &Traits) -> bool {
    let value = |what: Trait| traits.values.get(what as usize).copied().unwrap_or(0);
    let any = |of: &[Trait]| of.iter().any(|t| value(*t) > 0);
    let made_up = [
        Trait::NamesSecret,
        Trait::Common,
        Trait::Telling,
        Trait::Empty,
        Trait::Wordy,
        Trait::Crypt,
        // Tests of ciphers are full of such, and what is told apart by a number has one of these.
        Trait::Spelled,
        Trait::Uuid,
    ];
    let near = [Trait::NearHost, Trait::ExampleHost, Trait::TemplateHost, Trait::UserIsValue];
    let digits = value(Trait::Digits) > 0;
    let letters_only = !digits && value(Trait::Signs) == 0;
    let joined = !digits && value(Trait::Upper) == 0 && value(Trait::Odd) == 0;
    let word = letters_only || joined;
    let short = letters_only && value(Trait::Length) < 20;
    let told = if traits.password { word } else { short };
    let foreign = value(Trait::Foreign) > 0 && !(traits.password && digits);
    let phrase = value(Trait::Blanks) > 0 || foreign;
    any(&made_up)
        || any(&near)
        || told && !is_noise(&value)
        || phrase
        || is_aside(traits)
        || listed(&value)
}

/// Whether its name is only about a secret, or about a public one: `key_version`, `public_key`.
pub fn is_aside(traits: &Traits) -> bool {
    let noted = |what: Trait| traits.values.get(what as usize).is_some_and(|v| *v > 0);
    noted(Trait::Public) || noted(Trait::About)
}

/// Whether it is so strange, and so long, that it is no word of any language.
fn is_noise(value: &impl Fn(Trait) -> i16) -> bool {
    value(Trait::Surprise) >= NOISE
        && value(Trait::HardestPart) >= NOISE
        && value(Trait::Length) >= 8
}

/// Whether it is one of the hashes of a list.
fn listed(value: &impl Fn(Trait) -> i16) -> bool {
    value(Trait::HashLong) > 0 && value(Trait::Siblings) >= 2
}

/// From which score on confidence is low, medium and high: of a password, or of what machines make.
pub fn limits(password: bool) -> [i32; 3] {
    MODELS[usize::from(password)].limits()
}

/// The score of a candidate: the logarithm of its odds, in thousandths.
pub fn score(traits: &Traits) -> i32 {
    model(traits).score(&traits.values)
}

/// What speaks for a candidate and against it, in words, each with its share of the score; the
/// weightiest first.
pub fn why(traits: &Traits) -> Vec<(String, i32)> {
    let shares = shares(traits).into_iter();
    shares.map(|(what, share)| (in_words(traits, what), share)).collect()
}

/// The reasons that count most for a candidate, in words, at most so many.
pub(super) fn weightiest(traits: &Traits, most: usize) -> Vec<String> {
    let shares = shares(traits).into_iter().filter(|(_, share)| *share > 0);
    shares.take(most).map(|(what, _)| in_words(traits, what)).collect()
}

/// The traits that have a share in the score, by number, those with the largest first.
fn shares(traits: &Traits) -> Vec<(usize, i32)> {
    let shares = model(traits).shares(&traits.values);
    let mut all: Vec<(usize, i32)> = (0..).zip(shares).filter(|(_, s)| *s != 0).collect();
    all.sort_by_key(|(_, share)| std::cmp::Reverse(share.abs()));
    all
}

/// What the trait of that number says.
fn in_words(traits: &Traits, what: usize) -> String {
    let value = traits.values.get(what).copied().unwrap_or_default();
    let Some((_, yes, no)) = TRAITS.get(what) else { return String::new() };
    let words = if value == 0 && !no.is_empty() { no } else { yes };
    words.replace("{}", &value.to_string())
}

/// The ids of all traits, in order.
pub fn trait_ids() -> impl Iterator<Item = &'static str> {
    TRAITS.iter().map(|(id, ..)| *id)
}

//! Tokens of one form that several vendors have: a name beside one tells whose it is.

use super::beside;
use super::owner::Name;
use crate::matcher::{Matcher, Scratch};
use crate::model::Span;
use crate::rule::Engine;
use crate::verify::{self, Judged, Token};

/// Gives each secret of `all` that the rules of several vendors know to the one that is named
/// beside it.
pub fn resolve(text: &[u8], all: &mut [Judged], matcher: &Matcher<'_>) {
    let rules = matcher.rules();
    let of_vendors = all.iter_mut().filter(|j| rules.get(j.rule).engine == Engine::Shape);
    for judged in of_vendors.filter(|j| rules.get(j.rule).near.is_empty()) {
        let own = &*rules.get(judged.rule).provider;
        let named = named(text, judged.secret, matcher);
        if named.iter().any(|(provider, _)| *provider == own) {
            continue;
        }
        let meant = named
            .iter()
            .filter_map(|(provider, name)| known(judged.secret.of(text), name, provider, matcher));
        // A form that is known for sure is nobody's of whom only the name is known.
        let sure = judged.judgement.confidence;
        let mut meant = meant.filter(|(other, form)| *form || other.judgement.confidence >= sure);
        if let Some((other, _)) = meant.next() {
            *judged = Judged { secret: judged.secret, ..other };
        }
    }
}

/// The vendors that are named beside a secret, and by what.
fn named<'r>(text: &[u8], secret: Span, matcher: &Matcher<'r>) -> Vec<(&'r str, Vec<u8>)> {
    let rules = matcher.rules();
    let before = &text[..secret.start];
    let (path, own) = (beside::path_of(before), beside::name_of(before));
    let names = beside::names(text, secret, own);
    let around = names.iter().filter(|beside| beside.tells).filter_map(|beside| {
        let called = [beside.name, b"_", own].concat();
        let rule = match beside.host {
            true => Name::of(own).owner_of_host(beside.name, secret.len(), rules)?,
            false => Name::of_the_end(&called).owner(secret.len(), rules)?,
        };
        Some((rule, called))
    });
    let itself = Name::of(path).owner(secret.len(), rules).map(|rule| (rule, path.to_vec()));
    let all = itself.into_iter().chain(around);
    all.map(|(rule, name)| (&*rules.get(rule).provider, name)).collect()
}

/// What a rule of `provider` makes of `secret` behind `name`, and whether it knows its form.
fn known(
    secret: &[u8],
    name: &[u8],
    provider: &str,
    matcher: &Matcher<'_>,
) -> Option<(Judged, bool)> {
    let text = [name, b" = \"", secret, b"\"\n"].concat();
    let span = Span::new(name.len() + 4, name.len() + 4 + secret.len());
    let mut found = Vec::new();
    matcher.find(&text, &mut Scratch::default(), &mut found);
    found.iter().filter(|c| c.secret == span).find_map(|c| {
        let rule = matcher.rules().get(c.rule);
        let theirs = rule.engine == Engine::Shape && *rule.provider == *provider;
        let token = Token { rule, text: &text, matched: c.matched, secret: c.secret };
        let judgement = verify::judge(&token).filter(|_| theirs)?;
        let form = c.matched == c.secret;
        Some((Judged { rule: c.rule, secret: c.secret, judgement }, form))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::Scratch;
    use crate::rule::{Generator, RuleSet};

    /// The provider that a secret of `shape` in `text`, where `~` stands for it, is given to.
    fn provider(text: &str, shape: &str) -> String {
        let rules = RuleSet::builtin();
        let matcher = Matcher::new(&rules);
        let secret = Generator::new(5).matching(shape).unwrap_or_default();
        let text = text.replace('~', &String::from_utf8_lossy(&secret)).into_bytes();
        let mut found = Vec::new();
        matcher.find(&text, &mut Scratch::default(), &mut found);
        let judged = found.iter().filter_map(|c| {
            let rule = rules.get(c.rule);
            let token = Token { rule, text: &text, matched: c.matched, secret: c.secret };
            Some(Judged { rule: c.rule, secret: c.secret, judgement: verify::judge(&token)? })
        });
        let mut all = verify::settle(judged.collect(), &rules);
        resolve(&text, &mut all, &matcher);
        all.first().map_or_else(String::new, |j| rules.get(j.rule).provider.to_string())
    }

    #[test]
    fn of_several_vendors_the_one_that_is_named() {
        let shape = "sk_live_[A-Za-z0-9]{24}";
        for (text, whose) in [
            ("~", "stripe"),
            ("STRIPE_KEY=~", "stripe"),
            ("COINBASE_TOKEN=~", "stripe"),
            ("PAYMONGO_SECRET_KEY=~", "paymongo"),
            ("curl -u ~: https://api.paymongo.com/v1/payments", "paymongo"),
            ("# PayMongo\nsecret = '~'", "paymongo"),
            ("# not PayMongo\nstripe.api_key = '~'", "stripe"),
        ] {
            assert_eq!(provider(text, shape), whose, "{text}");
        }
    }
}

//! What the program says of its errors, without the credentials that stand in it: an address, a
//! line of a configuration file, a word of the command line.

use crate::matcher::{Matcher, Scratch};
use crate::model::Secret;
use crate::rule::RuleSet;
use crate::verify::{self, Token};

/// `text` with every credential masked that the rules of stanch know.
pub(super) fn masked(text: &str) -> String {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let mut found = Vec::new();
    matcher.find(text.as_bytes(), &mut Scratch::default(), &mut found);
    let mut secrets: Vec<&str> = found
        .iter()
        .filter_map(|c| {
            let rule = rules.get(c.rule);
            let token =
                Token { rule, text: text.as_bytes(), matched: c.matched, secret: c.secret };
            verify::judge(&token)?;
            text.get(c.secret.start..c.secret.end)
        })
        .collect();
    // The longest first, as one may be a part of another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let mask =
        |out: String, secret: &&str| out.replace(secret, &Secret::new(secret.as_bytes()).masked());
    secrets.iter().fold(text.to_owned(), mask)
}

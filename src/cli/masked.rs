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
    let secrets: Vec<Secret> = found
        .iter()
        .filter_map(|c| {
            let rule = rules.get(c.rule);
            let token =
                Token { rule, text: text.as_bytes(), matched: c.matched, secret: c.secret };
            verify::judge(&token)?;
            Some(Secret::new(c.secret.of(text.as_bytes())))
        })
        .collect();
    String::from_utf8_lossy(&Secret::hide(text.as_bytes(), &secrets)).into_owned()
}

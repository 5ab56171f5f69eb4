//! Finding what the user named, or saying what may have been meant.

use crate::error::{Error, Kind, Result};
use crate::rule::{Rule, RuleSet};

/// How many near names are offered.
const OFFERED: usize = 3;

/// The rule of that id, or an error that offers the nearest ids.
pub(in crate::cli) fn find<'s>(set: &'s RuleSet, id: &str) -> Result<&'s Rule> {
    set.find(id).ok_or_else(|| {
        let known = set.iter().flat_map(|r| std::iter::once(&r.id).chain(r.aliases.iter()));
        unknown("rule", id, known.map(|s| &**s))
    })
}

/// The error for a name that is not known.
pub(super) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let mut near: Vec<(usize, &str)> = known.map(|k| (apart(name, k), k)).collect();
    near.sort_unstable();
    near.dedup();
    let limit = name.chars().count().max(3) / 2;
    let names: Vec<String> = near
        .iter()
        .filter(|(far, _)| *far <= limit)
        .take(OFFERED)
        .map(|(_, k)| format!("`{k}`"))
        .collect();
    let error = Error::new(Kind::Usage, format!("there is no {what} `{name}`"));
    if names.is_empty() {
        error.hint("`stanch rules list` lists all")
    } else {
        error.hint(format!("did you mean {}? `stanch rules list` lists all", names.join(" or ")))
    }
}

/// How many edits make one of the other; a part of it is one edit away.
fn apart(given: &str, known: &str) -> usize {
    let given = given.to_lowercase();
    if given.len() >= 3 && known.contains(&given) {
        return 1;
    }
    let known: Vec<char> = known.chars().collect();
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for (nth, g) in given.chars().enumerate() {
        let mut diagonal = nth;
        let mut left = nth + 1;
        for (k, above) in known.iter().zip(row.iter_mut().skip(1)) {
            let best = (diagonal + usize::from(*k != g)).min(left + 1).min(*above + 1);
            diagonal = std::mem::replace(above, best);
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = nth + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn edits_are_counted() {
        assert_eq!(apart("kitten", "sitting"), 3);
        assert_eq!(apart("", "abc"), 3);
        assert_eq!(apart("abc", "abc"), 1);
        assert_eq!(apart("xy", "xy"), 0);
        assert_eq!(apart("circleci", "circleci-personal-token"), 1);
    }
}

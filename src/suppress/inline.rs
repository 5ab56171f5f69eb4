//! Comments that file a finding away: ours, and other tools' where they are about secrets.

use super::foreign::{self, Naming, Scope, Words};
use super::nearby::Nearby;
use super::phrase::{self, Tail};
use crate::model::{Span, Status};
use crate::rule::Rule;

/// Our own words. A list of rules may follow, and `--` with a reason.
pub(super) const OURS: Words = Words {
    by: "stanch:allow",
    words: "stanch:allow",
    scope: Scope::LineOrAbove,
    naming: Naming::Bare,
};

/// What a finding without a reason is told with.
pub(super) const NO_REASON: &str = "no reason given";

/// Looks for a comment that files the finding at `finding` in `text` away, and answers
/// [`Status::Hidden`] if there is one. The reason in it is raw text from the scanned file.
pub fn look(text: &[u8], finding: Span, rule: &Rule) -> Option<Status> {
    let near = Nearby::new(text, finding);
    let all = std::iter::once(&OURS).chain(&foreign::ALL);
    all.into_iter().find_map(|words| heard(text, &near, words, rule))
}

fn heard(text: &[u8], near: &Nearby, words: &Words, rule: &Rule) -> Option<Status> {
    let tails = places(text, near, words).into_iter().filter_map(|(region, found)| {
        let said = Span::new(found.end, region.end).of(text);
        let tail = phrase::tail(said, quote_before(text, found.start));
        means(words.naming, &tail, rule).then_some(tail)
    });
    let tail = tails.into_iter().next()?;
    let why = if tail.reason.is_empty() { NO_REASON.to_owned() } else { tail.reason };
    Some(Status::Hidden { by: words.by.to_owned(), why })
}

/// Where the words stand as their scope demands, each with the region that it was found in.
fn places(text: &[u8], near: &Nearby, words: &Words) -> Vec<(Span, Span)> {
    let on_line = [Some(near.before), Some(near.after)];
    let regions = match words.scope {
        Scope::Line | Scope::Comment | Scope::LineOrAbove => on_line.to_vec(),
        Scope::After => vec![Some(near.after)],
        Scope::Around => {
            let above = near.above.filter(|_| near.several);
            [Some(near.before), Some(near.after), above, near.below].to_vec()
        }
        Scope::Above => Vec::new(),
    };
    let all = |region| phrase::find(text, region, words.words).map(move |found| (region, found));
    let mut places: Vec<_> = regions.into_iter().flatten().flat_map(all).collect();
    if words.scope == Scope::Comment {
        places.retain(|(_, found)| opens_comment(text, found.start));
    }
    if matches!(words.scope, Scope::Above | Scope::LineOrAbove) {
        places.extend(alone(text, near.above, words));
    }
    places
}

/// The words on the line above, if it is a comment that they begin.
fn alone(text: &[u8], above: Option<Span>, words: &Words) -> Option<(Span, Span)> {
    let line = above?;
    let start = line.start + phrase::comment_start(line.of(text))?;
    let found = phrase::find(text, Span::new(start, line.end), words.words).next()?;
    (found.start == start).then_some((line, found))
}

/// Whether the mark of a comment stands right before `at`.
fn opens_comment(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_ascii_end();
    before.last().is_some_and(|b| b"#/*';%-!".contains(b))
}

/// The quotation mark right before `at`.
fn quote_before(text: &[u8], at: usize) -> Option<u8> {
    let before = text.get(..at).unwrap_or_default().trim_ascii_end();
    before.last().copied().filter(|b| matches!(b, b'"' | b'`'))
}

/// Whether what stands after the words is about `rule`: it names no rule, or this one.
fn means(naming: Naming, tail: &Tail, rule: &Rule) -> bool {
    match naming {
        Naming::None => true,
        Naming::Bare => tail.names.is_empty() || tail.names.iter().any(|n| is_named(n, rule)),
        Naming::Detector => {
            let mut detectors = tail.names.iter().filter_map(|n| n.strip_prefix("detector="));
            match detectors.next() {
                Some(first) => is_named(first, rule) || detectors.any(|n| is_named(n, rule)),
                None => true,
            }
        }
    }
}

/// Whether `name` is the rule's: its id, an alias, or secretlint's name for its provider.
fn is_named(name: &str, rule: &Rule) -> bool {
    let provider = name.rsplit_once("secretlint-rule-").map(|(_, provider)| provider);
    rule.id == name
        || rule.aliases.iter().any(|alias| alias == name)
        || provider.is_some_and(|p| p == &*rule.provider)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]
mod tests {
    use super::*;
    use crate::rule;

    const SECRET: &str = "S-E-C-R-E-T";

    fn a_rule() -> Rule {
        let text = "[provider]\nid = 'acme'\nname = 'Acme'\n[[rule]]\nid = 'acme-token'\n\
            name = 'x'\nrisk = 'x'\nseverity = 'high'\nshape = 'S-E-C-R-E-T'\n\
            aliases = ['old-token']\n";
        rule::parse_file(text, "test", &|_| true).unwrap().rules.remove(0)
    }

    /// What hides the secret in `text`, and why.
    fn seen(text: &str) -> Option<(String, String)> {
        let start = text.find(SECRET).unwrap();
        let status = look(text.as_bytes(), Span::new(start, start + SECRET.len()), &a_rule())?;
        match status {
            Status::Hidden { by, why } => Some((by, why)),
            other => panic!("{other:?}"),
        }
    }

    fn by(text: &str) -> Option<String> {
        seen(text).map(|(by, _)| by)
    }

    #[track_caller]
    fn hides(text: &str, words: &str, reason: &str) {
        assert_eq!(seen(text), Some((words.to_owned(), reason.to_owned())), "{text}");
    }

    #[test]
    fn ours_on_the_line_or_above() {
        let ours = "stanch:allow";
        hides("k = S-E-C-R-E-T # stanch:allow acme-token -- a test", ours, "a test");
        hides("/* stanch:allow acme-token -- a test */ k(S-E-C-R-E-T)", ours, "a test");
        hides("# stanch:allow other,acme-token -- a test\nk = S-E-C-R-E-T", ours, "a test");
        hides("  <!-- stanch:allow old-token -->\r\n<k>S-E-C-R-E-T", ours, NO_REASON);
        hides("k = S-E-C-R-E-T # stanch:allow", ours, NO_REASON);
        hides("{\"n\": \"stanch:allow acme-token -- why\", \"k\": \"S-E-C-R-E-T\"}", ours, "why");
        hides("S-E-C-R-E-T # stanch:allow x # stanch:allow acme-token -- y", ours, "y");
    }

    #[test]
    fn ours_elsewhere_or_about_another_rule_does_not_count() {
        for text in [
            "k = S-E-C-R-E-T # stanch:allow other-rule -- a test",
            "k = S-E-C-R-E-T # stanch:allowed",
            "k = S-E-C-R-E-T # stanch:allow-acme-token",
            "k = S-E-C-R-E-T # not-stanch:allow",
            "x = 1 # stanch:allow acme-token -- code before\nk = S-E-C-R-E-T",
            "# stanch:allow acme-token -- two above\n\nk = S-E-C-R-E-T",
            "k = S-E-C-R-E-T\n# stanch:allow acme-token -- below",
            "# one may write stanch:allow acme-token here\nk = S-E-C-R-E-T",
            "k = S-E-C-R-E-T # nosec NOSONAR nosemgrep",
        ] {
            assert_eq!(by(text), None, "{text}");
        }
    }

    #[test]
    fn other_tools_on_the_line() {
        for words in [
            "gitleaks:allow",
            "betterleaks:allow",
            "kingfisher:ignore",
            "ggignore",
            "keyhog:ignore",
            "keyhog:allow",
            "secretlint-disable-line",
        ] {
            assert_eq!(by(&format!("k = S-E-C-R-E-T # {words}")).as_deref(), Some(words));
            assert_eq!(by(&format!("/* {words} */ S-E-C-R-E-T")).as_deref(), Some(words));
            assert_eq!(by(&format!("S-E-C-R-E-T # {words}_me_not")), None, "{words}");
            assert_eq!(by(&format!("S-E-C-R-E-T\n# {words}")), None, "{words}");
        }
        hides("S-E-C-R-E-T // trufflehog:ignore", "trufflehog:ignore", NO_REASON);
        assert_eq!(by("/* trufflehog:ignore */ S-E-C-R-E-T"), None);
        assert_eq!(by("# gitleaks:allow\nS-E-C-R-E-T"), None);
    }

    #[test]
    fn pragmas_stand_in_comments() {
        for words in
            ["pragma: allowlist secret", "pragma:whitelist-secret", "Pragma: Allowlist Secret"]
        {
            let said = by(&format!("k = S-E-C-R-E-T  # {words}"));
            assert_eq!(said.as_deref(), Some("pragma: allowlist secret"));
            assert_eq!(by(&format!("k = S-E-C-R-E-T {words}")), None);
            assert_eq!(by(&format!("# {words}\nk = S-E-C-R-E-T")), None);
        }
        let next = "# pragma: allowlist nextline secret\nk = S-E-C-R-E-T";
        assert_eq!(by(next).as_deref(), Some("pragma: allowlist nextline secret"));
        assert_eq!(by("k = S-E-C-R-E-T # pragma: allowlist nextline secret"), None);
    }

    #[test]
    fn a_named_rule_must_be_this_one() {
        assert!(by("// keyhog:ignore detector=old-token\nS-E-C-R-E-T").is_some());
        assert!(by("// keyhog:ignore detector=else\nS-E-C-R-E-T").is_none());
        let next = "// secretlint-disable-next-line";
        assert!(by(&format!("{next}\nS-E-C-R-E-T")).is_some());
        assert!(
            by(&format!("{next} @secretlint/secretlint-rule-acme -- x\nS-E-C-R-E-T")).is_some()
        );
        assert!(by(&format!("{next} @secretlint/secretlint-rule-aws\nS-E-C-R-E-T")).is_none());
    }

    #[test]
    fn lines_around_a_secret_of_several_lines() {
        let look = |text: &str| {
            let start = text.find("AA").unwrap();
            look(text.as_bytes(), Span::new(start, text.find("ZZ").unwrap() + 2), &a_rule())
                .is_some()
        };
        assert!(look("# kingfisher:ignore\nAA\nZZ\n"));
        assert!(look("\"\"\"\nAA\nZZ\n\"\"\" # kingfisher:ignore\n"));
        assert!(!look("AA # kingfisher:ignore\nZZ\n"), "within the secret");
        assert!(look("AA\nZZ # gitleaks:allow\n"));
        assert!(!look("AA\nZZ\n# gitleaks:allow\n"));
        assert!(look("k = AA ZZ # kingfisher:ignore"));
        assert!(!look("# kingfisher:ignore\nk = AA ZZ\n"));
    }

    #[test]
    fn words_in_the_secret_do_not_count() {
        let text = b"k = 'xx stanch:allow yy' # z";
        assert_eq!(look(text, Span::new(5, 23), &a_rule()), None);
        let glued = b"k = xxstanch:allow";
        assert_eq!(look(glued, Span::new(4, 6), &a_rule()), None);
    }

    #[test]
    fn words_out_of_reach_do_not_count() {
        let far = format!("S-E-C-R-E-T {} # stanch:allow", "x".repeat(5000));
        assert_eq!(by(&far), None);
        let near = format!("S-E-C-R-E-T {} # stanch:allow", "x".repeat(4000));
        assert!(by(&near).is_some());
    }
}

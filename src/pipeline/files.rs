//! Secrets that are all that a file holds, such as `config/master.key`: the path tells what they
//! are. It is known when all is scanned, as one text may stand at many.

use super::Setup;
use crate::model::{Finding, Fingerprint, ObjectId, Origin, Secret};
use crate::rule::{Engine, Rule, RuleSet};
use crate::source::ByPath;
use crate::verify;
use std::collections::{BTreeMap, BTreeSet};

/// Takes those from `findings` of which only the path can tell.
pub(super) fn set_aside(findings: &mut Vec<Finding>, rules: &RuleSet) -> Vec<Finding> {
    findings.extract_if(.., |f| rules.get(f.rule).engine == Engine::File).collect()
}

/// The fingerprint of a secret that was just found. Of what only the path can tell there is much
/// that is none, so it gets its own when that is known.
pub(super) fn first_print(rule: &Rule, secret: &Secret, setup: &Setup<'_>) -> Fingerprint {
    match rule.engine {
        Engine::File => setup.chain.provisional(rule.family(), secret),
        _ => setup.chain.fingerprint(rule.family(), secret),
    }
}

/// The fingerprint of a finding, by which it is known from run to run.
pub(super) fn print(finding: &Finding, setup: &Setup<'_>) -> Fingerprint {
    let rule = setup.matcher.rules().get(finding.rule);
    match rule.engine {
        Engine::File => setup.chain.fingerprint(rule.family(), &finding.secret),
        _ => finding.fingerprint,
    }
}

/// Whether only a path that is not known yet can tell that it is a secret.
pub(super) fn is_doubt(finding: &Finding, setup: &Setup<'_>) -> bool {
    let rule = setup.matcher.rules().get(finding.rule);
    rule.engine == Engine::File && !finding.places.iter().any(|p| is_named(&p.origin, rule))
}

/// Those of `findings` of which paths tell, as [`Sink::by_path`](crate::source::Sink::by_path)
/// has it.
pub(super) fn by_path<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    setup: &Setup<'_>,
) -> Vec<ByPath> {
    let is_file = |f: &&Finding| setup.matcher.rules().get(f.rule).engine == Engine::File;
    let told = |f: &Finding| ByPath {
        print: f.fingerprint,
        objects: f.places.iter().filter_map(|p| p.origin.object).collect(),
        sure: !is_doubt(f, setup),
    };
    findings.filter(is_file).map(told).collect()
}

/// Whether some rule names `path`.
pub(super) fn is_telling(path: &[u8], rules: &RuleSet) -> bool {
    let names = |rule: &Rule| rule.paths.iter().any(|end| ends_with(path, end.as_bytes()));
    rules.iter().any(|rule| rule.engine == Engine::File && names(rule))
}

/// Keeps of those the ones that stand at a path that their rule names, and says how sure they are.
/// Their `objects` are kept by their own fingerprints then.
pub(super) fn tell(
    findings: &mut Vec<Finding>,
    objects: &mut BTreeMap<Fingerprint, BTreeSet<ObjectId>>,
    setup: &Setup<'_>,
) {
    findings.retain_mut(|finding| {
        let rule = setup.matcher.rules().get(finding.rule);
        if rule.engine != Engine::File {
            return true;
        }
        let own = objects.remove(&finding.fingerprint).unwrap_or_default();
        finding.places.retain(|place| is_named(&place.origin, rule));
        finding.confidence = verify::stated(rule);
        if finding.places.is_empty() {
            return false;
        }
        finding.fingerprint = print(finding, setup);
        objects.insert(finding.fingerprint, own);
        true
    });
}

/// Whether the rule names the path of `origin`.
fn is_named(origin: &Origin, rule: &Rule) -> bool {
    let path = match origin.inside.is_empty() {
        true => origin.path.as_deref().unwrap_or_default(),
        false => &origin.inside,
    };
    rule.paths.iter().any(|end| ends_with(path, end.as_bytes()))
}

/// Whether the last parts of `path` are those of `end`.
fn ends_with(path: &[u8], end: &[u8]) -> bool {
    let mut parts = path.rsplit(|b| *b == b'/');
    end.rsplit(|b| *b == b'/').all(|own| parts.next().is_some_and(|part| fits(part, own)))
}

/// Whether `part` is what `pattern` says, in which `*` stands for any bytes.
fn fits(part: &[u8], pattern: &[u8]) -> bool {
    let mut pieces = pattern.split(|b| *b == b'*');
    let first = pieces.next().unwrap_or_default();
    let Some((head, mut rest)) = part.split_at_checked(first.len()) else { return false };
    if !head.eq_ignore_ascii_case(first) {
        return false;
    }
    let mut open = false;
    let mut last: &[u8] = b"";
    for piece in pieces {
        // All but the last piece take their first place.
        if open && !last.is_empty() {
            let at = rest.windows(last.len()).position(|w| w.eq_ignore_ascii_case(last));
            let Some(at) = at else { return false };
            rest = rest.get(at + last.len()..).unwrap_or_default();
        }
        (open, last) = (true, piece);
    }
    let tail = rest.len().checked_sub(last.len()).and_then(|at| rest.get(at..));
    if open { tail.is_some_and(|t| t.eq_ignore_ascii_case(last)) } else { rest.is_empty() }
}

#[cfg(test)]
mod tests {
    use super::ends_with;

    #[test]
    fn a_path_ends_with_parts() {
        let ends = |path: &str, end: &str| ends_with(path.as_bytes(), end.as_bytes());
        for (path, end) in [
            ("a/config/master.key", "config/master.key"),
            ("config/master.key", "config/master.key"),
            ("config/credentials/production.key", "config/credentials/*.key"),
            ("db_PASSWORD.txt", "*password.txt"),
            ("secrets/a", "secrets/*"),
            ("x/abcabc", "a*b*c"),
        ] {
            assert!(ends(path, end), "{path} {end}");
        }
        for (path, end) in [
            ("master.key", "config/master.key"),
            ("aconfig/master.key", "config/master.key"),
            ("config/master.keys", "config/master.key"),
            ("config/credentials/a/b.key", "config/credentials/*.key"),
            ("password.txt.gpg", "*password.txt"),
            ("ab", "a*b*c"),
            ("aba", "ab*ba"),
            ("", "x*"),
        ] {
            assert!(!ends(path, end), "{path} {end}");
        }
    }
}

//! Expressions of other tools as shapes: with limits, without word boundaries, with the secret's
//! group named.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

/// How often something without a limit is repeated at most.
const MOST: u32 = 256;

/// `pattern` as a shape; group `group` (or the first, for 0) is the secret.
pub(super) fn bounded(pattern: &str, group: u32) -> Result<String, String> {
    if pattern.trim().is_empty() {
        return Err("it has no expression".into());
    }
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
    let hir = parser.parse(pattern).map_err(|e| {
        let all = e.to_string();
        all.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
    })?;
    Ok(rewritten(&hir, group.max(1)).to_string())
}

fn rewritten(hir: &Hir, secret: u32) -> Hir {
    let parts = |parts: &[Hir]| parts.iter().map(|p| rewritten(p, secret)).collect();
    match hir.kind() {
        // Boundaries are the rule's affair here.
        HirKind::Look(_) => Hir::empty(),
        HirKind::Repetition(r) => Hir::repetition(Repetition {
            min: r.min,
            max: Some(r.max.unwrap_or(r.min.max(MOST))),
            greedy: r.greedy,
            sub: Box::new(rewritten(&r.sub, secret)),
        }),
        HirKind::Capture(c) => Hir::capture(Capture {
            index: c.index,
            name: (c.index == secret).then(|| "secret".into()),
            sub: Box::new(rewritten(&c.sub, secret)),
        }),
        HirKind::Concat(all) => Hir::concat(parts(all)),
        HirKind::Alternation(all) => Hir::alternation(parts(all)),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) => hir.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::bounded;

    #[test]
    fn limits_are_set_and_the_secret_is_named() {
        let shape = bounded(r"(?i)\bacme[_-]+key=(x|y)([0-9]{4,})\b", 2).unwrap_or_default();
        assert!(shape.contains("(?P<secret>") && shape.contains("{4,256}"), "{shape}");
        assert!(!shape.contains("\\b") && !shape.contains('+'), "{shape}");
        assert!(bounded("(a", 0).is_err() && bounded(" ", 0).is_err());
    }
}

//! The words of other tools that file a secret away, as data. Only words that are said about
//! secrets count: `nosec`, `NOSONAR` and their kind silence everything, and are not among them.

/// Where a tool's words must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// On the finding's line.
    Line,
    /// On the finding's line, after it.
    After,
    /// On the finding's line, first thing in a comment.
    Comment,
    /// On the finding's line, or on the lines around one of several lines.
    Around,
    /// In a comment alone on the line above.
    Above,
    /// As `Line` or as `Above`.
    LineOrAbove,
}

/// How a tool names the rules that are meant. A comment that names one counts for that one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// It has no way to.
    None,
    /// As bare words.
    Bare,
    /// As `detector=NAME`.
    Detector,
}

/// One tool's words.
#[derive(Debug)]
pub(super) struct Words {
    /// What reports say hid the finding.
    pub(super) by: &'static str,
    /// The words, as [`super::phrase::find`] reads them.
    pub(super) words: &'static str,
    /// Where they must stand.
    pub(super) scope: Scope,
    /// How they name rules.
    pub(super) naming: Naming,
}

const fn plain(by: &'static str, words: &'static str, scope: Scope) -> Words {
    Words { by, words, scope, naming: Naming::None }
}

const fn naming(by: &'static str, scope: Scope, naming: Naming) -> Words {
    Words { by, words: by, scope, naming }
}

const PRAGMA: &str = "pragma: allowlist secret";
const PRAGMA_NEXT: &str = "pragma: allowlist nextline secret";

/// All of them.
pub(super) const ALL: [Words; 13] = [
    plain("gitleaks:allow", "gitleaks:allow", Scope::Line),
    plain("betterleaks:allow", "betterleaks:allow", Scope::Line),
    plain("trufflehog:ignore", "trufflehog:ignore", Scope::After),
    plain(PRAGMA, "pragma:?allowlist secret", Scope::Comment),
    plain(PRAGMA, "pragma:?whitelist secret", Scope::Comment),
    plain(PRAGMA_NEXT, "pragma:?allowlist nextline secret", Scope::Above),
    plain(PRAGMA_NEXT, "pragma:?whitelist nextline secret", Scope::Above),
    plain("kingfisher:ignore", "kingfisher:ignore", Scope::Around),
    plain("ggignore", "ggignore", Scope::Line),
    naming("keyhog:ignore", Scope::LineOrAbove, Naming::Detector),
    naming("keyhog:allow", Scope::LineOrAbove, Naming::Detector),
    naming("secretlint-disable-line", Scope::Line, Naming::Bare),
    naming("secretlint-disable-next-line", Scope::Above, Naming::Bare),
];

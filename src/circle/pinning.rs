//! How firmly an orb is named.

/// How firmly an orb's version is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pinning {
    /// Written in the file itself.
    Inline,
    /// One version, which never changes: `1.2.3`.
    Exact,
    /// Any of a series: `1` or `1.2`.
    Range,
    /// Whatever is newest, or no version at all.
    Volatile,
    /// A development version, which its owner may replace: `dev:…`.
    Dev,
    /// Set by a parameter.
    Unknown,
}

impl Pinning {
    /// Of an orb's reference, `namespace/name@version`.
    pub fn of(reference: &str) -> Self {
        let Some((_, version)) = reference.split_once('@') else { return Self::Volatile };
        let parts: Vec<&str> = version.split('.').collect();
        let number = |p: &&str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit());
        match version {
            _ if version.contains("<<") => Self::Unknown,
            "volatile" => Self::Volatile,
            _ if version.starts_with("dev:") => Self::Dev,
            _ if parts.len() == 3 && parts.iter().all(number) => Self::Exact,
            _ if parts.len() < 3 && parts.iter().all(number) => Self::Range,
            _ => Self::Volatile,
        }
    }

    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Exact => "exact",
            Self::Range => "range",
            Self::Volatile => "volatile",
            Self::Dev => "dev",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pinning;

    #[test]
    fn versions_are_told_apart() {
        let cases = [
            ("a/b@1.2.3", Pinning::Exact),
            ("a/b@1.2", Pinning::Range),
            ("a/b@1", Pinning::Range),
            ("a/b@volatile", Pinning::Volatile),
            ("a/b", Pinning::Volatile),
            ("a/b@dev:first", Pinning::Dev),
            ("a/b@<<parameters.v>>", Pinning::Unknown),
        ];
        for (reference, pinning) in cases {
            assert_eq!(Pinning::of(reference), pinning, "{reference}");
        }
    }
}

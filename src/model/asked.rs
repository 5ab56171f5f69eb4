//! What the service itself says about a secret, where it was asked.

/// Whether a credential works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The service accepted it.
    Live,
    /// The service refused it, just as it refuses one that was made up.
    Dead,
    /// Neither is proven.
    Unknown,
}

impl Verdict {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
        }
    }
}

/// An answer about one secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Whether it works.
    pub verdict: Verdict,
    /// What was answered, or why nothing is known, in a sentence.
    pub why: String,
    /// Who was asked; empty if nobody was.
    pub host: String,
    /// Whose it is and what it may do, as the service says: names and values, raw.
    pub identity: Vec<(String, String)>,
}

impl Asked {
    /// It is not known, and why.
    pub fn unknown(why: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Unknown,
            why: why.into(),
            host: String::new(),
            identity: Vec::new(),
        }
    }

    /// All of it in one line.
    pub fn sentence(&self) -> String {
        let mut text = match self.verdict {
            Verdict::Live => format!("live: {}", self.why),
            Verdict::Dead => format!("dead: {}", self.why),
            Verdict::Unknown => format!("not known whether it is live: {}", self.why),
        };
        for (name, value) in &self.identity {
            text.push_str(&format!("; {name} {value}"));
        }
        text
    }
}

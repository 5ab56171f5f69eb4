//! Errors as values: what was being done, what went wrong, and how to go on.

use std::fmt;

/// What sort of trouble an [`Error`] is. All but one end a run with exit code 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The command line asked for something that cannot be.
    Usage,
    /// A configuration or baseline file is wrong.
    Config,
    /// A rule file is wrong.
    Rule,
    /// git or a repository would not do what was needed.
    Git,
    /// Reading or writing failed.
    Io,
    /// A service could not be asked, or answered what cannot be.
    Network,
    /// The user ended what was being done; exit code 130.
    Interrupted,
    /// A defect in stanch itself.
    Internal,
}

/// A failure that ends what was being done.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    doing: String,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    hint: Option<String>,
}

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of `kind`; `doing` is a lower-case fragment that tells what was being done
    /// or what is wrong ("reading the index").
    pub fn new(kind: Kind, doing: impl Into<String>) -> Self {
        Self { kind, doing: doing.into(), cause: None, hint: None }
    }

    /// Adds the underlying error.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds one sentence that says how to go on.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The sort of trouble.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How to go on, when known.
    pub fn advice(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doing)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Some(cause) => Some(cause.as_ref()),
            None => None,
        }
    }
}

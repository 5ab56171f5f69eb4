//! The bytes of a secret, which show themselves only when asked to.

use std::fmt;

/// A found secret. `Debug` and `Display` print a mask; [`Secret::expose`] is the only way out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret {
    bytes: Vec<u8>,
    /// The mask, where nothing else is known.
    mask: Option<String>,
}

impl Secret {
    /// Takes the secret's bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), mask: None }
    }

    /// A secret of which only the mask is known, as when a report is read back.
    pub fn from_mask(mask: impl Into<String>) -> Self {
        Self { bytes: Vec::new(), mask: Some(mask.into()) }
    }

    /// The bytes themselves. For fingerprints, checks and redaction; an output may use it only
    /// where the user asked for secrets to be shown.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// A form that may be printed: four first characters of a long secret, which are nearly
    /// always a vendor's public prefix, then stars.
    pub fn masked(&self) -> String {
        if let Some(mask) = &self.mask {
            return mask.clone();
        }
        let shown: String = match self.bytes.len() {
            24.. => self.bytes.iter().take(4).map(|&b| char::from(b)).collect(),
            _ => String::new(),
        };
        let plain = shown.chars().all(|c| c.is_ascii_graphic());
        format!("{}****", if plain { shown.as_str() } else { "" })
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.masked())
    }
}

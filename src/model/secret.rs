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

    /// `text` without `secrets`: each stands there masked.
    pub fn hide<'s>(text: &[u8], secrets: impl IntoIterator<Item = &'s Self>) -> Vec<u8> {
        let mut all: Vec<&Self> = secrets.into_iter().filter(|s| !s.bytes.is_empty()).collect();
        // The longest first: of one that holds another something would be left to see.
        all.sort_by_key(|secret| std::cmp::Reverse(secret.bytes.len()));
        all.into_iter().fold(text.to_vec(), |text, secret| {
            let places: Vec<usize> = memchr::memmem::find_iter(&text, &secret.bytes).collect();
            if places.is_empty() {
                return text;
            }
            let mut parts = Vec::with_capacity(text.len());
            let mut done = 0;
            for at in places {
                parts.extend_from_slice(&text[done..at]);
                parts.extend_from_slice(secret.masked().as_bytes());
                done = at + secret.bytes.len();
            }
            parts.extend_from_slice(&text[done..]);
            parts
        })
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

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn of_one_that_holds_another_nothing_is_left() {
        let (short, long) = (Secret::new("hunter"), Secret::new("hunter-and-more"));
        let hidden = Secret::hide(b"a/hunter-and-more/hunter, hunter", [&short, &long]);
        assert_eq!(hidden, b"a/****/****, ****");
        assert_eq!(Secret::hide(b"nothing", [&short, &Secret::from_mask("x")]), b"nothing");
    }
}

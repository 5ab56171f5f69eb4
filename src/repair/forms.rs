//! The forms in which a secret may stand: as it is, and as others encode it. What is taken out must
//! be taken out in all of them.

use crate::error::{Error, Kind as Trouble, Result};
use crate::git::{Kind, Repo};
use crate::model::{Finding, ObjectId};
use aho_corasick::{AhoCorasick, MatchKind};
use data_encoding::{BASE64, BASE64URL, HEXLOWER, HEXUPPER};
use std::collections::HashSet;

/// What stands in place of a secret afterwards.
const MARK: &str = "***REMOVED***";
/// Shorter forms may stand for anything.
const SHORTEST: usize = 6;

/// Finds and replaces secrets in every form.
pub struct Replacer {
    forms: Vec<Vec<u8>>,
    search: AhoCorasick,
}

/// Objects in which a secret stands.
#[derive(Debug, Default)]
pub struct Held {
    /// Blobs.
    pub blobs: HashSet<ObjectId>,
    /// Commits and tags, in their text.
    pub said: HashSet<ObjectId>,
    /// Objects that could not be read.
    pub unread: usize,
}

impl Replacer {
    /// For the secrets of these findings.
    ///
    /// # Errors
    /// If they are more than can be searched for.
    pub fn new(findings: &[&Finding]) -> Result<Self> {
        let secrets = findings.iter().flat_map(|f| lines(f.secret.expose()));
        Self::of(secrets.flat_map(forms).collect())
    }

    /// For what stands in a file of replacements.
    ///
    /// # Errors
    /// If nothing stands there.
    pub fn read(text: &[u8]) -> Result<Self> {
        let lines = text.split(|&b| b == b'\n').filter_map(|l| l.strip_prefix(b"literal:"));
        let end = |line: &[u8]| memchr::memmem::rfind(line, b"==>");
        let forms: Vec<Vec<u8>> = lines.filter_map(|l| Some(l.get(..end(l)?)?.to_vec())).collect();
        if forms.is_empty() {
            return Err(Error::new(Trouble::Usage, "that is no file of replacements"));
        }
        Self::of(forms)
    }

    fn of(mut forms: Vec<Vec<u8>>) -> Result<Self> {
        forms.retain(|form| form.len() >= SHORTEST);
        forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        forms.dedup();
        let search =
            AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(&forms)
                .map_err(|e| Error::new(Trouble::Usage, "too many secrets at once").because(e))?;
        Ok(Self { forms, search })
    }

    /// The file of replacements for git-filter-repo: it holds the secrets, so only its owner may
    /// read it.
    pub fn file(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for form in &self.forms {
            out.extend_from_slice(b"literal:");
            out.extend_from_slice(form);
            out.extend_from_slice(format!("==>{MARK}\n").as_bytes());
        }
        out
    }

    /// `text` with the secrets replaced, if one stands in it.
    pub fn replaced(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.search.is_match(text).then(|| {
            let mut out = Vec::with_capacity(text.len());
            let mut from = 0;
            for hit in self.search.find_iter(text) {
                out.extend_from_slice(text.get(from..hit.start()).unwrap_or_default());
                out.extend_from_slice(MARK.as_bytes());
                from = hit.end();
            }
            out.extend_from_slice(text.get(from..).unwrap_or_default());
            out
        })
    }

    /// Every object of the store in which one stands, whatever reaches it.
    ///
    /// # Errors
    /// If the store cannot be listed.
    pub fn held(&self, repo: &Repo) -> Result<Held> {
        let mut held = Held::default();
        for id in repo.object_ids()? {
            let read = match repo.header(id) {
                Ok((Kind::Tree, _)) => continue,
                Ok(_) => repo.read(id),
                Err(gap) => Err(gap),
            };
            match read {
                Ok((Kind::Blob, text)) if self.search.is_match(&text) => held.blobs.insert(id),
                Ok((_, text)) if self.search.is_match(&text) => held.said.insert(id),
                Ok(_) => continue,
                Err(_) => {
                    held.unread += 1;
                    continue;
                }
            };
        }
        Ok(held)
    }
}

/// A secret; of one over several lines each long line.
fn lines(secret: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = secret.split(|&b| b == b'\n' || b == b'\r').map(<[u8]>::trim_ascii);
    lines.filter(|l| l.len() >= SHORTEST && !l.starts_with(b"-----"))
}

/// A secret as it is and as others write it.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.to_vec()];
    forms.push(HEXLOWER.encode(secret).into_bytes());
    forms.push(HEXUPPER.encode(secret).into_bytes());
    for encoding in [BASE64, BASE64URL] {
        forms.push(encoding.encode(secret).into_bytes());
        forms.extend((0..3).filter_map(|shift| inside(secret, shift, &encoding)));
    }
    forms.push(percent(secret, "0123456789ABCDEF"));
    forms.push(percent(secret, "0123456789abcdef"));
    if let Ok(text) = std::str::from_utf8(secret) {
        forms.extend(escaped(text).into_iter().map(String::into_bytes));
        forms.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        forms.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    forms
}

/// The part of base64 that stands there whatever text is before (`shift` bytes over a multiple of
/// three) and behind the secret.
fn inside(secret: &[u8], shift: usize, encoding: &data_encoding::Encoding) -> Option<Vec<u8>> {
    let text = encoding.encode(&[vec![0; shift], secret.to_vec()].concat());
    let start = (shift * 8).div_ceil(6);
    let end = (shift + secret.len()) * 8 / 6;
    Some(text.get(start..end)?.as_bytes().to_vec())
}

fn percent(secret: &[u8], digits: &str) -> Vec<u8> {
    let digit = |n: u8| digits.as_bytes().get(usize::from(n)).copied().unwrap_or(b'0');
    let one = |&b: &u8| match b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
        true => vec![b],
        false => vec![b'%', digit(b >> 4), digit(b & 15)],
    };
    secret.iter().flat_map(one).collect()
}

/// As JSON (with and without `\/`) and HTML write it.
fn escaped(text: &str) -> Vec<String> {
    let json = serde_json::to_string(text).unwrap_or_default();
    let json = json.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned();
    vec![json.replace('/', "\\/"), json, crate::model::escaped(text)]
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    fn replacer(secret: &str) -> Replacer {
        Replacer::of(forms(secret.as_bytes())).unwrap()
    }

    #[test]
    fn a_secret_is_known_in_every_form() {
        let secret = "pa/ss \"word+12&%";
        let replacer = replacer(secret);
        for before in ["", "u", "us", "use"] {
            let text = BASE64.encode(format!("{before}{secret}:tail").as_bytes());
            let out = replacer.replaced(text.as_bytes()).unwrap();
            assert!(String::from_utf8(out).unwrap().contains(MARK), "{before}");
        }
        let json = serde_json::to_string(secret).unwrap();
        for text in [
            secret.to_owned(),
            json.replace('/', "\\/"),
            json,
            HEXLOWER.encode(secret.as_bytes()),
            "pa%2Fss%20%22word%2B12%26%25".into(),
            "pa%2fss%20%22word%2b12%26%25".into(),
            secret.replace('&', "&amp;").replace('"', "&quot;"),
        ] {
            assert!(replacer.replaced(text.as_bytes()).is_some(), "{text}");
        }
        let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(replacer.replaced(&wide).is_some() && replacer.replaced(b"other text").is_none());
    }

    #[test]
    fn a_file_of_replacements_is_read_as_it_was_written() {
        let replacer = replacer("se==>cret");
        let again = Replacer::read(&replacer.file()).unwrap();
        assert_eq!(again.forms, replacer.forms);
        assert!(Replacer::read(b"nothing").is_err());
    }
}

//! Makes samples of a rule's shape, so that no token-shaped text need stand in a repository.

use super::anatomy;
use super::piece::bytes_of;
use regex_syntax::hir::{Class, Hir, HirKind};

/// A seeded source of samples: the same seed gives the same ones.
#[derive(Debug, Clone)]
pub struct Generator {
    state: u64,
}

impl Generator {
    /// Starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next pseudo-random number (splitmix64; not for cryptography).
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit` (0 if that is 0).
    pub fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { (self.next_u64() % limit as u64) as usize }
    }

    /// `len` characters of `alphabet`.
    pub fn text(&mut self, alphabet: &[u8], len: usize) -> Vec<u8> {
        (0..len).map(|_| alphabet[self.below(alphabet.len())]).collect()
    }

    /// A text that the expression matches.
    ///
    /// # Errors
    /// If the expression does not parse.
    pub fn matching(&mut self, shape: &str) -> Result<Vec<u8>, String> {
        let hir = anatomy::parse(shape)?;
        let mut out = Vec::new();
        self.write(&hir, &mut out);
        Ok(out)
    }

    fn write(&mut self, hir: &Hir, out: &mut Vec<u8>) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(lit) => out.extend_from_slice(&lit.0),
            HirKind::Class(class) => out.push(self.pick(class)),
            HirKind::Capture(c) => self.write(&c.sub, out),
            HirKind::Concat(parts) => parts.iter().for_each(|p| self.write(p, out)),
            HirKind::Alternation(parts) => {
                let choice = self.below(parts.len());
                self.write(&parts[choice], out);
            }
            HirKind::Repetition(r) => {
                let most = r.max.unwrap_or(r.min + 8).min(r.min.saturating_add(8));
                let times = r.min + self.below((most - r.min + 1) as usize) as u32;
                (0..times).for_each(|_| self.write(&r.sub, out));
            }
        }
    }

    fn pick(&mut self, class: &Class) -> u8 {
        let bytes = bytes_of(class);
        bytes.get(self.below(bytes.len())).copied().unwrap_or(b'x')
    }
}

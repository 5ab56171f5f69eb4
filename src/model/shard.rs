//! One of several parts of a large scan, each of which a process of its own takes.

use super::ObjectId;
use std::fmt;

/// Part `number` of `of`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// Part `number` of `of`; `None` if there is no such part.
    pub fn new(number: u32, of: u32) -> Option<Self> {
        (1..=of).contains(&number).then_some(Self { number, of })
    }

    /// From `K/N`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once('/')?;
        Self::new(number.trim().parse().ok()?, of.trim().parse().ok()?)
    }

    /// Which part it is, from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many parts there are.
    pub fn of(self) -> u32 {
        self.of
    }

    /// Whether it is the first, which takes what cannot be split.
    pub fn is_first(self) -> bool {
        self.number == 1
    }

    /// Which of `of` parts takes what has this name: the same one whatever else there is.
    pub fn owner(name: &str, of: u32) -> u32 {
        let hash = blake3::hash(name.to_lowercase().as_bytes());
        1 + low(hash.as_bytes()) % of.max(1)
    }

    /// Whether it takes what has this name.
    pub fn holds(self, name: &str) -> bool {
        Self::owner(name, self.of) == self.number
    }

    /// Whether it takes the object of this id.
    pub fn holds_object(self, id: ObjectId) -> bool {
        1 + low(id.as_bytes()) % self.of == self.number
    }

    /// Whether it takes what begins at `at` of `all`.
    pub fn holds_at(self, at: u64, all: u64) -> bool {
        let at = u128::from(at) * u128::from(self.of) / u128::from(all.max(1));
        at == u128::from(self.number - 1)
    }
}

/// The first four bytes as a number.
fn low(bytes: &[u8]) -> u32 {
    bytes.first_chunk::<4>().map_or(0, |four| u32::from_le_bytes(*four))
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// What the report of a shard says of the whole, so that the shards can be joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which part it is.
    pub shard: Shard,
    /// What was split. All parts must have split the same.
    pub whole: String,
    /// The names of everything that was shared out, if it was shared out by name.
    pub listed: Vec<String>,
}

impl Part {
    /// One sentence for people.
    pub fn note(&self) -> String {
        let Shard { number, of } = self.shard;
        format!(
            "this is shard {number} of {of}, and says nothing of the others: `stanch report merge` \
             joins them"
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_shard_is_refused() {
        assert_eq!(Shard::parse("2/4").unwrap().to_string(), "2/4");
        for bad in ["", "0/4", "5/4", "4", "1/0", "a/b", "-1/2", "1/2/3"] {
            assert_eq!(Shard::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn everything_has_one_owner() {
        let shards = || (1..=7).map(|n| Shard::new(n, 7).unwrap());
        for n in 0..500_u32 {
            let name = format!("host/org/r{n}");
            assert_eq!(shards().filter(|s| s.holds(&name)).count(), 1);
            assert_eq!(shards().filter(|s| s.holds_at(n.into(), 500)).count(), 1);
            let id = ObjectId::from_bytes(blake3::hash(name.as_bytes()).as_bytes()).unwrap();
            assert_eq!(shards().filter(|s| s.holds_object(id)).count(), 1);
        }
        assert_eq!(Shard::owner("host/Org/R", 7), Shard::owner("host/org/r", 7));
    }
}

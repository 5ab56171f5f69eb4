//! Which rules these are, in a few digits: of one rule, and of a set.

use super::schema::Rule;
use super::set::RuleSet;

/// Digits of a version.
const DIGITS: usize = 12;

impl Rule {
    /// Changes whenever the rule finds or judges otherwise, and with its severity.
    pub fn version(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        self.add_to(&mut hasher);
        short(&hasher)
    }

    fn add_to(&self, hasher: &mut blake3::Hasher) {
        let texts = [&self.id, &self.severity, &self.confidence, &self.shape, &self.dead_before];
        let lists = [&self.near, &self.paths, &self.checks];
        for text in texts.into_iter().chain(lists.into_iter().flat_map(|l| l.iter())) {
            hasher.update(text.as_bytes());
            hasher.update(b"\0");
        }
        let rest =
            (self.family(), self.engine, self.boundary, self.within, self.entropy.to_bits());
        hasher.update(format!("{rest:?}\n").as_bytes());
    }
}

impl RuleSet {
    /// Changes whenever a rule comes, goes, or finds or judges otherwise.
    pub fn version(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        self.iter().for_each(|rule| rule.add_to(&mut hasher));
        short(&hasher)
    }
}

fn short(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex().chars().take(DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use super::super::RuleSet;

    #[test]
    fn a_change_shows() {
        let set = RuleSet::builtin();
        let rule = set.get(0).clone();
        let other = super::Rule { shape: "x{3}".into(), ..rule.clone() };
        assert_ne!(rule.version(), other.version());
        assert_eq!(rule.version().len(), super::DIGITS);
        assert_ne!(RuleSet::of(rule).version(), RuleSet::of(other).version());
        assert_eq!(set.version(), RuleSet::builtin().version());
    }
}

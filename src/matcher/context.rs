//! Whether one of a rule's words stands near before a match.

use crate::rule::Rule;

/// What is known of the words of one rule in one text.
pub(super) struct Context {
    /// No word begins from the first place on and before the second.
    clear: (usize, usize),
    /// Length of the longest word.
    longest: usize,
}

impl Context {
    /// Nothing yet, of the words of `rule`.
    pub(super) fn of(rule: &Rule) -> Self {
        Self { clear: (0, 0), longest: rule.near.iter().map(|w| w.len()).max().unwrap_or(0) }
    }

    /// Whether much of what stands before `start` is known already.
    pub(super) fn is_known(&self, rule: &Rule, start: usize) -> bool {
        start.saturating_sub(usize::from(rule.within)) < self.clear.1
    }

    /// Whether one of the words stands near enough before `start`, if the rule asks for one.
    pub(super) fn holds(&mut self, rule: &Rule, text: &[u8], start: usize) -> bool {
        if rule.near.is_empty() {
            return true;
        }
        let from = start.saturating_sub(usize::from(rule.within));
        let known = (self.clear.0..=self.clear.1).contains(&from);
        let next = if known { self.clear.1 } else { from };
        let window = &text[from..start];
        let holds = rule.near.iter().any(|word| {
            begins_with(window, word.as_bytes()) || has_word(window, next - from, word.as_bytes())
        });
        if !holds {
            let first = if known { self.clear.0 } else { from };
            self.clear = (first, start.saturating_sub(self.longest).max(next));
        }
        holds
    }
}

fn begins_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word))
}

/// Whether `word`, in any case, begins in `text` at `next` or later, not glued to a letter before
/// it ("checkbox" does not speak of "box", but `myBox` and `MY_BOX` do).
fn has_word(text: &[u8], next: usize, word: &[u8]) -> bool {
    let (Some(first), Some(rest)) = (word.first(), text.get(next..)) else { return false };
    let [small, capital] = [first.to_ascii_lowercase(), first.to_ascii_uppercase()];
    memchr::memchr2_iter(small, capital, rest).any(|i| {
        begins_with(&rest[i..], word) && {
            let before = (next + i).checked_sub(1).map_or(b' ', |p| text[p]);
            !before.is_ascii_alphabetic()
                || (before.is_ascii_lowercase() && rest[i].is_ascii_uppercase())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Generator, RuleSet};

    fn holds(text: &[u8], word: &[u8]) -> bool {
        has_word(text, 0, word)
    }

    #[test]
    fn words_are_not_found_inside_words() {
        assert!(holds(b"the BOX token", b"box"));
        assert!(holds(b"myBoxToken", b"box"));
        assert!(holds(b"my_boxToken", b"box"));
        assert!(!holds(b"checkbox", b"box"));
    }

    #[test]
    fn what_is_known_changes_nothing() {
        let near = ["ab", "bab"].into_iter().collect();
        let rule = Rule { near, within: 7, ..RuleSet::builtin().get(0).clone() };
        let mut random = Generator::new(4);
        for _ in 0..200 {
            let text = random.text(b"abB__..........", 80);
            let mut context = Context::of(&rule);
            let mut start = 0;
            while start <= text.len() {
                let fresh = Context::of(&rule).holds(&rule, &text, start);
                assert_eq!(context.holds(&rule, &text, start), fresh, "{start}");
                start += usize::from(random.text(b"\x01\x02\x09", 1)[0]);
            }
        }
    }
}

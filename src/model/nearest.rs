//! The known word that someone most likely meant.

/// The candidate nearest to `word` by edit distance; `None` if none is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = 1 + word.chars().count() / 3;
    let scored = candidates.into_iter().map(|c| (distance(word, c), c));
    scored.filter(|(d, _)| *d <= far).min().map(|(_, c)| c)
}

/// How many characters to add, drop or change (Levenshtein), case and `_` for `-` for nothing.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().map(plain).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().map(plain).enumerate() {
        let mut left = i + 1;
        let mut corner = i;
        let mut next = vec![left];
        for (y, &above) in b.iter().zip(row.iter().skip(1)) {
            left = (above + 1).min(left + 1).min(corner + usize::from(x != *y));
            corner = above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

fn plain(c: char) -> char {
    if c == '_' { '-' } else { c.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_levenshtein() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("min-Confidence", "min_confidence"), 0);
    }

    #[test]
    fn only_a_near_word_is_suggested() {
        let known = ["exclude", "enable", "disable"];
        assert_eq!(nearest("exlude", known), Some("exclude"));
        assert_eq!(nearest("disabled", known), Some("disable"));
        assert_eq!(nearest("threshold", known), None);
    }
}

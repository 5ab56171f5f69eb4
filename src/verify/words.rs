//! How word-like a text is: a model of letter pairs.
//!
//! The table was counted from the Markdown, reStructuredText and plain text documents of a
//! development machine (16,000 words, each weighted by the square root of its count), so that
//! words of prose and names of code both look familiar. Entry `[a][b]` is the surprise of letter
//! `b` after letter `a` in sixteenths of a bit; 0 stands for what is no letter.

/// Surprise of a text in which no letter stands: that of a letter chosen blindly.
const NEUTRAL: f64 = 4.7;

#[rustfmt::skip]
const PAIRS: [[u8; 27]; 27] = [
    [255, 58, 71, 55, 64, 69, 72, 84, 84, 69, 104, 106, 77, 70, 81, 82, 64, 118, 65, 56, 67, 83, 94, 84, 119, 117, 120],
    [69, 82, 73, 62, 72, 112, 106, 80, 135, 77, 145, 98, 54, 69, 51, 162, 80, 134, 54, 64, 45, 91, 99, 104, 131, 98, 125],
    [45, 49, 80, 72, 84, 50, 94, 110, 124, 63, 98, 136, 51, 108, 109, 63, 105, 138, 70, 76, 110, 58, 134, 151, 142, 90, 135],
    [56, 53, 107, 82, 96, 51, 107, 145, 55, 73, 135, 68, 72, 117, 138, 38, 118, 159, 71, 97, 55, 80, 125, 150, 150, 108, 150],
    [25, 65, 93, 102, 83, 35, 100, 115, 119, 51, 149, 144, 94, 115, 123, 69, 120, 151, 96, 82, 125, 83, 119, 135, 147, 111, 161],
    [37, 74, 103, 68, 55, 90, 88, 102, 135, 114, 125, 136, 75, 84, 55, 121, 90, 116, 46, 53, 74, 129, 95, 109, 82, 116, 153],
    [42, 57, 90, 85, 90, 55, 59, 107, 133, 39, 142, 140, 71, 128, 119, 52, 120, 150, 74, 92, 86, 75, 146, 156, 134, 90, 146],
    [23, 70, 133, 117, 132, 45, 121, 90, 75, 59, 145, 135, 90, 114, 75, 82, 119, 146, 63, 74, 112, 71, 140, 121, 145, 119, 129],
    [40, 41, 127, 134, 118, 36, 142, 146, 129, 51, 138, 130, 112, 99, 110, 53, 124, 146, 76, 104, 64, 74, 145, 139, 159, 105, 142],
    [81, 77, 88, 62, 75, 76, 84, 78, 145, 139, 145, 122, 68, 75, 32, 54, 85, 160, 86, 62, 55, 137, 86, 163, 108, 147, 96],
    [51, 51, 101, 107, 115, 44, 111, 102, 101, 63, 98, 85, 113, 123, 107, 49, 96, 127, 95, 41, 112, 63, 108, 95, 109, 118, 112],
    [30, 66, 107, 119, 102, 32, 104, 99, 98, 53, 125, 127, 96, 106, 97, 80, 100, 132, 104, 60, 98, 84, 121, 107, 131, 102, 131],
    [43, 53, 115, 124, 86, 39, 117, 124, 139, 44, 168, 127, 55, 124, 135, 54, 114, 158, 147, 81, 83, 81, 116, 145, 171, 67, 163],
    [48, 39, 86, 131, 112, 37, 132, 136, 148, 51, 130, 142, 97, 73, 130, 60, 53, 150, 135, 84, 111, 84, 130, 148, 137, 97, 133],
    [39, 64, 141, 68, 61, 60, 91, 45, 117, 72, 141, 107, 117, 133, 94, 71, 124, 166, 135, 59, 47, 97, 103, 135, 163, 114, 143],
    [69, 103, 94, 74, 70, 122, 99, 89, 133, 100, 128, 105, 70, 62, 35, 84, 75, 176, 45, 74, 73, 65, 84, 78, 124, 123, 142],
    [53, 50, 146, 104, 103, 47, 133, 116, 91, 70, 162, 128, 54, 117, 127, 55, 71, 147, 45, 73, 65, 75, 133, 140, 147, 97, 185],
    [44, 82, 114, 97, 98, 69, 101, 98, 95, 91, 117, 99, 81, 107, 106, 115, 94, 86, 75, 92, 102, 19, 110, 106, 109, 104, 121],
    [44, 54, 123, 90, 88, 34, 113, 92, 141, 53, 174, 96, 102, 87, 90, 56, 116, 171, 86, 70, 71, 88, 106, 135, 161, 84, 179],
    [24, 84, 142, 80, 136, 50, 123, 138, 75, 62, 171, 112, 105, 109, 116, 77, 83, 125, 130, 66, 46, 75, 135, 129, 155, 101, 158],
    [37, 59, 142, 99, 122, 41, 122, 139, 63, 42, 172, 142, 99, 120, 135, 65, 101, 164, 63, 72, 81, 90, 162, 116, 152, 85, 152],
    [77, 79, 67, 76, 89, 70, 103, 88, 150, 70, 153, 123, 59, 69, 47, 112, 65, 150, 51, 50, 51, 144, 128, 151, 122, 130, 131],
    [55, 45, 121, 106, 120, 21, 119, 106, 129, 41, 141, 126, 122, 109, 114, 75, 97, 129, 126, 95, 136, 112, 114, 120, 120, 120, 134],
    [41, 44, 131, 117, 108, 52, 118, 107, 61, 46, 133, 120, 99, 121, 70, 57, 124, 129, 70, 59, 113, 125, 131, 103, 123, 129, 141],
    [34, 60, 110, 74, 112, 61, 113, 130, 114, 65, 133, 114, 102, 88, 110, 115, 50, 143, 122, 106, 53, 104, 118, 120, 44, 91, 116],
    [14, 81, 108, 101, 110, 80, 127, 111, 118, 87, 125, 134, 92, 87, 79, 82, 62, 147, 108, 68, 82, 115, 128, 107, 137, 112, 101],
    [40, 49, 105, 110, 108, 33, 115, 104, 86, 56, 103, 112, 87, 103, 94, 56, 105, 125, 101, 107, 108, 101, 107, 117, 101, 83, 79],
];

/// Mean surprise of the letter pairs of `value` in bits, whatever their case: words have 3 to 4,
/// random letters 5 to 6.5.
pub fn surprise(value: &[u8]) -> f64 {
    let (mut sum, mut pairs, mut last) = (0u64, 0u64, 0usize);
    for letter in value.iter().map(letter).chain([0]) {
        if letter != 0 || last != 0 {
            sum += u64::from(PAIRS[last][letter]);
            pairs += 1;
        }
        last = letter;
    }
    if pairs == 0 { NEUTRAL } else { sum as f64 / 16.0 / pairs as f64 }
}

/// 1 to 26 for a letter, else 0: always a place in the table.
fn letter(b: &u8) -> usize {
    match b.to_ascii_lowercase() {
        l @ b'a'..=b'z' => usize::from(l - b'a') + 1,
        _ => 0,
    }
}

/// The words of `value`: runs of letters, cut where a hump of camel case starts.
pub(super) fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value
        .split(|b| !b.is_ascii_alphabetic())
        .filter(|run| !run.is_empty())
        .flat_map(|run| run.chunk_by(|a, b| !(a.is_ascii_lowercase() && b.is_ascii_uppercase())))
}

/// Whether `value` is made of words: nearly all letters, long stretches of one case, familiar
/// pairs.
pub(super) fn is_wordy(value: &[u8]) -> bool {
    let signs = value.iter().filter(|b| b.is_ascii_alphanumeric()).count();
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let pieces = words(value).count();
    letters >= 4
        && letters * 10 >= signs * 8
        && letters >= pieces * 4
        && case_breaks(value) <= pieces
        && surprise(value) < 4.2
}

/// How often an upper-case letter stands before a lower-case one but not at a word's start.
fn case_breaks(value: &[u8]) -> usize {
    let inside = |w: &&[u8]| matches!(w, [a, b, c] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_lowercase());
    value.windows(3).filter(inside).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_less_surprising_than_noise() {
        for text in ["my-service-account", "notificationServiceConfig", "CHANGE_THE_PASSWORD"] {
            assert!(is_wordy(text.as_bytes()), "{text}: {}", surprise(text.as_bytes()));
        }
        for text in ["xvqzkjwpnbtghq", "q8Zk1Vd0xPw2Lm", "4711", ""] {
            assert!(!is_wordy(text.as_bytes()), "{text}: {}", surprise(text.as_bytes()));
        }
    }

    #[test]
    fn words_are_cut_at_humps_and_signs() {
        let cut = |text: &'static str| -> Vec<&[u8]> { words(text.as_bytes()).collect() };
        assert_eq!(cut("myToken_for-HTTP"), [b"my".as_slice(), b"Token", b"for", b"HTTP"]);
        assert!(cut("123").is_empty());
    }
}

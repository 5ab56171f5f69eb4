//! Could it be a randomly made value, or is it a placeholder, a name or a pattern?
//!
//! The floors of Shannon entropy are measured: 40,000 random texts for each alphabet and length;
//! of them 2 in 10,000 lie below. The tests hold that fewer than 1 in 1,000 values are lost in all.

use super::base::base64;
use super::placeholder::{is_mask, placeholder};
use super::words::is_wordy;
use super::{Check, Token, Verdict};
use crate::model::Severity;

/// The check `random`.
pub(super) struct Random;

impl Check for Random {
    fn name(&self) -> &'static str {
        "random"
    }

    fn about(&self) -> &'static str {
        "it could be randomly made: no placeholder, name, row or repetition, and varied enough"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let value = without_prefix(token.secret());
        if let Some(doubt) = doubt(value) {
            return doubt;
        }
        // Where another check reads the structure, the letters may follow from that.
        let reads = |name: &str| name != "random" && !name.starts_with("not-");
        let alone = !token.rule.checks.iter().any(|name| reads(name));
        if alone && !is_varied(value) && !is_text_in_base64(value) {
            let of_its_own = token.matched == token.secret && token.rule.near.is_empty();
            if of_its_own && has_digit(value) {
                return Verdict::Odd(Severity::Low, "it looks made up: too monotonous".into());
            }
            return Verdict::Rejected("it is too monotonous to be random");
        }
        Verdict::Silent
    }
}

/// What is against `value` as something randomly made: a placeholder is rejected, and what somebody
/// seems to have made up is told as odd, since real ones have been changed like that too.
pub(super) fn doubt(value: &[u8]) -> Option<Verdict> {
    let made_up =
        |what: &str| Some(Verdict::Odd(Severity::Low, format!("it looks made up: {what}")));
    if rows(value, 2) >= 6 && rows(value, 2) * 5 >= value.len() * 2 {
        return made_up("two rows run through it, as in a1b2c3");
    }
    let why = implausible(value)?;
    let mixed = value.len() >= 16 && has_digit(value) && value.iter().any(u8::is_ascii_alphabetic);
    let partly =
        rows(value, 1).max(keyboard(value)) * 10 < value.len() * 9 && !repeats_often(value);
    if mixed && partly && placeholder(value).is_none() && !is_monotonous(value) {
        return made_up(why);
    }
    Some(Verdict::Rejected(why))
}

/// The verdict on a token whose form is its vendor's alone, but for what `why` tells: it was not
/// issued as it stands. Real ones are changed so before they are shown, and so are placeholders.
pub(super) fn disproved(token: &[u8], why: &str) -> Verdict {
    match doubt(without_prefix(token)) {
        Some(Verdict::Rejected(why)) => Verdict::Rejected(why),
        _ => Verdict::Doubtful(why.into()),
    }
}

fn has_digit(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_digit)
}

/// Why `value` cannot have been randomly made, if it cannot.
pub(super) fn implausible(value: &[u8]) -> Option<&'static str> {
    if let Some(why) = placeholder(value) {
        return Some(why);
    }
    if is_monotonous(value) {
        return Some("it has too few different characters");
    }
    if has_row(value) {
        return Some("it is a row, such as abcdef or 123456");
    }
    if is_repetition(value) {
        return Some("it repeats itself");
    }
    (value.len() >= 8 && is_wordy(value)).then_some("it is made of words")
}

/// Whether `value` is masked or an alphabet, or, if it is no password, a row or a repetition.
pub(super) fn is_pattern(value: &[u8], is_password: bool) -> bool {
    is_mask(value)
        || is_alphabet(value)
        || !is_password && (is_monotonous(value) || has_row(value) || is_repetition(value))
}

/// What follows the fixed part that many tokens start with.
pub(super) fn without_prefix(secret: &[u8]) -> &[u8] {
    let is_sign = |b: &u8| matches!(b, b'_' | b'-' | b'.' | b':');
    let head = secret.get(..12).unwrap_or(secret);
    let start = head.iter().rposition(is_sign).map_or(0, |i| i + 1);
    secret.get(start..).filter(|rest| rest.len() >= 16).unwrap_or(secret)
}

/// Few characters, one of which makes up half, or a long run of one.
fn is_monotonous(value: &[u8]) -> bool {
    let mut counts = [0u32; 256];
    let (mut distinct, mut most) = (0, 0);
    for b in value {
        let count = &mut counts[usize::from(*b)];
        *count += 1;
        distinct += usize::from(*count == 1);
        most = most.max(*count as usize);
    }
    let digits = value.iter().all(u8::is_ascii_digit);
    let fewest = if value.len() < 16 || digits { 4 } else { 6 };
    let longest = value.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0);
    let long_enough = value.len() >= 10;
    long_enough && (distinct < fewest || most * 2 > value.len())
        || longest >= 6 && longest * 4 >= value.len()
}

/// `abcdef…2345…`: nearly each character follows the one before it.
fn is_alphabet(value: &[u8]) -> bool {
    let steps = value.windows(2).filter(|w| matches!(w[1].wrapping_sub(w[0]), 1 | 2));
    value.len() >= 10 && steps.count() * 10 >= (value.len() - 1) * 9
}

/// Rows that go up or down by one, or along a keyboard.
fn has_row(value: &[u8]) -> bool {
    let in_rows = rows(value, 1).max(keyboard(value));
    in_rows >= 6 && in_rows * 5 >= value.len() * 2
}

/// How many characters stand in rows of four and more, each one step from that `lag` before.
fn rows(value: &[u8], lag: usize) -> usize {
    let step = |i: usize| {
        let (a, b) = (rank(*value.get(i)?)?, rank(*value.get(i + lag)?)?);
        matches!(b - a, 1 | -1).then_some(b - a)
    };
    in_runs(value.len().saturating_sub(lag), lag, |i| step(i).map_or(0, |s| s as i8))
}

/// The place of a letter or digit in the row `0-9a-z`.
fn rank(b: u8) -> Option<i32> {
    match b.to_ascii_lowercase() {
        d @ b'0'..=b'9' => Some(i32::from(d - b'0')),
        l @ b'a'..=b'z' => Some(i32::from(l - b'a') + 10),
        _ => None,
    }
}

fn keyboard(value: &[u8]) -> usize {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let place = |b: u8| {
        let b = b.to_ascii_lowercase();
        ROWS.iter().enumerate().find_map(|(n, r)| Some((n, r.iter().position(|c| *c == b)?)))
    };
    in_runs(value.len().saturating_sub(1), 1, |i| {
        match (value.get(i).and_then(|b| place(*b)), value.get(i + 1).and_then(|b| place(*b))) {
            (Some((r, a)), Some((s, b))) if r == s && b == a + 1 => 1,
            _ => 0,
        }
    })
}

/// How many characters stand in runs of equal non-zero steps, at least three of them.
fn in_runs(steps: usize, lag: usize, step: impl Fn(usize) -> i8) -> usize {
    let (mut total, mut run, mut last) = (0, 0, 0);
    for i in 0..=steps {
        let s = if i < steps { step(i) } else { 0 };
        if s != 0 && s == last {
            run += 1;
            continue;
        }
        if run >= 3 * lag {
            total += run + lag;
        }
        (run, last) = (usize::from(s != 0), s);
    }
    total
}

/// Whether it is one block, over and over.
fn is_repetition(value: &[u8]) -> bool {
    let longest = value.len() / 2;
    (1..=longest.min(16)).any(|n| repeats(value, n)) || longest >= 8 && repeats(value, longest)
}

/// Whether it is one short block, over and over.
fn repeats_often(value: &[u8]) -> bool {
    (1..=10).any(|period| repeats(value, period))
}

/// Whether what stands in it stands there once more `period` bytes on.
fn repeats(value: &[u8], period: usize) -> bool {
    let pairs = value.len().saturating_sub(period);
    let later = value.get(period..).unwrap_or_default();
    let equal = || value.iter().zip(later).filter(|(a, b)| a == b).count();
    pairs >= 6 && equal() * 10 >= pairs * 9
}

/// Whether one of the parts, if it is of some length, is as varied as random ones are.
fn is_varied(value: &[u8]) -> bool {
    let parts = || pieces(value).map(purest_run);
    let longest = parts().map(<[u8]>::len).max().unwrap_or(0);
    parts().filter(|p| p.len() >= longest.min(16)).any(|p| entropy(p) >= floor(p))
}

/// The parts between signs and between long runs of one character, which are fixed.
fn pieces(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_sign = |b: &u8| b.is_ascii() && !b.is_ascii_alphanumeric() && *b != b'+';
    value.split(is_sign).flat_map(|piece| {
        let mut rest = piece;
        std::iter::from_fn(move || {
            let run = |w: &[u8]| w.iter().all(|b| Some(b) == w.first());
            let end = rest.windows(5).position(run).unwrap_or(rest.len());
            let (head, tail) = rest.split_at_checked(end)?;
            let same = tail.iter().take_while(|b| Some(*b) == tail.first()).count();
            rest = tail.get(same..).unwrap_or_default();
            (!head.is_empty() || same > 0).then_some(head)
        })
    })
}

/// The longest run of hex digits, or of letters of one case and digits, if it is most of `piece`.
fn purest_run(piece: &[u8]) -> &[u8] {
    let hex = |b: &u8| b.is_ascii_hexdigit();
    let lower = |b: &u8| b.is_ascii_digit() || b.is_ascii_lowercase();
    let upper = |b: &u8| b.is_ascii_digit() || b.is_ascii_uppercase();
    let longest = |class: fn(&u8) -> bool| {
        let runs = piece.chunk_by(move |a, b| class(a) && class(b));
        let run = runs.max_by_key(|r| r.len())?;
        (run.len() >= 16 && run.len() * 5 >= piece.len() * 3).then_some(run)
    };
    longest(hex).or_else(|| longest(lower)).or_else(|| longest(upper)).unwrap_or(piece)
}

/// Whether it is text in base64: its letters follow from the text.
fn is_text_in_base64(value: &[u8]) -> bool {
    let part = value.split(|b| *b == b'.').max_by_key(|p| p.len()).unwrap_or(value);
    let decoded = base64(part.get(..part.len() / 4 * 4).unwrap_or_default()).unwrap_or_default();
    decoded.len() >= 12 && decoded.iter().all(|b| b.is_ascii_graphic() || *b == b' ')
}

/// Shannon entropy in bits a character.
pub(super) fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0usize; 256];
    value.iter().for_each(|&b| counts[usize::from(b)] += 1);
    let len = value.len() as f64;
    let bits = |n: usize| (len / n as f64).log2() * n as f64 / len;
    counts.iter().filter(|&&n| n > 0).map(|&n| bits(n)).sum()
}

/// Lengths for which the floors were measured.
const LENGTHS: [usize; 9] = [8, 12, 16, 20, 24, 32, 40, 48, 64];
/// Floors by size of the alphabet.
#[rustfmt::skip]
const FLOORS: [(u32, [f64; 9]); 6] = [
    (10, [1.06, 1.65, 2.01, 2.22, 2.35, 2.58, 2.71, 2.84, 2.94]),
    (16, [1.41, 1.96, 2.35, 2.56, 2.76, 3.05, 3.22, 3.32, 3.52]),
    (26, [1.75, 2.28, 2.65, 2.91, 3.13, 3.47, 3.64, 3.80, 4.00]),
    (36, [1.75, 2.36, 2.86, 3.13, 3.36, 3.66, 3.92, 4.08, 4.31]),
    (52, [1.81, 2.58, 2.98, 3.31, 3.55, 3.91, 4.18, 4.34, 4.64]),
    (62, [2.00, 2.62, 3.08, 3.35, 3.64, 3.99, 4.25, 4.48, 4.75]),
];

/// The entropy that nearly all random texts of this alphabet and length have.
fn floor(value: &[u8]) -> f64 {
    let size = alphabet(value);
    let Some((_, floors)) = FLOORS.iter().find(|(s, _)| *s == size) else { return 0.0 };
    let at = LENGTHS.iter().rposition(|&n| n <= value.len());
    match at.map(|i| (i, i + 1)) {
        None => 0.0,
        Some((_, next)) if next == LENGTHS.len() => floors[next - 1],
        Some((i, next)) => {
            let share = (value.len() - LENGTHS[i]) as f64 / (LENGTHS[next] - LENGTHS[i]) as f64;
            floors[i] + (floors[next] - floors[i]) * share
        }
    }
}

/// The size of the smallest usual alphabet that `value` may be written in.
fn alphabet(value: &[u8]) -> u32 {
    let all = |class: fn(&u8) -> bool| value.iter().all(class);
    let upper = value.iter().any(u8::is_ascii_uppercase);
    let lower = value.iter().any(u8::is_ascii_lowercase);
    match () {
        () if all(u8::is_ascii_digit) => 10,
        () if all(u8::is_ascii_hexdigit) => 16,
        () if all(u8::is_ascii_alphabetic) && upper && lower => 52,
        // Base32 has no 0, 1, 8 and 9; its floors lie near those of 26 letters.
        () if !(upper && lower) && all(|b| !matches!(b, b'0' | b'1' | b'8' | b'9')) => 26,
        () if !(upper && lower) => 36,
        () => 62,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{rejected, verdict};
    use super::Verdict;
    use crate::rule::Generator;

    const HEX: &[u8] = b"0123456789abcdef";
    const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// How many of 5,000 random values are lost.
    fn lost(alphabet: &[u8], len: usize, prefix: &str) -> usize {
        let bad = |v: &Vec<u8>| verdict("random", v) != Verdict::Silent;
        let mut random = Generator::new(len as u64);
        let values = (0..5_000).map(|_| [prefix.as_bytes(), &random.text(alphabet, len)].concat());
        values.filter(bad).count()
    }

    #[test]
    fn random_values_are_kept() {
        let base62 = &BASE64[..62];
        let cases: [(&[u8], &[usize]); 5] = [
            (HEX, &[20, 32, 40]),
            (base62, &[16, 32]),
            (BASE64, &[20, 43]),
            (b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", &[20]),
            (b"abcdefghijklmnopqrstuvwxyz0123456789", &[20]),
        ];
        for (alphabet, lengths) in cases {
            for &len in lengths {
                let n = lost(alphabet, len, "");
                assert!(n < 6, "{n} of 5,000 lost: {} characters, {len} long", alphabet.len());
            }
        }
    }

    #[test]
    fn a_prefix_does_not_matter() {
        for (prefix, alphabet, len) in [("dapi", HEX, 32), ("sk_live_", &BASE64[..62], 24)] {
            assert!(lost(alphabet, len, prefix) < 6, "{prefix}");
        }
    }

    #[test]
    fn what_nobody_made_at_random_is_rejected() {
        for text in [
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz",
            "0123456789abcdef0123456789abcdef",
            "12345678901234567890",
            "qwertyuiopasdfghjkl",
            "abcabcabcabcabcabc",
            "xxxxxxxxxxxxxxxxxxxxxxxx",
            "your_api_key_goes_here",
            "this-is-not-a-secret-value",
            "MyApplicationSecretKeyName",
            "00000000000000000000000000000000",
            "deadbeefdeadbeefdeadbeef",
            "key_xxxxxxxxxxxxxxxxxxxx",
            "zyxwvutsrqponmlkjihg",
            "ABCDEF1234567890ABCDEF1234567890",
            "<your-token-goes-in-here>",
            "${CIRCLE_TOKEN_FROM_ENV}",
            "github_personal_access_token",
        ] {
            assert!(
                rejected("random", text.as_bytes()),
                "{text}: {:?}",
                verdict("random", text.as_bytes())
            );
        }
    }
}

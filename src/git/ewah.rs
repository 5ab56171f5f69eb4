//! Compressed sets of positions, as a split index holds them. Format: `gitformat-bitmap(5)`.

use super::index_file::{number, take};

/// More positions than any index has: a set that claims more is a lie.
const MAX_BITS: usize = 1 << 24;

/// Takes a set off the front of `rest`; its members in rising order.
///
/// # Errors
/// In words, if it is damaged.
pub(crate) fn positions(rest: &mut &[u8]) -> Result<Vec<usize>, &'static str> {
    let bits = number(rest)? as usize;
    if bits > MAX_BITS {
        return Err("too many bits");
    }
    let words = (number(rest)? as usize).checked_mul(8).ok_or("too many words")?;
    let words: Vec<u64> = take(rest, words)?.chunks_exact(8).map(big).collect();
    take(rest, 4)?;
    let mut found = Vec::new();
    let mut at = 0;
    let mut words = words.into_iter();
    // A marker tells of equal words that are left out, and of words that follow as they are.
    while let Some(marker) = words.next() {
        let (equal, plain) = ((marker >> 1 & 0xFFFF_FFFF) as usize, marker >> 33);
        let end = at + 64 * equal;
        if marker & 1 == 1 {
            found.extend(at..end.min(bits));
        }
        at = end;
        for _ in 0..plain {
            let word = words.next().ok_or("cut short")?;
            found.extend((0..64).filter(|i| word >> i & 1 == 1).map(|i| at + i));
            at += 64;
        }
    }
    Ok(found)
}

fn big(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |n, &b| n << 8 | u64::from(b))
}

#[cfg(test)]
mod tests {
    use super::positions;

    #[test]
    fn runs_and_plain_words_are_unpacked() {
        let marker = 1u64 | 1 << 1 | 1 << 33;
        let words = [marker.to_be_bytes(), 5u64.to_be_bytes()].concat();
        let data = [&130u32.to_be_bytes()[..], &[0, 0, 0, 2], &words, &[0; 4], b"x"].concat();
        let mut rest = data.as_slice();
        let found = positions(&mut rest).unwrap_or_default();
        assert_eq!((found.len(), rest), (66, b"x".as_slice()));
        assert_eq!(found.get(63..), Some(&[63, 64, 66][..]));
        assert!(positions(&mut &data[..14]).is_err());
        assert!(positions(&mut [0xFF; 20].as_slice()).is_err());
    }
}

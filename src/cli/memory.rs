//! Sizes on the command line: `512M`, `2G`.

use crate::model::LEAST_MEMORY;

/// Reads a number of bytes, with `K`, `M` or `G` for powers of 1024.
pub(super) fn size(word: &str) -> Result<u64, String> {
    let plain = word.trim_end_matches(['B', 'b']).trim_end_matches('i');
    let digits = plain.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match plain.get(digits.len()..).unwrap_or_default() {
        "" => 1,
        "K" | "k" => 1 << 10,
        "M" | "m" => 1 << 20,
        "G" | "g" => 1_u64 << 30,
        _ => return Err("it is a number with K, M or G".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "it is a number with K, M or G".to_owned())?;
    let bytes = number.checked_mul(unit).ok_or("that is more than there is")?;
    if bytes < LEAST_MEMORY {
        return Err(format!("it is at least {}M", LEAST_MEMORY >> 20));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        for (word, bytes) in [
            ("16M", 16 << 20),
            ("512MB", 512 << 20),
            ("1GiB", 1 << 30),
            ("2g", 2 << 30),
            ("40000K", 40_000 << 10),
            ("99999999", 99_999_999),
        ] {
            assert_eq!(size(word), Ok(bytes), "{word}");
        }
        for word in ["", "M", "1T", "-5M", "5M", "1.5G", "99999999999G", "16 M"] {
            assert!(size(word).is_err(), "{word}");
        }
    }
}

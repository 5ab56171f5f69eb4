//! Dates, for tokens that carry the time of their making or their end.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in seconds since 1970-01-01 UTC.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// The day of a moment in seconds since 1970-01-01 UTC, as `YYYY-MM-DD`.
pub(super) fn day(seconds: i64) -> String {
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    format!("{year:04}-{month:02}-{day:02}")
}

/// The moment at the start of a day and a clock time written `YYYYMMDDTHHMMSSZ`.
pub(super) fn parse_basic(text: &[u8]) -> Option<i64> {
    let number = |from: usize, to: usize| -> Option<i64> {
        std::str::from_utf8(text.get(from..to)?).ok()?.parse().ok()
    };
    let days = days_from_civil(number(0, 4)?, number(4, 6)?, number(6, 8)?);
    if text.get(8) != Some(&b'T') {
        return None;
    }
    Some(days * 86_400 + number(9, 11)? * 3600 + number(11, 13)? * 60 + number(13, 15)?)
}

/// Year, month and day of a number of days since 1970-01-01 (H. Hinnant's public algorithm).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.clamp(-1_000_000_000, 1_000_000_000) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    (year + era * 400 + i64::from(month <= 2), month, day)
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_400), "2000-02-29");
        assert_eq!(day(1_672_876_800), "2023-01-05");
        assert_eq!(day(-1), "1969-12-31");
        let _ = (day(i64::MAX), day(i64::MIN));
        assert_eq!(parse_basic(b"20230105T000001Z"), Some(1_672_876_801));
        assert_eq!(parse_basic(b"2023"), None);
        assert_eq!(parse_basic(b"20230105X000001Z"), None);
    }
}

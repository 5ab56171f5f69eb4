//! Seconds since 1970 as dates. Times in commits are whatever their authors wrote, so any number
//! must come out as a date or as nothing.

const DAY: i64 = 86_400;

/// `YYYY-MM-DDTHH:MM:SSZ`, or `None` outside the years 0 to 9999.
pub(super) fn iso(seconds: i64) -> Option<String> {
    let day = day(seconds)?;
    let rest = seconds.rem_euclid(DAY);
    Some(format!("{day}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60))
}

/// `YYYY-MM-DD`, or `None` outside the years 0 to 9999.
pub(super) fn day(seconds: i64) -> Option<String> {
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    (0..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Year, month and day of a day counted from 1970-01-01. Years start in March, so that the leap
/// day comes last; an era is 400 years.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// The moment that [`iso`] wrote.
pub(super) fn parse(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let year = if month > 2 { year } else { year - 1 };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * DAY + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for moment in [0, 951_827_696, 1_700_000_000, -86_401, 253_402_300_799] {
            assert_eq!(iso(moment).and_then(|text| parse(&text)), Some(moment));
        }
        assert_eq!(parse("2000-13-01T00:00:00Z"), None);
        assert_eq!(parse("yesterday"), None);
    }

    #[test]
    fn known_moments() {
        assert_eq!(iso(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(iso(951_827_696).as_deref(), Some("2000-02-29T12:34:56Z"));
        assert_eq!(day(-1).as_deref(), Some("1969-12-31"));
    }

    #[test]
    fn any_number_is_survived() {
        assert_eq!(iso(i64::MAX), None);
        assert_eq!(day(i64::MIN), None);
    }
}

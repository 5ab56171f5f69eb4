//! A day of the calendar, for suppressions that end.

use serde::Deserialize;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

const SECONDS: u64 = 24 * 60 * 60;

impl Date {
    /// The day of that name; `None` if the calendar has no such day.
    pub fn parse(text: &str) -> Option<Self> {
        let plain =
            |c: (usize, u8)| if matches!(c.0, 4 | 7) { c.1 == b'-' } else { c.1.is_ascii_digit() };
        if text.len() != 10 || !text.bytes().enumerate().all(plain) {
            return None;
        }
        let year = text.get(..4)?.parse().ok()?;
        let month = text.get(5..7)?.parse().ok()?;
        let day = text.get(8..)?.parse().ok()?;
        let exists = (1..=days_in(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// Today, in UTC, by the system's clock.
    pub fn today() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::after_epoch(since.as_secs() / SECONDS)
    }

    /// The first second of the day in UTC, counted from 1970.
    pub fn seconds(self) -> i64 {
        let years = (1970..self.year).map(|y| i64::from(year_days(y)));
        let before = (self.year..1970).map(|y| -i64::from(year_days(y)));
        let months = (1..self.month).map(|m| i64::from(days_in(self.year, m)));
        let days: i64 = years.chain(before).chain(months).sum();
        (days + i64::from(self.day) - 1) * 86_400
    }

    /// The day that comes `days` after 1970-01-01.
    pub fn after_epoch(mut days: u64) -> Self {
        let mut year = 1970;
        while days >= u64::from(year_days(year)) && year < 9999 {
            days -= u64::from(year_days(year));
            year += 1;
        }
        let mut month = 1;
        while days >= u64::from(days_in(year, month)) && month < 12 {
            days -= u64::from(days_in(year, month));
            month += 1;
        }
        let day = u8::try_from(days).unwrap_or(30).saturating_add(1);
        Self { year, month, day }
    }
}

fn is_leap(year: u16) -> bool {
    (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400)
}

fn year_days(year: u16) -> u32 {
    if is_leap(year) { 366 } else { 365 }
}

/// How many days the month has; 0 if there is no such month.
fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is not a day; write it as YYYY-MM-DD"))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for good in ["2024-02-29", "2027-01-01", "2000-02-29", "1999-12-31"] {
            assert_eq!(Date::parse(good).map(|d| d.to_string()).as_deref(), Some(good));
        }
        for bad in [
            "2023-02-29",
            "1900-02-29",
            "2027-13-01",
            "2027-00-10",
            "2027-01-00",
            "2027-1-1",
            "2027-01-32",
            "+027-01-01",
            "2027/01/01",
            "2027-01-011",
            "",
            "2027-01-é",
        ] {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_are_counted_from_the_epoch() {
        let day = |n| Date::after_epoch(n).to_string();
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(365 * 2 + 31 + 28), "1972-02-29");
        assert_eq!(day(20_778), "2026-11-21");
        let seconds = |text| Date::parse(text).map(Date::seconds);
        assert_eq!(seconds("2026-11-21"), Some(20_778 * 86_400));
        assert_eq!(seconds("1969-12-31"), Some(-86_400));
        assert_eq!(seconds("1972-03-01"), Some((365 * 2 + 31 + 29) * 86_400));
        assert_eq!(day(u64::MAX / SECONDS).get(..4), Some("9999"));
        assert!(Date::parse("2026-11-21") < Date::parse("2026-12-01"));
    }
}

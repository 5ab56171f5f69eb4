//! When the next request may go out: by our own pace, and by what the service asks for.

use super::policy::Policy;
use super::response::Head;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The pace at which each host is asked.
#[derive(Debug, Default)]
pub(super) struct Pace {
    next: Mutex<HashMap<String, Instant>>,
}

impl Pace {
    /// Waits for the turn of a request to `host`.
    pub(super) fn wait(&self, host: &str, per_second: f64) {
        let gap = Duration::try_from_secs_f64(1.0 / per_second).unwrap_or_default();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let turn = next.get(host).copied().unwrap_or(now).max(now);
        next.insert(host.to_owned(), turn + gap);
        drop(next);
        std::thread::sleep(turn - now);
    }
}

/// Whether an answer says that the service cannot now.
pub(super) fn is_busy(head: &Head) -> bool {
    matches!(head.status, 429 | 502 | 503 | 504) || is_spent(head)
}

/// Some services say 403 when the requests of this hour are used up.
fn is_spent(head: &Head) -> bool {
    head.status == 403
        && (head.header("retry-after").is_some()
            || head.header("x-ratelimit-remaining") == Some("0"))
}

/// How long to wait before try number `tries` (from 0) is repeated; `None` if it is longer than we
/// care to.
pub(super) fn pause(head: Option<&Head>, tries: u32, policy: &Policy) -> Option<Duration> {
    let asked = head.and_then(|head| asked(head, now()));
    let own = policy.pause.saturating_mul(1 << tries.min(16)).min(policy.longest_wait);
    let wait = asked.map_or(own, |asked| asked.max(own));
    (wait <= policy.longest_wait).then_some(wait)
}

fn asked(head: &Head, now: u64) -> Option<Duration> {
    let after = head.header("retry-after").map(str::trim);
    let reset = head.header("x-ratelimit-reset").and_then(|t| t.trim().parse::<u64>().ok());
    let until = |moment: u64| Duration::from_secs(moment.saturating_sub(now));
    match (after, reset) {
        (Some(text), _) => match text.parse() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => Some(until(http_date(text)?)),
        },
        // A moment, at some services a number of seconds.
        (None, Some(reset)) if reset < 1_000_000_000 => Some(Duration::from_secs(reset)),
        (None, Some(reset)) => Some(until(reset)),
        (None, None) => None,
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110).
fn http_date(text: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let words: Vec<&str> = text.split_whitespace().collect();
    let [_, day, month, year, time, "GMT"] = words[..] else { return None };
    let month = MONTHS.find(month).filter(|at| at % 3 == 0)? as u64 / 3 + 1;
    let (day, year): (u64, u64) = (day.parse().ok()?, year.parse().ok()?);
    let clock: Vec<u64> = time.split(':').filter_map(|n| n.parse().ok()).collect();
    let [hours, minutes, seconds] = clock[..] else { return None };
    if !(1..=31).contains(&day) || !(1970..10_000).contains(&year) || hours > 24 {
        return None;
    }
    // Years begin in March, so that the odd day is the last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
    Some(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, headers: &[(&str, &str)]) -> Head {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Head { status, headers }
    }

    #[test]
    fn services_say_how_long_to_wait() {
        let seconds =
            |h: &[(&str, &str)]| asked(&head(429, h), 1_000_000_000).map(|d| d.as_secs());
        assert_eq!(seconds(&[("Retry-After", "7")]), Some(7));
        assert_eq!(seconds(&[("retry-after", "Sun, 09 Sep 2001 01:46:50 GMT")]), Some(10));
        assert_eq!(seconds(&[("x-ratelimit-reset", "1000000005")]), Some(5));
        assert_eq!(seconds(&[("x-ratelimit-reset", "30")]), Some(30));
        assert_eq!(seconds(&[("retry-after", "soon")]), None);
        assert_eq!(seconds(&[]), None);
    }

    #[test]
    fn pauses_grow_and_have_an_end() {
        let policy = Policy::default();
        assert_eq!(pause(None, 0, &policy), Some(policy.pause));
        assert_eq!(pause(None, 2, &policy), Some(policy.pause * 4));
        assert_eq!(pause(None, 40, &policy), Some(policy.longest_wait));
        assert_eq!(pause(Some(&head(429, &[("retry-after", "3600")])), 0, &policy), None);
    }

    #[test]
    fn dates_of_http_are_read() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(http_date("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(http_date("Sunday"), None);
    }
}

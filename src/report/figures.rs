//! Numbers as people write them.

use crate::model::{Ledger, Unit};

/// `1,234,567`.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 secret`, `2 secrets`; `many` is the plural.
pub(super) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// ` with the rules 0a1b…`; nothing if it is not known which.
pub(super) fn rule_set(version: &str) -> String {
    if version.is_empty() { String::new() } else { format!(" with the rules {version}") }
}

/// `980 bytes`, `12.3 MB`.
pub(super) fn bytes(n: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB"];
    let mut value = n as f64;
    let mut unit = None;
    for next in units {
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        unit = Some(next);
    }
    match unit {
        Some(unit) => format!("{value:.1} {unit}"),
        None => counted(n, "byte", "bytes"),
    }
}

/// `0.8 s`, `42 s`, `3 min 5 s`.
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        0..10 => format!("{:.1} s", seconds.max(0.0)),
        10..120 => format!("{whole} s"),
        _ => format!("{} min {} s", count(whole / 60), whole % 60),
    }
}

/// `1,234 blobs, 2 commits`: what was scanned.
pub(super) fn read(ledger: &Ledger) -> String {
    let some = Unit::ALL.into_iter().map(|u| (u, ledger.count(u).scanned)).filter(|(_, n)| *n > 0);
    let words: Vec<String> = some.map(|(u, n)| counted(n, u.singular(), u.plural())).collect();
    if words.is_empty() { "nothing".into() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(12_345_678), "12.3 MB");
        assert_eq!(bytes(999_999), "1.0 MB");
        assert_eq!(duration(0.81), "0.8 s");
        assert_eq!(duration(185.0), "3 min 5 s");
        assert_eq!(duration(f64::NAN), "0.0 s");
    }
}

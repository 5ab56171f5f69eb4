//! Values that say where the secret is, rather than being it.

use super::super::holds::{holds, places};
use super::forms;
use super::value::is_tangled;

/// `${VAR}`, `$VAR`, `$VAR/x`, `{{ x }}`, `%(x)s`, `<x>`, `#{x}`, `@x@`, `ENC[…]`, `arn:…`, `urn:…`.
pub(super) fn is_reference(value: &[u8]) -> bool {
    let has = |w: &[u8]| holds(value, w);
    let name =
        |s: &[u8]| !s.is_empty() && s.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let variable = value
        .strip_prefix(b"\\")
        .unwrap_or(value)
        .strip_prefix(b"$")
        .map(|v| v.strip_suffix(b"-").unwrap_or(v))
        .map(|v| v.split(|b| *b == b'/').next().unwrap_or_default())
        .is_some_and(|v| name(v) && !v[0].is_ascii_digit());
    let opens = [
        &b"<"[..],
        b"arn:",
        b"urn:",
        b"amzn1.a",
        b"{{",
        b"%(",
        b"%[",
        b"%{",
        b"#{",
        b"@{",
        b"$(",
        b"ENC[",
        b"ENC(",
        b"{vault",
    ];
    // What YAML reads from elsewhere: `!vault`, `!GetAtt db.password`.
    let tag = |b: &u8| b.is_ascii_alphabetic() || b"_-./:|[ ".contains(b);
    variable
        || value.strip_prefix(b"!").is_some_and(|rest| rest.iter().all(tag))
        || opens.iter().any(|o| value.starts_with(o))
        || [&b"<%"[..], b"{}", b"%s", b"%d", b"%v"].iter().any(|w| has(w))
            && !forms::is_noise(value)
        || (!is_tangled(value)
            && [(&b"${"[..], &b"}"[..]), (b"{{", b"}}"), (b"#{", b"}"), (b"$(", b")")]
                .iter()
                .any(|(open, close)| holds_template(value, open, close)))
        || (value.starts_with(b"{") && value.ends_with(b"}"))
        || (value.starts_with(b"%") && value.ends_with(b"%"))
        || (value.starts_with(b"@") && value.ends_with(b"@"))
        || places(value, b"%").any(|at| is_nth(&value[at + 1..]))
}

/// Whether a name or call stands between `open` and `close` somewhere.
fn holds_template(value: &[u8], open: &[u8], close: &[u8]) -> bool {
    let part = |b: &u8| b.is_ascii_alphanumeric() || b"_.:- |()'\"/,@?[]{#%".contains(b);
    places(value, open).any(|at| {
        let rest = &value[at + open.len()..];
        // A value that was cut at a quote inside of its template has no close.
        let end = places(rest, close).next().unwrap_or(rest.len());
        rest[..end].iter().all(part)
    })
}

/// What follows the `%` of `%3$s`.
fn is_nth(format: &[u8]) -> bool {
    matches!(format, [b'1'..=b'9', b'$', b's' | b'd', ..])
}

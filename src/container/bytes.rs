//! Numbers in bytes, which may end too early.

/// The unsigned number of `N` bytes at `at`, little end first.
pub(super) fn le<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let found = bytes.get(at..at.checked_add(N)?)?;
    Some(found.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)))
}

/// The unsigned number of `N` bytes at `at`, big end first.
pub(super) fn be<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let found = bytes.get(at..at.checked_add(N)?)?;
    Some(found.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
}

/// The same as a position or length in memory.
pub(super) fn le_size<const N: usize>(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(le::<N>(bytes, at)?).ok()
}

/// The same as a position or length in memory.
pub(super) fn be_size<const N: usize>(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(be::<N>(bytes, at)?).ok()
}

/// The part of `bytes` from `at` on, of `len` bytes or as many as there are.
pub(super) fn part(bytes: &[u8], at: usize, len: usize) -> &[u8] {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.get(..len).unwrap_or(rest)
}

/// A number in digits of `base`, with blanks or NUL before and after it.
pub(super) fn digits(field: &[u8], base: u32) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    let text = text.trim_matches([' ', '\0', '\t', '\n']);
    // What stands behind a NUL is left over from something else.
    let text = text.split('\0').next().unwrap_or_default().trim();
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, base).ok() }
}

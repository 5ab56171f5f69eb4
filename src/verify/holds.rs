//! Short marks in short texts: for these a search that prepares nothing is the cheapest.

/// Where `mark`, which is not empty, stands in `text`.
pub(super) fn places<'a>(text: &'a [u8], mark: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let first = mark.first().copied().unwrap_or_default();
    memchr::memchr_iter(first, text).filter(move |&at| text[at..].starts_with(mark))
}

/// Whether it does.
pub(super) fn holds(text: &[u8], mark: &[u8]) -> bool {
    places(text, mark).next().is_some()
}

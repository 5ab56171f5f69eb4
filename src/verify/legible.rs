//! Text out of a token, made fit to stand in evidence.

/// Printable ASCII only, and not more than a line's part of it.
pub(super) fn legible(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(80).collect()
}

//! Stretches of a text that touch, made one.

use crate::model::Span;

/// Joins each of `spans` to those before it that it touches. Their ends rise, nearly; a start may
/// lie before the one that came last.
pub(super) fn joined(spans: impl Iterator<Item = Span>) -> impl Iterator<Item = Span> {
    let mut spans = spans.peekable();
    std::iter::from_fn(move || {
        let mut stretch = spans.next()?;
        while let Some(next) = spans.next_if(|next| next.start <= stretch.end) {
            stretch = Span::new(stretch.start.min(next.start), stretch.end.max(next.end));
        }
        Some(stretch)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_touches_is_one_and_reaches_back_as_far_as_any_part() {
        let spans = [(10, 20), (20, 25), (5, 30), (40, 50), (51, 60)];
        let spans = spans.into_iter().map(|(start, end)| Span::new(start, end));
        let found: Vec<Span> = joined(spans).collect();
        assert_eq!(found, [Span::new(5, 30), Span::new(40, 50), Span::new(51, 60)]);
    }
}

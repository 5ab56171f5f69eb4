//! Stretches in which characters of escapes, or commas, are frequent: wholly escaped text, arrays
//! of bytes.

use crate::model::Span;
use crate::prefilter::Survey;

/// Tells `each` the dense stretches of the text of `len` bytes that was surveyed, each with the
/// block before and after it.
pub(super) fn stretches(survey: &Survey, len: usize, mut each: impl FnMut(Span)) {
    let mut open: Option<Span> = None;
    for block in survey.dense() {
        let around = block.len();
        let found = Span::new(block.start.saturating_sub(around), len.min(block.end + around));
        match &mut open {
            Some(last) if found.start <= last.end => last.end = found.end,
            _ => {
                if let Some(done) = open.replace(found) {
                    each(done);
                }
            }
        }
    }
    open.into_iter().for_each(each);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_escapes_is_dense_at_every_offset() {
        for form in ["%41", "\\x41", "\\u0041", "\\u{0041}", "&#103;", "0x41, ", "103, "] {
            for before in 0..130 {
                let text = [" ".repeat(before), form.repeat(16), " ".repeat(200)].concat();
                let token = Span::new(before, before + form.len() * 16);
                let mut found = Vec::new();
                let mut survey = Survey::default();
                survey.read(text.as_bytes());
                stretches(&survey, text.len(), |s| found.push(s));
                assert!(found.iter().any(|s| s.contains(token)), "{form} {before} {found:?}");
            }
        }
    }
}

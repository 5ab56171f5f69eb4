//! Texts that repeat themselves: fill, tables that a machine wrote, and what is made to cost a
//! scanner much. What is made of a place hangs on no more than the bytes around it, so of a stretch
//! in which the same bytes come again and again a part tells all.

use crate::model::Span;
use memchr::memmem;

/// Shorter texts are not worth the look.
const SHORTEST: usize = 1 << 16;
/// How far apart places are at which it is asked whether the text repeats itself.
const STEP: usize = 1 << 14;
/// How far on the same bytes are sought from there, and from the middle of a text this long.
const NEAR: usize = 1 << 12;
const FAR: usize = 1 << 18;
const LONG: usize = 1 << 20;
/// So many bytes are sought.
const PROBE: usize = 64;
/// What is encoded comes in groups of up to so many characters.
const GROUP: usize = 8;

/// A text without most of its repetitions.
#[derive(Debug)]
pub struct Shortened {
    /// What is left of it.
    pub text: Vec<u8>,
    cuts: Vec<Cut>,
}

/// What is left out of a stretch.
#[derive(Debug)]
struct Cut {
    /// How many bytes.
    len: usize,
    /// Where it is lacking from what is left, up to where that is no longer the same as what is
    /// left out.
    like: Span,
}

/// A stretch in which each byte is like the one that is `period` bytes behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    span: Span,
    period: usize,
}

impl Shortened {
    /// `text` without its repetitions, if they are more than half of it. Whatever hangs on no more
    /// than `margin` bytes on either side is in what is left as it is in the whole.
    pub fn of(text: &[u8], margin: impl Fn() -> usize) -> Option<Self> {
        if text.len() < SHORTEST {
            return None;
        }
        let margin = margin();
        let (mut short, mut done, mut gone) = (Self { text: Vec::new(), cuts: Vec::new() }, 0, 0);
        let mut left = Vec::new();
        for stretch in stretches(text) {
            let (at, len) = (stretch.span.start + margin, stretch.spare(text, margin));
            if len > 0 {
                let like = Span::new(at - gone, stretch.span.end - margin - len - gone);
                short.cuts.push(Cut { len, like });
                left.push(Span::new(done, at));
                (done, gone) = (at + len, gone + len);
            }
        }
        left.push(Span::new(done, text.len()));
        if gone <= text.len() / 2 {
            return None;
        }
        left.iter().for_each(|part| short.text.extend_from_slice(part.of(text)));
        Some(short)
    }

    /// Whether what stands at `span` of what is left stood in what is left out as well.
    pub fn recurs(&self, span: Span) -> bool {
        self.cuts.iter().any(|cut| cut.like.overlaps(span))
    }

    /// Where what stands at `span` of what is left, and nowhere else, stands in the whole.
    pub fn outer(&self, span: Span) -> Span {
        let before = self.cuts.iter().take_while(|cut| cut.like.start <= span.start);
        let gone: usize = before.map(|cut| cut.len).sum();
        Span::new(span.start + gone, span.end + gone)
    }
}

impl Stretch {
    /// How much of it need not be seen: whole periods, so that what stands behind them is seen as
    /// if they were there.
    fn spare(self, text: &[u8], margin: usize) -> usize {
        let one = Span::new(self.span.start, self.span.start + self.period).of(text);
        // What is encoded does not go on behind these.
        let is_apart = one.iter().any(|b| matches!(b, b' ' | b'"'));
        let unit = if is_apart { self.period } else { self.period * GROUP };
        let room = self.span.len().saturating_sub(2 * margin);
        // One is left that tells what is in the others.
        (room / unit).saturating_sub(1) * unit
    }
}

/// Stretches in which `text` repeats itself, in order, as far as a look here and there tells.
fn stretches(text: &[u8]) -> Vec<Stretch> {
    let (mut all, mut done) = (Vec::<Stretch>::new(), 0);
    if text.len() >= LONG {
        all.extend(stretch_at(text, text.len() / 2, 0, FAR));
        if all.first().is_some_and(|s| s.span.len() > text.len() / 2) {
            return all;
        }
        all.clear();
    }
    let mut at = 0;
    while at < text.len() {
        let found = stretch_at(text, at, done, NEAR).filter(|s| s.span.len() > STEP);
        done = found.map_or(done, |s| s.span.end);
        at = done.max(at + STEP);
        all.extend(found);
    }
    all
}

/// The stretch around `at`, as far back as `least`, if the bytes there come again within `far`.
fn stretch_at(text: &[u8], at: usize, least: usize, far: usize) -> Option<Stretch> {
    let sought = text.get(at..at + PROBE)?;
    let ahead = &text[at + 1..text.len().min(at + PROBE + far)];
    let period = memmem::find(ahead, sought)? + 1;
    let back = alike_before(&text[least..at], &text[least..at + period]);
    let end = at + period + alike(&text[at..], &text[at + period..]);
    Some(Stretch { span: Span::new(at - back, end), period })
}

/// How many bytes of `a` and `b` are the same from their starts on.
fn alike(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.chunks_exact(PROBE).zip(b.chunks_exact(PROBE));
    let same = blocks.take_while(|(a, b)| a == b).count() * PROBE;
    same + a[same..].iter().zip(&b[same..]).take_while(|(a, b)| a == b).count()
}

/// The same from their ends backwards.
fn alike_before(a: &[u8], b: &[u8]) -> usize {
    a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MARGIN: usize = 50;

    fn around(text: &[u8], at: usize) -> &[u8] {
        Span::new(at.saturating_sub(MARGIN), text.len().min(at + MARGIN)).of(text)
    }

    #[test]
    fn of_a_text_that_repeats_itself_little_is_left() {
        let text = [&b"a beginning "[..], &b"token=".repeat(50_000), b"an end"].concat();
        let short = Shortened::of(&text, || MARGIN).unwrap();
        assert!(short.text.len() < 400, "{}", short.text.len());
        let end = short.text.len() - 6;
        assert_eq!(short.outer(Span::new(end, end + 6)).of(&text), b"an end");
        assert!(!short.recurs(Span::new(end, end + 6)));
        assert!(short.recurs(Span::new(short.text.len() / 2, short.text.len() / 2 + 6)));
    }

    #[test]
    fn a_text_of_long_lines_is_known_by_its_middle() {
        let mut random = crate::rule::Generator::new(3);
        let part = random.text(b"abcdefghij ", 100_000);
        let short = Shortened::of(&part.repeat(12), || MARGIN).unwrap();
        assert!(short.text.len() < 3 * part.len(), "{}", short.text.len());
        assert!(Shortened::of(&random.text(b"abcdefghij ", 1 << 20), || MARGIN).is_none());
    }

    /// A part of a text: so many bytes, of a period of so many.
    fn part() -> impl Strategy<Value = (usize, usize, u64)> {
        (1..90_000_usize, prop_oneof![1..40_usize, 1..3_000_usize, Just(90_000)], 0..9_u64)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn everything_is_left_as_it_is_in_the_whole(parts in prop::collection::vec(part(), 1..6)) {
            let parts = parts.into_iter().map(|(len, period, seed)| {
                let one = crate::rule::Generator::new(seed).text(b"ab =", period);
                one.into_iter().cycle().take(len).collect::<Vec<u8>>()
            });
            let text = parts.collect::<Vec<_>>().concat();
            let Some(short) = Shortened::of(&text, || MARGIN) else { return Ok(()) };
            for at in (0..short.text.len()).filter(|at| !short.recurs(Span::new(*at, at + 1))) {
                let outer = short.outer(Span::new(at, at + 1)).start;
                prop_assert_eq!(around(&short.text, at), around(&text, outer));
            }
            for at in (0..text.len()).step_by(97) {
                prop_assert!(memmem::find(&short.text, around(&text, at)).is_some());
            }
        }
    }
}

//! The kernels with AVX2: 32 bytes an instruction, where the processor has it.
//!
//! Both look up halves of bytes in tables of sixteen. The only unsafe steps are the loads, which stay inside of arrays of
//! known size, and the calls, made after the processor was asked.

#![allow(unsafe_code, reason = "vector loads, and calls behind a check of the processor")]

use super::block::{Block, Classes, DENSE, WIDTH};
use super::features::{DEPTH, MEANS};
use super::needles::{self, Tables, to_the_end};
use super::runs;
use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_adds_epu8, _mm256_and_si256, _mm256_avg_epu8,
    _mm256_broadcastsi128_si256, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256,
    _mm256_set1_epi8, _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srli_epi16,
};
use std::hint::black_box;

/// Whether the processor has AVX2; if so, the blocks of `text` are in `out`.
pub(super) fn classify(text: &[u8], out: &mut Classes) -> bool {
    let able = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt");
    if able {
        // SAFETY: the processor has AVX2, and counts bits.
        unsafe { classify_all(text, out) };
    }
    able
}

/// Whether the processor has AVX2; if so, `out` has a bit for each byte of `text` where a needle
/// may begin.
pub(super) fn candidates(text: &[u8], needles: &Tables, out: &mut Vec<u64>) -> bool {
    let able = is_x86_feature_detected!("avx2");
    if able {
        // SAFETY: the processor has AVX2.
        to_the_end(text, |text| unsafe { blocks(text, needles, out) });
    }
    able
}

/// [`needles::places_of`] with the instructions that count bits, where the processor has them.
pub(super) fn places_of(bits: &[u64], places: &mut Vec<usize>) -> Option<usize> {
    let able = is_x86_feature_detected!("popcnt") && is_x86_feature_detected!("bmi1");
    // SAFETY: the processor counts bits and zeros.
    able.then(|| unsafe { places_with_bmi(bits, places) })
}

#[target_feature(enable = "popcnt,bmi1")]
fn places_with_bmi(bits: &[u64], places: &mut Vec<usize>) -> usize {
    needles::places_of(bits, places)
}

/// [`runs::lively`] for several words at once, where the processor has AVX2.
pub(super) fn lively(classes: &Classes, starts: &mut [u64], out: &mut [u64]) -> bool {
    let able = is_x86_feature_detected!("avx2");
    if able {
        // SAFETY: the processor has AVX2.
        unsafe { lively_all(classes, starts, out) };
    }
    able
}

#[target_feature(enable = "avx2")]
fn lively_all(classes: &Classes, starts: &mut [u64], out: &mut [u64]) {
    runs::lively(classes, starts, out);
}

const DIGIT: u8 = 1;
const LETTER_46: u8 = 2;
const LETTER_57: u8 = 4;
const PUNCTUATION: u8 = 8;
const EQUALS: u8 = 16;
const UNDERSCORE: u8 = 32;
const TILDE: u8 = 64;
/// `\`, `%`, `&` and `,`, and also `U` and `V`.
const ESCAPE: u8 = 128;
const ALNUM: u8 = DIGIT | LETTER_46 | LETTER_57;

/// Which classes a byte may be of, by its low half.
static LOW: [u8; 16] = {
    let mut table = [DIGIT | LETTER_46 | LETTER_57; 16];
    table[0] = DIGIT | LETTER_57;
    let mut i = 10;
    while i < 16 {
        table[i] = LETTER_46;
        i += 1;
    }
    table[0x5] |= ESCAPE;
    table[0x6] |= ESCAPE;
    table[0xA] |= LETTER_57;
    table[0xB] |= PUNCTUATION;
    table[0xC] |= ESCAPE;
    table[0xD] |= PUNCTUATION | EQUALS;
    table[0xE] |= PUNCTUATION | TILDE;
    table[0xF] |= PUNCTUATION | UNDERSCORE;
    table
};

/// And by its high one.
static HIGH: [u8; 16] = {
    let mut table = [0; 16];
    table[2] = PUNCTUATION | ESCAPE;
    table[3] = DIGIT | EQUALS;
    table[4] = LETTER_46;
    table[5] = LETTER_57 | UNDERSCORE | ESCAPE;
    table[6] = LETTER_46;
    table[7] = LETTER_57 | TILDE;
    table
};

#[target_feature(enable = "avx2,popcnt")]
fn classify_all(text: &[u8], out: &mut Classes) {
    out.fill(text, |chunk| {
        let (left, right) = chunk.split_at(WIDTH / 2);
        let (left, right) = (half(left), half(right));
        let join = |of: fn(&Half) -> u32| u64::from(of(&left)) | u64::from(of(&right)) << 32;
        Block {
            token: join(|h| h.token),
            alnum: join(|h| h.alnum),
            digit: join(|h| h.digit),
            upper: join(|h| h.upper),
            dense: join(|h| h.escape).count_ones() >= DENSE,
        }
    });
}

/// The classes of 32 bytes.
struct Half {
    token: u32,
    alnum: u32,
    digit: u32,
    upper: u32,
    escape: u32,
}

#[target_feature(enable = "avx2")]
#[inline]
fn half(bytes: &[u8]) -> Half {
    let text = load(bytes, 0);
    let class = classes(text);
    let alnum = set_lanes(_mm256_and_si256(class, splat(ALNUM)));
    Half {
        token: set_lanes(_mm256_and_si256(class, splat(!ESCAPE))),
        alnum,
        digit: mask_of(_mm256_slli_epi16::<7>(class)),
        // Bit 5 tells small letters, and digits, from capitals.
        upper: alnum & !mask_of(_mm256_slli_epi16::<2>(text)),
        escape: mask_of(class) & !alnum,
    }
}

/// As [`to_the_end`] asks.
#[target_feature(enable = "avx2")]
#[inline(never)]
fn blocks(text: &[u8], needles: &Tables, out: &mut Vec<u64>) -> usize {
    let before = out.len();
    out.resize(before + text.len().saturating_sub(DEPTH) / WIDTH, 0);
    for (out, bytes) in out[before..].iter_mut().zip(text.windows(WIDTH + DEPTH).step_by(WIDTH)) {
        let Some(bytes) = bytes.first_chunk() else { break };
        let (left, right) = (folded(bytes, 0), folded(bytes, WIDTH / 2));
        let mut buckets = (splat(0xFF), splat(0xFF));
        for (number, of) in needles.iter().enumerate() {
            // Fetched once for both halves.
            let of = table(of);
            let taken = |bytes| _mm256_shuffle_epi8(of, feature(bytes, number));
            buckets.0 = _mm256_and_si256(buckets.0, taken(&left));
            buckets.1 = _mm256_and_si256(buckets.1, taken(&right));
        }
        // Seen together, they would be put into one word bit by bit.
        let left = black_box(set_lanes(buckets.0));
        *out = u64::from(left) | u64::from(set_lanes(buckets.1)) << 32;
    }
    (out.len() - before) * WIDTH
}

/// Four bytes from each of the 32 places at `at`, folded, and zero.
///
/// A shuffle looks at the low half of a byte, and gives nothing where the highest bit is set: no
/// word goes on so, but behind the end of a short one may be anything.
#[target_feature(enable = "avx2")]
#[inline]
fn folded(bytes: &[u8; WIDTH + DEPTH], at: usize) -> [__m256i; DEPTH + 1] {
    let lower = |depth| _mm256_or_si256(load(bytes, at + depth), splat(0x20));
    let last = _mm256_and_si256(lower(3), splat(0x7F));
    [lower(0), lower(1), lower(2), last, splat(0)]
}

/// The feature with this number of the bytes in each lane.
#[target_feature(enable = "avx2")]
#[inline]
fn feature(bytes: &[__m256i; DEPTH + 1], number: usize) -> __m256i {
    match number.checked_sub(DEPTH) {
        None => bytes[number],
        Some(at) => _mm256_avg_epu8(bytes[MEANS[at].0], bytes[MEANS[at].1]),
    }
}

/// The classes of each byte: `LOW[b & 15] & HIGH[b >> 4]`.
#[target_feature(enable = "avx2")]
#[inline]
fn classes(text: __m256i) -> __m256i {
    let nibble = splat(0x0F);
    let low = _mm256_shuffle_epi8(table(&LOW), _mm256_and_si256(text, nibble));
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(text), nibble);
    _mm256_and_si256(low, _mm256_shuffle_epi8(table(&HIGH), high))
}

#[target_feature(enable = "avx2")]
#[inline]
fn splat(b: u8) -> __m256i {
    _mm256_set1_epi8(b.cast_signed())
}

/// A bit for each lane that is not zero: the highest one of a sum that cannot overflow.
#[target_feature(enable = "avx2")]
#[inline]
fn set_lanes(lanes: __m256i) -> u32 {
    mask_of(_mm256_adds_epu8(lanes, splat(0x7F)))
}

/// The highest bit of each lane.
#[target_feature(enable = "avx2")]
#[inline]
fn mask_of(lanes: __m256i) -> u32 {
    _mm256_movemask_epi8(lanes).cast_unsigned()
}

#[target_feature(enable = "avx2")]
#[inline]
fn table(half: &[u8; 16]) -> __m256i {
    // SAFETY: the array has the 16 bytes that are read.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(half.as_ptr().cast()) })
}

/// The 32 bytes from `at` on.
#[target_feature(enable = "avx2")]
#[inline]
fn load(bytes: &[u8], at: usize) -> __m256i {
    let bytes = &bytes[at..at + 32];
    // SAFETY: the slice has the 32 bytes that are read.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

//! The kernels with AVX2: 32 bytes an instruction, where the processor has it.
//!
//! Both look each byte up by its two halves: `low[b & 15] & high[b >> 4]` is not zero for the
//! bytes that are looked for. The only unsafe steps are the loads, which stay inside of arrays of
//! known size, and the calls, made after the processor was asked.

#![allow(unsafe_code, reason = "vector loads, and calls behind a check of the processor")]

use super::block::{Block, WIDTH, each_chunk};
use super::needles::{DEPTH, Nibbles};
use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srli_epi16,
};

/// Whether the processor has AVX2; if so, the blocks of `text` are in `out`.
pub(super) fn classify(text: &[u8], out: &mut Vec<Block>) -> bool {
    let able = is_x86_feature_detected!("avx2");
    if able {
        // SAFETY: the processor has AVX2.
        unsafe { classify_all(text, out) };
    }
    able
}

/// Whether the processor has AVX2; if so, `out` has a bit for each byte of `text` where a needle
/// may begin.
pub(super) fn candidates(text: &[u8], needles: &[Nibbles; DEPTH], out: &mut Vec<u64>) -> bool {
    let able = is_x86_feature_detected!("avx2");
    if able {
        // SAFETY: the processor has AVX2.
        unsafe { all_candidates(text, needles, out) };
    }
    able
}

const DIGIT: u8 = 1;
const LETTER_46: u8 = 2;
const LETTER_57: u8 = 4;
const PUNCTUATION: u8 = 8;
const EQUALS: u8 = 16;
const UNDERSCORE: u8 = 32;
const TILDE: u8 = 64;
const ALNUM: u8 = DIGIT | LETTER_46 | LETTER_57;

/// Which classes a byte with this low half may be of.
const LOW: [u8; 16] = {
    let mut table = [DIGIT | LETTER_46 | LETTER_57; 16];
    table[0] = DIGIT | LETTER_57;
    let mut i = 10;
    while i < 16 {
        table[i] = LETTER_46;
        i += 1;
    }
    table[0xA] |= LETTER_57;
    table[0xB] |= PUNCTUATION;
    table[0xD] |= PUNCTUATION | EQUALS;
    table[0xE] |= PUNCTUATION | TILDE;
    table[0xF] |= PUNCTUATION | UNDERSCORE;
    table
};

/// Which classes a byte with this high half may be of.
const HIGH: [u8; 16] = {
    let mut table = [0; 16];
    table[2] = PUNCTUATION;
    table[3] = DIGIT | EQUALS;
    table[4] = LETTER_46;
    table[5] = LETTER_57 | UNDERSCORE;
    table[6] = LETTER_46;
    table[7] = LETTER_57 | TILDE;
    table
};

#[target_feature(enable = "avx2")]
fn classify_all(text: &[u8], out: &mut Vec<Block>) {
    let (low, high) = (table(&LOW), table(&HIGH));
    each_chunk(text, |chunk| {
        let (left, right) = chunk.split_at(WIDTH / 2);
        let (left, right) = (half(left, low, high), half(right, low, high));
        let join = |of: fn(&Half) -> u32| u64::from(of(&left)) | u64::from(of(&right)) << 32;
        out.push(Block {
            token: join(|h| h.token),
            alnum: join(|h| h.alnum),
            digit: join(|h| h.digit),
            upper: join(|h| h.upper),
        });
    });
}

/// The classes of 32 bytes.
struct Half {
    token: u32,
    alnum: u32,
    digit: u32,
    upper: u32,
}

#[target_feature(enable = "avx2")]
#[inline]
fn half(bytes: &[u8], low: __m256i, high: __m256i) -> Half {
    let text = load(bytes, 0);
    let class = looked_up(text, low, high);
    let zero = _mm256_setzero_si256();
    let none = |mask| mask_of(_mm256_cmpeq_epi8(_mm256_and_si256(class, splat(mask)), zero));
    let alnum = !none(ALNUM);
    Half {
        token: !mask_of(_mm256_cmpeq_epi8(class, zero)),
        alnum,
        digit: mask_of(_mm256_slli_epi16::<7>(class)),
        // Bit 5 tells small letters, and digits, from capitals.
        upper: alnum & !mask_of(_mm256_slli_epi16::<2>(text)),
    }
}

#[target_feature(enable = "avx2")]
fn all_candidates(text: &[u8], needles: &[Nibbles; DEPTH], out: &mut Vec<u64>) {
    let tables = needles.each_ref().map(|n| (table(&n.low), table(&n.high)));
    // Beyond each 64 bytes the next few are looked at, so the end is copied and filled up.
    let whole = text.len().saturating_sub(DEPTH) / WIDTH;
    for i in 0..whole {
        let at = i * WIDTH;
        let bytes = &text[at..at + WIDTH + DEPTH];
        out.push(starts(bytes, &tables));
    }
    let mut rest = [0; 3 * WIDTH];
    let left = &text[whole * WIDTH..];
    rest[..left.len()].copy_from_slice(left);
    for at in (0..left.len()).step_by(WIDTH) {
        out.push(starts(&rest[at..at + WIDTH + DEPTH], &tables));
    }
}

/// Where a needle may begin among the first 64 of `bytes`.
#[target_feature(enable = "avx2")]
#[inline]
fn starts(bytes: &[u8], tables: &[(__m256i, __m256i); DEPTH]) -> u64 {
    let side = |offset: usize| {
        let mut buckets = splat(0xFF);
        for (i, (low, high)) in tables.iter().enumerate() {
            // Capital letters become small ones; needles are folded the same way.
            let text = _mm256_or_si256(load(bytes, offset + i), splat(0x20));
            buckets = _mm256_and_si256(buckets, looked_up(text, *low, *high));
        }
        let none = _mm256_cmpeq_epi8(buckets, _mm256_setzero_si256());
        u64::from(!mask_of(none))
    };
    side(0) | side(WIDTH / 2) << 32
}

/// `low[b & 15] & high[b >> 4]` for each byte.
#[target_feature(enable = "avx2")]
#[inline]
fn looked_up(text: __m256i, low: __m256i, high: __m256i) -> __m256i {
    let nibble = splat(0x0F);
    let lower = _mm256_shuffle_epi8(low, _mm256_and_si256(text, nibble));
    let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(text), nibble);
    _mm256_and_si256(lower, _mm256_shuffle_epi8(high, upper))
}

#[target_feature(enable = "avx2")]
#[inline]
fn splat(b: u8) -> __m256i {
    _mm256_set1_epi8(b.cast_signed())
}

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

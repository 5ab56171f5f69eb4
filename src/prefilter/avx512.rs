//! The kernels with AVX-512: 64 bytes an instruction, each looked up by its seven low bits in a
//! table of 128, where [`super::avx2`] has halves of bytes and tables of sixteen.
//!
//! The only unsafe steps are the loads, which stay inside of arrays of known size, and the calls,
//! made after the processor was asked.

#![allow(unsafe_code, reason = "vector loads, and calls behind a check of the processor")]

use super::block::{self, Block, Classes, DENSE, WIDTH};
use super::features::{DEPTH, FULL, PAIRS};
use super::needles::{Exact, to_the_end};
use std::arch::x86_64::{
    __m512i, _mm512_add_epi8, _mm512_and_si512, _mm512_loadu_si512,
    _mm512_maskz_permutex2var_epi8, _mm512_movepi8_mask, _mm512_or_si512,
    _mm512_permutex2var_epi8, _mm512_set1_epi8, _mm512_test_epi8_mask,
};

/// Whether the processor has what these kernels need.
fn is_able() -> bool {
    is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("popcnt")
}

/// Whether the processor is able; if so, the blocks of `text` are in `out`.
pub(super) fn classify(text: &[u8], out: &mut Classes) -> bool {
    let able = is_able();
    if able {
        // SAFETY: the processor is able.
        unsafe { classify_all(text, out) };
    }
    able
}

/// Whether the processor is able; if so, `out` has a bit for each byte of `text` where a needle
/// may begin.
pub(super) fn candidates(text: &[u8], needles: &Exact, out: &mut Vec<u64>) -> bool {
    let able = is_able();
    if able {
        // SAFETY: the processor is able.
        to_the_end(text, |text| unsafe { blocks(text, needles, out) });
    }
    able
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,popcnt")]
fn classify_all(text: &[u8], out: &mut Classes) {
    let table = Table::of(&block::CLASS);
    out.fill(text, |chunk| {
        let text = load(chunk);
        let ascii = !_mm512_movepi8_mask(text);
        let class = _mm512_maskz_permutex2var_epi8(ascii, table.0, text, table.1);
        let of = |mask: u8| _mm512_test_epi8_mask(class, splat(mask));
        Block {
            token: of(block::TOKEN),
            alnum: of(block::ALNUM),
            digit: of(block::DIGIT),
            upper: of(block::UPPER),
            dense: of(block::ESCAPE).count_ones() >= DENSE,
        }
    });
}

/// As [`to_the_end`] asks.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline(never)]
fn blocks(text: &[u8], needles: &Exact, out: &mut Vec<u64>) -> usize {
    let before = out.len();
    out.resize(before + text.len().saturating_sub(DEPTH) / WIDTH, 0);
    let tables: [Table; FULL] = std::array::from_fn(|at| Table::of(&needles[at]));
    for (out, bytes) in out[before..].iter_mut().zip(text.windows(WIDTH + DEPTH).step_by(WIDTH)) {
        let mut folded = [splat(0); DEPTH];
        for (depth, folded) in folded.iter_mut().enumerate() {
            let Some(bytes) = bytes[depth..].first_chunk() else { break };
            *folded = _mm512_or_si512(load(bytes), splat(0x20));
        }
        let mut fourfold = folded;
        for bytes in &mut fourfold {
            let twice = _mm512_add_epi8(*bytes, *bytes);
            *bytes = _mm512_add_epi8(twice, twice);
        }
        let mut buckets = splat(0xFF);
        for (number, table) in tables.iter().enumerate() {
            let at = match number.checked_sub(DEPTH) {
                None => folded[number],
                Some(pair) => _mm512_add_epi8(folded[PAIRS[pair].0], fourfold[PAIRS[pair].1]),
            };
            buckets = _mm512_and_si512(buckets, _mm512_permutex2var_epi8(table.0, at, table.1));
        }
        *out = _mm512_test_epi8_mask(buckets, buckets);
    }
    (out.len() - before) * WIDTH
}

/// The two halves of a table of 128 bytes.
struct Table(__m512i, __m512i);

impl Table {
    /// The first 128 bytes of `bytes`.
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn of<const N: usize>(bytes: &[u8; N]) -> Self {
        const { assert!(N >= 2 * WIDTH) };
        let (halves, _) = bytes.as_chunks();
        Self(load(&halves[0]), load(&halves[1]))
    }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn splat(b: u8) -> __m512i {
    _mm512_set1_epi8(b.cast_signed())
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load(bytes: &[u8; WIDTH]) -> __m512i {
    // SAFETY: the array has the 64 bytes that are read.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

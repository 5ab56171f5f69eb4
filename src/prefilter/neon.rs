//! The kernels with NEON, which every 64-bit ARM processor that runs an operating system has.
//!
//! The only unsafe steps are loads inside
//! of arrays of known size, and calls made after the processor was asked.

#![allow(unsafe_code, reason = "vector loads, and calls behind a check of the processor")]

use super::block::{Block, Classes, DENSE, ESCAPES, WIDTH};
use super::features::{DEPTH, HALF, MEANS};
use super::needles::{Tables, to_the_end};
use std::arch::aarch64::{
    uint8x16_t, vaddv_u8, vandq_u8, vceqzq_u8, vcgeq_u8, vcleq_u8, vdupq_n_u8, vget_high_u8,
    vget_low_u8, vld1q_u8, vmvnq_u8, vorrq_u8, vqtbl1q_u8, vrhaddq_u8,
};
use std::arch::is_aarch64_feature_detected;

/// Whether the processor has NEON; if so, the blocks of `text` are in `out`.
pub(super) fn classify(text: &[u8], out: &mut Classes) -> bool {
    let able = is_aarch64_feature_detected!("neon");
    if able {
        // SAFETY: the processor has NEON.
        unsafe { classify_all(text, out) };
    }
    able
}

/// Whether the processor has NEON; if so, `out` has a bit for each byte of `text` where a needle
/// may begin.
pub(super) fn candidates(text: &[u8], needles: &Tables, out: &mut Vec<u64>) -> bool {
    let able = is_aarch64_feature_detected!("neon");
    if able {
        // SAFETY: the processor has NEON.
        to_the_end(text, |text| unsafe { blocks(text, needles, out) });
    }
    able
}

#[target_feature(enable = "neon")]
fn classify_all(text: &[u8], out: &mut Classes) {
    out.fill(text, |chunk| {
        let mut block = Block::default();
        let mut escape = 0;
        for part in 0..WIDTH / 16 {
            let text = load(chunk, part * 16);
            let digit = between(text, b'0', b'9');
            let upper = between(text, b'A', b'Z');
            let letter = between(vorrq_u8(text, vdupq_n_u8(0x20)), b'a', b'z');
            let alnum = vorrq_u8(digit, letter);
            // `-`, `.` and `/` stand side by side.
            let marks = [(b'-', b'/'), (b'+', b'+'), (b'=', b'='), (b'_', b'_'), (b'~', b'~')];
            let mut token = alnum;
            for (from, to) in marks {
                token = vorrq_u8(token, between(text, from, to));
            }
            let at = part * 16;
            block.token |= mask_of(token) << at;
            block.alnum |= mask_of(alnum) << at;
            block.digit |= mask_of(digit) << at;
            block.upper |= mask_of(upper) << at;
            let mut escapes = vdupq_n_u8(0);
            for b in ESCAPES {
                escapes = vorrq_u8(escapes, between(text, b, b));
            }
            escape |= mask_of(escapes) << at;
        }
        block.dense = escape.count_ones() >= DENSE;
        block
    });
}

/// As [`to_the_end`] asks.
#[target_feature(enable = "neon")]
fn blocks(text: &[u8], needles: &Tables, out: &mut Vec<u64>) -> usize {
    let tables = needles.each_ref().map(|table| load(table, 0));
    let mut at = 0;
    while let Some(bytes) = text[at..].first_chunk::<{ WIDTH + DEPTH }>() {
        let parts = (0..WIDTH).step_by(16);
        out.push(parts.fold(0, |all, part| all | starts(bytes, part, &tables) << part));
        at += WIDTH;
    }
    at
}

/// Where a needle may begin among the 16 bytes from `at` on.
#[target_feature(enable = "neon")]
#[inline]
fn starts(bytes: &[u8; WIDTH + DEPTH], at: usize, tables: &[uint8x16_t; HALF]) -> u64 {
    let lower = |depth| vorrq_u8(load(bytes, at + depth), vdupq_n_u8(0x20));
    // A table gives nothing where the highest bit is set: no word goes on so, but behind the end of
    // a short one may be anything.
    let last = vandq_u8(lower(3), vdupq_n_u8(0x7F));
    let bytes = [lower(0), lower(1), lower(2), last, vdupq_n_u8(0)];
    let mut buckets = vdupq_n_u8(0xFF);
    for (i, table) in tables.iter().enumerate() {
        let value = match i.checked_sub(DEPTH) {
            None => bytes[i],
            Some(at) => vrhaddq_u8(bytes[MEANS[at].0], bytes[MEANS[at].1]),
        };
        let taken = vqtbl1q_u8(*table, vandq_u8(value, vdupq_n_u8(0x8F)));
        buckets = vandq_u8(buckets, taken);
    }
    mask_of(vmvnq_u8(vceqzq_u8(buckets)))
}

#[target_feature(enable = "neon")]
#[inline]
fn between(text: uint8x16_t, from: u8, to: u8) -> uint8x16_t {
    let above = vcgeq_u8(text, vdupq_n_u8(from));
    vandq_u8(above, vcleq_u8(text, vdupq_n_u8(to)))
}

/// One bit for each of 16 lanes that are all ones or all zeros.
#[target_feature(enable = "neon")]
#[inline]
fn mask_of(lanes: uint8x16_t) -> u64 {
    const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    let bits = vandq_u8(lanes, load(&BITS, 0));
    u64::from(vaddv_u8(vget_low_u8(bits))) | u64::from(vaddv_u8(vget_high_u8(bits))) << 8
}

/// The 16 bytes from `at` on.
#[target_feature(enable = "neon")]
#[inline]
fn load(bytes: &[u8], at: usize) -> uint8x16_t {
    let bytes = &bytes[at..at + 16];
    // SAFETY: the slice has the 16 bytes that are read.
    unsafe { vld1q_u8(bytes.as_ptr()) }
}

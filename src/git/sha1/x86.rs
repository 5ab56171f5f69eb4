//! SHA-1 with the instructions that x86 has for it.

#![allow(unsafe_code, reason = "vector loads, and a call behind a check of the processor")]

use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_extract_epi32, _mm_loadu_si128, _mm_set_epi32, _mm_set_epi64x,
    _mm_sha1msg1_epu32, _mm_sha1msg2_epu32, _mm_sha1nexte_epu32, _mm_sha1rnds4_epu32,
    _mm_shuffle_epi8, _mm_xor_si128,
};

/// Takes `blocks` into `state`, if the processor has the instructions; answers whether it has.
pub(super) fn mix(state: &mut [u32; 5], blocks: &[[u8; 64]]) -> bool {
    let able = is_x86_feature_detected!("sha")
        && is_x86_feature_detected!("ssse3")
        && is_x86_feature_detected!("sse4.1");
    if able {
        // SAFETY: the processor has them.
        unsafe { mix_all(state, blocks) };
    }
    able
}

/// Four rounds of the kind `$kind` with the words `$words`.
macro_rules! rounds {
    ($a:ident $b:ident $words:ident $kind:literal) => {
        $b = _mm_sha1rnds4_epu32::<$kind>($a, _mm_sha1nexte_epu32($b, $words));
    };
}

/// Makes the words `$e` of the four before, and takes them in.
macro_rules! on {
    ($a:ident $b:ident $w:ident $x:ident $y:ident $z:ident $e:ident $kind:literal) => {
        $e = _mm_sha1msg2_epu32(_mm_xor_si128(_mm_sha1msg1_epu32($w, $x), $y), $z);
        rounds!($a $b $e $kind);
    };
}

#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
#[rustfmt::skip]
fn mix_all(state: &mut [u32; 5], blocks: &[[u8; 64]]) {
    let [a, b, c, d, e] = state.map(u32::cast_signed);
    let mut abcd = _mm_set_epi32(a, b, c, d);
    let mut last = _mm_set_epi32(e, 0, 0, 0);
    for block in blocks {
        let (mut v, mut w, mut x, mut y) = (words(block, 0), words(block, 16), words(block, 32), words(block, 48));
        let mut z;
        let mut p = abcd;
        let mut q = _mm_sha1rnds4_epu32::<0>(p, _mm_add_epi32(last, v));
        rounds!(q p w 0);
        rounds!(p q x 0);
        rounds!(q p y 0);
        on!(p q v w x y z 0);
        on!(q p w x y z v 1);
        on!(p q x y z v w 1);
        on!(q p y z v w x 1);
        on!(p q z v w x y 1);
        on!(q p v w x y z 1);
        on!(p q w x y z v 2);
        on!(q p x y z v w 2);
        on!(p q y z v w x 2);
        on!(q p z v w x y 2);
        on!(p q v w x y z 2);
        on!(q p w x y z v 3);
        on!(p q x y z v w 3);
        on!(q p y z v w x 3);
        on!(p q z v w x y 3);
        on!(q p v w x y z 3);
        abcd = _mm_add_epi32(abcd, p);
        last = _mm_sha1nexte_epu32(q, last);
    }
    let word = |n: i32| n.cast_unsigned();
    *state = [
        word(_mm_extract_epi32::<3>(abcd)),
        word(_mm_extract_epi32::<2>(abcd)),
        word(_mm_extract_epi32::<1>(abcd)),
        word(_mm_extract_epi32::<0>(abcd)),
        word(_mm_extract_epi32::<3>(last)),
    ];
}

/// The four words at `at`, the first one highest.
#[target_feature(enable = "sse2,ssse3")]
#[inline]
fn words(block: &[u8; 64], at: usize) -> __m128i {
    let bytes = &block[at..at + 16];
    let order = _mm_set_epi64x(0x0001_0203_0405_0607, 0x0809_0A0B_0C0D_0E0F);
    // SAFETY: the slice has the 16 bytes that are read.
    _mm_shuffle_epi8(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }, order)
}

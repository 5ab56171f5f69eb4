//! Sums that tell whether what was unpacked is what was packed.

use std::io::{self, Read};

/// A text whose CRC-32 is taken while it is read.
pub(super) struct Summed<'r, R: ?Sized> {
    source: &'r mut R,
    sum: crc32fast::Hasher,
    /// The sum, once all is read.
    pub(super) done: Option<u32>,
}

impl<'r, R: Read + ?Sized> Summed<'r, R> {
    pub(super) fn new(source: &'r mut R) -> Self {
        Self { source, sum: crc32fast::Hasher::new(), done: None }
    }
}

impl<R: Read + ?Sized> Read for Summed<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(into)?;
        self.sum.update(into.get(..n).unwrap_or_default());
        if n == 0 && !into.is_empty() {
            self.done = Some(self.sum.clone().finalize());
        }
        Ok(n)
    }
}

/// The CRC-32 of bzip2, whose high bits come first.
pub(super) struct HighFirst(pub(super) u32);

impl HighFirst {
    pub(super) fn new() -> Self {
        Self(u32::MAX)
    }

    pub(super) fn add(&mut self, byte: u8) {
        let at = (self.0 >> 24) as u8 ^ byte;
        self.0 = self.0 << 8 ^ HIGH_FIRST[usize::from(at)];
    }

    pub(super) fn done(&self) -> u32 {
        !self.0
    }
}

const HIGH_FIRST: [u32; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let (mut sum, mut bit) = ((n as u32) << 24, 0);
        while bit < 8 {
            sum = if sum >> 31 == 1 { sum << 1 ^ 0x04c1_1db7 } else { sum << 1 };
            bit += 1;
        }
        table[n] = sum;
        n += 1;
    }
    table
};

/// The sum of Zstandard: XXH64 without a seed.
pub(super) struct Xxh64 {
    lanes: [u64; 4],
    held: Vec<u8>,
    len: u64,
}

const PRIMES: [u64; 5] = [
    0x9e37_79b1_85eb_ca87,
    0xc2b2_ae3d_27d4_eb4f,
    0x1656_67b1_9e37_79f9,
    0x85eb_ca77_c2b2_ae63,
    0x27d4_eb2f_1656_67c5,
];

fn round(lane: u64, number: u64) -> u64 {
    let sum = lane.wrapping_add(number.wrapping_mul(PRIMES[1]));
    sum.rotate_left(31).wrapping_mul(PRIMES[0])
}

impl Xxh64 {
    pub(super) fn new() -> Self {
        let [one, two, ..] = PRIMES;
        let lanes = [one.wrapping_add(two), two, 0, one.wrapping_neg()];
        Self { lanes, held: Vec::new(), len: 0 }
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.len = self.len.wrapping_add(bytes.len() as u64);
        self.held.extend_from_slice(bytes);
        let (stripes, rest) = self.held.as_chunks::<32>();
        for stripe in stripes {
            for (lane, number) in self.lanes.iter_mut().zip(stripe.as_chunks::<8>().0) {
                *lane = round(*lane, u64::from_le_bytes(*number));
            }
        }
        self.held = rest.to_vec();
    }

    pub(super) fn done(&self) -> u64 {
        let [one, two, three, four, five] = PRIMES;
        let mut sum = five;
        if self.len >= 32 {
            let turned = self.lanes.iter().zip([1, 7, 12, 18]).map(|(l, n)| l.rotate_left(n));
            sum = turned.fold(0, u64::wrapping_add);
            for lane in self.lanes {
                sum = (sum ^ round(0, lane)).wrapping_mul(one).wrapping_add(four);
            }
        }
        sum = sum.wrapping_add(self.len);
        let (eights, rest) = self.held.as_chunks::<8>();
        for number in eights {
            sum ^= round(0, u64::from_le_bytes(*number));
            sum = sum.rotate_left(27).wrapping_mul(one).wrapping_add(four);
        }
        let (fours, rest) = rest.as_chunks::<4>();
        for number in fours {
            sum ^= u64::from(u32::from_le_bytes(*number)).wrapping_mul(one);
            sum = sum.rotate_left(23).wrapping_mul(two).wrapping_add(three);
        }
        for byte in rest {
            sum ^= u64::from(*byte).wrapping_mul(five);
            sum = sum.rotate_left(11).wrapping_mul(one);
        }
        sum = (sum ^ sum >> 33).wrapping_mul(two);
        sum = (sum ^ sum >> 29).wrapping_mul(three);
        sum ^ sum >> 32
    }
}

/// The CRC-64 of xz (ECMA-182, low bits first).
pub(super) struct Crc64(u64);

impl Crc64 {
    pub(super) fn new() -> Self {
        Self(u64::MAX)
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, b| sum >> 8 ^ CRC64[usize::from(sum as u8 ^ b)]);
    }

    pub(super) fn done(&self) -> u64 {
        !self.0
    }
}

const CRC64: [u64; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let (mut sum, mut bit) = (n as u64, 0);
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xc96c_5795_d787_0f42 } else { sum >> 1 };
            bit += 1;
        }
        table[n] = sum;
        n += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_the_usual_digits() {
        let digits = b"123456789";
        let mut high = HighFirst::new();
        digits.iter().for_each(|b| high.add(*b));
        assert_eq!(high.done(), 0xfc89_1918);
        let mut long = Crc64::new();
        long.add(digits);
        assert_eq!(long.done(), 0x995d_c9bb_df19_39fa);
        let mut other = Xxh64::new();
        assert_eq!(other.done(), 0xef46_db37_51d8_e999);
        other.add(&digits[..1]);
        other.add(&digits[1..]);
        assert_eq!(other.done(), 0x8cb8_41db_40e6_ae83);
        let mut text = &digits[..];
        let mut summed = Summed::new(&mut text);
        io::copy(&mut summed, &mut io::sink()).ok();
        assert_eq!(summed.done, Some(0xcbf4_3926));
    }
}

//! SHA-1 and SHA-256, by which other tools know the secrets in their files. Nothing of ours
//! rests on them.

/// SHA-1 of `data`.
pub(super) fn sha1(data: &[u8]) -> [u8; 20] {
    let mut state: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(data).chunks_exact(64) {
        let mut w = words::<80>(block);
        for i in 16..80 {
            w[i] = (w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (i, word) in w.iter().enumerate() {
            let (f, k) = match i {
                0..20 => ((b & c) | (!b & d), 0x5a82_7999),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc_u32),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e);
            let next = next.wrapping_add(k).wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(part);
        }
    }
    bytes(&state)
}

/// SHA-256 of `data`. Its constants are the first bits of roots of primes.
pub(super) fn sha256(data: &[u8]) -> [u8; 32] {
    let primes = primes();
    let k: Vec<u32> = primes.iter().map(|p| fraction(f64::from(*p).cbrt(), *p, 3)).collect();
    let mut state = [0_u32; 8];
    for (sum, prime) in state.iter_mut().zip(&primes) {
        *sum = fraction(f64::from(*prime).sqrt(), *prime, 2);
    }
    for block in padded(data).chunks_exact(64) {
        let mut w = words::<64>(block);
        for i in 16..64 {
            let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ (w[i - 15] >> 3);
            let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ (w[i - 2] >> 10);
            w[i] = w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for (k, word) in k.iter().zip(w) {
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let one = h.wrapping_add(s1).wrapping_add((e & f) ^ (!e & g));
            let one = one.wrapping_add(*k).wrapping_add(word);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let two = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e) = (g, f, e, d.wrapping_add(one));
            (d, c, b, a) = (c, b, a, one.wrapping_add(two));
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *sum = sum.wrapping_add(part);
        }
    }
    bytes(&state)
}

fn primes() -> Vec<u32> {
    (2..312).filter(|n| (2..*n).all(|d| n % d != 0)).collect()
}

/// The first 32 bits behind the point of the `power`-th root of `n`; a float alone is too coarse,
/// so the last bits are found with whole numbers.
fn fraction(root: f64, n: u32, power: u32) -> u32 {
    let scaled = u128::from(n) << (32 * power);
    let mut guess = (root * 4_294_967_296.0) as u128;
    while guess.pow(power) > scaled {
        guess -= 1;
    }
    while (guess + 1).pow(power) <= scaled {
        guess += 1;
    }
    (guess & 0xffff_ffff) as u32
}

fn padded(data: &[u8]) -> Vec<u8> {
    let mut out = data.to_vec();
    out.push(0x80);
    while out.len() % 64 != 56 {
        out.push(0);
    }
    out.extend((data.len() as u64 * 8).to_be_bytes());
    out
}

fn words<const N: usize>(block: &[u8]) -> [u32; N] {
    let mut w = [0; N];
    for (word, four) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = four.iter().fold(0, |sum, b| (sum << 8) | u32::from(*b));
    }
    w
}

fn bytes<const N: usize>(state: &[u32]) -> [u8; N] {
    let mut out = [0; N];
    let all = state.iter().flat_map(|word| word.to_be_bytes());
    out.iter_mut().zip(all).for_each(|(to, from)| *to = from);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    #[test]
    fn known_sums() {
        assert_eq!(HEXLOWER.encode(&sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(HEXLOWER.encode(&sha1(b"")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(
            HEXLOWER.encode(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(HEXLOWER.encode(&sha256(&[b'a'; 200])).starts_with("c2a908d98f5df987"));
    }
}

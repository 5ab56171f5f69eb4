//! SHA-1, for checksums and for the names of objects. Nothing is told by it but whether bytes are
//! those that were stored.

#[cfg(target_arch = "x86_64")]
mod x86;

use super::Kind;

/// The hash of `bytes`.
pub(super) fn sha1(bytes: &[u8]) -> [u8; 20] {
    hash(&[], bytes)
}

/// The name of the object of that kind with these bytes.
pub(super) fn name(kind: Kind, bytes: &[u8]) -> [u8; 20] {
    let kind = match kind {
        Kind::Commit => "commit",
        Kind::Tree => "tree",
        Kind::Blob => "blob",
        Kind::Tag => "tag",
    };
    hash(format!("{kind} {}\0", bytes.len()).as_bytes(), bytes)
}

/// The hash of `head`, which is shorter than a block, and `bytes`.
fn hash(head: &[u8], bytes: &[u8]) -> [u8; 20] {
    let mut state = [0x6745_2301u32, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    let (first, rest) = bytes.split_at(bytes.len().min((64 - head.len() % 64) % 64));
    let mut end = [head, first].concat();
    let (blocks, tail) = rest.as_chunks::<64>();
    if end.len() == 64 {
        mix_all(&mut state, end.as_chunks().0);
        end.clear();
    }
    mix_all(&mut state, blocks);
    end.extend_from_slice(tail);
    end.push(0x80);
    while end.len() % 64 != 56 {
        end.push(0);
    }
    end.extend(((head.len() + bytes.len()) as u64 * 8).to_be_bytes());
    mix_all(&mut state, end.as_chunks().0);
    let mut hash = [0; 20];
    hash.as_chunks_mut::<4>().0.iter_mut().zip(state).for_each(|(to, n)| *to = n.to_be_bytes());
    hash
}

fn mix_all(state: &mut [u32; 5], blocks: &[[u8; 64]]) {
    #[cfg(target_arch = "x86_64")]
    if x86::mix(state, blocks) {
        return;
    }
    blocks.iter().for_each(|block| mix(state, block));
}

fn mix(state: &mut [u32; 5], block: &[u8; 64]) {
    let mut words = [0u32; 80];
    words.iter_mut().zip(block.as_chunks::<4>().0).for_each(|(w, b)| *w = u32::from_be_bytes(*b));
    for i in 16..80 {
        words[i] = (words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16]).rotate_left(1);
    }
    let [mut a, mut b, mut c, mut d, mut e] = *state;
    for (i, word) in words.into_iter().enumerate() {
        let (f, k) = match i / 20 {
            0 => (b & c | !b & d, 0x5A82_7999),
            1 => (b ^ c ^ d, 0x6ED9_EBA1),
            2 => (b & c | b & d | c & d, 0x8F1B_BCDC),
            _ => (b ^ c ^ d, 0xCA62_C1D6u32),
        };
        let next =
            a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(word);
        (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
    }
    for (sum, n) in state.iter_mut().zip([a, b, c, d, e]) {
        *sum = sum.wrapping_add(n);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_git() {
        for len in [0, 1, 40, 47, 48, 49, 55, 56, 57, 63, 64, 65, 119, 120, 128, 5000] {
            let text = vec![b'x'; len];
            let framed = [format!("blob {len}\0").as_bytes(), &text].concat();
            let git = git2::Oid::hash_object(git2::ObjectType::Blob, &text).unwrap();
            assert_eq!(sha1(&framed), git.as_bytes(), "{len}");
            assert_eq!(name(Kind::Blob, &text), git.as_bytes(), "{len}");
        }
    }

    #[test]
    fn with_and_without_instructions_for_it_the_same_comes_out() {
        let text: Vec<u8> = (0..64 * 9_u32).map(|n| (n * n / 7) as u8).collect();
        let (mut plain, mut fast) = ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]);
        let blocks = text.as_chunks().0;
        blocks.iter().for_each(|block| mix(&mut plain, block));
        mix_all(&mut fast, blocks);
        assert_eq!(plain, fast);
    }
}

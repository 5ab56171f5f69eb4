//! SHA-1 of bytes as they are, for the checksums of files that libgit2 does not read.

/// The hash of `bytes`.
pub(super) fn sha1(bytes: &[u8]) -> [u8; 20] {
    let mut state = [0x6745_2301u32, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    let (blocks, rest) = bytes.as_chunks::<64>();
    blocks.iter().for_each(|block| mix(&mut state, block));
    let mut end = rest.to_vec();
    end.push(0x80);
    while end.len() % 64 != 56 {
        end.push(0);
    }
    end.extend((bytes.len() as u64 * 8).to_be_bytes());
    end.as_chunks::<64>().0.iter().for_each(|block| mix(&mut state, block));
    let mut hash = [0; 20];
    hash.as_chunks_mut::<4>().0.iter_mut().zip(state).for_each(|(to, n)| *to = n.to_be_bytes());
    hash
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
    use super::sha1;

    #[test]
    fn agrees_with_git() {
        for len in [0, 1, 40, 47, 48, 49, 55, 56, 57, 63, 64, 65, 119, 120, 128, 5000] {
            let text = vec![b'x'; len];
            let framed = [format!("blob {len}\0").as_bytes(), &text].concat();
            let git = git2::Oid::hash_object(git2::ObjectType::Blob, &text).unwrap();
            assert_eq!(sha1(&framed), git.as_bytes(), "{len}");
        }
    }
}

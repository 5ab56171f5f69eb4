//! Marvin32, the checksum in Microsoft's keys. Source: microsoft/security-utilities.

/// The checksum of `data` under `seed`.
pub(super) fn marvin32(data: &[u8], seed: u64) -> u32 {
    let mut state = (seed as u32, (seed >> 32) as u32);
    let (words, rest) = data.as_chunks::<4>();
    for word in words {
        state = block(state.0.wrapping_add(u32::from_le_bytes(*word)), state.1);
    }
    let last = match *rest {
        [a] => 0x8000 | u32::from(a),
        [a, b] => 0x80_0000 | u32::from(u16::from_le_bytes([a, b])),
        [a, b, c] => 0x8000_0000 | u32::from(c) << 16 | u32::from(u16::from_le_bytes([a, b])),
        _ => 0x80,
    };
    state = block(state.0.wrapping_add(last), state.1);
    state = block(state.0, state.1);
    state.0 ^ state.1
}

/// A seed written as eight characters.
pub(super) const fn seed(text: &[u8; 8]) -> u64 {
    u64::from_be_bytes(*text)
}

fn block(mut a: u32, mut b: u32) -> (u32, u32) {
    b ^= a;
    a = a.rotate_left(20).wrapping_add(b);
    b = b.rotate_left(9) ^ a;
    a = a.rotate_left(27).wrapping_add(b);
    (a, b.rotate_left(19))
}

//! What the streams of a PDF are packed with, one thing over another, as their descriptions say.

use crate::container::bytes::part;
use crate::container::inflate::{Deflated, Inflate};
use crate::container::out::{bad, unknown};
use data_encoding::HEXLOWER_PERMISSIVE;
use memchr::memmem;
use std::io::{self, Read};

/// How much of a stream is unpacked.
pub(super) const LONGEST: usize = 8 << 20;
/// More filters than these over one another are none.
const MANY: usize = 8;

/// What the stream `data`, which `about` describes, says; and why not all of it.
pub(super) fn undone(about: &[u8], data: &[u8]) -> (Vec<u8>, Option<io::Error>) {
    let mut text = data.to_vec();
    for filter in names(about).into_iter().take(MANY) {
        text = match filter {
            b"ASCIIHexDecode" | b"AHx" => hex(&text),
            b"ASCII85Decode" | b"A85" => base85(&text),
            b"RunLengthDecode" | b"RL" => runs(&text),
            b"LZWDecode" | b"LZW" => {
                let (all, ended) = lzw(&text, early(about));
                let all = unpredicted(about, all);
                if let Err(e) = ended {
                    return (all, Some(e));
                }
                all
            }
            b"FlateDecode" | b"Fl" => {
                let mut all = Vec::new();
                let mut packed = text.as_slice();
                let stream = Inflate::new(&mut packed, Deflated::zlib());
                let ended = stream.take(LONGEST as u64).read_to_end(&mut all);
                let all = unpredicted(about, all);
                if let Err(e) = ended {
                    return (all, Some(e));
                }
                all
            }
            b"Crypt" => return (text, Some(unknown("a stream is encrypted"))),
            // Pictures.
            _ => return (text, None),
        };
    }
    (text, None)
}

/// The names behind `/Filter`, in order.
fn names(about: &[u8]) -> Vec<&[u8]> {
    let word = b"/Filter";
    let Some(at) = memmem::rfind(about, word) else { return Vec::new() };
    let rest = part(about, at + word.len(), usize::MAX).trim_ascii_start();
    let list = match rest.split_first() {
        Some((b'[', rest)) => part(rest, 0, memchr::memchr(b']', rest).unwrap_or(rest.len())),
        _ => rest,
    };
    let many = list.len() < rest.len();
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'<' | b'[' | b']');
    let names = list.split(|b| *b == b'/').skip(1).filter_map(|name| name.split(ends).next());
    names.take(if many { MANY } else { 1 }).collect()
}

/// The number behind `word`.
fn number(about: &[u8], word: &str) -> Option<usize> {
    let at = memmem::find(about, word.as_bytes())?;
    let rest = part(about, at + word.len(), 16).trim_ascii_start();
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    std::str::from_utf8(part(rest, 0, digits)).ok()?.parse().ok()
}

/// Whether codes get longer one code earlier than they must, which is usual.
fn early(about: &[u8]) -> usize {
    number(about, "/EarlyChange").unwrap_or(1).min(1)
}

/// Takes back that bytes were told by how they differ from their neighbours.
fn unpredicted(about: &[u8], data: Vec<u8>) -> Vec<u8> {
    let kind = number(about, "/Predictor").unwrap_or(1);
    let colors = number(about, "/Colors").unwrap_or(1).clamp(1, 32);
    let bits = number(about, "/BitsPerComponent").unwrap_or(8).clamp(1, 16);
    let columns = number(about, "/Columns").unwrap_or(1).clamp(1, LONGEST);
    let (left, row) = ((colors * bits).div_ceil(8), (colors * bits * columns).div_ceil(8));
    match kind {
        2 if bits == 8 => data.chunks(row).flat_map(|line| sums(line, left)).collect(),
        10.. => lines(&data, left, row),
        _ => data,
    }
}

fn sums(line: &[u8], left: usize) -> Vec<u8> {
    let mut all = line.to_vec();
    for at in left..all.len() {
        all[at] = all[at].wrapping_add(all[at - left]);
    }
    all
}

/// Lines of `row` bytes, each behind a byte that tells how it differs from others, as in PNG.
fn lines(data: &[u8], left: usize, row: usize) -> Vec<u8> {
    let (mut all, mut above) = (Vec::new(), vec![0; row]);
    for line in data.chunks(row + 1) {
        let Some((kind, bytes)) = line.split_first() else { break };
        let mut now = vec![0; row];
        for (at, byte) in bytes.iter().enumerate() {
            let a = if at >= left { now[at - left] } else { 0 };
            let (b, c) = (above[at], if at >= left { above[at - left] } else { 0 });
            let guess = match kind {
                1 => a,
                2 => b,
                3 => ((u16::from(a) + u16::from(b)) / 2) as u8,
                4 => paeth(a, b, c),
                _ => 0,
            };
            now[at] = byte.wrapping_add(guess);
        }
        all.extend_from_slice(part(&now, 0, bytes.len()));
        above = now;
    }
    all
}

/// The neighbour that is next to what the three of them promise.
fn paeth(a: u8, b: u8, c: u8) -> u8 {
    let promise = i16::from(a) + i16::from(b) - i16::from(c);
    let far = |n: u8| (promise - i16::from(n)).abs();
    [a, b, c].into_iter().min_by_key(|n| far(*n)).unwrap_or(a)
}

/// Lengths with bytes behind them, or with one that is repeated.
fn runs(mut data: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some((len, rest)) = data.split_first().filter(|_| all.len() < LONGEST) {
        let many = usize::from(*len);
        data = match len {
            128 => break,
            0..128 => {
                all.extend_from_slice(part(rest, 0, many + 1));
                part(rest, many + 1, usize::MAX)
            }
            _ => {
                let byte = rest.first().copied().unwrap_or(0);
                all.resize(all.len() + 257 - many, byte);
                part(rest, 1, usize::MAX)
            }
        };
    }
    all
}

/// Codes of 9 to 12 bits, high ones first, each for a text that was met before.
fn lzw(data: &[u8], early: usize) -> (Vec<u8>, io::Result<()>) {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let (mut all, mut held, mut count) = (Vec::new(), 0_u32, 0);
    // Where each text that has a code stands in what came out: from and to.
    let mut texts: Vec<(usize, usize)> = Vec::new();
    let (mut width, mut last) = (9, None);
    for byte in data {
        (held, count) = (held << 8 | u32::from(*byte), count + 8);
        if count < width {
            continue;
        }
        count -= width;
        let code = (held >> count) as usize & ((1 << width) - 1);
        if code == END || all.len() >= LONGEST {
            return (all, Ok(()));
        }
        if code == CLEAR {
            texts.clear();
            (width, last) = (9, None);
            continue;
        }
        let start = all.len();
        // What is new is the last text and the letter behind it.
        texts.extend(last.map(|(from, to)| (from, to + 1)));
        match code.checked_sub(END + 1) {
            None => all.push(code as u8),
            Some(at) => {
                let Some((from, to)) = texts.get(at).copied() else {
                    return (all, Err(bad("a stream that is packed by LZW is damaged")));
                };
                (from..to).for_each(|at| all.push(all.get(at).copied().unwrap_or(0)));
            }
        }
        last = Some((start, all.len()));
        let known = END + 1 + texts.len() + early + 1;
        width = match known {
            0..=512 => 9,
            513..=1024 => 10,
            1025..=2048 => 11,
            _ => 12,
        };
    }
    (all, Err(io::ErrorKind::UnexpectedEof.into()))
}

pub(super) fn hex(data: &[u8]) -> Vec<u8> {
    let mut digits: Vec<u8> = data.iter().copied().filter(u8::is_ascii_hexdigit).collect();
    digits.truncate(digits.len() / 2 * 2);
    HEXLOWER_PERMISSIVE.decode(&digits).unwrap_or_default()
}

fn base85(data: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut group: Vec<u8> = Vec::new();
    let flush = |group: &mut Vec<u8>, text: &mut Vec<u8>| {
        let len = group.len();
        group.resize(5, 84);
        let value = group.iter().fold(0_u64, |n, b| n * 85 + u64::from(*b));
        let bytes = u32::try_from(value).unwrap_or(0).to_be_bytes();
        text.extend(bytes.iter().take(len.saturating_sub(1)));
        group.clear();
    };
    for byte in data.iter().take_while(|b| **b != b'~') {
        match byte {
            b'z' if group.is_empty() => text.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => {}
        }
        if group.len() == 5 {
            flush(&mut group, &mut text);
        }
    }
    if group.len() > 1 {
        flush(&mut group, &mut text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(about: &str, data: &[u8], text: &[u8]) {
        let (all, trouble) = undone(about.as_bytes(), data);
        assert_eq!(String::from_utf8_lossy(&all), String::from_utf8_lossy(text));
        assert!(trouble.is_none(), "{trouble:?}");
    }

    #[test]
    fn filters_are_undone_in_their_order() {
        says("<</Filter/ASCIIHexDecode>>", b"61 62>", b"ab");
        says("<</Filter [/AHx /RL]>>", b"02 616263 FE 64 80>", b"abcddd");
        says("<</Filter/DCTDecode>>", b"as it is", b"as it is");
        // The example of the specification of PDF, 7.4.4.2.
        let lzw = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        says("<</Filter/LZWDecode>>", &lzw, &[45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
        let (_, trouble) = undone(b"<</Filter/LZWDecode>>", &lzw[..6]);
        assert!(trouble.is_some());
    }

    #[test]
    fn what_was_told_by_differences_is_put_back() {
        let about = "<</Filter/RL/DecodeParms<</Predictor 12/Columns 3>>>>";
        let rows = [1, b'a', 1, 1, 2, 3, 0, 1, 4, 20, 0, 0];
        assert_eq!(unpredicted(about.as_bytes(), rows.to_vec()), b"abcdbdxxx");
    }
}

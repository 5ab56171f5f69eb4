//! bzip2: streams one after another, of blocks that were sorted and packed with codes of Huffman.

use super::Input;
use super::out::{Out, bad};
use super::stream::{self, Stream};
use super::sums::HighFirst;
use super::window::Window;
use std::io::{self, BufRead};

const BLOCK: u64 = 0x3141_5926_5359;
const END: u64 = 0x1772_4538_5090;
/// Symbols that a group of codes is used for.
const GROUP: usize = 50;
/// The longest code.
const LONGEST: usize = 20;

pub(super) fn is(head: &[u8]) -> bool {
    let block = head.get(4..10).unwrap_or_default();
    head.starts_with(b"BZh")
        && head.get(3).is_some_and(|n| (b'1'..=b'9').contains(n))
        && (block == b"1AY&SY" || block == [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    stream::read::<Blocks>(input, out)
}

/// The blocks of one stream.
pub(super) struct Blocks {
    bits: Bits,
    /// How long a block may be.
    most: usize,
    /// The block at hand: for each place, the byte and the place that follows.
    block: Vec<u32>,
    at: u32,
    left: usize,
    run: Run,
    /// The sum of the block at hand, the one that is told of it, and that of all blocks.
    sum: HighFirst,
    told: Option<u32>,
    all: u32,
    wrong: bool,
}

/// Where we are in runs of equal bytes: after four of them comes a count.
#[derive(Default)]
struct Run {
    byte: u8,
    seen: u8,
    more: u8,
}

/// Bits that were read, high ones first.
#[derive(Default)]
struct Bits {
    held: u64,
    count: u32,
}

impl Bits {
    fn take(&mut self, source: &mut Window<'_>, n: u32) -> io::Result<u32> {
        while self.count < n {
            let byte = *source.fill_buf()?.first().ok_or(io::ErrorKind::UnexpectedEof)?;
            source.consume(1);
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
        self.count -= n;
        let mask = (1_u64 << n) - 1;
        Ok(u32::try_from(self.held >> self.count & mask).unwrap_or(0))
    }

    fn bit(&mut self, source: &mut Window<'_>) -> io::Result<bool> {
        Ok(self.take(source, 1)? == 1)
    }
}

impl Stream for Blocks {
    const MARK: &'static [u8] = b"BZh";

    fn begin(source: &mut Window<'_>) -> io::Result<Option<Self>> {
        let head = source.peek(10)?;
        if !is(head) {
            return Ok(None);
        }
        let most = usize::from(head.get(3).copied().unwrap_or(b'1') - b'0') * 100_000;
        source.consume(4);
        Ok(Some(Self {
            bits: Bits::default(),
            most,
            block: Vec::new(),
            at: 0,
            left: 0,
            run: Run::default(),
            sum: HighFirst::new(),
            told: None,
            all: 0,
            wrong: false,
        }))
    }

    fn memory(&self) -> u64 {
        8 * self.most as u64
    }

    fn read(&mut self, source: &mut Window<'_>, into: &mut [u8]) -> io::Result<usize> {
        let mut n = 0;
        while n < into.len() {
            if self.run.more > 0 {
                let count = usize::from(self.run.more).min(into.len() - n);
                into.iter_mut().skip(n).take(count).for_each(|b| *b = self.run.byte);
                self.run.more -= u8::try_from(count).unwrap_or(u8::MAX);
                n += count;
            } else if self.left > 0 {
                if let Some(byte) = self.next() {
                    into.iter_mut().skip(n).take(1).for_each(|b| *b = byte);
                    n += 1;
                }
            } else if n > 0 || !self.next_block(source)? {
                break;
            }
        }
        into.iter().take(n).for_each(|b| self.sum.add(*b));
        Ok(n)
    }

    fn is_wrong(&self) -> bool {
        self.wrong
    }
}

impl Blocks {
    /// The next byte of the block, unless it is a count.
    fn next(&mut self) -> Option<u8> {
        let entry = self.block.get(self.at as usize).copied().unwrap_or(0);
        self.at = entry >> 8;
        self.left -= 1;
        let byte = (entry & 0xff) as u8;
        if self.run.seen == 4 {
            self.run = Run { byte: self.run.byte, seen: 0, more: byte };
            return None;
        }
        let same = self.run.seen > 0 && byte == self.run.byte;
        self.run = Run { byte, seen: if same { self.run.seen + 1 } else { 1 }, more: 0 };
        Some(byte)
    }

    /// Unpacks the next block; answers whether there is one.
    fn next_block(&mut self, source: &mut Window<'_>) -> io::Result<bool> {
        let high = u64::from(self.bits.take(source, 24)?);
        let mark = high << 24 | u64::from(self.bits.take(source, 24)?);
        let told = self.bits.take(source, 32)?;
        let sum = std::mem::replace(&mut self.sum, HighFirst::new()).done();
        if let Some(told) = self.told.take() {
            self.wrong |= told != sum;
            self.all = self.all.rotate_left(1) ^ sum;
        }
        match mark {
            BLOCK => self.told = Some(told),
            // The next stream starts with a whole byte.
            END => {
                self.wrong |= told != self.all;
                return Ok(false);
            }
            _ => return Err(bad("a block of bzip2 is damaged")),
        }
        if self.bits.bit(source)? {
            return Err(super::out::unknown("a randomised block of bzip2"));
        }
        let origin = self.bits.take(source, 24)?;
        let used = self.alphabet(source)?;
        let (codes, selectors) = self.tables(source, used.len() + 2)?;
        self.block.clear();
        let counts = self.symbols(source, used, &codes, &selectors)?;
        self.sort_back(counts, origin)?;
        self.run = Run::default();
        Ok(true)
    }

    /// The bytes that stand in the block.
    fn alphabet(&mut self, source: &mut Window<'_>) -> io::Result<Vec<u8>> {
        let ranges = self.bits.take(source, 16)?;
        let mut used = Vec::new();
        for range in (0..16_u8).filter(|r| ranges & 0x8000 >> r != 0) {
            let bits = self.bits.take(source, 16)?;
            used.extend((0..16_u8).filter(|b| bits & 0x8000 >> b != 0).map(|b| range * 16 + b));
        }
        if used.is_empty() { Err(bad("a block of nothing")) } else { Ok(used) }
    }

    fn tables(
        &mut self,
        source: &mut Window<'_>,
        symbols: usize,
    ) -> io::Result<(Vec<Codes>, Vec<u8>)> {
        let groups = self.bits.take(source, 3)? as usize;
        let count = self.bits.take(source, 15)?;
        if !(2..=6).contains(&groups) || count == 0 {
            return Err(bad("bad tables"));
        }
        let mut order: Vec<u8> = (0..6).take(groups).collect();
        let mut selectors = Vec::new();
        for _ in 0..count {
            let mut to = 0;
            while self.bits.bit(source)? {
                to += 1;
            }
            if to >= groups {
                return Err(bad("bad tables"));
            }
            let group = order.remove(to);
            order.insert(0, group);
            selectors.push(group);
        }
        let mut codes = Vec::new();
        for _ in 0..groups {
            codes.push(Codes::new(&self.lengths(source, symbols)?));
        }
        Ok((codes, selectors))
    }

    /// The length of each symbol's code.
    fn lengths(&mut self, source: &mut Window<'_>, symbols: usize) -> io::Result<Vec<usize>> {
        let mut len = self.bits.take(source, 5)? as usize;
        let mut lengths = Vec::with_capacity(symbols);
        for _ in 0..symbols {
            while self.bits.bit(source)? {
                // Only where it ends up counts, not what it passes on the way.
                let step = if self.bits.bit(source)? { usize::MAX } else { 1 };
                len = len.wrapping_add(step);
            }
            if !(1..=LONGEST).contains(&len) {
                return Err(bad("bad lengths of codes"));
            }
            lengths.push(len);
        }
        Ok(lengths)
    }

    /// Reads the symbols of the block into `self.block`; answers how often each byte stands in it.
    fn symbols(
        &mut self,
        source: &mut Window<'_>,
        mut order: Vec<u8>,
        codes: &[Codes],
        selectors: &[u8],
    ) -> io::Result<[u32; 256]> {
        let end = order.len() + 1;
        let mut counts = [0; 256];
        let (mut repeat, mut power) = (0_usize, 1_usize);
        for selector in selectors {
            let codes = codes.get(usize::from(*selector)).ok_or_else(|| bad("bad tables"))?;
            for _ in 0..GROUP {
                let symbol = codes.read(&mut self.bits, source)?;
                if symbol < 2 {
                    repeat = repeat.saturating_add(power << symbol);
                    power = (power << 1).min(1 << 24);
                    continue;
                }
                self.put(order.first().copied(), repeat, &mut counts)?;
                (repeat, power) = (0, 1);
                if symbol == end {
                    return Ok(counts);
                }
                let byte = order.remove(symbol - 1);
                order.insert(0, byte);
                self.put(Some(byte), 1, &mut counts)?;
            }
        }
        Err(bad("a block without an end"))
    }

    fn put(&mut self, byte: Option<u8>, n: usize, counts: &mut [u32; 256]) -> io::Result<()> {
        let Some(byte) = byte.filter(|_| n > 0) else { return Ok(()) };
        if n > self.most - self.block.len().min(self.most) {
            return Err(bad("a block is too long"));
        }
        self.block.resize(self.block.len() + n, u32::from(byte));
        counts[usize::from(byte)] += u32::try_from(n).unwrap_or(u32::MAX);
        Ok(())
    }

    /// Finds the order in which the bytes stood before they were sorted.
    fn sort_back(&mut self, counts: [u32; 256], origin: u32) -> io::Result<()> {
        let mut starts = [0_u32; 256];
        let mut sum = 0;
        for (start, count) in starts.iter_mut().zip(counts) {
            *start = sum;
            sum += count;
        }
        for at in 0..self.block.len() {
            let byte = self.block.get(at).map_or(0, |e| e & 0xff) as usize;
            let to = starts[byte] as usize;
            starts[byte] += 1;
            if let Some(entry) = self.block.get_mut(to) {
                *entry |= u32::try_from(at).unwrap_or(0) << 8;
            }
        }
        let first = self.block.get(origin as usize).ok_or_else(|| bad("a block is damaged"))?;
        self.at = first >> 8;
        self.left = self.block.len();
        Ok(())
    }
}

/// The codes of one table.
struct Codes {
    /// For each length: the first code, its place among the symbols, and how many there are.
    lengths: [(u32, u32, u32); LONGEST + 1],
    /// The symbols in the order of their codes.
    symbols: Vec<u16>,
}

impl Codes {
    fn new(lengths: &[usize]) -> Self {
        let mut table = [(0, 0, 0); LONGEST + 1];
        let mut symbols = Vec::with_capacity(lengths.len());
        let mut code = 0_u32;
        for (len, entry) in table.iter_mut().enumerate().skip(1) {
            let first = u32::try_from(symbols.len()).unwrap_or(0);
            symbols.extend((0_u16..).zip(lengths).filter(|(_, l)| **l == len).map(|(s, _)| s));
            let count = u32::try_from(symbols.len()).unwrap_or(0) - first;
            *entry = (code, first, count);
            code = (code + count) << 1;
        }
        Self { lengths: table, symbols }
    }

    fn read(&self, bits: &mut Bits, source: &mut Window<'_>) -> io::Result<usize> {
        let mut code = 0;
        for (first, place, count) in self.lengths.iter().skip(1) {
            code = code << 1 | bits.take(source, 1)?;
            if code.wrapping_sub(*first) < *count {
                let symbol = self.symbols.get((place + (code - first)) as usize);
                return symbol.map(|s| usize::from(*s)).ok_or_else(|| bad("a bad code"));
            }
        }
        Err(bad("a bad code"))
    }
}

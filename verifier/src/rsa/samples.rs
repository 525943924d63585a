//! Moduli and bases that the tests of every path share: random ones, and those at the edges of
//! what a path's bounds allow.

use alloc::vec;
use alloc::vec::Vec;

use super::{Modulus, Power, Words, reference};

/// Deterministic numbers: xorshift64* (Vigna, An experimental exploration of Marsaglia's xorshift
/// generators, 2016).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn words(&mut self, bits: usize) -> Vec<u64> {
        (0..bits.div_ceil(64)).map(|_| self.next()).collect()
    }
}

/// The odd number of exactly `bits` bits whose others are those of `words`.
pub fn modulus(bits: usize, mut words: Vec<u64>) -> Modulus {
    words.resize(bits.div_ceil(64), 0);
    let top = 1 << ((bits - 1) % 64);
    let last = words.last_mut().unwrap();
    *last = *last & (top - 1) | top;
    words[0] |= 1;
    let bytes: Vec<u8> = words.iter().rev().flat_map(|word| word.to_be_bytes()).collect();
    let modulus = Modulus::from_be_bytes(&bytes).unwrap();
    assert_eq!(modulus.bits(), bits);
    modulus
}

/// Moduli of `bits` bits: a random one, those next to the powers of two below and above, and
/// sparse ones.
pub fn moduli(bits: usize, random: &mut Random) -> Vec<Modulus> {
    let len = bits.div_ceil(64);
    let mut sparse = vec![0; len];
    sparse[len / 2] = 1 << (random.next() % 64);
    let mut holed = vec![u64::MAX; len];
    holed[len / 3] = !(1 << (random.next() % 64));
    let mut near_top = vec![u64::MAX; len];
    near_top[0] = u64::MAX - (random.next() & 0xffff);
    let mut near_bottom = vec![0; len];
    near_bottom[0] = random.next() & 0xffff;
    let blocks = (0..len).map(|at| if at / 2 % 2 == 0 { u64::MAX } else { 0 }).collect();
    [
        random.words(bits),
        vec![0; len],
        vec![u64::MAX; len],
        sparse,
        holed,
        near_top,
        near_bottom,
        blocks,
    ]
    .map(|words| modulus(bits, words))
    .into()
}

/// Bases below `modulus`: 0, 1, n − 1, n − 2, n / 2, a random one, all ones, and those whose digits
/// of `radix` bits are all the lowest, the highest or the middle ones of a signed digit.
pub fn bases(modulus: &Modulus, radix: usize, random: &mut Random) -> Vec<Words> {
    let n = modulus.words().as_slice();
    let middle = 1_u64 << (radix - 1);
    let highest = (1 << radix) - 1;
    let digits = |digit: &dyn Fn(usize) -> u64| {
        let mut words = vec![0; n.len()];
        for bit in 0..modulus.bits() - 1 {
            words[bit / 64] |= (digit(bit / radix) >> (bit % radix) & 1) << (bit % 64);
        }
        words
    };
    let mut half = vec![0; n.len()];
    for (at, half) in half.iter_mut().enumerate() {
        *half = n[at] >> 1 | n.get(at + 1).copied().unwrap_or(0) << 63;
    }
    let numbers = [
        vec![0; n.len()],
        minus(&[1], 0),
        minus(n, 1),
        minus(n, 2),
        half,
        below(random.words(modulus.bits()), modulus),
        digits(&|_| highest),
        digits(&|_| middle),
        digits(&|_| middle - 1),
        digits(&|at| if at % 2 == 0 { middle } else { middle - 1 }),
        digits(&|at| if at % 2 == 0 { highest } else { 0 }),
        digits(&|at| if at % 2 == 0 { middle + 1 } else { highest - 1 }),
    ];
    numbers.iter().map(|words| number(words, n.len())).collect()
}

/// Whether a path computes what the reference does.
pub fn assert_agrees(key: &impl Power, modulus: &Modulus, bases: &[Words], exponent: u64) {
    for base in bases {
        let actual = key.power(base, exponent);
        let expected = reference::power(modulus, base, exponent);
        assert_eq!(actual, expected, "{base:?} ^ {exponent} mod {:?}", modulus.words());
        assert_eq!(actual.len(), expected.len());
    }
}

/// A random base below `modulus`.
pub fn base(modulus: &Modulus, random: &mut Random) -> Words {
    let words = random.words(modulus.bits());
    number(&below(words, modulus), modulus.words().len())
}

/// Without the bits from the modulus's highest on.
fn below(mut words: Vec<u64>, modulus: &Modulus) -> Vec<u64> {
    *words.last_mut().unwrap() &= (1 << ((modulus.bits() - 1) % 64)) - 1;
    words
}

fn minus(number: &[u64], less: u64) -> Vec<u64> {
    let mut borrow = less;
    let subtract = |word: &u64| {
        let (word, under) = word.overflowing_sub(borrow);
        borrow = u64::from(under);
        word
    };
    number.iter().map(subtract).collect()
}

fn number(words: &[u64], len: usize) -> Words {
    let mut number = Words::zero(len);
    number.as_mut_slice()[..words.len()].copy_from_slice(words);
    number
}

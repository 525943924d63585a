//! WebAssembly's path: products of signed digits of 13 bits, eight at a time, with
//! `i32x4.dot_i16x8_s` (WebAssembly Core Specification 2.0, §4.3.3), and Barrett's reduction (Handbook of
//! Applied Cryptography, §14.3.3), which knows no carry from one digit to the next within a product.
//!
//! With B = 2^13, n of m bits and D = ⌊(m + 1) / 13⌋ + 1 digits, a step takes a number y of D digits
//! and computes
//!
//! 1. T = y², half of the products doubled ([`Work::square`]), or T = y s at the end;
//! 2. q ≈ T / n: the digits of T from h on, times mu = ⌊B^s / n⌋, in the columns from C on;
//! 3. the next y = T - q n, in the lowest columns alone.
//!
//! The indices are c = ⌈(m - 1) / 13⌉, h = c - 2, s = ⌈(2 m + 8) / 13⌉ and C = s - c, which is also
//! the place of mu's highest digit. Columns are worked on in blocks of 16, and those beyond the last
//! one needed come out as zero.
//!
//! # Bounds
//! They hold for every input of every length: nothing is guarded, and nothing falls back.
//!
//! **Digits are at most 4182 = d.** Those of n, mu and s are written in ±4096. Others come out of
//! two carry passes over columns. A column's sum is at most 320 d² < 5.597 · 10^9; what it hands on
//! in all, with the rounding of five carries at most, is below 683 200. After the first pass columns
//! are thus below 8191 + 683 200 in size, of which the second one hands on 85 at most. What it
//! leaves, less the 4096 that were added to round to the nearest, is within 4096 + 85 < d.
//!
//! **Columns stay below 2^31.** Without a carry 128 products could reach it, and a product has up to
//! 316 in a column: digits of 13 bits need carries between. (12 bits would not: 342 · 2^22 < 2^31.
//! Carrying four vectors for each 96 rows costs far less than a sixth more products.) With them:
//!
//! - q and y: 6 · 16 rows and a corner of 16, of d by 4096, which is 1.919 · 10^9; and what the column
//!   began with, below 0.7 · 10^6.
//! - y²: 2 · 16 rows and 8 more, of 2 d by d, and a corner of 8 rows of d by 2 d: 1.68 · 10^9.
//! - y s: 6 · 16 rows of d by 4096: 1.65 · 10^9.
//!
//! **Digits say which number they are.** k digits of at most d are below 0.5106 B^k in size. So where
//! only k columns were computed, and the number is below 0.48 B^k, it is that number and no other of
//! its residue class; and where it is below 0.48 B^D, all digits from the D-th on are zero. Since
//! 13 D ≥ m + 2, n is below B^D / 4, and T below n² < B^(2 D) / 16.
//!
//! **The quotient is off by less than 0.54**, before n: for
//! - q leaves out the two lowest columns that were computed, of 0.5106 of its last place;
//! - no carry comes from the columns below: 336 · 4096 d / (B - 1) / B² < 0.0105;
//! - T's digits below h, and what the first pass left of carries in blocks below h, are less than
//!   85.1 B^h, and B^h ≤ 2^-14 · 2^(m - 1) ≤ 2^-14 n: 0.0052;
//! - mu is rounded down, which costs T / B^s ≤ 2^-8.
//!
//! So each y is within ±0.54 n, T at most n², and q at most n + 1. At the end one addition of n, where
//! y is negative, makes it canonical.

#![allow(unsafe_code)]

mod columns;
mod digits;
mod lanes;
mod pairs;
mod work;

use super::signed::words;
use super::{Modulus, Power, Words};
use columns::BLOCK;
use pairs::Pairs;
use work::Work;

/// Bits of a digit.
const BITS: u32 = 13;
// Four are a group.
const _: () = assert!(4 * BITS == super::signed::GROUP);
/// Digits of 4096 bits, in whole blocks.
const MAX_DIGITS: usize = 320;
/// Room for T, and for zeros above it.
const SQUARE_DIGITS: usize = 2 * MAX_DIGITS + 2 * BLOCK;
/// Room for the quotient and the two digits below it.
const HIGH_DIGITS: usize = MAX_DIGITS + BLOCK;
/// Zeros below a number's pairs and above them.
const PAIRS_BELOW: usize = 32;
const PAIRS_ABOVE: usize = 16;

/// What this path precomputes of a modulus.
pub struct Key {
    modulus: Modulus,
    constants: Constants,
}

impl Key {
    pub fn new(modulus: &Modulus) -> Self {
        Self { modulus: modulus.clone(), constants: Constants::new(modulus) }
    }
}

impl Power for Key {
    /// Of the exponent F4 alone.
    fn power(&self, base: &Words, _f4: u64) -> Words {
        let mut work = Work::new(&self.constants, base);
        for _ in 0..16 {
            work.square();
        }
        work.multiply_by_base();
        work.result(&self.modulus)
    }
}

/// The shape of the computation for one modulus, and the numbers it multiplies by.
#[derive(Clone)]
struct Constants {
    shape: Shape,
    /// -n
    negated: Pairs,
    /// ⌊B^s / n⌋
    mu: Pairs,
}

impl Constants {
    fn new(modulus: &Modulus) -> Self {
        let shape = Shape::of(modulus.bits());
        let mut negated = [0; MAX_DIGITS];
        digits::write(modulus.words().as_slice(), &mut negated[..shape.len]);
        negated.iter_mut().for_each(|digit| *digit = -*digit);
        let (quotient, _) = modulus.divide_power_of_two(BITS as usize * shape.scale);
        let mut mu = [0; MAX_DIGITS];
        digits::write(&words(&quotient), &mut mu[..=shape.mu_last]);
        Self { shape, negated: Pairs::of(&negated), mu: Pairs::of(&mu) }
    }
}

/// The indices of the computation for moduli of one length.
#[derive(Clone, Copy)]
struct Shape {
    /// D: the digits of a number below n.
    len: usize,
    /// s
    scale: usize,
    /// Blocks of D columns.
    low_blocks: usize,
    /// Blocks of 2 D columns.
    square_blocks: usize,
    /// Blocks of D + 2 columns, the quotient's.
    high_blocks: usize,
    /// h: the first digit of T that the quotient is computed from.
    high_from: usize,
    /// How many digits of T that are, in whole blocks.
    high_rows: usize,
    /// C: the place of mu's highest digit, and the first column of the quotient.
    mu_last: usize,
}

impl Shape {
    /// Of a modulus of `m` bits.
    ///
    /// # Panics
    /// Where a bound does not hold that the safety of [`Work`] rests on. They hold for every
    /// length that a modulus can have, which a test goes through.
    fn of(m: usize) -> Self {
        let width = BITS as usize;
        let len = (m + 1) / width + 1;
        let c = (m - 1).div_ceil(width);
        let scale = (2 * m + 8).div_ceil(width);
        let low_blocks = len.div_ceil(BLOCK);
        let square_blocks = (2 * len).div_ceil(BLOCK);
        let high_blocks = (len + 2).div_ceil(BLOCK);
        let high_from = c - 2;
        let high_rows = (2 * len - high_from).next_multiple_of(BLOCK).max(high_blocks * BLOCK);
        let mu_last = scale - c;
        assert!(low_blocks * BLOCK <= MAX_DIGITS && square_blocks <= 2 * low_blocks);
        assert!(high_blocks * BLOCK <= high_rows.min(HIGH_DIGITS));
        assert!(high_from + high_rows <= SQUARE_DIGITS);
        assert!(mu_last < MAX_DIGITS && high_rows <= mu_last + PAIRS_BELOW);
        Self { len, scale, low_blocks, square_blocks, high_blocks, high_from, high_rows, mu_last }
    }
}

#[cfg(test)]
mod tests;

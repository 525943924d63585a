//! WebAssembly's vectors.

#![allow(unsafe_code)]

mod columns;
mod digits;
mod lanes;
mod pairs;
mod work;

use super::{Modulus, Words};
use columns::BLOCK;
use pairs::Pairs;
use work::Work;

/// Bits of a digit.
const BITS: u32 = 13;
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
#[derive(Clone)]
pub struct Key {
    modulus: Modulus,
    constants: Constants,
}

impl Key {
    pub fn new(modulus: &Modulus) -> Self {
        Self { modulus: modulus.clone(), constants: Constants::new(modulus) }
    }

    /// s^65537 mod n, of an s below n. No input makes it give up: it is never `None`.
    pub fn power_f4(&self, base: &Words) -> Option<Words> {
        let mut work = Work::new(&self.constants, base);
        for _ in 0..16 {
            work.square();
        }
        work.multiply_by_base();
        Some(work.result(&self.modulus))
    }
}

/// The shape of the computation for one modulus.
#[derive(Clone)]
struct Constants {
    /// D, the digits of a number below n.
    len: usize,
    /// Blocks of D columns.
    low_blocks: usize,
    /// Blocks of 2 D columns.
    square_blocks: usize,
    /// Blocks of D + 2 columns, the quotient's.
    high_blocks: usize,
    /// h, the first digit of T that the quotient is computed from.
    high_from: usize,
    /// How many digits of T that are, in whole blocks.
    high_rows: usize,
    /// The place of mu's highest digit, and the first column of the quotient's product.
    mu_last: usize,
    /// -n
    negated: Pairs,
    /// floor(2^(13 s) / n)
    mu: Pairs,
}

impl Constants {
    fn new(modulus: &Modulus) -> Self {
        let (m, w) = (modulus.bits(), BITS as usize);
        let len = (m + 1) / w + 1;
        let c = (m - 1).div_ceil(w);
        let s = (2 * m + 8).div_ceil(w);
        let high_from = c - 2;
        let mu_last = s - c;
        let low_blocks = len.div_ceil(BLOCK);
        let square_blocks = (2 * len).div_ceil(BLOCK);
        let high_blocks = (len + 2).div_ceil(BLOCK);
        let high_rows = (2 * len - high_from).next_multiple_of(BLOCK).max(high_blocks * BLOCK);
        // What the safety of `Work` rests on.
        assert!(low_blocks * BLOCK <= MAX_DIGITS && square_blocks <= 2 * low_blocks);
        assert!(high_blocks * BLOCK <= high_rows.min(HIGH_DIGITS));
        assert!(high_from + high_rows <= SQUARE_DIGITS);
        assert!(mu_last < MAX_DIGITS && high_rows <= mu_last + PAIRS_BELOW);
        let mut negated = [0; MAX_DIGITS];
        digits::write(modulus.digits().iter().copied(), &mut negated[..len]);
        negated.iter_mut().for_each(|digit| *digit = -*digit);
        let mut mu = [0; MAX_DIGITS];
        digits::write(modulus.divide_power_of_two(w * s).0, &mut mu[..=mu_last]);
        Self {
            len,
            low_blocks,
            square_blocks,
            high_blocks,
            high_from,
            high_rows,
            mu_last,
            negated: Pairs::of(&negated),
            mu: Pairs::of(&mu),
        }
    }
}

//! WebAssembly's path where it has relaxed vector instructions: products of signed digits of 52
//! bits in floating point, two at a time and to the last bit, by a fused multiply-add
//! (`f64x2.relaxed_madd`, WebAssembly Core Specification 3.0), and Barrett's reduction (Handbook of
//! Applied Cryptography, §14.3.3), which knows no carry from one digit to the next within a product.
//!
//! The instruction may also round twice, as the machine likes. [`is_available`] says what this
//! machine does, and the path is taken only where it rounds once.
//!
//! With B = 2^52, n of m bits and D = ⌈(m + 12) / 52⌉ digits, a step takes a number y of D digits and
//! computes
//!
//! 1. T = y² ([`Work::square`]), or T = y s at the end;
//! 2. q ≈ T / n: the upper digits of T times mu = ⌊B^s / n⌋, in the columns from s on, and in the one
//!    below, the guard, for what it hands on;
//! 3. the next y = T - q n, in the lowest columns alone.
//!
//! s is ⌈(2 m + 10) / 52⌉, and mu has M = ⌈(52 s - m + 3) / 52⌉ digits, so that the quotient needs T
//! from digit s - M on. Columns are worked on in blocks of 8, and those beyond the last one needed come
//! out as zero.
//!
//! # A product in two parts
//! Digits a and b are at most 2^51 in size. R = 1.5 · 2^103 has a last place of 2^51, and so has
//! R + a b, which stays between 2^103 and 2^104. So the first multiply-add is R + h 2^51, where |h| is at
//! most 2^51 and what is left, l = a b - h 2^51, at most 2^50. With U = 1.5 · 2^52 the difference
//! (R + U) - (R + h 2^51) = (3 - h) 2^51 is exact, and the second multiply-add is U + l, between 2^52 and
//! 2^53, where every integer has its own number. Numbers of one sign are ordered as their bits are: those
//! of R + h 2^51 are the bits of R plus h, and those of U + l the bits of U plus l. Integers sum both up.
//!
//! # Bounds
//! They hold for every input of every length: nothing is guarded, and nothing falls back.
//!
//! **Digits are at most 2^51.** Those of n, mu and s are written so. Others come out of two carry
//! passes. A column has at most 88 products (80 rows, or one of the guard's 84), doubled ones counted
//! twice. Their l are at most 88 · 2^50 together, and the h of the column below, which count half, no more;
//! with the column's digit before, an odd half and the lift of 2^60 the sum is between 0 and 2^61. The
//! first pass hands on less than 2^9, the second thus 0 or 1, and what it leaves, less the 2^51 that were
//! added to round to the nearest, is from -2^51 to 2^51.
//!
//! **Digits say which number they are.** k digits are at most 0.5001 B^k. So where only k columns were
//! computed, and the number is below 0.4999 B^k, it is that number and no other of its residue class; and
//! where it is below 0.4999 B^D, all digits from the D-th on are zero. With |y| < 23 n that holds for y,
//! since 52 D ≥ m + 12; for T < 529 n²; and for q ≤ 530 n.
//!
//! **The quotient is off by less than 23**, before n: for
//! - the halves of the column below the guard are missing in it: 80 · 2^50 / B = 20; what is further below
//!   is less than 2^-40;
//! - the guard's own carry is rounded: 0.5;
//! - T's lowest digit in use may lack a carry of 1 from below: 0.5;
//! - mu is rounded down, which costs T / B^s ≤ 1, as B^s ≥ 2^(2 m + 10).
//!
//! So each y is within ±23 n. At the end y / n is estimated from three digits, to 2^-40, and y less
//! that multiple of n is between -2^-39 n and n: one addition of n, where it is negative, makes it
//! canonical.

#![allow(unsafe_code)]

mod columns;
mod digits;
mod lanes;
mod work;

use super::signed::{GROUP, words};
use super::{Modulus, Power, Words};
use columns::{BLOCK, ROWS};
use work::Work;

/// Bits of a digit.
const BITS: u32 = GROUP;
/// Digits of 4096 bits, in whole blocks.
const MAX_DIGITS: usize = 80;
/// Zeros below a factor's digits and above them.
const MARGIN: usize = 16;
/// Room for T, and for zeros above it.
const SQUARE_DIGITS: usize = 2 * MAX_DIGITS + MARGIN;
/// Products of the guard, and zeros after them.
const GUARD_ROWS: usize = MAX_DIGITS + 4;

/// Whether this machine rounds a multiply-add once.
pub fn is_available() -> bool {
    // The square is 2^100 + 2^51 + 1, of which the last 1 does not fit.
    let digit = core::hint::black_box((1_u64 << 50) as f64 + 1.0);
    let square = digit * digit;
    let digits = lanes::floats(digit, digit);
    let rest = lanes::multiply_add(digits, digits, lanes::floats(-square, -square));
    lanes::sum_of_lanes(rest) == 2 * 1_f64.to_bits() as i64
}

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

/// A number's digits, zeros around them.
#[derive(Clone)]
struct Factor([f64; MARGIN + MAX_DIGITS + MARGIN]);

impl Factor {
    const ZERO: Self = Self([0.0; _]);

    /// A number, given in words from the least significant on, in `len` digits.
    fn of(number: &[u64], len: usize) -> Self {
        let mut factor = Self::ZERO;
        digits::write(number, &mut factor.0[MARGIN..MARGIN + len]);
        factor
    }

    fn digits(&self) -> &[f64; MAX_DIGITS] {
        // The array has so many between its margins.
        self.0[MARGIN..].first_chunk().unwrap_or(&[0.0; MAX_DIGITS])
    }

    /// Digit `at`. Whoever reads there keeps within the margins.
    #[inline(always)]
    fn at(&self, at: usize) -> *const f64 {
        self.0.as_ptr().wrapping_add(MARGIN + at)
    }

    #[inline(always)]
    fn at_mut(&mut self, at: usize) -> *mut f64 {
        self.0.as_mut_ptr().wrapping_add(MARGIN + at)
    }
}

/// The shape of the computation for one modulus, and the numbers it multiplies by.
#[derive(Clone)]
struct Constants {
    shape: Shape,
    /// -n
    negated: Factor,
    /// ⌊B^s / n⌋
    mu: Factor,
    /// The same from its highest digit down, zeros after it.
    mu_reversed: [f64; GUARD_ROWS],
}

impl Constants {
    fn new(modulus: &Modulus) -> Self {
        let shape = Shape::of(modulus.bits());
        let mut negated = Factor::of(modulus.words().as_slice(), shape.len);
        negated.0.iter_mut().for_each(|digit| *digit = 0.0 - *digit);
        let (quotient, _) = modulus.divide_power_of_two(BITS as usize * shape.scale);
        let mu = Factor::of(&words(&quotient), shape.mu_len);
        let mut mu_reversed = [0.0; GUARD_ROWS];
        for (to, from) in mu_reversed.iter_mut().zip(mu.digits()[..shape.mu_len].iter().rev()) {
            *to = *from;
        }
        Self { shape, negated, mu, mu_reversed }
    }
}

/// The indices of the computation for moduli of one length.
#[derive(Clone, Copy)]
struct Shape {
    /// D: the digits of a number within ±23 n.
    len: usize,
    /// s
    scale: usize,
    /// D, in whole turns of rows.
    rows: usize,
    /// Blocks of D columns.
    blocks: usize,
    /// Blocks of 2 D columns.
    square_blocks: usize,
    /// M: the digits of mu.
    mu_len: usize,
    /// s - M + 1: the first digit of T that the quotient's own columns need. The guard needs the one
    /// below too.
    high_from: usize,
    /// How many digits of T there are from that one on.
    high_rows: usize,
}

impl Shape {
    /// Of a modulus of `m` bits.
    ///
    /// # Panics
    /// Where a bound does not hold that the safety of [`Work`] rests on. They hold for every
    /// length that a modulus can have, which a test goes through.
    fn of(m: usize) -> Self {
        let width = BITS as usize;
        let len = (m + 12).div_ceil(width);
        let scale = (2 * m + 10).div_ceil(width);
        let mu_len = (width * scale - m + 3).div_ceil(width);
        let rows = len.next_multiple_of(ROWS);
        let blocks = len.div_ceil(BLOCK);
        let square_blocks = (2 * len).div_ceil(BLOCK);
        let high_from = scale - mu_len + 1;
        let high_rows = 2 * len - high_from;
        assert!(blocks * BLOCK <= MAX_DIGITS && BLOCK * (square_blocks - 1) < 2 * len);
        assert!(mu_len <= MAX_DIGITS && high_from >= 1);
        assert!(high_from + BLOCK * blocks <= SQUARE_DIGITS && 2 * len + ROWS <= SQUARE_DIGITS);
        assert!(high_rows + ROWS <= mu_len + MARGIN && high_rows + 2 <= GUARD_ROWS);
        Self { len, scale, rows, blocks, square_blocks, mu_len, high_from, high_rows }
    }
}

#[cfg(test)]
mod tests;

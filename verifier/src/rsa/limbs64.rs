//! The portable path of 64-bit machines: Montgomery's reduction on digits of 60 bits.
//!
//! Montgomery, Modular multiplication without trial division, Mathematics of Computation 44
//! (1985). Digits of 60 bits leave room for the sums: a column of products is added up in 128
//! bits, and carries are taken once, at the end. Full words would be fewer, but each of their
//! products brings a carry of its own, and those cost more than the products.
//!
//! With `B = 2^60` a number has `k` digits, so many that `R = B^k` is above `4 n`, in whole
//! *strips* of four or five digits, which are multiplied in one go. The number is squared in the
//! form `x R mod n`; the last multiplication of F4, by the plain base, leaves that form.
//!
//! # The bounds
//! *Columns.* Digits are below `B`, and `k` is at most [`DIGITS`], 72. A column of a product has
//! at most `k` products of two digits, and the reduction adds as many again and a carry: less
//! than `2 · 72 · B² + 2^69 < 2^128`. In a square, a digit is doubled instead of its product
//! taken twice, which leaves the column's sum as it is.
//!
//! *Numbers.* For `a, b < 2 n` is `a b < 4 n² < n R`; the reduction adds `q n` with `q < R` and
//! divides by `R`: `(n R + R n) / R = 2 n`. So numbers below `2 n` stay below `2 n`, without any
//! comparison, and below `R`, so that `k` digits hold them. The last multiplication is by a number
//! below `n`: with `a b < 2 n² < n R / 2` the result is below `3 n / 2`, and one subtraction
//! makes it canonical.
//!
//! *Slices.* `k` is a multiple of the strip and at most [`DIGITS`]: a strip that begins at digit
//! `i` ends by `k`. Its products with `m` digits take `m + 4` columns at most, from `i` on in a
//! product, where `m = k`, and from `2 i` on in a square, where `m = k − i`: both end by `2 k`.
//! Every number that is multiplied by a strip has at least as many digits.

use super::{Modulus, Power, Words};

/// Bits of a digit.
const BITS: usize = 60;
const MASK: u64 = (1 << BITS) - 1;
/// Most digits of a number: 4096 bits and the two that `R > 4 n` takes, in strips of four.
const DIGITS: usize = (4096 + 2_usize).div_ceil(BITS).next_multiple_of(4);

type Digits = [u64; DIGITS];
type Columns = [u128; 2 * DIGITS];

/// What the path has precomputed of a modulus.
pub struct Key {
    n: Digits,
    /// `R² mod n`.
    r_squared: Digits,
    /// `−n⁻¹ mod B`.
    minus_inverse: u64,
    /// Digits of a number, `k`.
    len: usize,
    /// Whether strips are of five digits, or else of four.
    in_fives: bool,
    /// The modulus as it was given.
    words: Words,
}

impl Power for Key {
    /// `base ^ exponent mod n`, the exponent's bits from the highest; `base < n`.
    fn power(&self, base: &Words, exponent: u64) -> Words {
        if self.in_fives {
            self.power_in::<5>(base, exponent)
        } else {
            self.power_in::<4>(base, exponent)
        }
    }
}

impl Key {
    pub fn new(modulus: &Modulus) -> Self {
        let words = *modulus.words();
        let digits_needed = (modulus.bits() + 2).div_ceil(BITS);
        let (fours, fives) = (digits_needed.next_multiple_of(4), digits_needed.next_multiple_of(5));
        // Fives only where they are fewer, so that they too are at most `DIGITS`.
        let (len, in_fives) = if fives < fours { (fives, true) } else { (fours, false) };
        let (_, remainder) = modulus.divide_power_of_two(2 * BITS * len);
        let mut r_squared = Words::zero(words.len());
        for (word, pair) in r_squared.as_mut_slice().iter_mut().zip(remainder.chunks(2)) {
            *word = pair.iter().rev().fold(0, |word, digit| word << 32 | u64::from(*digit));
        }
        let n = digits(&words);
        // Newton: each step doubles the bits that are right, and the first three are (x² = 1
        // mod 8 for every odd x).
        let inverse =
            (0..5).fold(n[0], |x, _| x.wrapping_mul(2_u64.wrapping_sub(n[0].wrapping_mul(x))));
        let minus_inverse = inverse.wrapping_neg() & MASK;
        Self { n, r_squared: digits(&r_squared), minus_inverse, len, in_fives, words }
    }

    fn power_in<const STRIP: usize>(&self, base: &Words, exponent: u64) -> Words {
        let mut one = [0; DIGITS];
        one[0] = 1;
        let plain = if exponent == 0 { one } else { digits(base) };
        let highest = exponent.max(1).ilog2();
        let form = self.multiplied::<STRIP>(&plain, &self.r_squared);
        let mut x = form;
        for bit in (0..highest).rev() {
            x = self.squared::<STRIP>(&x);
            if bit > 0 && exponent >> bit & 1 == 1 {
                x = self.multiplied::<STRIP>(&x, &form);
            }
        }
        // Out of the form: by the base where the lowest bit still asks for it, or by one.
        let last = if highest > 0 && exponent & 1 == 1 { &plain } else { &one };
        self.canonical(&self.multiplied::<STRIP>(&x, last))
    }

    /// `a b / R mod n`, below `2 n` where `a` and `b` are.
    fn multiplied<const STRIP: usize>(&self, a: &Digits, b: &Digits) -> Digits {
        let k = self.len;
        let mut columns = [0; 2 * DIGITS];
        for (at, strip) in a[..k].as_chunks::<STRIP>().0.iter().enumerate() {
            add_products(&mut columns[STRIP * at..], strip, &b[..k]);
        }
        self.reduced::<STRIP>(&mut columns)
    }

    /// `a² / R mod n`, below `2 n` where `a` is.
    fn squared<const STRIP: usize>(&self, a: &Digits) -> Digits {
        let k = self.len;
        let mut columns = [0; 2 * DIGITS];
        // A strip takes itself once, and all above it twice.
        let mut rest = a.map(|digit| 2 * digit);
        for (at, strip) in a[..k].as_chunks::<STRIP>().0.iter().enumerate() {
            let rest = &mut rest[STRIP * at..k];
            rest[..STRIP].copy_from_slice(strip);
            add_products(&mut columns[2 * STRIP * at..], strip, rest);
        }
        self.reduced::<STRIP>(&mut columns)
    }

    /// The columns' number, divided by `R` modulo `n`.
    fn reduced<const STRIP: usize>(&self, columns: &mut Columns) -> Digits {
        let k = self.len;
        let n = &self.n[..k];
        let mut carry = 0;
        for at in (0..k).step_by(STRIP) {
            // The multiple of `n` that makes the strip's own columns zero.
            let columns = &mut columns[at..];
            let mut q = [0; STRIP];
            for column in 0..STRIP {
                let mut sum = columns[column] + carry;
                for row in 0..column {
                    sum += product(q[row], n[column - row]);
                }
                q[column] = (sum as u64).wrapping_mul(self.minus_inverse) & MASK;
                carry = (sum + product(q[column], n[0])) >> BITS;
            }
            add_body(&mut columns[STRIP..], &q, &n[1..]);
        }
        let mut result = [0; DIGITS];
        for (digit, column) in result.iter_mut().zip(&columns[k..2 * k]) {
            let sum = column + carry;
            *digit = sum as u64 & MASK;
            carry = sum >> BITS;
        }
        result
    }

    /// The one of `x` and `x − n` that is below `n`, for an `x` below `2 n`.
    fn canonical(&self, x: &Digits) -> Words {
        let len = self.words.len();
        let (mut words, mut less) = (Words::zero(len), Words::zero(len));
        // Below 2 n the number may have a bit more than the words hold.
        let over = write_words(x, words.as_mut_slice());
        let mut borrow = false;
        let n = self.words.as_slice();
        for ((less, word), n) in less.as_mut_slice().iter_mut().zip(words.as_slice()).zip(n) {
            (*less, borrow) = word.borrowing_sub(*n, borrow);
        }
        if borrow && !over { words } else { less }
    }
}

/// A number's digits.
fn digits(number: &Words) -> Digits {
    let words = number.as_array();
    let mut digits = [0; DIGITS];
    for (at, digit) in digits.iter_mut().enumerate() {
        let (word, bit) = (at * BITS / 64, at * BITS % 64);
        let low = words.get(word).copied().unwrap_or(0);
        let high = words.get(word + 1).copied().unwrap_or(0);
        *digit = ((u128::from(high) << 64 | u128::from(low)) >> bit) as u64 & MASK;
    }
    digits
}

/// A number's words; whether it has more bits than they hold.
fn write_words(digits: &Digits, words: &mut [u64]) -> bool {
    let mut next = digits.iter();
    let (mut held, mut bits) = (0_u128, 0);
    for word in words {
        while bits < 64 {
            held |= u128::from(next.next().copied().unwrap_or(0)) << bits;
            bits += BITS;
        }
        *word = held as u64;
        held >>= 64;
        bits -= 64;
    }
    held != 0 || next.any(|digit| *digit != 0)
}

#[inline(always)]
fn product(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

/// Adds a strip's products with `b` to their columns.
#[inline]
fn add_products<const STRIP: usize>(columns: &mut [u128], strip: &[u64; STRIP], b: &[u64]) {
    for column in 0..STRIP - 1 {
        for row in 0..=column {
            columns[column] += product(strip[row], b[column - row]);
        }
    }
    add_body(&mut columns[STRIP - 1..], strip, b);
}

/// The same without the first columns, those of fewer than [`STRIP`] products: `columns` begin
/// with the first that has so many.
#[inline]
fn add_body<const STRIP: usize>(columns: &mut [u128], strip: &[u64; STRIP], b: &[u64]) {
    let (body, end) = columns.split_at_mut(b.len() + 1 - STRIP);
    for (column, b) in body.iter_mut().zip(b.array_windows::<STRIP>()) {
        let mut sum = *column;
        for row in 0..STRIP {
            sum += product(strip[row], b[STRIP - 1 - row]);
        }
        *column = sum;
    }
    let b = &b[b.len() + 1 - STRIP..];
    for column in 0..STRIP - 1 {
        for row in column + 1..STRIP {
            end[column] += product(strip[row], b[STRIP - 1 + column - row]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::F4;
    use super::super::samples::{self, Random};
    use super::*;

    fn assert_agrees(modulus: &Modulus, bases: &[Words], exponent: u64) {
        samples::assert_agrees(&Key::new(modulus), modulus, bases, exponent);
    }

    #[test]
    fn moduli_of_every_length_agree_with_the_reference() {
        let mut random = Random(1);
        for bits in 2048..=4096 {
            // One shape of modulus a length, in turn, and one of base.
            let moduli = samples::moduli(bits, &mut random);
            let modulus = &moduli[bits % moduli.len()];
            let bases = samples::bases(modulus, BITS, &mut random);
            assert_agrees(modulus, &[bases[bits % bases.len()]], 3);
        }
    }

    #[test]
    fn the_edges_of_numbers_and_digits_agree_with_the_reference() {
        let mut random = Random(2);
        // Around whole words, whole digits and whole strips of them.
        for bits in [2048, 2098, 2099, 2158, 2159, 3072, 4095, 4096] {
            for modulus in samples::moduli(bits, &mut random) {
                assert_agrees(&modulus, &samples::bases(&modulus, BITS, &mut random), 5);
            }
        }
    }

    #[test]
    fn the_usual_exponent_agrees_with_the_reference() {
        let mut random = Random(3);
        for bits in [2048, 3072, 4096] {
            for modulus in samples::moduli(bits, &mut random) {
                let mut bases = samples::bases(&modulus, BITS, &mut random);
                bases.truncate(6);
                assert_agrees(&modulus, &bases, F4);
            }
        }
    }

    #[test]
    fn every_kind_of_exponent_agrees_with_the_reference() {
        let mut random = Random(4);
        let modulus = &samples::moduli(2048, &mut random)[0];
        let base = samples::base(modulus, &mut random);
        for exponent in [0, 1, 2, 3, 4, 5, 6, 17, 0x1_0000, 0x1_0003, 1 << 32, (1 << 33) - 1] {
            assert_agrees(modulus, &[base], exponent);
        }
    }
}

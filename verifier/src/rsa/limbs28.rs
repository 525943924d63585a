//! The scalar path for 32-bit machines, WebAssembly without vectors among them: Montgomery's
//! multiplication in limbs of 28 bits, whose products are added up in 64-bit columns without a
//! carry between them. Any exponent.
//!
//! # Why no column overflows
//! With L limbs, a multiple of four and at most 148, R = 2^(28 L) and n < R/4.
//!
//! - Limbs are below 2^28. A column of a product, or of a square with its doubled limbs, is at most
//!   L (2^28 - 1)^2 < 2^63.3. The reduction adds as much again and a carry below 2^37. That stays
//!   below 2^64 for L ≤ 124; for longer numbers the columns are first brought down to 28 bits.
//! - Both factors are below 2 n. What the reduction makes of them is below
//!   (4 n² + R n) / R < 2 n again, and no subtraction is needed before the end.
//! - The last factor of all is either below n and out of Montgomery's form, or one: the result is
//!   then the number itself, below (2 n · n + R n) / R < 2 n, and one subtraction makes it canonical.

use super::{Modulus, Power, Words};

const BITS: usize = 28;
const MASK: u64 = (1 << BITS) - 1;
/// Limbs for 4096 bits and two more, rounded up to whole blocks.
const MAX_LIMBS: usize = 148;
/// Rows of a product that are added at a time: a column is loaded and stored once for the four.
const ROWS: usize = 4;
/// The most limbs whose columns have room for a product and its reduction.
const MAX_UNCARRIED_LIMBS: usize = 124;

type Limbs = [u32; MAX_LIMBS];
type Columns = [u64; 2 * MAX_LIMBS];

/// What this path precomputes of a modulus.
pub struct Key {
    /// L: how many limbs are worked on.
    len: usize,
    /// How many words a result has.
    words: usize,
    modulus: Limbs,
    /// -n^-1 mod 2^28.
    negated_inverse: u64,
    /// R² mod n, by which a number comes into Montgomery's form.
    r_squared: Limbs,
}

impl Power for Key {
    /// `base ^ exponent mod n`. The base is below n.
    fn power(&self, base: &Words, exponent: u64) -> Words {
        let mut one = Words::zero(self.words);
        one.as_mut_slice()[0] = 1;
        if exponent < 2 {
            return if exponent == 1 { *base } else { one };
        }
        let base = to_limbs(base);
        let mut power = self.product(&base, &self.r_squared);
        let base_in_form = power;
        for bit in (1..exponent.ilog2()).rev() {
            power = self.square(&power);
            if exponent >> bit & 1 == 1 {
                power = self.product(&power, &base_in_form);
            }
        }
        power = self.square(&power);
        let last = if exponent & 1 == 1 { base } else { to_limbs(&one) };
        self.to_words(&self.product(&power, &last))
    }
}

impl Key {
    pub fn new(modulus: &Modulus) -> Self {
        let len = (modulus.bits() + 2).div_ceil(BITS).next_multiple_of(ROWS);
        let mut r_squared = Words::zero(modulus.words().len());
        let (_, remainder) = modulus.divide_power_of_two(2 * BITS * len);
        for (word, pair) in r_squared.as_mut_slice().iter_mut().zip(remainder.chunks(2)) {
            *word = pair.iter().rev().fold(0, |word, digit| word << 32 | u64::from(*digit));
        }
        // Newton: an odd number is its own inverse mod 2^3, and each step doubles the bits.
        let lowest = modulus.words().as_array()[0];
        let inverse = (0..4).fold(lowest, |inverse, _| {
            inverse.wrapping_mul(2_u64.wrapping_sub(lowest.wrapping_mul(inverse)))
        });
        Self {
            len,
            words: modulus.words().len(),
            modulus: to_limbs(modulus.words()),
            negated_inverse: inverse.wrapping_neg() & MASK,
            r_squared: to_limbs(&r_squared),
        }
    }

    /// a b / R mod n, below 2 n.
    fn product(&self, a: &Limbs, b: &Limbs) -> Limbs {
        let mut columns = [0; 2 * MAX_LIMBS];
        let (rows, _) = a[..self.len].as_chunks::<ROWS>();
        for (block, rows) in rows.iter().enumerate() {
            let rows = rows.map(u64::from);
            add_rows(&mut columns[ROWS * block..], rows, [0; 3], &b[..self.len]);
        }
        self.reduce(columns)
    }

    /// a² / R mod n, below 2 n. Each product of two different limbs is computed once, doubled.
    fn square(&self, a: &Limbs) -> Limbs {
        let mut columns = [0; 2 * MAX_LIMBS];
        let (blocks, _) = a[..self.len].as_chunks::<ROWS>();
        for (block, rows) in blocks.iter().enumerate() {
            let [r0, r1, r2, r3] = rows.map(u64::from);
            let doubled = [2 * r0, 2 * r1, 2 * r2, 2 * r3];
            let [d0, d1, d2, _] = doubled;
            let columns = &mut columns[2 * ROWS * block..];
            let corner = [
                r0 * r0,
                d0 * r1,
                d0 * r2 + r1 * r1,
                d0 * r3 + d1 * r2,
                d1 * r3 + r2 * r2,
                d2 * r3,
                r3 * r3,
            ];
            for (column, product) in columns.iter_mut().zip(corner) {
                *column += product;
            }
            let rest = ROWS * (block + 1);
            add_rows(&mut columns[ROWS..], doubled, [0; 3], &a[rest..self.len]);
        }
        self.reduce(columns)
    }

    /// The columns' number divided by R, mod n: multiples of n clear the lower half, four columns
    /// at a time.
    fn reduce(&self, mut columns: Columns) -> Limbs {
        if self.len > MAX_UNCARRIED_LIMBS {
            let mut carry = 0;
            for column in &mut columns[..2 * self.len] {
                carry += *column;
                *column = carry & MASK;
                carry >>= BITS;
            }
        }
        let [n0, n1, n2, n3] =
            [self.modulus[0], self.modulus[1], self.modulus[2], self.modulus[3]].map(u64::from);
        let clearing = |column: u64| ((column & MASK) * self.negated_inverse) & MASK;
        for at in (0..self.len).step_by(ROWS) {
            let columns = &mut columns[at..];
            let m0 = clearing(columns[0]);
            let c1 = columns[1] + m0 * n1 + ((columns[0] + m0 * n0) >> BITS);
            let m1 = clearing(c1);
            let c2 = columns[2] + m0 * n2 + m1 * n1 + ((c1 + m1 * n0) >> BITS);
            let m2 = clearing(c2);
            let c3 = columns[3] + m0 * n3 + m1 * n2 + m2 * n1 + ((c2 + m2 * n0) >> BITS);
            let m3 = clearing(c3);
            columns[4] += (c3 + m3 * n0) >> BITS;
            let rest = &self.modulus[ROWS..self.len];
            add_rows(&mut columns[ROWS..], [m0, m1, m2, m3], [n3, n2, n1], rest);
        }
        let mut limbs = [0; MAX_LIMBS];
        let mut carry = 0;
        for (limb, column) in limbs[..self.len].iter_mut().zip(&columns[self.len..]) {
            carry += column;
            *limb = (carry & MASK) as u32;
            carry >>= BITS;
        }
        limbs
    }

    /// The number mod n, from one below 2 n.
    fn to_words(&self, limbs: &Limbs) -> Words {
        let mut less = [0; MAX_LIMBS];
        let mut borrow = 0_i64;
        for ((less, limb), n) in less.iter_mut().zip(limbs).zip(&self.modulus) {
            borrow += i64::from(*limb) - i64::from(*n);
            *less = (borrow as u64 & MASK) as u32;
            borrow >>= BITS;
        }
        let canonical = if borrow < 0 { limbs } else { &less };
        let mut number = Words::zero(self.words);
        let (mut waiting, mut bits, mut limbs) = (0_u128, 0, canonical.iter());
        for word in number.as_mut_slice() {
            while bits < 64 {
                waiting |= u128::from(limbs.next().copied().unwrap_or(0)) << bits;
                bits += BITS;
            }
            *word = waiting as u64;
            waiting >>= 64;
            bits -= 64;
        }
        number
    }
}

/// Adds four rows of a product to the columns from their first on: row i, times `b`, goes i columns
/// further left. `before` are the limbs below `b`, the nearest first; what they give in columns
/// below the first is the caller's. There are at least `b.len() + 3` columns, and `b` comes in
/// whole blocks.
fn add_rows(columns: &mut [u64], rows: [u64; ROWS], before: [u64; ROWS - 1], b: &[u32]) {
    let [r0, r1, r2, r3] = rows;
    let [mut b1, mut b2, mut b3] = before;
    let (columns, after) = columns.split_at_mut(b.len());
    let (columns, _) = columns.as_chunks_mut::<ROWS>();
    let (b, _) = b.as_chunks::<ROWS>();
    for ([c0, c1, c2, c3], b) in columns.iter_mut().zip(b) {
        let b = b.map(u64::from);
        *c0 += r0 * b[0] + r1 * b1 + r2 * b2 + r3 * b3;
        *c1 += r0 * b[1] + r1 * b[0] + r2 * b1 + r3 * b2;
        *c2 += r0 * b[2] + r1 * b[1] + r2 * b[0] + r3 * b1;
        *c3 += r0 * b[3] + r1 * b[2] + r2 * b[1] + r3 * b[0];
        [b1, b2, b3] = [b[3], b[2], b[1]];
    }
    let tail = [r1 * b1 + r2 * b2 + r3 * b3, r2 * b1 + r3 * b2, r3 * b1];
    for (column, product) in after.iter_mut().zip(tail) {
        *column += product;
    }
}

fn to_limbs(number: &Words) -> Limbs {
    let mut limbs = [0; MAX_LIMBS];
    let (mut waiting, mut bits, mut words) = (0_u128, 0, number.as_slice().iter());
    for limb in &mut limbs {
        if bits < BITS {
            waiting |= u128::from(words.next().copied().unwrap_or(0)) << bits;
            bits += 64;
        }
        *limb = (waiting as u64 & MASK) as u32;
        waiting >>= BITS;
        bits -= BITS;
    }
    limbs
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
    fn moduli_of_all_lengths_agree_with_the_reference() {
        let mut random = Random(28);
        for bits in (2048..=4096).step_by(19) {
            let moduli = samples::moduli(bits, &mut random);
            let modulus = &moduli[bits % moduli.len()];
            let bases = samples::bases(modulus, BITS, &mut random);
            assert_agrees(modulus, &[bases[bits % bases.len()]], 17);
        }
    }

    /// 3470 bits are the most whose columns go uncarried into the reduction.
    #[test]
    fn the_edges_of_numbers_and_limbs_agree_with_the_reference() {
        let mut random = Random(82);
        for bits in [2048, 2070, 2071, 3470, 3471, 4096] {
            for modulus in samples::moduli(bits, &mut random).into_iter().take(4) {
                assert_agrees(&modulus, &samples::bases(&modulus, BITS, &mut random), 3);
            }
        }
    }

    #[test]
    fn every_exponent_agrees_with_the_reference() {
        let mut random = Random(7);
        for modulus in samples::moduli(2048, &mut random).iter().take(2) {
            for exponent in [0, 1, 2, 3, 4, 17, 65_536, F4, 65_539, 1 << 32, (1 << 33) - 1] {
                let base = samples::base(modulus, &mut random);
                assert_agrees(modulus, &[base], exponent);
            }
        }
    }
}

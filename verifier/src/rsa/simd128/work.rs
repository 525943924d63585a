//! One computation: the number y, and what squaring and reducing it need beside it.

use super::columns::{BLOCK, Carry, Columns, MOST, MOST_DOUBLED, Sums};
use super::lanes::*;
use super::pairs::Pairs;
use super::{Constants, HIGH_DIGITS, MAX_DIGITS, SQUARE_DIGITS, digits};
use crate::rsa::{Modulus, Words};

/// The state between two steps. Digits beyond those that a number has are zero.
///
/// Indices into these arrays come from [`Shape`](super::Shape) alone, which asserts the bounds that the safety
/// arguments below name.
pub struct Work<'a> {
    constants: &'a Constants,
    /// The number that is raised to a power.
    base: [i16; MAX_DIGITS],
    /// What it has become, within ±0.53 n after the first step.
    y: [i16; MAX_DIGITS],
    /// 2 y, digit by digit.
    doubled: [i16; MAX_DIGITS],
    pairs: Pairs,
    /// The lower columns of T, after one carry pass, with [`Columns::half`] added.
    low: [i32; MAX_DIGITS],
    /// The upper digits of T, in their places.
    t: [i16; SQUARE_DIGITS],
    /// The quotient's digits, from index 2 on.
    q: [i16; HIGH_DIGITS],
}

impl<'a> Work<'a> {
    pub fn new(constants: &'a Constants, base: &Words) -> Self {
        let mut digits = [0; MAX_DIGITS];
        digits::write(base.as_slice(), &mut digits[..constants.shape.len]);
        Self {
            constants,
            base: digits,
            y: digits,
            doubled: digits.map(|digit| 2 * digit),
            pairs: Pairs::of(&digits),
            low: [0; MAX_DIGITS],
            t: [0; SQUARE_DIGITS],
            q: [0; HIGH_DIGITS],
        }
    }

    /// y mod n, from 0 to n - 1.
    pub fn result(&self, modulus: &Modulus) -> Words {
        digits::canonical(&self.y, modulus)
    }

    /// y = y² mod n
    pub fn square(&mut self) {
        let k = BLOCK * self.constants.shape.low_blocks;
        let (mut first, mut second) = (Carry::new(), Carry::new());
        for block in 0..self.constants.shape.square_blocks {
            // The rows that are the lower digit of a product in these columns, but for those of
            // the corner: of 2 y, since each product of two different digits counts twice.
            let from = (BLOCK * block).saturating_sub(k);
            let corner = BLOCK / 2 * block;
            let rows = corner - from;
            let mut sums = Sums::of(Columns::half());
            // SAFETY: `block` is below 2 low_blocks, so that `corner` is at most k - 8, and `from`
            // at most `corner`. Digits: up to corner + 7, below k, which is at most MAX_DIGITS.
            // Pairs: the rows' from 16 block - from - rows + 2, which is corner + 2, to
            // 16 block - from + 15, at most k + 15; the corner's from corner - 2 to corner + 23.
            unsafe {
                let p = self.pairs.at(corner);
                sums = sums.add_square_corner(self.y.as_ptr().add(corner), p);
                let a = self.doubled.as_ptr();
                let whole = self.pairs.at(BLOCK * block - from);
                sums = sums.add_rows(a.add(from), whole, rows / BLOCK, MOST_DOUBLED);
                if !rows.is_multiple_of(BLOCK) {
                    sums = sums.add_eight_rows(a.add(corner).sub(8), p.add(8));
                }
            }
            self.keep_square(block, first.pass(sums), &mut second);
        }
        self.reduce();
    }

    /// y = y s mod n, where s is the number that this began with.
    pub fn multiply_by_base(&mut self) {
        let k = BLOCK * self.constants.shape.low_blocks;
        self.pairs.set(&self.base, k);
        let (mut first, mut second) = (Carry::new(), Carry::new());
        for block in 0..self.constants.shape.square_blocks {
            let from = (BLOCK * block).saturating_sub(k);
            let to = (BLOCK * (block + 1)).min(k);
            let mut sums = Sums::of(Columns::half());
            // SAFETY: digits `from` to `to`, at most k. Pairs from 16 block - to + 2, at least
            // -14, to 16 block - from + 15, at most k + 15.
            unsafe {
                let a = self.y.as_ptr().add(from);
                let p = self.pairs.at(BLOCK * block - from);
                sums = sums.add_rows(a, p, (to - from) / BLOCK, MOST);
            }
            self.keep_square(block, first.pass(sums), &mut second);
        }
        self.reduce();
    }

    #[inline(always)]
    fn keep_square(&mut self, block: usize, columns: Columns, second: &mut Carry) {
        // SAFETY: `block` is below square_blocks, 16 times which is at most SQUARE_DIGITS, and
        // `low` is written below low_blocks only.
        unsafe {
            if block < self.constants.shape.low_blocks {
                columns.store(self.low.as_mut_ptr().add(BLOCK * block));
            }
            if block >= self.constants.shape.high_from / BLOCK {
                let [lower, upper] = second.settle(columns);
                let t = self.t.as_mut_ptr().add(BLOCK * block);
                store(t, lower);
                store(t.add(8), upper);
            }
        }
    }

    /// y = T - q n
    #[inline(never)]
    fn reduce(&mut self) {
        self.divide();
        self.subtract();
    }

    /// q: the upper columns of T times mu.
    #[inline(always)]
    fn divide(&mut self) {
        let constants = self.constants;
        let (mut first, mut second) = (Carry::new(), Carry::new());
        for block in 0..constants.shape.high_blocks {
            let mut sums = Sums::of(Columns::half());
            let below = constants.shape.high_rows / BLOCK - 1 - block;
            // SAFETY: high_blocks is at most high_rows / 16. Digits: up to high_from + high_rows,
            // at most SQUARE_DIGITS. Pairs: from mu_last - high_rows + 2, at least -PAIRS_BELOW,
            // to mu_last + 3. Written are at most 16 high_blocks digits, at most HIGH_DIGITS.
            unsafe {
                let a = self.t.as_ptr().add(constants.shape.high_from + BLOCK * block);
                let p = constants.mu.at(constants.shape.mu_last);
                sums = sums.add_high_corner(a, p);
                sums = sums.add_rows(a.add(BLOCK), p.sub(BLOCK), below, MOST);
                let [lower, upper] = second.settle(first.pass(sums));
                let q = self.q.as_mut_ptr().add(BLOCK * block);
                store(q, lower);
                store(q.add(8), upper);
            }
        }
    }

    /// y: the lower columns of T - q n.
    #[inline(always)]
    fn subtract(&mut self) {
        let constants = self.constants;
        let (mut first, mut second) = (Carry::new(), Carry::new());
        let mut below = splat(0);
        for block in 0..constants.shape.low_blocks {
            let at = BLOCK * block;
            // SAFETY: `at` + 16 is at most MAX_DIGITS, and two more at most HIGH_DIGITS. Pairs: of
            // the rows from 2 to at + 15, of the corner from -2 to 15.
            unsafe {
                let mut sums = Sums::of(Columns::load(self.low.as_ptr().add(at)));
                let a = self.q.as_ptr().add(2);
                sums = sums.add_low_corner(a.add(at), constants.negated.at(0));
                sums = sums.add_rows(a, constants.negated.at(at), block, MOST);
                let [lower, upper] = second.settle(first.pass(sums));
                let y = self.y.as_mut_ptr().add(at);
                store(y, lower);
                store(y.add(8), upper);
                let doubled = self.doubled.as_mut_ptr().add(at);
                store(doubled, add_i16(lower, lower));
                store(doubled.add(8), add_i16(upper, upper));
                below = self.pairs.write(at, lower, below);
                below = self.pairs.write(at + 8, upper, below);
            }
        }
        // SAFETY: 16 low_blocks is at most MAX_DIGITS.
        unsafe { self.pairs.end(BLOCK * constants.shape.low_blocks, below) };
    }
}

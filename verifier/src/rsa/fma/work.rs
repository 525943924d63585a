//! One computation: the number y, and what squaring and reducing it need beside it.

use super::columns::*;
use super::{Constants, Factor, MAX_DIGITS, SQUARE_DIGITS, digits};
use crate::rsa::{Modulus, Words};

/// The state between two steps. Digits beyond those that a number has are zero.
///
/// Indices into these arrays come from [`Shape`](super::Shape) alone, which asserts the bounds that the safety
/// arguments below name.
pub struct Work<'a> {
    constants: &'a Constants,
    /// The number that is raised to a power.
    base: Factor,
    /// What it has become, within ±23 n after the first step.
    y: Factor,
    /// The lower columns of T, after one carry pass, with what rounds to the nearest added.
    low: [i64; MAX_DIGITS],
    /// The upper digits of T, in their places.
    t: [f64; SQUARE_DIGITS],
    /// The quotient's digits.
    q: [f64; MAX_DIGITS],
}

impl<'a> Work<'a> {
    pub fn new(constants: &'a Constants, base: &Words) -> Self {
        let base = Factor::of(base.as_slice(), constants.shape.len);
        let y = base.clone();
        Self {
            constants,
            base,
            y,
            low: [0; MAX_DIGITS],
            t: [0.0; SQUARE_DIGITS],
            q: [0.0; MAX_DIGITS],
        }
    }

    /// y mod n, from 0 to n - 1.
    pub fn result(&self, modulus: &Modulus) -> Words {
        digits::canonical(self.y.digits(), self.constants, modulus)
    }

    /// y = y² mod n
    pub fn square(&mut self) {
        let k = self.constants.shape.rows;
        let (mut first, mut second) = (Carry::new(), Settle::new());
        for block in 0..self.constants.shape.square_blocks {
            // The rows that are the lower digit of a product in these columns, but for those of
            // the corner.
            let from = (BLOCK * block).saturating_sub(k);
            let corner = BLOCK / 2 * block;
            let rows = corner - from;
            // SAFETY: 8 `block` is below 2 D, so that `corner`, a multiple of 4 as k is, is at most
            // k - 4, and `from` at most `corner`. Digits of y: the rows' up to corner - 1; those they
            // meet, from 8 block - from - rows + 1, which is corner + 1, to k + 7; the corner's up to
            // corner + 7. A margin is above k.
            let sums = unsafe {
                let d = self.y.at(corner);
                Sums::half_of(rows + 1, 1)
                    .add_mixed_corner(d)
                    .add_rows(self.y.at(from), self.y.at(BLOCK * block - from), rows)
                    .doubled()
                    .add_squares(d)
            };
            self.keep_square(block, first.pass(sums, Columns::half()), &mut second);
        }
        self.reduce();
    }

    /// y = y s mod n, where s is the number that this began with.
    pub fn multiply_by_base(&mut self) {
        let k = self.constants.shape.rows;
        let (mut first, mut second) = (Carry::new(), Settle::new());
        for block in 0..self.constants.shape.square_blocks {
            let from = (BLOCK * block).saturating_sub(k);
            let to = (BLOCK * (block + 1)).min(k);
            let rows = to - from;
            // SAFETY: digits of y from `from` to `to`, at most k; of the base from 8 block - to + 1, at
            // least -7, to 8 block - from + 7, at most k + 7.
            let sums = unsafe {
                Sums::of(rows, 0).add_rows(
                    self.y.at(from),
                    self.base.at(BLOCK * block - from),
                    rows,
                )
            };
            self.keep_square(block, first.pass(sums, Columns::half()), &mut second);
        }
        self.reduce();
    }

    #[inline(always)]
    fn keep_square(&mut self, block: usize, columns: Columns, second: &mut Settle) {
        // SAFETY: `block` is below square_blocks, 8 times which is at most 2 MAX_DIGITS, as 2 D is,
        // and `low` is written below `blocks` only.
        unsafe {
            if block < self.constants.shape.blocks {
                columns.store(self.low.as_mut_ptr().add(BLOCK * block));
            }
            if block >= (self.constants.shape.high_from - 1) / BLOCK {
                second.pass(columns).store(self.t.as_mut_ptr().add(BLOCK * block));
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
        let shape = &self.constants.shape;
        let t = self.t.as_ptr().wrapping_add(shape.high_from);
        let rows = (shape.high_rows + 1).next_multiple_of(2);
        // SAFETY: digits of T from high_from - 1 to 2 len + 1, below SQUARE_DIGITS, and at most
        // GUARD_ROWS of mu.
        let (halves, last) = unsafe { guard(t.sub(1), self.constants.mu_reversed.as_ptr(), rows) };
        let (mut first, mut second) = (Carry::from(halves, last), Settle::new());
        for block in 0..shape.blocks {
            let at = BLOCK * block;
            let rows = shape.high_rows.saturating_sub(at + BLOCK).next_multiple_of(ROWS);
            // SAFETY: digits of T up to high_from + 8 blocks, and with whole rows up to 2 len + 3: both
            // are at most SQUARE_DIGITS. Of mu, from mu_len - high_rows - 3, at least -MARGIN, to
            // mu_len. Written are at most 8 blocks digits.
            unsafe {
                let sums = Sums::of(rows + 8, -2)
                    .add_high_corner(t.add(at), self.constants.mu.at(shape.mu_len - 1))
                    .add_rows(
                        t.add(at + BLOCK),
                        self.constants.mu.at(shape.mu_len - 1 - BLOCK),
                        rows,
                    );
                let columns = first.pass(sums, Columns::half());
                second.pass(columns).store(self.q.as_mut_ptr().add(at));
            }
        }
    }

    /// y: the lower columns of T - q n.
    #[inline(always)]
    fn subtract(&mut self) {
        let (mut first, mut second) = (Carry::new(), Settle::new());
        for block in 0..self.constants.shape.blocks {
            let at = BLOCK * block;
            // SAFETY: `at` + 8 is at most MAX_DIGITS. Of n, digits from -1 to 7 for the corner, and from
            // 1 to at + 7 for the rows.
            unsafe {
                let q = self.q.as_ptr();
                let sums = Sums::of(at + 2, 2)
                    .add_low_corner(q.add(at), self.constants.negated.at(0))
                    .add_rows(q, self.constants.negated.at(at), at);
                let columns = first.pass(sums, Columns::load(self.low.as_ptr().add(at)));
                second.pass(columns).store(self.y.at_mut(at));
            }
        }
    }
}

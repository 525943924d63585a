//! Eight columns of a product: rows added to them, and the carry passes over them.
//!
//! Row i is digit i of one factor times the other factor. The module's documentation proves that
//! nothing here is rounded, and that no sum overflows.

use super::BITS;
use super::lanes::*;

/// How many columns are worked on at a time.
pub const BLOCK: usize = 8;
/// How many rows.
pub const ROWS: usize = 4;

/// What rounds a product to a multiple of half a digit's range: the last place of the numbers
/// around it.
const ROUND: f64 = 1.5 * (1_u128 << (2 * BITS - 1)) as f64;
/// What makes the bits of the rest of a product count in integers.
const UNIT: f64 = 1.5 * (1_u64 << 52) as f64;
const HALF: i64 = 1 << (BITS - 1);
const MASK: i64 = (1 << BITS) - 1;

/// Makes every column positive, so that its carry is what a logical shift leaves. It is a multiple
/// of B, which is taken off again one column up.
const LIFT: i64 = 1 << 60;
const LIFT_ABOVE: i64 = LIFT >> BITS;
/// The same for the sum of a column's halves.
const LIFT_HALVES: i64 = 1 << 59;
const LIFT_HALVES_ABOVE: i64 = LIFT_HALVES >> 1;
/// What a column begins with beside its products and what it is given.
const START: i64 = LIFT - LIFT_ABOVE - LIFT_HALVES_ABOVE;

/// Four vectors of columns, the lowest first.
#[derive(Clone, Copy)]
pub struct Columns(Lanes, Lanes, Lanes, Lanes);

impl Columns {
    /// Columns without anything in them, but for what rounds digits to the nearest.
    #[inline(always)]
    pub fn half() -> Self {
        let half = integers(HALF, HALF);
        Self(half, half, half, half)
    }

    /// # Safety
    /// Eight numbers can be read there.
    #[inline(always)]
    pub unsafe fn load<T>(from: *const T) -> Self {
        // SAFETY: as the caller grants.
        unsafe { Self(load(from), load(from.add(2)), load(from.add(4)), load(from.add(6))) }
    }

    /// # Safety
    /// Eight numbers can be written there.
    #[inline(always)]
    pub unsafe fn store<T>(self, to: *mut T) {
        // SAFETY: as the caller grants.
        unsafe {
            store(to, self.0);
            store(to.add(2), self.1);
            store(to.add(4), self.2);
            store(to.add(6), self.3);
        }
    }
}

/// The sums in two columns.
///
/// A product of two digits is h · B / 2 + l. The bits of `ROUND + h · B / 2` and of `UNIT + l` are
/// those of `ROUND` and `UNIT` plus h and l, so that integers sum them up; how many products there
/// will be is known beforehand, and so what the constants come to.
#[derive(Clone, Copy)]
struct Sum {
    low: Lanes,
    high: Lanes,
}

impl Sum {
    /// The sum of so many products.
    #[inline(always)]
    fn of(products: usize, halves: i64) -> Self {
        let (low, high) = (
            constants(UNIT, products).wrapping_neg(),
            halves.wrapping_sub(constants(ROUND, products)),
        );
        Self { low: integers(low, low), high: integers(high, high) }
    }

    /// Adds a digit of one factor times two of the other.
    #[inline(always)]
    fn add_product(self, digit: Lanes, others: Lanes) -> Self {
        let round = floats(ROUND, ROUND);
        let both = floats(ROUND + UNIT, ROUND + UNIT);
        let high = multiply_add(digit, others, round);
        let low = multiply_add(digit, others, subtract_floats(both, high));
        Self { low: add(self.low, low), high: add(self.high, high) }
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self { low: add(self.low, other.low), high: add(self.high, other.high) }
    }

    /// Twice the sum, ready for one product more.
    #[inline(always)]
    fn doubled(self) -> Self {
        let one = Self::of(1, LIFT_HALVES);
        self.plus(self).plus(one)
    }
}

/// What a constant comes to that is in so many products.
#[inline(always)]
fn constants(each: f64, products: usize) -> i64 {
    (each.to_bits() as i64).wrapping_mul(products as i64)
}

/// Columns that are being summed up.
#[derive(Clone, Copy)]
pub struct Sums(Sum, Sum, Sum, Sum);

impl Sums {
    /// Sums of so many products in the columns of the first vector, and of `more` in those of each
    /// next one.
    #[inline(always)]
    pub fn of(products: usize, more: isize) -> Self {
        Self::offset(products, more, LIFT_HALVES)
    }

    /// Sums that will be [doubled](Self::doubled).
    #[inline(always)]
    pub fn half_of(products: usize, more: isize) -> Self {
        Self::offset(products, more, 0)
    }

    #[inline(always)]
    fn offset(products: usize, more: isize, halves: i64) -> Self {
        let first = Sum::of(products, halves);
        let step = Sum::of(more as usize, 0);
        let second = first.plus(step);
        let third = second.plus(step);
        Self(first, second, third, third.plus(step))
    }

    /// Twice the sums, ready for one product more in each column.
    #[inline(always)]
    pub fn doubled(self) -> Self {
        Self(self.0.doubled(), self.1.doubled(), self.2.doubled(), self.3.doubled())
    }

    /// Adds a row to the vectors from one up to another. `p` is the digit that it meets in the
    /// first column.
    ///
    /// # Safety
    /// The digit can be read from `a`, and two for each of the vectors from `p` on.
    #[inline(always)]
    unsafe fn add_row<const FROM: usize, const TO: usize>(
        mut self,
        a: *const f64,
        p: *const f64,
    ) -> Self {
        // SAFETY: as the caller grants.
        unsafe {
            let digit = load_each(a);
            if FROM == 0 {
                self.0 = self.0.add_product(digit, load(p));
            }
            if FROM <= 1 && TO > 1 {
                self.1 = self.1.add_product(digit, load(p.add(2)));
            }
            if FROM <= 2 && TO > 2 {
                self.2 = self.2.add_product(digit, load(p.add(4)));
            }
            if FROM <= 3 && TO > 3 {
                self.3 = self.3.add_product(digit, load(p.add(6)));
            }
        }
        self
    }

    /// Adds rows, a multiple of [`ROWS`]. `p` is the digit that the first row meets in the first
    /// column.
    ///
    /// # Safety
    /// `rows` digits can be read from `a`, and those from `rows` - 1 below `p` to 7 above.
    #[inline(always)]
    pub unsafe fn add_rows(mut self, mut a: *const f64, mut p: *const f64, rows: usize) -> Self {
        let end = a.wrapping_add(rows);
        while a != end {
            // SAFETY: each turn reads four digits, and of the other factor those from 3 below `p` to 7
            // above.
            unsafe {
                self = self
                    .add_row::<0, 4>(a, p)
                    .add_row::<0, 4>(a.add(1), p.sub(1))
                    .add_row::<0, 4>(a.add(2), p.sub(2))
                    .add_row::<0, 4>(a.add(3), p.sub(3));
            }
            a = a.wrapping_add(ROWS);
            p = p.wrapping_sub(ROWS);
        }
        self
    }

    /// Adds the lower left triangle of eight rows: in column k rows up to k.
    ///
    /// # Safety
    /// Eight digits can be read from `a`, and those from 1 below `p`, which is zero, to 7 above.
    #[inline(always)]
    pub unsafe fn add_low_corner(self, a: *const f64, p: *const f64) -> Self {
        // SAFETY: for row r the vectors from r / 2 on, which start at -1 or above.
        unsafe {
            self.add_row::<0, 4>(a, p)
                .add_row::<0, 4>(a.add(1), p.sub(1))
                .add_row::<1, 4>(a.add(2), p.sub(2))
                .add_row::<1, 4>(a.add(3), p.sub(3))
                .add_row::<2, 4>(a.add(4), p.sub(4))
                .add_row::<2, 4>(a.add(5), p.sub(5))
                .add_row::<3, 4>(a.add(6), p.sub(6))
                .add_row::<3, 4>(a.add(7), p.sub(7))
        }
    }

    /// Adds the upper right triangle of eight rows: in column k rows from k on.
    ///
    /// # Safety
    /// Eight digits can be read from `a`, and those from 7 below `p` to 1 above, which is zero.
    #[inline(always)]
    pub unsafe fn add_high_corner(self, a: *const f64, p: *const f64) -> Self {
        // SAFETY: for row r the vectors up to r / 2, which end at 1 or below.
        unsafe {
            self.add_row::<0, 1>(a, p)
                .add_row::<0, 1>(a.add(1), p.sub(1))
                .add_row::<0, 2>(a.add(2), p.sub(2))
                .add_row::<0, 2>(a.add(3), p.sub(3))
                .add_row::<0, 3>(a.add(4), p.sub(4))
                .add_row::<0, 3>(a.add(5), p.sub(5))
                .add_row::<0, 4>(a.add(6), p.sub(6))
                .add_row::<0, 4>(a.add(7), p.sub(7))
        }
    }

    /// Adds what four digits d0, d1, … give one another and the digits above them, in the columns
    /// from d0² on, without squares.
    ///
    /// # Safety
    /// Eight digits can be read from `d`.
    #[inline(always)]
    pub unsafe fn add_mixed_corner(mut self, d: *const f64) -> Self {
        let upper = integers(0, -1);
        // SAFETY: digits up to 3 + 1, and for row r the vectors from r + 1 on: from r + 2 up to 7.
        unsafe {
            self = self
                .add_row::<1, 4>(d, d)
                .add_row::<2, 4>(d.add(1), d.sub(1))
                .add_row::<3, 4>(d.add(2), d.sub(2));
            let mixed = |sum: Sum, d| sum.add_product(load_each(d), and(load(d), upper));
            self.0 = mixed(self.0, d);
            self.1 = mixed(self.1, d.add(1));
            self.2 = mixed(self.2, d.add(2));
            self.3 = mixed(self.3, d.add(3));
        }
        self
    }

    /// Adds the squares of four digits, in the columns from the first one's on.
    ///
    /// # Safety
    /// Five digits can be read from `d`.
    #[inline(always)]
    pub unsafe fn add_squares(self, d: *const f64) -> Self {
        let lower = integers(-1, 0);
        let square = |sum: Sum, digit| sum.add_product(digit, and(digit, lower));
        // SAFETY: digits up to 3 + 1.
        unsafe {
            Self(
                square(self.0, load(d)),
                square(self.1, load(d.add(1))),
                square(self.2, load(d.add(2))),
                square(self.3, load(d.add(3))),
            )
        }
    }
}

/// The first carry pass, over one block of columns after the other, upwards: each column keeps its
/// low bits and takes what the one below hands on.
pub struct Carry {
    /// What the halves of the last column's products come to.
    halves: Lanes,
    /// What the last column hands on.
    last: Lanes,
}

impl Carry {
    #[inline(always)]
    pub fn new() -> Self {
        Self::from(0, 0)
    }

    /// Of columns above others that hand on this.
    #[inline(always)]
    pub fn from(halves: i64, last: i64) -> Self {
        Self {
            halves: integers(0, LIFT_HALVES_ABOVE + halves),
            last: integers(0, LIFT_ABOVE + last),
        }
    }

    #[inline(always)]
    pub fn pass(&mut self, sums: Sums, given: Columns) -> Columns {
        Columns(
            self.pass_two(sums.0, given.0),
            self.pass_two(sums.1, given.1),
            self.pass_two(sums.2, given.2),
            self.pass_two(sums.3, given.3),
        )
    }

    #[inline(always)]
    fn pass_two(&mut self, sum: Sum, given: Lanes) -> Lanes {
        let halves = shift_right::<1>(sum.high);
        let odd = shift_right::<{ 64 - BITS }>(shift_left::<63>(sum.high));
        let given = add(add(given, integers(START, START)), up_one(self.halves, halves));
        let sum = add(add(sum.low, odd), given);
        let carry = shift_right::<BITS>(sum);
        let column = add(and(sum, integers(MASK, MASK)), up_one(self.last, carry));
        (self.halves, self.last) = (halves, carry);
        column
    }
}

/// The second pass, which ends with digits: [`half`] is taken off again.
pub struct Settle {
    last: Lanes,
}

impl Settle {
    #[inline(always)]
    pub fn new() -> Self {
        Self { last: integers(0, 0) }
    }

    #[inline(always)]
    pub fn pass(&mut self, columns: Columns) -> Columns {
        Columns(
            self.pass_two(columns.0),
            self.pass_two(columns.1),
            self.pass_two(columns.2),
            self.pass_two(columns.3),
        )
    }

    #[inline(always)]
    fn pass_two(&mut self, column: Lanes) -> Lanes {
        let start = UNIT.to_bits() as i64 - HALF;
        let carry = shift_right::<BITS>(column);
        let digit = add(and(column, integers(MASK, MASK)), up_one(self.last, carry));
        self.last = carry;
        subtract_floats(add(digit, integers(start, start)), floats(UNIT, UNIT))
    }
}

/// What a column hands on to the one above it, as halves and as a carry: of the products of `rows`
/// digits from `a` and from `b`, two at a time.
///
/// # Safety
/// `rows` digits, an even number, can be read from `a` and from `b`.
#[inline(always)]
pub unsafe fn guard(a: *const f64, b: *const f64, rows: usize) -> (i64, i64) {
    let mut sum = Sum::of(rows / 2, 0);
    // SAFETY: as the caller grants.
    unsafe {
        for row in (0..rows).step_by(2) {
            sum = sum.add_product(load(a.add(row)), load(b.add(row)));
        }
    }
    let (low, high) = (sum_of_lanes(sum.low), sum_of_lanes(sum.high));
    (high >> 1, (low + ((high & 1) << (BITS - 1)) + HALF) >> BITS)
}

//! Sixteen columns of a product: rows added to them, and the carry passes over them.
//!
//! Row i is digit i of one factor times the other factor. Two rows at a time are one `dot`: the
//! pair (a[i], a[i + 1]) in every lane, times [`Pairs`](super::pairs::Pairs) of the other factor.

use super::BITS;
use super::lanes::*;
use super::pairs::Pair;

/// How many columns, and rows, are worked on at a time.
pub const BLOCK: usize = 16;
/// The most blocks of rows between two carries: 6 · 16 rows and the 16 of a corner, each of two
/// digits within ±4130, stay below 2^31 (see the module's proof).
pub const MOST: usize = 6;
/// The same for doubled digits: 2 · 16 rows, 8 more, and the corner of a square.
pub const MOST_DOUBLED: usize = 2;

const SHIFT: i32 = BITS as i32;
const HALF: i32 = 1 << (BITS - 1);
const MASK: i32 = (1 << BITS) - 1;

/// Sums of products, four columns a vector, the lowest first.
#[derive(Clone, Copy)]
pub struct Columns(pub Lanes, pub Lanes, pub Lanes, pub Lanes);

impl Columns {
    #[inline(always)]
    pub fn zero() -> Self {
        let zero = splat(0);
        Self(zero, zero, zero, zero)
    }

    /// Half a digit's range each: what makes the masks of the carry passes round to the nearest.
    #[inline(always)]
    pub fn half() -> Self {
        let half = splat(HALF);
        Self(half, half, half, half)
    }

    /// # Safety
    /// Sixteen numbers can be read there.
    #[inline(always)]
    pub unsafe fn load(from: *const i32) -> Self {
        // SAFETY: as the caller grants.
        unsafe { Self(load(from), load(from.add(4)), load(from.add(8)), load(from.add(12))) }
    }

    /// # Safety
    /// Sixteen numbers can be written there.
    #[inline(always)]
    pub unsafe fn store(self, to: *mut i32) {
        // SAFETY: as the caller grants.
        unsafe {
            store(to, self.0);
            store(to.add(4), self.1);
            store(to.add(8), self.2);
            store(to.add(12), self.3);
        }
    }
}

/// Columns that are being summed up, and what was carried out of each to keep it below 2^31.
#[derive(Clone, Copy)]
pub struct Sums {
    columns: Columns,
    carries: Columns,
}

impl Sums {
    #[inline(always)]
    pub fn of(columns: Columns) -> Self {
        Self { columns, carries: Columns::zero() }
    }

    /// Adds rows, whole blocks of them, carrying after each `most` blocks but the last.
    ///
    /// # Safety
    /// 16 · `blocks` digits can be read from `a`, and around `p`, which is where the first row
    /// meets the first column, the pairs from 16 · `blocks` - 2 below to 15 above.
    #[inline(always)]
    pub unsafe fn add_rows(
        mut self,
        mut a: *const i16,
        mut p: *const Pair,
        mut blocks: usize,
        most: usize,
    ) -> Self {
        // SAFETY: the parts are within what the caller grants.
        unsafe {
            while blocks > most {
                self.columns = add_blocks(self.columns, a, p, most);
                self = self.carried();
                blocks -= most;
                a = a.add(BLOCK * most);
                p = p.sub(BLOCK * most);
            }
            self.columns = add_blocks(self.columns, a, p, blocks);
        }
        self
    }

    /// Adds eight rows.
    ///
    /// # Safety
    /// Eight digits can be read from `a`, and the pairs from 6 below `p` to 15 above.
    #[inline(always)]
    pub unsafe fn add_eight_rows(mut self, a: *const i16, p: *const Pair) -> Self {
        // SAFETY: 6 below `p` to 15 above.
        unsafe {
            self.columns = add_four_rows(self.columns, a, p.sub(4));
            self.columns = add_four_rows(self.columns, a.add(2), p.sub(6));
        }
        self
    }

    /// Adds the lower left triangle of sixteen rows: in column k rows up to k.
    ///
    /// # Safety
    /// Sixteen digits can be read from `a`, and the pairs from 2 below `p`, all of them zero below
    /// `p`, to 15 above.
    #[inline(always)]
    pub unsafe fn add_low_corner(mut self, a: *const i16, p: *const Pair) -> Self {
        let Columns(mut c0, mut c1, mut c2, mut c3) = self.columns;
        // SAFETY: digits 0 to 15; pairs from -2 to -2 + 14 + 3.
        unsafe {
            let p = p.sub(2);
            let s = |at: usize| load_pair(a.add(2 * at));
            let v = |at: usize| load(p.add(2 * at));
            c0 = add(c0, dot(s(0), v(1)));
            c0 = add(c0, dot(s(1), v(0)));
            c1 = add(c1, dot(s(0), v(3)));
            c1 = add(c1, dot(s(1), v(2)));
            c1 = add(c1, dot(s(2), v(1)));
            c1 = add(c1, dot(s(3), v(0)));
            c2 = add(c2, dot(s(0), v(5)));
            c2 = add(c2, dot(s(1), v(4)));
            c2 = add(c2, dot(s(2), v(3)));
            c2 = add(c2, dot(s(3), v(2)));
            c2 = add(c2, dot(s(4), v(1)));
            c2 = add(c2, dot(s(5), v(0)));
            c3 = add(c3, dot(s(0), v(7)));
            c3 = add(c3, dot(s(1), v(6)));
            c3 = add(c3, dot(s(2), v(5)));
            c3 = add(c3, dot(s(3), v(4)));
            c3 = add(c3, dot(s(4), v(3)));
            c3 = add(c3, dot(s(5), v(2)));
            c3 = add(c3, dot(s(6), v(1)));
            c3 = add(c3, dot(s(7), v(0)));
        }
        self.columns = Columns(c0, c1, c2, c3);
        self
    }

    /// Adds the upper right triangle of sixteen rows: in column k rows from k on.
    ///
    /// # Safety
    /// Sixteen digits can be read from `a`, and the pairs from 14 below `p` to 3 above, all of
    /// them zero beyond the first above.
    #[inline(always)]
    pub unsafe fn add_high_corner(mut self, a: *const i16, p: *const Pair) -> Self {
        let Columns(mut c0, mut c1, mut c2, mut c3) = self.columns;
        // SAFETY: digits 0 to 15; pairs from -14 to -14 + 14 + 3.
        unsafe {
            let p = p.sub(14);
            let s = |at: usize| load_pair(a.add(2 * at));
            let v = |at: usize| load(p.add(2 * at));
            c0 = add(c0, dot(s(0), v(7)));
            c0 = add(c0, dot(s(1), v(6)));
            c0 = add(c0, dot(s(2), v(5)));
            c0 = add(c0, dot(s(3), v(4)));
            c0 = add(c0, dot(s(4), v(3)));
            c0 = add(c0, dot(s(5), v(2)));
            c0 = add(c0, dot(s(6), v(1)));
            c0 = add(c0, dot(s(7), v(0)));
            c1 = add(c1, dot(s(2), v(7)));
            c1 = add(c1, dot(s(3), v(6)));
            c1 = add(c1, dot(s(4), v(5)));
            c1 = add(c1, dot(s(5), v(4)));
            c1 = add(c1, dot(s(6), v(3)));
            c1 = add(c1, dot(s(7), v(2)));
            c2 = add(c2, dot(s(4), v(7)));
            c2 = add(c2, dot(s(5), v(6)));
            c2 = add(c2, dot(s(6), v(5)));
            c2 = add(c2, dot(s(7), v(4)));
            c3 = add(c3, dot(s(6), v(7)));
            c3 = add(c3, dot(s(7), v(6)));
        }
        self.columns = Columns(c0, c1, c2, c3);
        self
    }

    /// Adds what the digits d0, d1, … from `a` on give one another in the columns from their own
    /// square on, where a product's lower digit is one of the first eight: d0², 2 d0 d1, … With
    /// the digits from the eighth on doubled, rows 0 to 7 give each product as often as it counts.
    ///
    /// # Safety
    /// Eight digits can be read from `a`; `p` is the pair of the first of them, and the pairs from
    /// 2 below to 15 above can be read.
    #[inline(always)]
    pub unsafe fn add_square_corner(mut self, a: *const i16, p: *const Pair) -> Self {
        let Columns(mut c0, mut c1, mut c2, mut c3) = self.columns;
        // No digit below the first, in pairs that start two below it and at it; and for pairs that
        // start six and eight above, the digits from the eighth on.
        let from_two_below = from_i16([0, 0, 0, 0, -1, 0, -1, -1]);
        let from_first = from_i16([-1, 0, -1, -1, -1, -1, -1, -1]);
        // SAFETY: digits 0 to 7; pairs from -2 to 12 + 3.
        unsafe {
            let p = p.sub(2);
            let v = |at: usize| load(p.add(2 * at));
            let doubled = |pairs: Lanes, digits: Lanes| add_i16(pairs, and(pairs, digits));
            let s0 = load_pair(a);
            let s1 = load_pair(a.add(2));
            let s2 = load_pair(a.add(4));
            let s3 = load_pair(a.add(6));
            let v0 = and(v(0), from_two_below);
            let v1 = and(v(1), from_first);
            let v2 = v(2);
            let v3 = v(3);
            let v4 = doubled(v(4), from_two_below);
            let v5 = doubled(v(5), from_first);
            let v6 = add_i16(v(6), v(6));
            let v7 = add_i16(v(7), v(7));
            c0 = add(c0, dot(s0, v1));
            c0 = add(c0, dot(s1, v0));
            c1 = add(c1, dot(s0, v3));
            c1 = add(c1, dot(s1, v2));
            c1 = add(c1, dot(s2, v1));
            c1 = add(c1, dot(s3, v0));
            c2 = add(c2, dot(s0, v5));
            c2 = add(c2, dot(s1, v4));
            c2 = add(c2, dot(s2, v3));
            c2 = add(c2, dot(s3, v2));
            c3 = add(c3, dot(s0, v7));
            c3 = add(c3, dot(s1, v6));
            c3 = add(c3, dot(s2, v5));
            c3 = add(c3, dot(s3, v4));
        }
        self.columns = Columns(c0, c1, c2, c3);
        self
    }

    #[inline(always)]
    fn carried(self) -> Self {
        let mask = splat(MASK);
        let Columns(c0, c1, c2, c3) = self.columns;
        let Columns(d0, d1, d2, d3) = self.carries;
        Self {
            columns: Columns(and(c0, mask), and(c1, mask), and(c2, mask), and(c3, mask)),
            carries: Columns(
                add(d0, shift_right::<SHIFT>(c0)),
                add(d1, shift_right::<SHIFT>(c1)),
                add(d2, shift_right::<SHIFT>(c2)),
                add(d3, shift_right::<SHIFT>(c3)),
            ),
        }
    }
}

/// Carry passes over one block of columns after the other, upwards.
pub struct Carry {
    /// What goes into the next column.
    last: Lanes,
}

impl Carry {
    #[inline(always)]
    pub fn new() -> Self {
        Self { last: splat(0) }
    }

    /// The first pass: each column keeps its low bits and takes the carry of the one below.
    #[inline(always)]
    pub fn pass(&mut self, sums: Sums) -> Columns {
        let mask = splat(MASK);
        let Sums { columns: Columns(c0, c1, c2, c3), carries: Columns(d0, d1, d2, d3) } = sums;
        let d0 = add(d0, shift_right::<SHIFT>(c0));
        let d1 = add(d1, shift_right::<SHIFT>(c1));
        let d2 = add(d2, shift_right::<SHIFT>(c2));
        let d3 = add(d3, shift_right::<SHIFT>(c3));
        let last = self.last;
        self.last = d3;
        Columns(
            add(and(c0, mask), up_one(last, d0)),
            add(and(c1, mask), up_one(d0, d1)),
            add(and(c2, mask), up_one(d1, d2)),
            add(and(c3, mask), up_one(d2, d3)),
        )
    }

    /// The second pass, which ends with digits: [`Columns::half`] is taken off again.
    #[inline(always)]
    pub fn settle(&mut self, columns: Columns) -> [Lanes; 2] {
        let Columns(c0, c1, c2, c3) = self.pass(Sums::of(columns));
        let half = from_i16([HALF as i16; 8]);
        [sub_i16(narrow(c0, c1), half), sub_i16(narrow(c2, c3), half)]
    }
}

/// Adds blocks of rows, in two halves of 16 `dot`s: rows 0, 1, 4, 5, 8, 9, 12, 13, and the others.
/// So spread, the four pairs of rows and the four vectors of columns meet in seven vectors of
/// pairs, not in ten.
///
/// The addresses are integers, and what steps them is masked, though they are even anyhow: the
/// compiler's strength reduction leaves them alone then, and the offsets go into the loads.
/// The branch between the halves, which is never taken, keeps V8 11 from loading both halves'
/// vectors at once, more than there are registers.
///
/// # Safety
/// As for [`Sums::add_rows`].
#[inline(always)]
unsafe fn add_blocks(columns: Columns, a: *const i16, p: *const Pair, blocks: usize) -> Columns {
    let Columns(mut c0, mut c1, mut c2, mut c3) = columns;
    let mut a = a.expose_provenance();
    let mut p = p.expose_provenance().wrapping_sub(14 * size_of::<Pair>());
    let end = a.wrapping_add(2 * BLOCK * blocks);
    while a != end {
        // SAFETY: each turn reads digits 0 to 15 from `a` and the pairs 0 to 29 from `p`, which
        // goes down from 14 below the caller's: 16 · blocks - 2 below it at last.
        unsafe {
            let s = |at: usize| load_pair(a.unchecked_add(at) as *const i16);
            let v = |at: usize| load(p.unchecked_add(at) as *const Pair);
            let s3 = s(24);
            let v0 = v(8);
            c0 = add(c0, dot(s3, v0));
            let s2 = s(16);
            let v1 = v(24);
            c0 = add(c0, dot(s2, v1));
            c1 = add(c1, dot(s3, v1));
            let s1 = s(8);
            let v2 = v(40);
            c0 = add(c0, dot(s1, v2));
            c1 = add(c1, dot(s2, v2));
            c2 = add(c2, dot(s3, v2));
            let s0 = s(0);
            let v3 = v(56);
            c0 = add(c0, dot(s0, v3));
            c1 = add(c1, dot(s1, v3));
            c2 = add(c2, dot(s2, v3));
            c3 = add(c3, dot(s3, v3));
            let v4 = v(72);
            c1 = add(c1, dot(s0, v4));
            c2 = add(c2, dot(s1, v4));
            c3 = add(c3, dot(s2, v4));
            let v5 = v(88);
            c2 = add(c2, dot(s0, v5));
            c3 = add(c3, dot(s1, v5));
            let v6 = v(104);
            c3 = add(c3, dot(s0, v6));
            if p == 0 {
                break;
            }
            let s3 = s(28);
            let v0 = v(0);
            c0 = add(c0, dot(s3, v0));
            let s2 = s(20);
            let v1 = v(16);
            c0 = add(c0, dot(s2, v1));
            c1 = add(c1, dot(s3, v1));
            let s1 = s(12);
            let v2 = v(32);
            c0 = add(c0, dot(s1, v2));
            c1 = add(c1, dot(s2, v2));
            c2 = add(c2, dot(s3, v2));
            let s0 = s(4);
            let v3 = v(48);
            c0 = add(c0, dot(s0, v3));
            c1 = add(c1, dot(s1, v3));
            c2 = add(c2, dot(s2, v3));
            c3 = add(c3, dot(s3, v3));
            let v4 = v(64);
            c1 = add(c1, dot(s0, v4));
            c2 = add(c2, dot(s1, v4));
            c3 = add(c3, dot(s2, v4));
            let v5 = v(80);
            c2 = add(c2, dot(s0, v5));
            c3 = add(c3, dot(s1, v5));
            let v6 = v(96);
            c3 = add(c3, dot(s0, v6));
        }
        a = a.wrapping_add(2 * BLOCK) & !1;
        p = p.wrapping_sub(BLOCK * size_of::<Pair>()) & !1;
    }
    Columns(c0, c1, c2, c3)
}

/// Adds rows 0, 1, 4 and 5. `p` is 4 below where the first row meets the first column.
///
/// # Safety
/// Six digits can be read from `a`, and 20 pairs from `p`.
#[inline(always)]
unsafe fn add_four_rows(columns: Columns, a: *const i16, p: *const Pair) -> Columns {
    let Columns(mut c0, mut c1, mut c2, mut c3) = columns;
    // SAFETY: digits 0 to 5 and pairs 0 to 19.
    unsafe {
        let (s0, s1) = (load_pair(a), load_pair(a.add(4)));
        let v0 = load(p);
        c0 = add(c0, dot(s1, v0));
        let v1 = load(p.add(4));
        c0 = add(c0, dot(s0, v1));
        c1 = add(c1, dot(s1, v1));
        let v2 = load(p.add(8));
        c1 = add(c1, dot(s0, v2));
        c2 = add(c2, dot(s1, v2));
        let v3 = load(p.add(12));
        c2 = add(c2, dot(s0, v3));
        c3 = add(c3, dot(s1, v3));
        c3 = add(c3, dot(s0, load(p.add(16))));
    }
    Columns(c0, c1, c2, c3)
}

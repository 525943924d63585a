use super::lanes::*;
use super::{BITS, digits};
use crate::rsa::{Modulus, Words};

/// Columns that are worked on at a time: four vectors of four.
const BLOCK: usize = 16;
const MAX_DIGITS: usize = 320;
const PAD: usize = 32;
const SHIFT: i32 = BITS as i32;
/// Full blocks of rows that are added up before the columns are carried.
const MAX_ROWS: usize = 5;

/// Digit j beside digit j - 1, for each j, from index `PAD` on; zeros around them.
#[derive(Clone)]
struct Pairs([[i16; 2]; PAD + MAX_DIGITS + 2 * PAD]);

impl Pairs {
    fn of(digits: &[i16]) -> Self {
        let mut pairs = [[0; 2]; PAD + MAX_DIGITS + 2 * PAD];
        for (at, digit) in digits.iter().enumerate() {
            pairs[PAD + at][0] = *digit;
            pairs[PAD + at + 1][1] = *digit;
        }
        Self(pairs)
    }

    #[inline(always)]
    fn at(&self, at: usize) -> *const [i16; 2] {
        self.0.as_ptr().wrapping_add(PAD + at)
    }
}

#[derive(Clone)]
pub struct Constants {
    /// D
    len: usize,
    low_blocks: usize,
    square_blocks: usize,
    high_blocks: usize,
    /// h
    high_from: usize,
    /// R
    high_rows: usize,
    /// C0
    mu_last: usize,
    negated: Pairs,
    mu: Pairs,
}

impl Constants {
    pub fn new(modulus: &Modulus) -> Self {
        let (m, w) = (modulus.bits(), BITS as usize);
        let len = (m + 1) / w + 1;
        let c = (m - 1).div_ceil(w);
        let scale = (2 * m + 8).div_ceil(w);
        let high_from = c - 2;
        let mu_last = scale - c;
        let high_blocks = (len + 2).div_ceil(BLOCK);
        let high_rows = (2 * len - high_from).next_multiple_of(BLOCK).max(high_blocks * BLOCK);
        let mut n = [0; MAX_DIGITS];
        digits::write(modulus.digits().iter().copied(), &mut n[..len]);
        let mut mu = [0; MAX_DIGITS];
        let (quotient, _) = modulus.divide_power_of_two(w * scale);
        digits::write(quotient, &mut mu[..=mu_last]);
        Self {
            len,
            low_blocks: len.div_ceil(BLOCK),
            square_blocks: (2 * len).div_ceil(BLOCK),
            high_blocks,
            high_from,
            high_rows,
            mu_last,
            negated: Pairs::of(&n.map(|digit| -digit)),
            mu: Pairs::of(&mu),
        }
    }
}

pub struct Work<'a> {
    constants: &'a Constants,
    base: [i16; MAX_DIGITS],
    y: [i16; MAX_DIGITS + PAD],
    pairs: Pairs,
    low: [i32; MAX_DIGITS],
    t: [i16; 2 * MAX_DIGITS + PAD],
    q: [i16; MAX_DIGITS + PAD],
}

type Columns = [Lanes; 4];

struct Settling {
    first: Lanes,
    second: Lanes,
}

impl Settling {
    #[inline(always)]
    fn new() -> Self {
        Self { first: splat(0), second: splat(0) }
    }

    /// Two carry passes.
    #[inline(always)]
    fn settle(&mut self, columns: &Columns, carries: &Columns) -> [Lanes; 2] {
        let mask = splat((1 << BITS) - 1);
        let mut settled = *columns;
        for (at, column) in settled.iter_mut().enumerate() {
            let first = add(shift_right::<SHIFT>(*column), carries[at]);
            let once = add(and(*column, mask), up_one(self.first, first));
            self.first = first;
            let second = shift_right::<SHIFT>(once);
            *column = add(and(once, mask), up_one(self.second, second));
            self.second = second;
        }
        let bias = from_i16([1 << (BITS - 1); 8]);
        let [a, b, c, d] = settled;
        [sub_i16(narrow(a, b), bias), sub_i16(narrow(c, d), bias)]
    }
}

/// Adds `blocks` times 16 rows.
#[inline(always)]
unsafe fn add_rows(
    acc: &mut Columns,
    carries: &mut Columns,
    mut a: *const i16,
    mut p: *const [i16; 2],
    mut blocks: usize,
) {
    let mask = splat((1 << BITS) - 1);
    loop {
        let some = blocks.min(MAX_ROWS);
        unsafe {
            half_rows(acc, a, p, some);
            half_rows(acc, a.add(2), p.sub(2), some);
        }
        blocks -= some;
        if blocks == 0 {
            break;
        }
        a = unsafe { a.add(BLOCK * some) };
        p = unsafe { p.sub(BLOCK * some) };
        for (acc, carries) in acc.iter_mut().zip(carries.iter_mut()) {
            *carries = add(*carries, shift_right::<SHIFT>(*acc));
            *acc = and(*acc, mask);
        }
    }
}

#[inline(always)]
unsafe fn half_rows(acc: &mut Columns, a: *const i16, p: *const [i16; 2], blocks: usize) {
    let [mut c0, mut c1, mut c2, mut c3] = *acc;
    let mut a = a;
    let mut p = unsafe { p.sub(12) };
    for _ in 0..blocks {
        unsafe {
            let (s0, s1, s2, s3) =
                (load_pair(a), load_pair(a.add(4)), load_pair(a.add(8)), load_pair(a.add(12)));
            let v = |at: usize| load(p.add(4 * at));
            let (v0, v1, v2, v3, v4, v5, v6) = (v(0), v(1), v(2), v(3), v(4), v(5), v(6));
            c0 = add(c0, dot(s0, v3));
            c0 = add(c0, dot(s1, v2));
            c0 = add(c0, dot(s2, v1));
            c0 = add(c0, dot(s3, v0));
            c1 = add(c1, dot(s0, v4));
            c1 = add(c1, dot(s1, v3));
            c1 = add(c1, dot(s2, v2));
            c1 = add(c1, dot(s3, v1));
            c2 = add(c2, dot(s0, v5));
            c2 = add(c2, dot(s1, v4));
            c2 = add(c2, dot(s2, v3));
            c2 = add(c2, dot(s3, v2));
            c3 = add(c3, dot(s0, v6));
            c3 = add(c3, dot(s1, v5));
            c3 = add(c3, dot(s2, v4));
            c3 = add(c3, dot(s3, v3));
            a = a.add(16);
            p = p.wrapping_sub(16);
        }
    }
    *acc = [c0, c1, c2, c3];
}

#[inline(always)]
unsafe fn eight_rows(acc: &mut Columns, a: *const i16, p: *const [i16; 2]) {
    for phase in 0..2 {
        unsafe {
            let a = a.add(2 * phase);
            let p = p.sub(2 * phase);
            let (s0, s1) = (load_pair(a), load_pair(a.add(4)));
            for (at, acc) in acc.iter_mut().enumerate() {
                *acc = add(*acc, dot(s0, load(p.add(4 * at))));
                *acc = add(*acc, dot(s1, load(p.add(4 * at).sub(4))));
            }
        }
    }
}

impl<'a> Work<'a> {
    pub fn new(constants: &'a Constants, base: &Words) -> Self {
        let mut digits = [0; MAX_DIGITS];
        digits::write(digits::of_words(base), &mut digits[..constants.len]);
        let mut y = [0; MAX_DIGITS + PAD];
        y[..MAX_DIGITS].copy_from_slice(&digits);
        Self {
            constants,
            base: digits,
            y,
            pairs: Pairs::of(&digits),
            low: [0; MAX_DIGITS],
            t: [0; 2 * MAX_DIGITS + PAD],
            q: [0; MAX_DIGITS + PAD],
        }
    }

    pub fn digits(&self) -> &[i16] {
        &self.y
    }

    /// T = y²
    pub fn square(&mut self) {
        let k = BLOCK * self.constants.low_blocks;
        let mask = splat((1 << BITS) - 1);
        let mut settling = Settling::new();
        let mut before = splat(0);
        for block in 0..self.constants.square_blocks {
            let from = (BLOCK * block).saturating_sub(k);
            let rows = BLOCK / 2 * block - from;
            let mut acc = [splat(0); 4];
            let mut carries = [splat(0); 4];
            let mut corner = [splat(1 << (BITS - 1)); 4];
            unsafe {
                let a = self.y.as_ptr().add(from);
                let p = self.pairs.at(BLOCK * block - from);
                add_rows(&mut acc, &mut carries, a, p, rows / BLOCK);
                let a = self.y.as_ptr().add(BLOCK / 2 * block);
                let p = self.pairs.at(BLOCK / 2 * block);
                if rows % BLOCK != 0 {
                    eight_rows(&mut acc, a.sub(8), p.add(8));
                }
                add_corner(&mut corner, a, p);
            }
            for at in 0..4 {
                let carry =
                    add(shift_right::<{ SHIFT - 1 }>(acc[at]), add(carries[at], carries[at]));
                let low = and(add(acc[at], acc[at]), mask);
                acc[at] = add(add(low, corner[at]), up_one(before, carry));
                before = carry;
            }
            self.keep(block, &acc, &mut settling);
        }
    }

    /// T = y s
    pub fn multiply_by_base(&mut self) {
        let k = BLOCK * self.constants.low_blocks;
        self.pairs = Pairs::of(&self.base);
        let mask = splat((1 << BITS) - 1);
        let mut settling = Settling::new();
        let mut before = splat(0);
        for block in 0..self.constants.square_blocks {
            let from = (BLOCK * block).saturating_sub(k);
            let to = (BLOCK * (block + 1)).min(k);
            let mut acc = [splat(1 << (BITS - 1)); 4];
            let mut carries = [splat(0); 4];
            unsafe {
                let a = self.y.as_ptr().add(from);
                let p = self.pairs.at(BLOCK * block - from);
                add_rows(&mut acc, &mut carries, a, p, (to - from) / BLOCK);
            }
            for at in 0..4 {
                let carry = add(shift_right::<SHIFT>(acc[at]), carries[at]);
                acc[at] = add(and(acc[at], mask), up_one(before, carry));
                before = carry;
            }
            self.keep(block, &acc, &mut settling);
        }
    }

    #[inline(always)]
    fn keep(&mut self, block: usize, columns: &Columns, settling: &mut Settling) {
        unsafe {
            if block < self.constants.low_blocks {
                let low = self.low.as_mut_ptr().add(BLOCK * block);
                for (at, columns) in columns.iter().enumerate() {
                    store(low.add(4 * at), *columns);
                }
            }
            if block >= self.constants.high_from / BLOCK {
                let [low, high] = settling.settle(columns, &[splat(0); 4]);
                let t = self.t.as_mut_ptr().add(BLOCK * block);
                store(t, low);
                store(t.add(8), high);
            }
        }
    }

    pub fn reduce(&mut self) {
        let constants = self.constants;
        let mut settling = Settling::new();
        for block in 0..constants.high_blocks {
            let mut acc = [splat(1 << (BITS - 1)); 4];
            let mut carries = [splat(0); 4];
            unsafe {
                let a = self.t.as_ptr().add(constants.high_from + BLOCK * block);
                let p = constants.mu.at(constants.mu_last);
                add_high_corner(&mut acc, a, p);
                let blocks = constants.high_rows / BLOCK - block - 1;
                add_rows(&mut acc, &mut carries, a.add(BLOCK), p.sub(BLOCK), blocks);
                let [low, high] = settling.settle(&acc, &carries);
                let q = self.q.as_mut_ptr().add(BLOCK * block);
                store(q, low);
                store(q.add(8), high);
            }
        }
        let mut settling = Settling::new();
        let mut before = splat(0);
        for block in 0..constants.low_blocks {
            unsafe {
                let low = self.low.as_ptr().add(BLOCK * block);
                let mut acc = [load(low), load(low.add(4)), load(low.add(8)), load(low.add(12))];
                let mut carries = [splat(0); 4];
                let a = self.q.as_ptr().add(2);
                let p = constants.negated.at(BLOCK * block);
                add_rows(&mut acc, &mut carries, a, p, block);
                add_low_corner(&mut acc, a.add(BLOCK * block), constants.negated.at(0));
                let settled = settling.settle(&acc, &carries);
                let y = self.y.as_mut_ptr().add(BLOCK * block);
                let pairs = self.pairs.0.as_mut_ptr().add(PAD + BLOCK * block);
                for (at, digits) in settled.into_iter().enumerate() {
                    store(y.add(8 * at), digits);
                    let below = up_one_i16(before, digits);
                    store(pairs.add(8 * at), zip_low(digits, below));
                    store(pairs.add(8 * at + 4), zip_high(digits, below));
                    before = digits;
                }
            }
        }
        // The last digit's second place, beside a digit that is not there.
        let end = up_one_i16(before, splat(0));
        unsafe {
            let pairs = self.pairs.0.as_mut_ptr().add(PAD + BLOCK * constants.low_blocks);
            store(pairs, zip_low(splat(0), end));
        }
    }
}

#[inline(always)]
unsafe fn add_low_corner(acc: &mut Columns, a: *const i16, p: *const [i16; 2]) {
    let v = |at: usize| unsafe { load(p.add(2 * at).sub(2)) };
    let s = |at: usize| unsafe { load_pair(a.add(2 * at)) };
    for (at, acc) in acc.iter_mut().enumerate() {
        for row in 0..2 * at + 2 {
            *acc = add(*acc, dot(s(row), v(2 * at + 1 - row)));
        }
    }
}

#[inline(always)]
unsafe fn add_high_corner(acc: &mut Columns, a: *const i16, p: *const [i16; 2]) {
    let v = |at: usize| unsafe { load(p.sub(2 * at)) };
    let s = |at: usize| unsafe { load_pair(a.add(2 * at)) };
    for (at, acc) in acc.iter_mut().enumerate() {
        for row in 2 * at..8 {
            *acc = add(*acc, dot(s(row), v(row - 2 * at)));
        }
    }
}

#[inline(always)]
unsafe fn add_corner(acc: &mut Columns, a: *const i16, p: *const [i16; 2]) {
    unsafe {
        let s = [load_pair(a), load_pair(a.add(2)), load_pair(a.add(4)), load_pair(a.add(6))];
        let doubled = |x: Lanes, upper: Lanes| add_i16(x, and(x, upper));
        let v = [
            and(load(p.sub(2)), from_i16([0, 0, 0, 0, -1, 0, -1, -1])),
            and(load(p), from_i16([-1, 0, -1, -1, -1, -1, -1, -1])),
            load(p.add(2)),
            load(p.add(4)),
            doubled(load(p.add(6)), from_i16([0, 0, 0, 0, -1, 0, -1, -1])),
            doubled(load(p.add(8)), from_i16([-1, 0, -1, -1, -1, -1, -1, -1])),
            add_i16(load(p.add(10)), load(p.add(10))),
            add_i16(load(p.add(12)), load(p.add(12))),
        ];
        for (at, acc) in acc.iter_mut().enumerate() {
            for (row, s) in s.into_iter().enumerate() {
                if 2 * at + 1 >= row {
                    *acc = add(*acc, dot(s, v[2 * at + 1 - row]));
                }
            }
        }
    }
}

//! A factor as `dot` wants it: each digit beside the one below it.

use super::lanes::*;
use super::{MAX_DIGITS, PAIRS_ABOVE, PAIRS_BELOW};

/// Digit j and digit j - 1.
pub type Pair = [i16; 2];

/// The pairs of a number's digits, zeros around them.
#[derive(Clone)]
pub struct Pairs([Pair; PAIRS_BELOW + MAX_DIGITS + PAIRS_ABOVE]);

impl Pairs {
    pub fn of(digits: &[i16; MAX_DIGITS]) -> Self {
        let mut pairs = Self([[0; 2]; PAIRS_BELOW + MAX_DIGITS + PAIRS_ABOVE]);
        pairs.set(digits, MAX_DIGITS);
        pairs
    }

    /// Takes the first digits of another number, `len` of them, as many as were set before. `len`
    /// is a multiple of eight.
    pub fn set(&mut self, digits: &[i16; MAX_DIGITS], len: usize) {
        let mut below = splat(0);
        for at in (0..len.min(MAX_DIGITS)).step_by(8) {
            // SAFETY: digits `at` to `at` + 7 are there, since the array's length is a multiple of
            // eight; and there are as many pairs and more.
            unsafe { below = self.write(at, load(digits.as_ptr().add(at)), below) };
        }
        // SAFETY: `at` is at most `MAX_DIGITS`.
        unsafe { self.end(len.min(MAX_DIGITS), below) };
    }

    /// Writes eight pairs from index `at` on. `below` are the eight digits before. Gives the digits
    /// back.
    ///
    /// # Safety
    /// `at` + 8 is at most [`MAX_DIGITS`].
    #[inline(always)]
    pub unsafe fn write(&mut self, at: usize, digits: Lanes, below: Lanes) -> Lanes {
        let below = up_one_i16(below, digits);
        // SAFETY: as the caller grants.
        unsafe {
            let pairs = self.0.as_mut_ptr().add(PAIRS_BELOW + at);
            store(pairs, zip_low(digits, below));
            store(pairs.add(4), zip_high(digits, below));
        }
        digits
    }

    /// Writes the pair of the last digit and the zero above it.
    ///
    /// # Safety
    /// `at` is at most [`MAX_DIGITS`].
    #[inline(always)]
    pub unsafe fn end(&mut self, at: usize, below: Lanes) {
        // SAFETY: there are `PAIRS_ABOVE` pairs, four at least, above the digits.
        unsafe {
            let pairs = self.0.as_mut_ptr().add(PAIRS_BELOW + at);
            store(pairs, zip_low(splat(0), up_one_i16(below, splat(0))));
        }
    }

    /// The pair of digit `at`. Whoever reads there keeps within `PAIRS_BELOW` below the first
    /// digit and `PAIRS_ABOVE` above the last.
    #[inline(always)]
    pub fn at(&self, at: usize) -> *const Pair {
        self.0.as_ptr().wrapping_add(PAIRS_BELOW + at)
    }
}

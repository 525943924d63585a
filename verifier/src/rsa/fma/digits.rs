//! Numbers in signed digits of 52 bits, into that form and out of it.

use super::{BITS, Constants, MAX_DIGITS};
use crate::rsa::signed::residue;
use crate::rsa::{Modulus, Words};

const MASK: i64 = (1 << BITS) - 1;
const BASE: f64 = (1_u64 << BITS) as f64;
const TINY: f64 = 1.0 / (1_u64 << 40) as f64;

/// Writes a number, given in words from the least significant on, in digits from -2^51 to
/// 2^51 - 1. The last one takes what is left; the number is such that this is at most 2^51.
pub fn write(number: &[u64], digits: &mut [f64]) {
    let word = |at: usize| number.get(at).copied().unwrap_or(0);
    let mut carry = 0;
    let mut bit = 0;
    for digit in &mut *digits {
        let (at, shift) = (bit / 64, bit % 64);
        // Two shifts, since one by 64 bits is none.
        let bits = word(at) >> shift | (word(at + 1) << 1) << (63 - shift);
        let value = (bits as i64 & MASK) + carry;
        carry = value >> (BITS - 1) & 1 | value >> BITS;
        *digit = (value - (carry << BITS)) as f64;
        bit += BITS as usize;
    }
    if let Some(last) = digits.last_mut() {
        *last += (carry << BITS) as f64;
    }
}

/// The number in [0, n) that the digits' number, within ±23 n, equals mod n.
pub fn canonical(y: &[f64; MAX_DIGITS], constants: &Constants, modulus: &Modulus) -> Words {
    let negated = constants.negated.digits();
    let top = constants.shape.len - 1;
    let size = |digits: &[f64]| (digits[top] * BASE + digits[top - 1]) * BASE + digits[top - 2];
    // y / n, rounded down after 2^-40 is added, which is more than the estimate is off by: what is left
    // is below n, and not less than -2^-39 n. It is positive for the cast, which rounds towards zero.
    let times = (-size(y) / size(negated) + TINY + 64.0) as i64 - 64;
    let digits = y.iter().zip(negated);
    residue(digits.map(|(y, n)| *y as i64 + times * *n as i64), modulus)
}

//! Numbers in signed digits of 13 bits, into that form and out of it.

use super::BITS;
use crate::rsa::signed::residue;
use crate::rsa::{Modulus, Words};

/// Writes a number, given in words from the least significant on, in digits from -4096 to 4095.
/// The last one takes what is left; the number is such that this is at most 4096.
pub fn write(number: &[u64], digits: &mut [i16]) {
    let word = |at: usize| number.get(at).copied().unwrap_or(0);
    let mut carry = 0;
    let mut bit = 0;
    for digit in &mut *digits {
        let (at, shift) = (bit / 64, bit % 64);
        // Two shifts, since one by 64 bits is none.
        let bits = word(at) >> shift | (word(at + 1) << 1) << (63 - shift);
        let value = (bits as i32 & ((1 << BITS) - 1)) + carry;
        carry = value >> (BITS - 1) & 1 | value >> BITS;
        *digit = (value - (carry << BITS)) as i16;
        bit += BITS as usize;
    }
    if let Some(last) = digits.last_mut() {
        *last += (carry << BITS) as i16;
    }
}

/// The number in [0, n) that the digits' number, between -n and n, equals mod n. The digits go on
/// in zeros beyond the number's: they are more bits than a number can have.
pub fn canonical(digits: &[i16], modulus: &Modulus) -> Words {
    let of_four = |four: &[i16]| {
        four.iter().rev().fold(0, |group: i64, digit| (group << BITS) + i64::from(*digit))
    };
    residue(digits.chunks(4).map(of_four), modulus)
}

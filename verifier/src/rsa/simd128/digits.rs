//! Numbers in signed digits of 13 bits, into that form and out of it.

use alloc::vec::Vec;

use super::BITS;
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

/// A number's words, from 32-bit digits.
pub fn words(digits: &[u32]) -> Vec<u64> {
    let pair =
        |pair: &[u32]| pair.iter().rev().fold(0, |word, digit| word << 32 | u64::from(*digit));
    digits.chunks(2).map(pair).collect()
}

/// The number in [0, n) that the digits' number, between -n and n, equals mod n. The digits go on
/// in zeros beyond the number's: they are more bits than a number can have.
pub fn canonical(digits: &[i16], modulus: &Modulus) -> Words {
    const GROUP: u32 = 4 * BITS;
    let mut number = Words::zero(modulus.words().len());
    let mut carry = 0_i64;
    // Four digits at a time, as a number of two's complement without its sign.
    let mut groups = digits.chunks(4).map(|four| {
        carry += four.iter().rev().fold(0, |group, digit| (group << BITS) + i64::from(*digit));
        let group = carry as u64 & ((1 << GROUP) - 1);
        carry >>= GROUP;
        group
    });
    let (mut waiting, mut bits) = (0, 0);
    for word in number.as_mut_slice() {
        *word = waiting;
        while bits < u64::BITS {
            let group = groups.next().unwrap_or(0);
            *word |= group << bits;
            waiting = group.checked_shr(u64::BITS - bits).unwrap_or(0);
            bits += GROUP;
        }
        bits -= u64::BITS;
    }
    // The highest digit that is not zero outweighs all below it.
    if digits.iter().rfind(|digit| **digit != 0).is_some_and(|digit| *digit < 0) {
        let mut carry = false;
        for (word, n) in number.as_mut_slice().iter_mut().zip(modulus.words().as_slice()) {
            let (sum, over) = word.overflowing_add(*n);
            let (sum, over_again) = sum.overflowing_add(u64::from(carry));
            (*word, carry) = (sum, over || over_again);
        }
    }
    number
}

//! What the paths on signed digits share: words out of digits, and out of what divisions give.

use alloc::vec::Vec;

use super::{Modulus, Words};

/// Bits of a group: one digit of `fma`, four of `simd128`.
pub const GROUP: u32 = 52;

const MASK: i64 = (1 << GROUP) - 1;

/// The number that signed groups add up to, the lowest first, plus n where it is negative. It is
/// between -n and n, and each group below 2^62 in size.
pub fn residue(groups: impl Iterator<Item = i64>, modulus: &Modulus) -> Words {
    let mut number = Words::zero(modulus.words().len());
    let mut carry = 0_i64;
    // Of two's complement, without its sign.
    let mut groups = groups.map(|group| {
        carry += group;
        let bits = (carry & MASK) as u64;
        carry >>= GROUP;
        bits
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
    // The sign is what the highest group hands on.
    groups.for_each(drop);
    if carry < 0 {
        let mut carry = false;
        for (word, n) in number.as_mut_slice().iter_mut().zip(modulus.words().as_slice()) {
            let (sum, over) = word.overflowing_add(*n);
            let (sum, over_again) = sum.overflowing_add(u64::from(carry));
            (*word, carry) = (sum, over || over_again);
        }
    }
    number
}

/// A number's words, from 32-bit digits.
pub fn words(digits: &[u32]) -> Vec<u64> {
    let pair =
        |pair: &[u32]| pair.iter().rev().fold(0, |word, digit| word << 32 | u64::from(*digit));
    digits.chunks(2).map(pair).collect()
}

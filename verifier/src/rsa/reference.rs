//! The simple path: multiply as on paper, divide as on paper. The tests hold every other path to
//! it; nothing else uses it.

use alloc::vec;
use alloc::vec::Vec;

use super::division::divide;
use super::{Modulus, Power, Words};

impl Power for Modulus {
    fn power(&self, base: &Words, exponent: u64) -> Words {
        power(self, base, exponent)
    }
}

/// `base ^ exponent mod n`, the exponent's bits from the highest.
#[must_use]
pub fn power(modulus: &Modulus, base: &Words, exponent: u64) -> Words {
    let n = modulus.digits();
    let base = divide(&digits(base), n).1;
    let mut result = vec![1];
    for bit in (0..u64::BITS - exponent.leading_zeros()).rev() {
        result = divide(&product(&result, &result), n).1;
        if exponent >> bit & 1 == 1 {
            result = divide(&product(&result, &base), n).1;
        }
    }
    words(&result, modulus.words().len())
}

fn product(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut product = vec![0; a.len() + b.len()];
    for (at, a) in a.iter().enumerate() {
        let mut carry = 0;
        for (to, b) in product[at..].iter_mut().zip(b.iter().chain(core::iter::once(&0))) {
            // At most (2^32 - 1)^2 + 2 (2^32 - 1), which is 2^64 - 1.
            carry += u64::from(*a) * u64::from(*b) + u64::from(*to);
            *to = carry as u32;
            carry >>= 32;
        }
    }
    product
}

fn digits(number: &Words) -> Vec<u32> {
    number.as_slice().iter().flat_map(|word| [*word as u32, (*word >> 32) as u32]).collect()
}

fn words(digits: &[u32], len: usize) -> Words {
    let mut number = Words::zero(len);
    for (word, pair) in number.as_mut_slice().iter_mut().zip(digits.chunks(2)) {
        *word = pair.iter().rev().fold(0, |word, digit| word << 32 | u64::from(*digit));
    }
    number
}

//! Numbers as big-endian bytes of a fixed length: enough to write the cases down.

use fastrand::Rng;

/// `length` random bytes.
pub fn random(rng: &mut Rng, length: usize) -> Vec<u8> {
    let mut number = vec![0; length];
    rng.fill(&mut number);
    number
}

/// `value` in `length` bytes, or its low ones where it does not fit.
pub fn small(value: u64, length: usize) -> Vec<u8> {
    let mut number = vec![0; length];
    for (byte, value) in number.iter_mut().rev().zip(value.to_le_bytes()) {
        *byte = value;
    }
    number
}

/// Sets the bit that counts 2^`at`; nothing where the number is shorter.
pub fn set_bit(number: &mut [u8], at: usize) {
    let length = number.len();
    if let Some(byte) = length.checked_sub(1 + at / 8).and_then(|index| number.get_mut(index)) {
        *byte |= 1 << (at % 8);
    }
}

/// 2^`power` in `length` bytes.
pub fn power_of_two(power: usize, length: usize) -> Vec<u8> {
    let mut number = vec![0; length];
    set_bit(&mut number, power);
    number
}

/// Clears all bits from 2^`bits` upwards.
pub fn truncate(number: &mut [u8], bits: usize) {
    for (index, byte) in number.iter_mut().rev().enumerate() {
        match bits.saturating_sub(8 * index) {
            0 => *byte = 0,
            kept @ 1..8 => *byte &= (1 << kept) - 1,
            _ => {}
        }
    }
}

/// `a + b`, modulo 256 to the power of their length, which is the same.
pub fn sum(a: &[u8], b: &[u8]) -> Vec<u8> {
    assert_eq!(a.len(), b.len(), "numbers of one length");
    let mut sum = a.to_vec();
    let mut carry = 0;
    for (sum, b) in sum.iter_mut().rev().zip(b.iter().rev()) {
        carry += u16::from(*sum) + u16::from(*b);
        *sum = carry as u8;
        carry >>= 8;
    }
    sum
}

/// `a - b`, modulo 256 to the power of their length, which is the same.
pub fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    assert_eq!(a.len(), b.len(), "numbers of one length");
    let mut difference = a.to_vec();
    let mut borrow = 0;
    for (difference, b) in difference.iter_mut().rev().zip(b.iter().rev()) {
        let result = i16::from(*difference) - i16::from(*b) - borrow;
        *difference = result as u8;
        borrow = i16::from(result < 0);
    }
    difference
}

/// `number` / 2^`bits`, rounded down; `bits` below 8.
pub fn shifted_right(number: &[u8], bits: u32) -> Vec<u8> {
    let above = std::iter::once(&0).chain(number);
    let pairs = above.zip(number);
    pairs.map(|(above, byte)| ((u16::from(*above) << 8 | u16::from(*byte)) >> bits) as u8).collect()
}

/// The number without leading zeros.
pub fn stripped(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// Bits without leading zeros.
pub fn bits(number: &[u8]) -> usize {
    match stripped(number) {
        [] => 0,
        [first, rest @ ..] => 8 * rest.len() + 8 - first.leading_zeros() as usize,
    }
}

/// Widths of the digits that paths of this kind compute with, and of machine words.
pub const RADICES: [usize; 9] = [12, 13, 26, 28, 29, 30, 32, 52, 64];

/// Digits at the ends of their range, or around its middle, where a signed digit changes its sign;
/// in one radix, with random digits among them or without.
pub fn extreme_digits(rng: &mut Rng, length: usize) -> Vec<u8> {
    let radix = RADICES[rng.usize(..RADICES.len())];
    let (most, half) = (u64::MAX >> (64 - radix), 1 << (radix - 1));
    let digits = [0, 1, half - 1, half, half + 1, most - 1, most];
    let fixed = digits[rng.usize(..digits.len())];
    // Of eight digits: how many are the fixed one, and how many of the rest are random.
    let (share, random) = (rng.u32(0..=8), rng.u32(0..=2));
    let mut number = vec![0; length];
    for at in (0..8 * length).step_by(radix) {
        let digit = if rng.u32(0..8) < share {
            fixed
        } else if rng.u32(0..2) < random {
            rng.u64(0..=most)
        } else {
            digits[rng.usize(..digits.len())]
        };
        for bit in (0..radix).filter(|bit| digit >> bit & 1 == 1) {
            set_bit(&mut number, at + bit);
        }
    }
    number
}

/// Runs of ones and of zeros, of random lengths.
pub fn runs(rng: &mut Rng, length: usize) -> Vec<u8> {
    let mut number = vec![0; length];
    let longest = 1 << rng.u32(1..11);
    let (mut at, mut ones) = (0, rng.bool());
    while at < 8 * length {
        let end = (at + rng.usize(1..=longest)).min(8 * length);
        if ones {
            (at..end).for_each(|bit| set_bit(&mut number, bit));
        }
        (at, ones) = (end, !ones);
    }
    number
}

/// A few bits set.
pub fn sparse(rng: &mut Rng, length: usize) -> Vec<u8> {
    let mut number = vec![0; length];
    for _ in 0..rng.usize(1..5) {
        set_bit(&mut number, rng.usize(..8 * length));
    }
    number
}

/// A power of two, plus or minus a little.
pub fn near_power_of_two(rng: &mut Rng, length: usize) -> Vec<u8> {
    let power = power_of_two(rng.usize(..=8 * length), length);
    let little = small(rng.u64(..) >> rng.u32(..64), length);
    if rng.bool() { sum(&power, &little) } else { difference(&power, &little) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_numbers() {
        let value =
            |number: &[u8]| number.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        let mut rng = Rng::with_seed(1);
        for _ in 0..1000 {
            let (a, b) = (rng.u64(..) >> 24, rng.u64(..) >> 24);
            let (x, y) = (small(a, 5), small(b, 5));
            let modulus = 1 << 40;
            assert_eq!(value(&sum(&x, &y)), (a + b) % modulus);
            assert_eq!(value(&difference(&x, &y)), (a + modulus - b) % modulus);
            assert_eq!(value(&shifted_right(&x, 3)), a >> 3);
            assert_eq!(bits(&x), 64 - a.leading_zeros() as usize);
            let kept = rng.usize(..=40);
            let mut low = x.clone();
            truncate(&mut low, kept);
            assert_eq!(value(&low), a % (1 << kept));
            assert_eq!(value(&power_of_two(kept, 5)), (1 << kept) % modulus);
        }
    }
}

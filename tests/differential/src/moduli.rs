//! The moduli: random ones, and ones whose shape could upset a reduction.

use fastrand::Rng;

use crate::number::{self, set_bit};
use crate::primes;

/// How a modulus was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModulusKind {
    /// Random bits between the highest and the lowest.
    Random,
    /// 2^(bits - 1) and a little more: the quotient of a Barrett reduction is at its longest.
    AbovePower,
    /// 2^bits, less a little: all ones at the top, down to a run of ones alone.
    BelowPower,
    /// Three or a few more bits.
    Sparse,
    /// Long runs of ones and zeros.
    Runs,
    /// Digits at the ends of their range.
    Digits,
    /// The low words all ones, or 1: the inverse that a Montgomery reduction takes is 1 or -1.
    LowWords,
    /// A prime that is 3 modulo 4, random or beside a power of two: square roots can be taken of what a path is to meet
    /// between its squarings.
    Prime,
}

impl ModulusKind {
    /// Every kind; half of all moduli are random.
    pub const ALL: [Self; 8] = [
        Self::Random,
        Self::AbovePower,
        Self::BelowPower,
        Self::Sparse,
        Self::Runs,
        Self::Digits,
        Self::LowWords,
        Self::Prime,
    ];

    /// One of them.
    pub fn choose(rng: &mut Rng) -> Self {
        Self::ALL[if rng.bool() { 0 } else { rng.usize(1..Self::ALL.len()) }]
    }
}

/// An odd modulus of exactly `bits` bits, big-endian without leading zeros. For the kind
/// [`Prime`](ModulusKind::Prime) the bits are those of the stored prime that is nearest.
pub fn modulus(rng: &mut Rng, kind: ModulusKind, bits: usize) -> Vec<u8> {
    let length = bits.div_ceil(8);
    let little = number::small(rng.u64(..) >> rng.u32(..64), length);
    let mut modulus = match kind {
        ModulusKind::Random => number::random(rng, length),
        ModulusKind::AbovePower => little,
        ModulusKind::BelowPower => number::difference(&vec![0; length], &little),
        ModulusKind::Sparse => number::sparse(rng, length),
        ModulusKind::Runs => number::runs(rng, length),
        ModulusKind::Digits => number::extreme_digits(rng, length),
        ModulusKind::LowWords => low_words(rng, length),
        ModulusKind::Prime => return primes::nearest(rng, bits),
    };
    number::truncate(&mut modulus, bits);
    set_bit(&mut modulus, bits - 1);
    set_bit(&mut modulus, 0);
    modulus
}

fn low_words(rng: &mut Rng, length: usize) -> Vec<u8> {
    let mut modulus = number::random(rng, length);
    let words = rng.usize(1..=length / 8);
    let low = if rng.bool() { 0xff } else { 0 };
    modulus[length - 8 * words..].fill(low);
    modulus
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moduli_are_odd_and_of_their_length() {
        let mut rng = Rng::with_seed(3);
        for kind in ModulusKind::ALL.into_iter().filter(|kind| *kind != ModulusKind::Prime) {
            for bits in [2048, 2049, 2111, 3072, 4095, 4096] {
                let modulus = modulus(&mut rng, kind, bits);
                assert_eq!((number::bits(&modulus), modulus[modulus.len() - 1] & 1), (bits, 1));
                assert_ne!(modulus[0], 0);
            }
        }
    }
}

//! x86-64 with AVX2: Barrett's reduction on signed digits, sixteen columns at a time.
//!
//! Barrett, Implementing the Rivest Shamir and Adleman public key encryption algorithm on a
//! standard digital signal processor, CRYPTO '86. A modular square is three convolutions
//! ([`convolution`]), of which each computes half of all columns: the square `T`, where two
//! products are equal; the high half of `T μ`, the quotient `q`; the low half of `T − q n`. No
//! column waits for another's carry: carries are taken afterwards, four lanes at a time, and no
//! further than they must be.
//!
//! # The bounds
//! The modulus has `N` bits. A digit's radix is `B = 2^w`: `w` is 29, and 28 above 3562 bits.
//! Numbers have `k` digits, a multiple of four with `w k >= N + w + 5`; `T` is split at digit
//! `s = ⌊(N − 3) / w⌋`, and `μ = ⌊B^(s + k) / n⌋`. Hence `w (s + k) >= 2 N + 3`, `μ < B^k / 4` and
//! `n < B^k / 4`.
//!
//! *Sums.* [`carry`] leaves digits of at most `D = B/2 + 2^7`, either sign: its first pass leaves
//! `B/2` and a carry of at most `2^34`, its second `B/2` and one of at most `2^6 + 1`. Digits of
//! `n`, `μ` and the base are at most `B/2`. A column is a sum of at most `k` products and one
//! digit, or of `k / 2` products that count twice: at most `k D² + D`. With `w = 29`, `k <= 124`
//! and this is below `2^63 − 2^57`; with `w = 28`, `k <= 148` and it is below `2^62`. So no sum
//! overflows, in any order, nor with [`carry`]'s bias. Digits, doubled ones too, fit in the 32
//! bits that are multiplied.
//!
//! *Dropped carries.* [`carry`] drops what leaves the highest column, so that its number is right
//! modulo `B^m`, `m` digits. Such digits add up to less than `0.51 B^m`, and each number here is
//! smaller than `B^m / 4`; two such numbers that are congruent are equal. The same holds for the
//! digits of `T` from `s + k` on: since `|T| < n² < B^(s + k) / 8` they add up to zero, and digits
//! so small do that only where each is zero.
//!
//! *The quotient.* By how much `q` differs from `T / n`, for `|T| < n²`:
//! * the digits of `T` below `s`: `0.51 B^s / n < 0.13`. Three of them stand beside the others and
//!   have some of their products in the lowest tile: `0.51 · μ / B^k < 0.13`;
//! * `μ` rounded: `|T| / B^(s + k) <= 0.125`;
//! * the columns below the guards, which are not computed: less than `2^-70`;
//! * the guards, cut off: `0.51`.
//!
//! Together that is below 0.9. So `|T − q n| < n`: the result is between `−n` and `n`, its square
//! and its product with the base, which is below `n`, are again less than `n²`, and adding `n` to
//! a negative result makes it canonical. There is no input for which this does not hold, so that
//! no input makes it give up.

#![allow(unsafe_code)]

mod convolution;

use core::arch::x86_64::{
    __cpuid, __cpuid_count, __m256i, _mm256_add_epi64, _mm256_and_si256, _mm256_blend_epi32,
    _mm256_permute4x64_epi64, _mm256_set1_epi64x, _mm256_srli_epi64, _xgetbv,
};

use self::convolution::{DIGITS, MARGIN, Number, Product, add_low, high, load, square, store};
use super::{Modulus, Power, Words};

/// Columns below the quotient's own, for their carries.
const GUARDS: usize = 4;

/// What the path has precomputed of a modulus.
pub struct Key {
    /// `−n`.
    minus_n: Number,
    /// `μ`.
    mu: Number,
    /// `k`.
    len: usize,
    /// `s`.
    split: usize,
    /// Whether digits have 29 bits, or else 28.
    wide: bool,
    /// The modulus as it was given.
    modulus: Words,
}

/// What one operation works in. Around the digits of each number there are zeros, and stay so.
struct Scratch {
    x: Number,
    twice: Number,
    columns: Product,
    digits: Product,
    quotient: Number,
}

impl Scratch {
    const ZERO: Self =
        Self { x: [0; _], twice: [0; _], columns: [0; _], digits: [0; _], quotient: [0; _] };
}

/// Whether the processor has AVX2 and the system keeps its registers.
pub fn is_available() -> bool {
    const XSAVE: u32 = 1 << 26;
    const OSXSAVE: u32 = 1 << 27;
    const AVX: u32 = 1 << 28;
    const AVX2: u32 = 1 << 5;
    /// The states of the XMM and YMM registers.
    const STATES: u64 = 0b110;
    let wanted = XSAVE | OSXSAVE | AVX;
    if __cpuid(0).eax < 7 || __cpuid(1).ecx & wanted != wanted {
        return false;
    }
    // SAFETY: the processor has `xgetbv`, and the system has enabled it (OSXSAVE).
    let enabled = unsafe { _xgetbv(0) };
    enabled & STATES == STATES && __cpuid_count(7, 0).ebx & AVX2 != 0
}

impl Power for Key {
    /// Of the exponent F4 alone. A key is made only where [`is_available`] says so.
    fn power(&self, base: &Words, _f4: u64) -> Words {
        // SAFETY: the path is taken only where `is_available`, so that the processor has AVX2.
        unsafe { if self.wide { self.power_f4::<29>(base) } else { self.power_f4::<28>(base) } }
    }
}

impl Key {
    pub fn new(modulus: &Modulus) -> Self {
        let bits = modulus.bits();
        let wide = bits <= 3562;
        let radix = if wide { 29 } else { 28 };
        let len = (bits + radix + 5).div_ceil(radix).next_multiple_of(4);
        let split = (bits - 3) / radix;
        let (mu, _) = modulus.divide_power_of_two(radix * (split + len));
        Self {
            minus_n: digits(modulus.digits().iter().copied(), radix, true),
            mu: digits(mu.into_iter(), radix, false),
            len,
            split,
            wide,
            modulus: *modulus.words(),
        }
    }

    #[target_feature(enable = "avx2")]
    fn power_f4<const RADIX: i32>(&self, base: &Words) -> Words {
        let k = self.len;
        let mut scratch = Scratch::ZERO;
        let halves = base.as_slice().iter().flat_map(|word| [*word as u32, (*word >> 32) as u32]);
        let base = digits(halves, RADIX as usize, false);
        scratch.x = base;
        for _ in 0..16 {
            let Scratch { x, twice, columns, .. } = &mut scratch;
            let lanes = twice[MARGIN..MARGIN + k].as_chunks_mut().0;
            for (twice, x) in lanes.iter_mut().zip(x[MARGIN..].as_chunks::<4>().0) {
                let x = load(x, 0);
                store(twice, _mm256_add_epi64(x, x));
            }
            square(x, twice, k, columns);
            self.reduce::<RADIX>(&mut scratch);
        }
        let Scratch { x, columns, digits, .. } = &mut scratch;
        digits.fill(0);
        add_low(digits, x, &base, k, columns);
        high(x, &base, k, k, &mut columns[MARGIN + k..]);
        self.reduce::<RADIX>(&mut scratch);
        self.canonical::<RADIX>(&scratch.x)
    }

    /// The columns' number modulo `n`, between `−n` and `n`, as `x`.
    #[target_feature(enable = "avx2")]
    fn reduce<const RADIX: i32>(&self, scratch: &mut Scratch) {
        let k = self.len;
        let (low, guarded) = (MARGIN..MARGIN + k, MARGIN - GUARDS..MARGIN + k);
        let Scratch { x, columns, digits, quotient, .. } = scratch;
        carry::<RADIX>(&columns[MARGIN..MARGIN + 2 * k], &mut digits[MARGIN..]);
        // Digits `s..s + k`. The margins are not zeros here: below are other digits of `T`.
        let Some(top) = digits[self.split..].first_chunk() else { return };
        high(top, &self.mu, k, k - GUARDS, &mut columns[guarded.start..]);
        carry::<RADIX>(&columns[guarded.clone()], &mut quotient[guarded.start..]);
        quotient[guarded.start..MARGIN].fill(0);
        add_low(digits, quotient, &self.minus_n, k, columns);
        carry::<RADIX>(&columns[low], &mut x[MARGIN..]);
    }

    /// The number between 0 and `n`, of one between `−n` and `n`.
    fn canonical<const RADIX: i32>(&self, x: &Number) -> Words {
        let mut words = Words::zero(self.modulus.len());
        let mut digits = x[MARGIN..MARGIN + self.len].iter();
        let (mut held, mut bits) = (0_i128, 0);
        for word in words.as_mut_slice() {
            while bits < 64 {
                held += i128::from(digits.next().copied().unwrap_or(0)) << bits;
                bits += RADIX;
            }
            *word = held as u64;
            held >>= 64;
            bits -= 64;
        }
        // What is left is 0, or −1 of a negative number: its lowest bit tells.
        if bits == 0 {
            held += i128::from(digits.next().copied().unwrap_or(0));
        }
        if held & 1 == 1 {
            let mut carry = false;
            for (word, n) in words.as_mut_slice().iter_mut().zip(self.modulus.as_slice()) {
                (*word, carry) = word.carrying_add(*n, carry);
            }
        }
        words
    }
}

/// Turns columns into digits, in two passes at once. What leaves the highest column is dropped.
///
/// AVX2 shifts 64-bit lanes without their sign: a bias makes each sum positive first, and its share
/// of the carry is taken off again a step later.
#[target_feature(enable = "avx2")]
fn carry<const RADIX: i32>(columns: &[i64], digits: &mut [i64]) {
    let half = 1 << (RADIX - 1);
    let mask = _mm256_set1_epi64x((1 << RADIX) - 1);
    let bias = _mm256_set1_epi64x(i64::MIN + half);
    let second_bias = _mm256_set1_epi64x((1 << 40) - (1 << (63 - RADIX)));
    let unbias = _mm256_set1_epi64x(-half - (1 << (40 - RADIX)));
    let mut below = _mm256_set1_epi64x(1 << (63 - RADIX));
    let mut second_below = _mm256_set1_epi64x(1 << (40 - RADIX));
    for (column, digits) in columns.as_chunks::<4>().0.iter().zip(digits.as_chunks_mut().0) {
        let sum = _mm256_add_epi64(load(column, 0), bias);
        let carries = up_one(_mm256_srli_epi64::<RADIX>(sum), &mut below);
        let sum = _mm256_add_epi64(_mm256_and_si256(sum, mask), carries);
        let sum = _mm256_add_epi64(sum, second_bias);
        let carries = up_one(_mm256_srli_epi64::<RADIX>(sum), &mut second_below);
        let sum = _mm256_add_epi64(_mm256_and_si256(sum, mask), carries);
        store(digits, _mm256_add_epi64(sum, unbias));
    }
}

/// Lanes moved up by one; the lowest comes from the vector before.
#[inline]
#[target_feature(enable = "avx2")]
fn up_one(lanes: __m256i, below: &mut __m256i) -> __m256i {
    let turned = _mm256_permute4x64_epi64::<0b10_01_00_11>(lanes);
    let moved = _mm256_blend_epi32::<0b0000_0011>(turned, *below);
    *below = turned;
    moved
}

/// Signed digits of a number in 32-bit digits, or of its negative.
fn digits(mut number: impl Iterator<Item = u32>, radix: usize, negative: bool) -> Number {
    let (mut held, mut bits) = (0_i64, 0);
    let mut digits: Number = [0; _];
    for digit in &mut digits[MARGIN..MARGIN + DIGITS] {
        if bits < radix {
            held += i64::from(number.next().unwrap_or(0)) << bits;
            bits += 32;
        }
        // The nearest digit: at most half the radix, above or below.
        let half = 1 << (radix - 1);
        let low = ((held + half) & ((1 << radix) - 1)) - half;
        *digit = if negative { -low } else { low };
        held = (held - low) >> radix;
        bits -= radix;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::super::F4;
    use super::super::samples::{self, Random};
    use super::*;

    fn assert_agrees(modulus: &Modulus, bases: &[Words]) {
        if !is_available() {
            return;
        }
        samples::assert_agrees(&Key::new(modulus), modulus, bases, F4);
    }

    #[test]
    fn moduli_of_all_lengths_agree_with_the_reference() {
        let mut random = Random(1);
        for bits in (2048..=4096).step_by(3) {
            // One shape of modulus a length, in turn, and one of base.
            let moduli = samples::moduli(bits, &mut random);
            let modulus = &moduli[bits % moduli.len()];
            let bases = samples::bases(modulus, 29, &mut random);
            assert_agrees(modulus, &[bases[bits % bases.len()]]);
        }
    }

    #[test]
    fn the_edges_of_numbers_and_digits_agree_with_the_reference() {
        let mut random = Random(2);
        for bits in [2048, 2061, 3072, 3562, 3563, 4096] {
            for modulus in samples::moduli(bits, &mut random) {
                assert_agrees(&modulus, &samples::bases(&modulus, 29, &mut random));
            }
        }
    }
}

//! Long division, once a key: what the paths precompute is a quotient or a remainder of a power
//! of two. The reference path divides with it too.

use alloc::vec;
use alloc::vec::Vec;

/// Quotient and remainder of two numbers in 32-bit digits, the least significant first.
///
/// Knuth, The Art of Computer Programming, volume 2, §4.3.1, algorithm D. The quotient has
/// `numerator.len() - divisor.len() + 1` digits (none where that is negative), the remainder as
/// many as the divisor.
///
/// # Panics
/// Where the divisor has fewer than two digits or its last one is zero. No caller has such a
/// divisor: a modulus has at least 64 digits ([`Modulus`](super::Modulus)).
pub fn divide(numerator: &[u32], divisor: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let n = divisor.len();
    assert!(n >= 2 && divisor[n - 1] != 0, "a divisor has two digits, the last of them not zero");
    if numerator.len() < n {
        let mut remainder = numerator.to_vec();
        remainder.resize(n, 0);
        return (Vec::new(), remainder);
    }
    // D1: shifted so that the divisor's highest bit is set, which makes each guess at a digit at
    // most two too large.
    let shift = divisor[n - 1].leading_zeros();
    let divisor = shifted_left(divisor, shift);
    let mut rest = shifted_left(numerator, shift);
    let (top, next) = (u64::from(divisor[n - 1]), u64::from(divisor[n - 2]));
    let mut quotient = vec![0; numerator.len() - n + 1];
    for at in (0..quotient.len()).rev() {
        // D3: the guess.
        let high = u64::from(rest[at + n]) << 32 | u64::from(rest[at + n - 1]);
        let (mut digit, mut over) = (high / top, high % top);
        while digit >> 32 != 0 || digit * next > (over << 32 | u64::from(rest[at + n - 2])) {
            digit -= 1;
            over += top;
            if over >> 32 != 0 {
                break;
            }
        }
        // D4 to D6: subtract its multiple, and add the divisor back where that was too much.
        if subtract_multiple(&mut rest[at..=at + n], &divisor[..n], digit) {
            digit -= 1;
            add_back(&mut rest[at..=at + n], &divisor[..n]);
        }
        // Below 2^32 since the guess was reduced.
        quotient[at] = digit as u32;
    }
    rest.truncate(n);
    (quotient, shifted_right(&rest, shift))
}

/// Quotient and remainder of 2^`power`.
pub fn divide_power_of_two(power: usize, divisor: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut numerator = vec![0; power / 32 + 1];
    numerator[power / 32] = 1 << (power % 32);
    divide(&numerator, divisor)
}

/// One digit longer than the number.
fn shifted_left(number: &[u32], shift: u32) -> Vec<u32> {
    let mut carry = 0_u64;
    let mut digits: Vec<u32> = number
        .iter()
        .map(|digit| {
            carry |= u64::from(*digit) << shift;
            let low = carry as u32;
            carry >>= 32;
            low
        })
        .collect();
    digits.push(carry as u32);
    digits
}

fn shifted_right(number: &[u32], shift: u32) -> Vec<u32> {
    let above = number.iter().skip(1).chain(core::iter::once(&0));
    let pairs = number.iter().zip(above);
    pairs.map(|(low, high)| ((u64::from(*high) << 32 | u64::from(*low)) >> shift) as u32).collect()
}

/// Whether the result is negative; then it is 2^(32 · len) too large.
fn subtract_multiple(rest: &mut [u32], divisor: &[u32], digit: u64) -> bool {
    let (mut carry, mut borrow) = (0_u64, false);
    for (rest, divisor) in rest.iter_mut().zip(divisor.iter().chain(core::iter::once(&0))) {
        // At most (2^32 - 1)^2 + 2^32 - 1, below 2^64.
        carry += digit * u64::from(*divisor);
        let (less, under) = rest.overflowing_sub(carry as u32);
        let (less, under_again) = less.overflowing_sub(u32::from(borrow));
        (*rest, borrow) = (less, under || under_again);
        carry >>= 32;
    }
    borrow
}

fn add_back(rest: &mut [u32], divisor: &[u32]) {
    let mut carry = 0_u64;
    for (rest, divisor) in rest.iter_mut().zip(divisor.iter().chain(core::iter::once(&0))) {
        carry += u64::from(*rest) + u64::from(*divisor);
        *rest = carry as u32;
        carry >>= 32;
    }
}

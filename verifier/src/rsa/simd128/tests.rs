use alloc::vec;

use super::super::F4;
use super::super::samples::{self, Random};
use super::columns::{MOST, MOST_DOUBLED};
use super::*;

fn assert_agrees(modulus: &Modulus, bases: &[Words]) {
    samples::assert_agrees(&Key::new(modulus), modulus, bases, F4);
}

/// 31 shares no factor with 12, 13, 28 and 64: all remainders of a length by them are met.
#[test]
fn moduli_of_all_lengths_agree_with_the_reference() {
    let mut random = Random(13);
    let lengths = (2048..=4096).step_by(31).chain([4095, 4096]);
    for bits in lengths {
        let moduli = samples::moduli(bits, &mut random);
        let modulus = &moduli[bits % moduli.len()];
        let bases = samples::bases(modulus, 13, &mut random);
        assert_agrees(modulus, &[bases[bits % bases.len()]]);
    }
}

/// From 2066 to 2078 bits a number fills ten blocks of digits.
#[test]
fn the_edges_of_numbers_and_digits_agree_with_the_reference() {
    let mut random = Random(31);
    for (turn, bits) in [2048, 2065, 2066, 2078].into_iter().enumerate() {
        let modulus = &samples::moduli(bits, &mut random)[turn];
        assert_agrees(modulus, &samples::bases(modulus, 13, &mut random));
    }
}

/// What the arrays' sizes, and so the safety of every load, rest on is asserted by `Shape::of`.
#[test]
fn every_length_has_a_shape_that_fits() {
    for bits in 2048..=4096 {
        let shape = Shape::of(bits);
        assert!(BITS as usize * shape.len >= bits + 2);
        assert!(shape.high_from + shape.high_rows >= 2 * shape.len);
        assert!(shape.high_blocks * BLOCK >= shape.len + 2);
    }
}

/// The bounds of the module's documentation, in integers.
#[test]
fn the_bounds_hold_for_the_longest_columns() {
    const DIGIT: i64 = 4182;
    const WRITTEN: i64 = 4096;
    let rows = |blocks: usize| (BLOCK * blocks) as i64;
    let handed_on = MAX_DIGITS as i64 * DIGIT * DIGIT / (1 << BITS) + 5;
    let passed = (1 << BITS) - 1 + handed_on;
    assert!((passed >> BITS) + 1 + WRITTEN <= DIGIT);
    assert!((rows(MOST) + 16) * DIGIT * WRITTEN + passed < 1 << 31);
    assert!((rows(MOST_DOUBLED) + 8 + 8) * 2 * DIGIT * DIGIT + passed < 1 << 31);
    // One block more would not do.
    assert!((rows(MOST + 1) + 16) * DIGIT * WRITTEN > 1 << 31);
    assert!((rows(MOST_DOUBLED + 1) + 8 + 8) * 2 * DIGIT * DIGIT > 1 << 31);
}

/// All digits at their limit: the sums come as near to 2^31 as any input brings them, and the
/// native lanes would notice an overflow.
#[test]
fn columns_of_extreme_digits_are_carried_in_time() {
    for bits in [2048, 3072, 4096] {
        let mut words = vec![0; bits / 64];
        for bit in (12..bits - 2).step_by(13) {
            words[bit / 64] |= 1 << (bit % 64);
        }
        let mut base = Words::zero(bits / 64);
        base.as_mut_slice().copy_from_slice(&words);
        let mut written = vec![0; bits / 13];
        digits::write(base.as_slice(), &mut written);
        // The products of one column of a square, if nothing were carried out of it.
        let extreme = written.iter().filter(|digit| **digit <= -4095).count();
        assert!(extreme * 4095 * 4095 > 1 << 31, "{extreme} extreme digits");
        assert_agrees(&samples::modulus(bits, words), &[base]);
        assert_agrees(&samples::moduli(bits, &mut Random(3))[2], &[base]);
    }
}

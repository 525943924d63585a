use alloc::vec;

use super::super::F4;
use super::super::samples::{self, Random};
use super::*;

fn assert_agrees(modulus: &Modulus, bases: &[Words]) {
    samples::assert_agrees(&Key::new(modulus), modulus, bases, F4);
}

/// 31 shares no factor with 13, 52 and 64: all remainders of a length by them are met.
#[test]
fn moduli_of_all_lengths_agree_with_the_reference() {
    let mut random = Random(52);
    let lengths = (2048..=4096).step_by(31).chain([4095, 4096]);
    for bits in lengths {
        let moduli = samples::moduli(bits, &mut random);
        let modulus = &moduli[bits % moduli.len()];
        let bases = samples::bases(modulus, BITS as usize, &mut random);
        assert_agrees(modulus, &[bases[bits % bases.len()]]);
    }
}

/// From 2069 bits on a number has 41 digits, which are six blocks.
#[test]
fn the_edges_of_numbers_and_digits_agree_with_the_reference() {
    let mut random = Random(31);
    for (turn, bits) in [2048, 2068, 2069, 2120, 2121].into_iter().enumerate() {
        let modulus = &samples::moduli(bits, &mut random)[turn];
        assert_agrees(modulus, &samples::bases(modulus, BITS as usize, &mut random));
    }
}

/// What the arrays' sizes, and so the safety of every load, rest on is asserted by `Shape::of`.
#[test]
fn every_length_has_a_shape_that_fits() {
    let width = BITS as usize;
    for bits in 2048..=4096 {
        let shape = Shape::of(bits);
        assert!(width * shape.len >= bits + 12);
        assert!(width * shape.scale >= 2 * bits + 10);
        assert!(width * shape.mu_len >= width * shape.scale - bits + 3);
        assert_eq!(shape.high_from + shape.mu_len, shape.scale + 1);
        assert!(shape.high_rows + 2 <= 88);
    }
}

/// The sums of the module's documentation, in integers.
#[test]
fn the_bounds_hold_for_the_longest_columns() {
    let products = 88_i64;
    let digits = products * (1 << 50);
    let halves = products * (1 << 51);
    assert!(halves < 1 << 59);
    let around = digits + halves / 2 + 2 * (1 << BITS);
    assert!(around < 1 << 60);
    assert!(((1_i64 << 60) + around) >> BITS < 1 << 9);
    // The quotient: 20 of the column below the guard, and 2 of what is rounded.
    assert_eq!((80 * (1_i64 << 50)) >> BITS, 20);
}

/// All digits at their limit, of both signs: products and sums are as large as any input makes them.
#[test]
fn columns_of_extreme_digits_stay_exact() {
    for bits in [2048, 3072, 4096] {
        // Digits of -2^51 but for the lowest, and of 2^51 - 1 and -2^51 by turns.
        for pattern in [[51, 51], [51, 50]] {
            let mut words = vec![0_u64; bits / 64];
            for digit in 0..(bits - 2) / 52 {
                let bit = 52 * digit;
                let low = if pattern[digit % 2] == 51 { 51..52 } else { 0..51 };
                low.for_each(|at| words[(bit + at) / 64] |= 1 << ((bit + at) % 64));
            }
            let mut base = Words::zero(bits / 64);
            base.as_mut_slice().copy_from_slice(&words);
            let mut written = vec![0.0; bits.div_ceil(52)];
            digits::write(base.as_slice(), &mut written);
            let limit = (1_u64 << 51) as f64;
            let extreme = written.iter().filter(|digit| digit.abs() >= limit - 1.0).count();
            assert!(extreme >= bits / 52 - 2, "{extreme} extreme digits");
            assert_agrees(&samples::modulus(bits, words), &[base]);
            assert_agrees(&samples::moduli(bits, &mut Random(3))[2], &[base]);
        }
    }
}

/// What the tests run on, and what a WebAssembly engine with a processor of the last ten years does.
#[test]
fn a_multiply_add_is_rounded_once() {
    assert!(is_available());
}

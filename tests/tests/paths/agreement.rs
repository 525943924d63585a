//! Made cases, each path against `rsa` and the reference. `tests/differential` does the same with
//! AWS-LC in millions.

use fastrand::Rng;
use meterproof::rsa::Path;
use rsa::hazmat::rsa_encrypt;
use rsa::{BoxedUint, RsaPublicKey};

use crate::{F4, apply, number, operation, paths};

#[test]
fn paths_agree_at_2048_bits() {
    agree(2048, 40, 60);
}

#[test]
fn paths_agree_at_3072_bits() {
    agree(3072, 20, 60);
}

#[test]
fn paths_agree_at_4096_bits() {
    agree(4096, 12, 60);
}

#[test]
fn paths_agree_at_lengths_between() {
    // One more than whole digits of 12, 13, 28, 29, 60 and 64 bits, and one less.
    for bits in [2049, 2055, 2059, 2063, 2081, 2111, 2113, 2401, 3000, 3071, 3073, 4033, 4061, 4095]
    {
        agree(bits, 2, 30);
    }
}

#[test]
fn portable_paths_agree_on_other_exponents() {
    let mut rng = Rng::with_seed(9);
    for exponent in [1, 2, 3, 17, 65_536, 65_539, u64::from(u32::MAX), 1 << 63, u64::MAX] {
        for bits in [2048, 3072, 4096, 2111] {
            let modulus = modulus(&mut rng, bits);
            let reference = operation(Path::Reference, &modulus, exponent).unwrap();
            let mut compared = 0;
            for operation in paths().filter_map(|path| operation(path, &modulus, exponent)) {
                for _ in 0..3 {
                    let base = base(&mut rng, &modulus);
                    assert_eq!(apply(&operation, &base), apply(&reference, &base));
                }
                compared += 1;
            }
            assert_eq!(compared, 3, "the reference and the portable paths");
        }
    }
}

#[test]
fn a_base_has_to_be_below_the_modulus() {
    let mut rng = Rng::with_seed(13);
    for bits in [2048, 2111, 3072, 4096] {
        let modulus = modulus(&mut rng, bits);
        let near = |more: u64| number::sum(&modulus, &number::small(more, modulus.len()));
        for operation in paths().map(|path| operation(path, &modulus, F4).unwrap()) {
            let less = number::difference(&modulus, &number::small(1, modulus.len()));
            // (n - 1)^e is -1, as e is odd.
            assert_eq!(apply(&operation, &less), Some(less));
            for base in [near(0), near(1), near(2), vec![0xff; modulus.len()]] {
                if base >= modulus {
                    assert_eq!(apply(&operation, &base), None);
                }
            }
        }
    }
}

fn agree(bits: usize, moduli: usize, bases: usize) {
    let mut rng = Rng::with_seed(bits as u64);
    for _ in 0..moduli {
        let modulus = modulus(&mut rng, bits);
        let oracle = RsaPublicKey::new(uint(&modulus, &modulus), BoxedUint::from(F4)).unwrap();
        let operations: Vec<_> =
            paths().map(|path| (path, operation(path, &modulus, F4).unwrap())).collect();
        for _ in 0..bases {
            let base = base(&mut rng, &modulus);
            let expected = rsa_encrypt(&oracle, &uint(&base, &modulus)).unwrap();
            let expected = expected.to_be_bytes();
            let expected = &expected[expected.len() - modulus.len()..];
            for (path, operation) in &operations {
                // Each of them is as slow as a thousand of the others.
                if *path == Path::Reference && rng.u32(..10) > 0 {
                    continue;
                }
                assert_eq!(
                    apply(operation, &base).as_deref(),
                    Some(expected),
                    "{path:?}: modulus {modulus:02x?}, base {base:02x?}"
                );
            }
        }
    }
}

fn uint(number: &[u8], modulus: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice(number, 8 * u32::try_from(modulus.len()).unwrap()).unwrap()
}

/// Odd, and of exactly `bits` bits.
fn modulus(rng: &mut Rng, bits: usize) -> Vec<u8> {
    let mut modulus = any_number(rng, bits.div_ceil(8));
    number::truncate(&mut modulus, bits);
    number::set_bit(&mut modulus, bits - 1);
    number::set_bit(&mut modulus, 0);
    modulus
}

/// Below the modulus, and as many bytes.
fn base(rng: &mut Rng, modulus: &[u8]) -> Vec<u8> {
    let mut base = any_number(rng, modulus.len());
    if rng.u32(..4) == 0 {
        base = number::difference(modulus, &base);
    }
    while base.as_slice() >= modulus {
        number::truncate(&mut base, number::bits(modulus) - 1);
    }
    base
}

/// Half of them are random.
fn any_number(rng: &mut Rng, length: usize) -> Vec<u8> {
    match rng.u32(..12) {
        0 => number::small(rng.u64(..) >> rng.u32(..64), length),
        1 => number::near_power_of_two(rng, length),
        2 => number::sparse(rng, length),
        3 => number::runs(rng, length),
        4 | 5 => number::extreme_digits(rng, length),
        _ => number::random(rng, length),
    }
}

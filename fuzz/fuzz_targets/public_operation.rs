//! Every path computes what the reference computes, for any modulus, base and exponent.
//!
//! Input: two bytes for the length of the modulus, one for the exponent's kind, eight for the
//! exponent, then the modulus and the base in halves, each from its low end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use meterproof::rsa::{Modulus, Path, PublicOperation, Words};

const F4: u64 = 65_537;

fuzz_target!(|input: &[u8]| {
    let Some((head, numbers)) = input.split_at_checked(11) else { return };
    let bits = 2048 + usize::from(u16::from_be_bytes([head[0], head[1]])) % 2049;
    let exponent = match head[2] % 4 {
        0 => u64::from_be_bytes(std::array::from_fn(|at| head[3 + at])).max(1),
        _ => F4,
    };
    let (modulus, base) = numbers.split_at(numbers.len() / 2);
    let modulus = modulus_of(modulus, bits);
    let base = low_bytes(base, modulus.len());
    let number = Words::from_be_bytes(&base).expect("at most 4096 bits");
    let operation = |path| {
        let modulus = Modulus::from_be_bytes(&modulus).expect("odd, of 2048 to 4096 bits");
        PublicOperation::with_path(path, modulus, exponent)
    };
    let expected = operation(Path::Reference).expect("takes every exponent").apply(&number);
    assert_eq!(expected.is_some(), base < modulus);
    for path in Path::ALL {
        if let Some(operation) = operation(*path) {
            assert_eq!(operation.apply(&number), expected, "{path:?}");
        }
    }
});

/// Odd, and of exactly `bits` bits.
fn modulus_of(bytes: &[u8], bits: usize) -> Vec<u8> {
    let mut modulus = low_bytes(bytes, bits.div_ceil(8));
    let top = (bits - 1) % 8;
    modulus[0] = modulus[0] & ((1 << top) - 1) | 1 << top;
    *modulus.last_mut().expect("256 bytes at least") |= 1;
    modulus
}

fn low_bytes(bytes: &[u8], length: usize) -> Vec<u8> {
    let kept = &bytes[bytes.len().saturating_sub(length)..];
    [&vec![0; length - kept.len()], kept].concat()
}

//! WebAssembly's vectors.

#![allow(unsafe_code)]

mod digits;
mod kernel;
mod lanes;

use super::{Modulus, Words};
use kernel::{Constants, Work};

/// Bits of a digit.
const BITS: u32 = 13;

/// What this path precomputes of a modulus.
#[derive(Clone)]
pub struct Key {
    modulus: Modulus,
    constants: Constants,
}

impl Key {
    pub fn new(modulus: &Modulus) -> Self {
        Self { modulus: modulus.clone(), constants: Constants::new(modulus) }
    }

    /// s^65537 mod n. The base is below n.
    pub fn power_f4(&self, base: &Words) -> Option<Words> {
        let mut work = Work::new(&self.constants, base);
        for _ in 0..16 {
            work.square();
            work.reduce();
        }
        work.multiply_by_base();
        work.reduce();
        Some(digits::canonical(work.digits(), &self.modulus))
    }
}

use alloc::vec::Vec;

use super::Words;
use super::division::divide_power_of_two;

/// An RSA modulus: odd, of 2048 to 4096 bits.
#[derive(Clone)]
pub struct Modulus {
    words: Words,
    /// The same in 32-bit digits, the highest not zero: what divisions take.
    digits: Vec<u32>,
}

impl Modulus {
    /// Reads big-endian bytes; leading zeros are not counted. `None` for a number that is even or
    /// of fewer than 2048 or more than 4096 bits.
    #[must_use]
    pub fn from_be_bytes(bytes: &[u8]) -> Option<Self> {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let words = Words::from_be_bytes(&bytes[zeros..])?;
        if words.bits() < 2048 || words.as_slice()[0] % 2 == 0 {
            return None;
        }
        let mut digits: Vec<u32> =
            words.as_slice().iter().flat_map(|word| [*word as u32, (*word >> 32) as u32]).collect();
        if digits.last() == Some(&0) {
            digits.pop();
        }
        Some(Self { words, digits })
    }

    /// The number; its highest word is not zero.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Bits, 2048 to 4096.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.words.bits()
    }

    #[cfg(any(target_arch = "x86_64", feature = "paths", test))]
    /// In 32-bit digits, the least significant first and the highest not zero.
    pub(super) fn digits(&self) -> &[u32] {
        &self.digits
    }

    /// Quotient and remainder of 2^`power`, in 32-bit digits, the least significant first.
    pub(super) fn divide_power_of_two(&self, power: usize) -> (Vec<u32>, Vec<u32>) {
        divide_power_of_two(power, &self.digits)
    }
}

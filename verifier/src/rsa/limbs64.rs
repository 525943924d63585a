use super::{Modulus, Words, reference};

#[derive(Clone)]
pub struct Key(Modulus);

impl Key {
    pub fn new(modulus: &Modulus) -> Self {
        Self(modulus.clone())
    }

    pub fn power(&self, base: &Words, exponent: u64) -> Words {
        reference::power(&self.0, base, exponent)
    }
}

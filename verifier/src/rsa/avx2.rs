use super::{F4, Modulus, Words, reference};

#[derive(Clone)]
pub struct Key(Modulus);

pub fn is_available() -> bool {
    false
}

impl Key {
    pub fn new(modulus: &Modulus) -> Self {
        Self(modulus.clone())
    }

    pub fn power_f4(&self, base: &Words) -> Option<Words> {
        Some(reference::power(&self.0, base, F4))
    }
}

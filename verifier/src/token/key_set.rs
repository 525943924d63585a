use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU32;

use super::PublicKey;

/// The version of a product's public key: 1 or more (`PublicKeyVersion` of RegisterUsage, API
/// reference 2016-01-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyVersion(NonZeroU32);

impl KeyVersion {
    /// `None` for 0, which is no version.
    #[must_use]
    pub const fn new(version: u32) -> Option<Self> {
        match NonZeroU32::new(version) {
            Some(version) => Some(Self(version)),
            None => None,
        }
    }

    /// The number, 1 or more.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for KeyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The keys that are trusted, by version. A token names the version; it cannot bring a key.
///
/// Keep a former version for as long as containers of it run: their tokens name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet {
    /// By version, rising; each once.
    keys: Vec<(KeyVersion, PublicKey)>,
}

impl KeySet {
    /// Without any key: every token is refused until one is added.
    #[must_use]
    pub const fn new() -> Self {
        Self { keys: Vec::new() }
    }

    /// With one more key; it takes the place of a former one of that version.
    #[must_use]
    pub fn with(mut self, version: KeyVersion, key: PublicKey) -> Self {
        match self.position(version) {
            // Either position is in range.
            Ok(at) => self.keys[at].1 = key,
            Err(at) => self.keys.insert(at, (version, key)),
        }
        self
    }

    /// The key of this version.
    #[must_use]
    pub fn get(&self, version: KeyVersion) -> Option<&PublicKey> {
        let at = self.position(version).ok()?;
        self.keys.get(at).map(|(_, key)| key)
    }

    /// The versions, rising.
    pub fn versions(&self) -> impl Iterator<Item = KeyVersion> + '_ {
        self.keys.iter().map(|(version, _)| *version)
    }

    /// Whether it has no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (KeyVersion, &PublicKey)> {
        self.keys.iter().map(|(version, key)| (*version, key))
    }

    fn position(&self, version: KeyVersion) -> Result<usize, usize> {
        self.keys.binary_search_by_key(&version, |(version, _)| *version)
    }
}

use alloc::collections::BTreeMap;
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
    keys: BTreeMap<KeyVersion, PublicKey>,
}

impl KeySet {
    /// Without any key: every token is refused until one is added.
    #[must_use]
    pub const fn new() -> Self {
        Self { keys: BTreeMap::new() }
    }

    /// With one more key; it takes the place of a former one of that version.
    #[must_use]
    pub fn with(mut self, version: KeyVersion, key: PublicKey) -> Self {
        self.keys.insert(version, key);
        self
    }

    /// The key of this version.
    #[must_use]
    pub fn get(&self, version: KeyVersion) -> Option<&PublicKey> {
        self.keys.get(&version)
    }

    /// The versions, rising.
    pub fn versions(&self) -> impl Iterator<Item = KeyVersion> + '_ {
        self.keys.keys().copied()
    }

    /// Whether it has no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (KeyVersion, &PublicKey)> {
        self.keys.iter().map(|(version, key)| (*version, key))
    }
}

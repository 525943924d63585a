//! What was seen before: a table of byte strings, each with a number.

use alloc::vec::Vec;

use sha2::{Digest, Sha256};

/// A hash table with open addressing. Keys lie side by side in one vector, so that a key costs no
/// allocation of its own, and all memory is used again after [`clear`](Self::clear).
///
/// The hash is quick, and whoever writes a document can write one whose keys all fall into one
/// place. The core has no source of random numbers to prevent that by, so the table counts its
/// steps: where keys lie further from their places than chance explains, it takes
/// [SHA-256](strong_hash) for a hash from then on, salted by all keys so far. To choose keys for
/// that salt, one would have to find keys that hash to a value which depends on those keys. Work is
/// linear in the bytes of all keys either way.
#[derive(Default)]
pub(super) struct Seen {
    keys: Vec<u8>,
    entries: Vec<Entry>,
    /// A power of two of places, at least twice the entries: 0 for none, else an entry's place
    /// among the entries, from 1.
    slots: Vec<usize>,
    /// Searches, and the steps that they took beyond the first place of their key.
    searches: usize,
    steps: usize,
    salt: Option<[u8; 32]>,
}

struct Entry {
    hash: u64,
    /// The key's end; it begins where the one before ends.
    end: usize,
    value: usize,
}

impl Seen {
    /// Forgets all keys. Costs what was added, not what was added once.
    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.entries.clear();
        self.slots.clear();
        self.searches = 0;
        self.steps = 0;
        self.salt = None;
    }

    /// The value under which this key was added before; else adds it under this one.
    pub(super) fn add(&mut self, key: &[u8], value: usize) -> Option<usize> {
        self.searches += 1;
        // In a table that is half full at most, a search takes 1.5 steps on average.
        if self.steps > 16 * self.searches + 1024 && self.salt.is_none() {
            self.take_salt();
        }
        if self.entries.len() * 2 >= self.slots.len() {
            self.rebuild((self.entries.len() * 4).next_power_of_two().max(16));
        }
        let hash = self.hash(key);
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        // Half of the slots are free: the loop ends.
        while let Some(number) = self.slots.get(at).copied().filter(|number| *number > 0) {
            if let Some(entry) = self.entries.get(number - 1)
                && entry.hash == hash
                && self.key(number - 1) == key
            {
                return Some(entry.value);
            }
            at = (at + 1) & mask;
            self.steps += 1;
        }
        self.keys.extend_from_slice(key);
        self.entries.push(Entry { hash, end: self.keys.len(), value });
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = self.entries.len();
        }
        None
    }

    fn key(&self, number: usize) -> &[u8] {
        let end_of = |number: usize| self.entries.get(number).map_or(0, |entry| entry.end);
        let start = number.checked_sub(1).map_or(0, end_of);
        self.keys.get(start..end_of(number)).unwrap_or_default()
    }

    #[cold]
    fn take_salt(&mut self) {
        self.salt = Some(Sha256::digest(&self.keys).into());
        for number in 0..self.entries.len() {
            let hash = self.hash(self.key(number));
            if let Some(entry) = self.entries.get_mut(number) {
                entry.hash = hash;
            }
        }
        self.rebuild(self.slots.len());
    }

    #[cold]
    fn rebuild(&mut self, slots: usize) {
        self.slots.clear();
        self.slots.resize(slots, 0);
        let mask = slots.wrapping_sub(1);
        for (number, entry) in self.entries.iter().enumerate() {
            let mut at = entry.hash as usize & mask;
            while self.slots.get(at).is_some_and(|number| *number > 0) {
                at = (at + 1) & mask;
                self.steps += 1;
            }
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = number + 1;
            }
        }
    }

    #[inline]
    fn hash(&self, key: &[u8]) -> u64 {
        match &self.salt {
            None => quick_hash(key),
            Some(salt) => strong_hash(salt, key),
        }
    }
}

/// Eight bytes at a time, by multiplication with an odd number of random digits.
#[inline]
fn quick_hash(key: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, eight: u64| (hash.rotate_left(29) ^ eight).wrapping_mul(FACTOR);
    let mut hash = key.len() as u64;
    let (eights, rest) = key.as_chunks::<8>();
    for eight in eights {
        hash = mix(hash, u64::from_le_bytes(*eight));
    }
    let rest = rest.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte));
    hash = mix(hash, rest);
    // The upper bits are the best mixed, and the lower ones choose the slot.
    hash ^ hash >> 32
}

#[cold]
fn strong_hash(salt: &[u8; 32], key: &[u8]) -> u64 {
    let digest = Sha256::new().chain_update(salt).chain_update(key).finalize();
    digest.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_a_map_finds(
            keys in prop::collection::vec(prop::collection::vec(0..3_u8, 0..12), 0..300),
        ) {
            let mut seen = Seen::default();
            for _ in 0..2 {
                let mut map = BTreeMap::new();
                for (value, key) in keys.iter().enumerate() {
                    let before = map.get(key).copied();
                    map.entry(key).or_insert(value);
                    prop_assert_eq!(seen.add(key, value), before);
                }
                seen.clear();
            }
        }
    }

    /// Keys of eight bytes that all hash to multiples of 2^17: the mixing undone.
    fn flood(count: u64) -> Vec<[u8; 8]> {
        const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut inverse = 1_u64;
        for _ in 0..6 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(FACTOR.wrapping_mul(inverse)));
        }
        let unmix = |hash: u64| hash.wrapping_mul(inverse);
        (0..count)
            .map(|number| {
                let wanted = number << 17;
                let last = wanted ^ wanted >> 32;
                let before_rest = unmix(last).rotate_right(29);
                (unmix(before_rest) ^ 8_u64.rotate_left(29)).to_le_bytes()
            })
            .collect()
    }

    #[test]
    fn keys_made_to_collide_take_no_longer() {
        let keys = flood(50_000);
        assert!(keys.iter().all(|key| quick_hash(key) & 0xFFFF == 0));
        let mut seen = Seen::default();
        for (value, key) in keys.iter().enumerate() {
            assert_eq!(seen.add(key, value), None);
        }
        assert!(seen.salt.is_some());
        // Without the salt each key would pass over all before it: 10^9 steps.
        assert!(seen.steps < 40 * keys.len(), "{} steps", seen.steps);
        for (value, key) in keys.iter().enumerate() {
            assert_eq!(seen.add(key, 0), Some(value));
        }
    }

    #[test]
    fn ordinary_keys_keep_the_quick_hash() {
        let mut seen = Seen::default();
        for number in 0..200_000_usize {
            let key = alloc::format!("license l-{number:032x} account {number:012} users");
            assert_eq!(seen.add(key.as_bytes(), number), None);
        }
        assert!(seen.salt.is_none());
        assert!(seen.steps < 4 * 200_000, "{} steps", seen.steps);
        assert_eq!(vec![seen.add(b"license l-", 7)], [None]);
    }
}

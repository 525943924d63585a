//! What was seen before.

use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use crate::json::Text;

/// Keys, by number: what a [`Seen`] is asked about is the last.
pub(in crate::usage) trait Keys {
    /// How many there are.
    fn count(&self) -> usize;
    /// Gives a key to the hasher.
    fn write(&self, number: usize, hasher: &mut Hasher);
    /// Whether two keys are the same.
    fn is_same(&self, a: usize, b: usize) -> bool;
}

/// A hash table with open addressing over keys that the caller holds, without a copy of any; all
/// memory is used again after [`clear`](Self::clear).
///
/// The hash is quick, and whoever writes a document can write one whose keys all fall into one
/// place. The core has no source of random numbers to prevent that by, so the table counts its
/// steps: where keys lie further from their places than chance explains, a [`Tree`] takes the
/// table's place. Work is linear in the bytes of all keys either way.
#[derive(Default)]
pub(in crate::usage) struct Seen {
    /// By number.
    hashes: Vec<u64>,
    /// A power of two of places, at least twice the keys: a key's number from 1, or 0.
    slots: Vec<usize>,
    /// Searches, and the steps that they took beyond the first place of their key.
    searches: usize,
    steps: usize,
    tree: Option<Tree>,
}

impl Seen {
    /// Forgets all keys. Costs what was added, not what was added once.
    pub(super) fn clear(&mut self) {
        self.hashes.clear();
        self.slots.clear();
        self.searches = 0;
        self.steps = 0;
        self.tree = None;
    }

    /// Adds the last of the keys, all others of which were added before; or the number of the one
    /// that is the same.
    pub(in crate::usage) fn add(&mut self, keys: &(impl Keys + ?Sized)) -> Option<usize> {
        let number = keys.count().wrapping_sub(1);
        self.searches += 1;
        // In a table that is half full at most, a search takes 1.5 steps on average.
        if self.steps > 16 * self.searches + 1024 && self.tree.is_none() {
            self.plant(keys);
        }
        if let Some(tree) = &mut self.tree {
            let is_same = |other| keys.is_same(other, number);
            return tree.add(strong_hash(keys, number), is_same, &mut self.steps);
        }
        if number * 2 >= self.slots.len() {
            self.rebuild((number * 4).next_power_of_two().max(64));
        }
        let mut hasher = Hasher { quick: 0, strong: None };
        keys.write(number, &mut hasher);
        let hash = hasher.finish();
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        // Half of the slots are free: the loop ends.
        while let Some(other) = self.slots.get(at).and_then(|number| number.checked_sub(1)) {
            if self.hashes.get(other) == Some(&hash) && keys.is_same(other, number) {
                return Some(other);
            }
            at = (at + 1) & mask;
            self.steps += 1;
        }
        self.hashes.push(hash);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = self.hashes.len();
        }
        None
    }

    #[cold]
    fn plant(&mut self, keys: &(impl Keys + ?Sized)) {
        let mut tree = Tree::default();
        for number in 0..self.hashes.len() {
            // Keys in the table differ from one another.
            tree.add(strong_hash(keys, number), |_| false, &mut self.steps);
        }
        self.tree = Some(tree);
    }

    #[cold]
    fn rebuild(&mut self, slots: usize) {
        self.slots.clear();
        self.slots.resize(slots, 0);
        self.hashes.reserve(slots / 2 - self.hashes.len().min(slots / 2));
        let mask = slots.wrapping_sub(1);
        for (number, hash) in self.hashes.iter().enumerate() {
            let mut at = *hash as usize & mask;
            while self.slots.get(at).is_some_and(|number| *number > 0) {
                at = (at + 1) & mask;
                self.steps += 1;
            }
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = number + 1;
            }
        }
    }
}

#[cold]
fn strong_hash(keys: &(impl Keys + ?Sized), number: usize) -> u64 {
    let mut hasher = Hasher { quick: 0, strong: Some(Sha256::new()) };
    keys.write(number, &mut hasher);
    hasher.finish()
}

/// A digital search tree: a key in each node, and the bits of its hash, lowest first, are the way
/// to it. The hash is the first 64 bits of SHA-256, so nothing but trying leads to keys that go
/// the same way: k levels cost 2^k trials for each key. Keys of one hash, should somebody have
/// found any, hang below each other.
#[derive(Default)]
struct Tree(Vec<Node>);

struct Node {
    hash: u64,
    /// Numbers of the keys below; 0 is the root, which is below none, and stands for no key.
    below: [usize; 2],
}

impl Tree {
    /// Adds a key, or the number of the one that is the same.
    fn add(
        &mut self,
        hash: u64,
        is_same: impl Fn(usize) -> bool,
        steps: &mut usize,
    ) -> Option<usize> {
        let added = self.0.len();
        let (mut at, mut way) = (0, hash);
        while let Some(node) = self.0.get_mut(at) {
            if node.hash == hash && is_same(at) {
                return Some(at);
            }
            let [even, odd] = &mut node.below;
            let next = if way & 1 == 0 { even } else { odd };
            way = way.rotate_right(1);
            if *next == 0 {
                *next = added;
                break;
            }
            at = *next;
            *steps += 1;
        }
        self.0.push(Node { hash, below: [0; 2] });
        None
    }
}

/// What a key is given to.
pub(in crate::usage) struct Hasher {
    quick: u64,
    strong: Option<Sha256>,
}

impl Hasher {
    #[inline]
    pub(in crate::usage) fn number(&mut self, number: u64) {
        match &mut self.strong {
            None => self.mix(number),
            Some(strong) => strong.update(number.to_le_bytes()),
        }
    }

    #[inline]
    pub(super) fn text(&mut self, document: &str, text: Text) {
        if self.strong.is_some() || text.is_escaped() {
            return self.str(&text.content(document));
        }
        self.quick_text(text.written(document).as_bytes());
    }

    /// A text that stands in no document, or has escapes there.
    #[cold]
    pub(in crate::usage) fn str(&mut self, text: &str) {
        match &mut self.strong {
            None => self.quick_text(text.as_bytes()),
            Some(strong) => {
                strong.update(text.as_bytes());
                // No UTF-8 holds this byte: texts side by side stay apart.
                strong.update([0xFF]);
            }
        }
    }

    /// The length, the first eight bytes and the last sixteen: identifiers that differ differ
    /// there. Others are told apart by comparison, and at the worst by the strong hash.
    #[inline]
    fn quick_text(&mut self, text: &[u8]) {
        let eight = |eight: Option<&[u8; 8]>| eight.map_or(0, |eight| u64::from_le_bytes(*eight));
        self.quick ^= text.len() as u64;
        if let Some((_, [a, b, c, d, e, f, g, h, last @ ..])) = text.split_last_chunk::<16>() {
            self.mix(eight(text.first_chunk()));
            self.mix(u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]));
            self.mix(u64::from_le_bytes(*last));
        } else if text.len() >= 8 {
            self.mix(eight(text.first_chunk()));
            self.mix(eight(text.last_chunk()));
        } else {
            self.mix(text.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)));
        }
    }

    /// By multiplication with an odd number of random digits.
    #[inline]
    fn mix(&mut self, eight: u64) {
        self.quick = (self.quick.rotate_left(29) ^ eight).wrapping_mul(FACTOR);
    }

    fn finish(mut self) -> u64 {
        match self.strong {
            None => {
                // What differs in upper bytes alone differs in upper bits alone until it is
                // turned and mixed once more, and the lower bits choose the slot.
                self.mix(0);
                self.quick ^ self.quick >> 32
            }
            Some(strong) => {
                let digest = strong.finalize();
                digest.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
            }
        }
    }
}

const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::string::String;
    use alloc::{format, vec};
    use proptest::prelude::*;

    enum Test {
        Numbers(Vec<u64>),
        Texts(String, Vec<Text>),
    }

    impl Keys for Test {
        fn count(&self) -> usize {
            match self {
                Self::Numbers(numbers) => numbers.len(),
                Self::Texts(_, texts) => texts.len(),
            }
        }

        fn write(&self, number: usize, hasher: &mut Hasher) {
            match self {
                Self::Numbers(numbers) => hasher.number(numbers[number]),
                Self::Texts(document, texts) => hasher.text(document, texts[number]),
            }
        }

        fn is_same(&self, a: usize, b: usize) -> bool {
            match self {
                Self::Numbers(numbers) => numbers[a] == numbers[b],
                Self::Texts(document, texts) => {
                    texts[a].content(document) == texts[b].content(document)
                }
            }
        }
    }

    fn numbers(seen: &mut Seen, numbers: impl IntoIterator<Item = u64>) -> Test {
        let mut keys = vec![];
        for number in numbers {
            keys.push(number);
            let test = Test::Numbers(keys);
            assert_eq!(seen.add(&test), None);
            let Test::Numbers(added) = test else { unreachable!() };
            keys = added;
        }
        Test::Numbers(keys)
    }

    proptest! {
        #[test]
        fn finds_what_a_map_finds(
            keys in prop::collection::vec("(a|b|\\\\u0061|\\\\u0062|é){0,9}", 0..200),
        ) {
            let mut seen = Seen::default();
            for _ in 0..2 {
                let (mut map, mut test) = (BTreeMap::new(), Test::Texts(String::new(), vec![]));
                for key in &keys {
                    let Test::Texts(document, texts) = &mut test else { unreachable!() };
                    let start = document.len();
                    document.push_str(key);
                    let text = match key.contains('\\') {
                        true => Text::escaped(start, document.len()),
                        false => Text::plain(start, document.len()),
                    };
                    texts.push(text);
                    let number = map.len();
                    let before = *map.entry(text.content(document).into_owned()).or_insert(number);
                    let expected = (before != number).then_some(before);
                    prop_assert_eq!(seen.add(&test), expected);
                    if let (Some(_), Test::Texts(_, texts)) = (expected, &mut test) {
                        texts.pop();
                    }
                }
                seen.clear();
            }
        }
    }

    /// Numbers that all hash to multiples of 2^17: the mixing undone.
    fn flood(count: u64) -> impl Iterator<Item = u64> {
        let mut inverse = 1_u64;
        for _ in 0..6 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(FACTOR.wrapping_mul(inverse)));
        }
        (0..count).map(move |number| {
            let wanted = number << 17;
            let before = (wanted ^ wanted >> 32).wrapping_mul(inverse).rotate_right(29);
            before.wrapping_mul(inverse)
        })
    }

    #[test]
    fn keys_made_to_collide_take_no_longer() {
        for number in flood(1000) {
            let mut hasher = Hasher { quick: 0, strong: None };
            hasher.number(number);
            assert_eq!(hasher.finish() & 0xFFFF, 0);
        }
        let mut seen = Seen::default();
        let Test::Numbers(mut keys) = numbers(&mut seen, flood(50_000)) else { unreachable!() };
        assert!(seen.tree.is_some());
        // Without the tree each key would pass over all before it: 10^9 steps.
        assert!(seen.steps < 40 * 50_000, "{} steps", seen.steps);
        for (place, key) in keys.clone().into_iter().enumerate() {
            keys.push(key);
            let test = Test::Numbers(keys);
            assert_eq!(seen.add(&test), Some(place));
            let Test::Numbers(added) = test else { unreachable!() };
            keys = added;
            keys.pop();
        }
    }

    /// Hashes that 65,536 trials each would give: a table of their lowest bits would hold all of
    /// them in one place.
    #[test]
    fn hashes_found_by_trying_share_the_first_steps_alone() {
        let (mut tree, mut steps) = (Tree::default(), 0);
        for number in 0..50_000_u64 {
            let mixed = number.wrapping_mul(FACTOR) << 16;
            assert_eq!(tree.add(mixed, |_| true, &mut steps), None);
        }
        assert!(steps < (16 + 20) * 50_000, "{steps} steps");
    }

    #[test]
    fn keys_of_one_hash_are_told_apart() {
        let (mut tree, mut steps) = (Tree::default(), 0);
        for number in 0..200 {
            assert_eq!(tree.add(7, |other| other == number, &mut steps), None);
        }
        for number in 0..200 {
            assert_eq!(tree.add(7, |other| other == number, &mut steps), Some(number));
        }
    }

    #[test]
    fn ordinary_keys_keep_the_quick_hash() {
        let mut seen = Seen::default();
        let mut test = Test::Texts(String::new(), vec![]);
        for number in 0..50_000 {
            let Test::Texts(document, texts) = &mut test else { unreachable!() };
            let start = document.len();
            document.push_str(&format!("arn:aws:license-manager::1:license:l-{number:032x}"));
            texts.push(Text::plain(start, document.len()));
            assert_eq!(seen.add(&test), None);
        }
        assert!(seen.tree.is_none());
        assert!(seen.steps < 4 * 50_000, "{} steps", seen.steps);
    }
}

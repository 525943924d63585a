//! The allocations of records, side by side in memory that is used again.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::Range;

use super::seen::{Hasher, Keys, Seen};
use crate::json::{Span, Text};
use crate::sort::{sort, sort_few};
use crate::text::{Piece, text};
use crate::usage::quantity::Quantity;

/// A part of a record's quantity, for one set of tags.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) quantity: Quantity,
    /// The tags, among all tags.
    pub(super) tags: Range<usize>,
}

/// A key and a value; `None` for `null`.
pub(super) struct TagText {
    pub(super) key: Text,
    pub(super) value: Option<Text>,
    /// Which element of its list it is, from 0.
    pub(super) number: usize,
    pub(super) span: Span,
}

impl TagText {
    /// What tags are compared by: no value and the empty value are one.
    fn meaning(&self) -> [Text; 2] {
        [self.key, self.value.unwrap_or(Text::NONE)]
    }
}

/// Allocations and tags of all records that may still be asked for, and what finds a set of tags
/// that comes twice.
pub(super) struct Parts<'a> {
    document: &'a str,
    parts: Vec<Part>,
    tags: Vec<TagText>,
    /// The tag sets of the allocations being read, and their allocations.
    sets: Vec<(Range<usize>, usize)>,
    seen_sets: Seen,
    /// The tags with the keys being read, where they are many.
    keys: Vec<usize>,
    seen_keys: Seen,
}

/// How far allocations and tags reach, to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    parts: usize,
    tags: usize,
}

impl<'a> Parts<'a> {
    pub(super) fn new(document: &'a str) -> Self {
        Self {
            document,
            parts: Vec::new(),
            tags: Vec::new(),
            sets: Vec::new(),
            seen_sets: Seen::default(),
            keys: Vec::new(),
            seen_keys: Seen::default(),
        }
    }

    /// The text that all this stands in.
    pub(super) fn document(&self) -> &'a str {
        self.document
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { parts: self.parts.len(), tags: self.tags.len() }
    }

    /// Forgets what came after the mark.
    pub(super) fn back_to(&mut self, mark: Mark) {
        self.parts.truncate(mark.parts);
        self.tags.truncate(mark.tags);
    }

    /// The allocations from the mark on.
    pub(super) fn since(&self, mark: Mark) -> Range<usize> {
        mark.parts..self.parts.len()
    }

    /// The tags from the mark on.
    pub(super) fn tags_since(&self, mark: Mark) -> Range<usize> {
        mark.tags..self.tags.len()
    }

    pub(super) fn push(&mut self, part: Part) {
        self.parts.push(part);
    }

    pub(super) fn push_tag(&mut self, tag: TagText) {
        if self.tags.is_empty() {
            self.tags.reserve(32);
            self.parts.reserve(32);
        }
        self.tags.push(tag);
    }

    pub(super) fn get(&self, range: &Range<usize>) -> &[Part] {
        self.parts.get(range.clone()).unwrap_or_default()
    }

    pub(super) fn tags(&self, range: &Range<usize>) -> &[TagText] {
        self.tags.get(range.clone()).unwrap_or_default()
    }

    /// Puts the few tags of a set in order; equal ones stay as they came.
    pub(super) fn sort_tags(&mut self, range: &Range<usize>) {
        let (document, tags) = (self.document, self.tags.get_mut(range.clone()));
        sort_few(tags.unwrap_or_default(), |a, b| compare(document, a, b) == Ordering::Less);
    }

    /// Begins the allocations of another record.
    pub(super) fn begin_sets(&mut self) {
        self.sets.clear();
        self.seen_sets.clear();
    }

    /// The allocation that had this set of tags before this one, if one had.
    pub(super) fn add_set(&mut self, tags: &Range<usize>, allocation: usize) -> Option<usize> {
        self.sets.push((tags.clone(), allocation));
        let keys = Sets { document: self.document, tags: &self.tags, sets: &self.sets };
        let first = self.seen_sets.add(&keys)?;
        self.sets.pop();
        self.sets.get(first).map(|(_, allocation)| *allocation)
    }

    /// Whether two of these allocations have the same set of tags.
    pub(super) fn repeat_a_set(&mut self, allocations: &Range<usize>) -> bool {
        const FEW: usize = 4;
        if allocations.len() > FEW {
            self.begin_sets();
            return allocations.clone().any(|at| {
                let tags = self.parts.get(at).map_or(0..0, |part| part.tags.clone());
                self.add_set(&tags, at).is_some()
            });
        }
        let parts = self.get(allocations);
        let mut pairs = parts
            .iter()
            .enumerate()
            .flat_map(|(at, part)| parts.iter().take(at).map(move |before| (before, part)));
        pairs.any(|(a, b)| self.compare_sets(a, b) == Ordering::Equal)
    }

    /// Whether one of these tags before this one has its key.
    pub(super) fn has_key_before(&self, tags: &Range<usize>, at: usize) -> bool {
        let Some(tag) = self.tags.get(at) else { return false };
        let earlier = self.tags(&(tags.start..at)).iter();
        earlier.map(|earlier| earlier.key).any(|key| is_same(self.document, key, tag.key))
    }

    /// Begins the tags of another set.
    pub(super) fn begin_keys(&mut self) {
        self.keys.clear();
        self.seen_keys.clear();
    }

    /// Adds a tag's key; whether it was there.
    pub(super) fn adds_key_again(&mut self, at: usize) -> bool {
        self.keys.push(at);
        let keys = TagKeys { document: self.document, tags: &self.tags, keys: &self.keys };
        let is_known = self.seen_keys.add(&keys).is_some();
        if is_known {
            self.keys.pop();
        }
        is_known
    }

    /// Whether two records split their quantity alike, in any order. Each set of tags comes once
    /// in a record without an error.
    pub(super) fn is_same_split(&self, a: &Range<usize>, b: &Range<usize>) -> bool {
        let (a, b) = (self.get(a), self.get(b));
        if a.len() != b.len() {
            return false;
        }
        let alike = |a: &Part, b: &Part| {
            a.quantity == b.quantity && self.compare_sets(a, b) == Ordering::Equal
        };
        if a.iter().zip(b).all(|(a, b)| alike(a, b)) {
            return true;
        }
        let size = |parts: &[Part]| -> usize {
            let tags = parts.iter().flat_map(|part| self.tags(&part.tags));
            let texts = tags.flat_map(TagText::meaning);
            texts.map(|text| text.content(self.document).len()).sum()
        };
        // Not sorted in vain: a long split costs no more than the one that it is compared with.
        if size(a) != size(b) {
            return false;
        }
        self.in_order(a).iter().zip(&self.in_order(b)).all(|(a, b)| alike(a, b))
    }

    fn in_order<'p>(&self, parts: &'p [Part]) -> Vec<&'p Part> {
        let mut parts: Vec<&Part> = parts.iter().collect();
        sort(&mut parts, |a, b| self.compare_sets(a, b) == Ordering::Less);
        parts
    }

    fn compare_sets(&self, a: &Part, b: &Part) -> Ordering {
        let (a, b) = (self.tags(&a.tags), self.tags(&b.tags));
        let pairs = a.iter().zip(b).map(|(a, b)| compare(self.document, a, b));
        pairs.fold(Ordering::Equal, Ordering::then).then(a.len().cmp(&b.len()))
    }

    /// As [`TagSet`](crate::usage::TagSet) shows it.
    pub(super) fn shown(&self, tags: &Range<usize>) -> String {
        let tags = self.tags(tags);
        if tags.is_empty() {
            return "no tags".into();
        }
        let mut shown = String::new();
        for (index, tag) in tags.iter().enumerate() {
            let [key, value] = tag.meaning().map(|text| text.content(self.document));
            let comma = if index == 0 { "" } else { ", " };
            text!(comma, &*key, "=", &*value).push_to(&mut shown);
        }
        shown
    }
}

fn compare(document: &str, a: &TagText, b: &TagText) -> Ordering {
    let order = |a: Text, b: Text| {
        if a.is_escaped() || b.is_escaped() {
            return a.content(document).cmp(&b.content(document));
        }
        a.written(document).cmp(b.written(document))
    };
    let ([key, value], [other_key, other_value]) = (a.meaning(), b.meaning());
    order(key, other_key).then_with(|| order(value, other_value))
}

/// Whether two texts say the same.
pub(super) fn is_same(document: &str, a: Text, b: Text) -> bool {
    if a.is_escaped() || b.is_escaped() {
        return a.content(document) == b.content(document);
    }
    a.written(document) == b.written(document)
}

/// Sets of tags, to be found again.
struct Sets<'p> {
    document: &'p str,
    tags: &'p [TagText],
    sets: &'p [(Range<usize>, usize)],
}

impl Sets<'_> {
    fn texts(&self, number: usize) -> impl Iterator<Item = Text> {
        let set = self.sets.get(number).and_then(|(tags, _)| self.tags.get(tags.clone()));
        set.unwrap_or_default().iter().flat_map(TagText::meaning)
    }
}

impl Keys for Sets<'_> {
    fn count(&self) -> usize {
        self.sets.len()
    }

    fn write(&self, number: usize, hasher: &mut Hasher) {
        self.texts(number).for_each(|text| hasher.text(self.document, text));
    }

    fn is_same(&self, a: usize, b: usize) -> bool {
        let (mut a, mut b) = (self.texts(a), self.texts(b));
        loop {
            match (a.next(), b.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if is_same(self.document, a, b) => {}
                _ => return false,
            }
        }
    }
}

/// Keys of tags, to be found again.
struct TagKeys<'p> {
    document: &'p str,
    tags: &'p [TagText],
    keys: &'p [usize],
}

impl TagKeys<'_> {
    fn key(&self, number: usize) -> Text {
        let tag = self.keys.get(number).and_then(|tag| self.tags.get(*tag));
        tag.map_or(Text::NONE, |tag| tag.key)
    }
}

impl Keys for TagKeys<'_> {
    fn count(&self) -> usize {
        self.keys.len()
    }

    fn write(&self, number: usize, hasher: &mut Hasher) {
        hasher.text(self.document, self.key(number));
    }

    fn is_same(&self, a: usize, b: usize) -> bool {
        is_same(self.document, self.key(a), self.key(b))
    }
}

//! The allocations of records, side by side in memory that is used again.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::Range;

use super::seen::Seen;
use crate::json::Span;
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
pub(super) struct TagText<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) value: Option<Cow<'a, str>>,
    /// Which element of its list it is, from 0.
    pub(super) number: usize,
    pub(super) span: Span,
}

impl TagText<'_> {
    /// What tags are compared by: no value and the empty value are one.
    pub(super) fn meaning(&self) -> (&str, &str) {
        (&self.key, self.value.as_deref().unwrap_or_default())
    }
}

/// Allocations and tags of all records that may still be asked for, and what finds a set of tags
/// that comes twice.
#[derive(Default)]
pub(super) struct Parts<'a> {
    parts: Vec<Part>,
    tags: Vec<TagText<'a>>,
    /// The tag sets of the allocations being read.
    pub(super) sets: Seen,
    /// The keys of the tags being read, where they are many.
    pub(super) keys: Seen,
    scratch: Vec<u8>,
}

/// How far allocations and tags reach, to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    parts: usize,
    tags: usize,
}

impl<'a> Parts<'a> {
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

    pub(super) fn push_tag(&mut self, tag: TagText<'a>) {
        self.tags.push(tag);
    }

    pub(super) fn get(&self, range: &Range<usize>) -> &[Part] {
        self.parts.get(range.clone()).unwrap_or_default()
    }

    pub(super) fn tags(&self, range: &Range<usize>) -> &[TagText<'a>] {
        self.tags.get(range.clone()).unwrap_or_default()
    }

    /// Whether one of these tags before this one has its key.
    pub(super) fn has_key_before(&self, tags: &Range<usize>, at: usize) -> bool {
        let [tag] = self.tags(&(at..at + 1)) else { return false };
        self.tags(&(tags.start..at)).iter().any(|before| before.key == tag.key)
    }

    /// Adds a tag's key to [`keys`](Self::keys); whether it was there.
    pub(super) fn adds_key_again(&mut self, at: usize) -> bool {
        let Some(tag) = self.tags.get(at) else { return false };
        self.keys.add(tag.key.as_bytes(), at).is_some()
    }

    /// Puts the few tags of a set in order; equal ones stay as they came.
    pub(super) fn sort_tags(&mut self, range: &Range<usize>) {
        let tags = self.tags.get_mut(range.clone()).unwrap_or_default();
        for end in 1..tags.len() {
            for at in (1..=end).rev() {
                match tags.get(at - 1..=at) {
                    Some([before, after]) if before.meaning() > after.meaning() => {
                        tags.swap(at - 1, at);
                    }
                    _ => break,
                }
            }
        }
    }

    /// The value under which this set of tags was added before; else adds it.
    pub(super) fn add_set(&mut self, tags: &Range<usize>, value: usize) -> Option<usize> {
        self.scratch.clear();
        for tag in self.tags.get(tags.clone()).unwrap_or_default() {
            let (key, value) = tag.meaning();
            // No UTF-8 holds these two bytes: two sets are never written alike.
            self.scratch.extend_from_slice(key.as_bytes());
            self.scratch.push(0xFE);
            self.scratch.extend_from_slice(value.as_bytes());
            self.scratch.push(0xFF);
        }
        self.sets.add(&self.scratch, value)
    }

    /// Whether two records split their quantity alike, in any order. Each set of tags comes once
    /// in a record without an error.
    pub(super) fn is_same_split(&self, a: &Range<usize>, b: &Range<usize>) -> bool {
        let (a, b) = (self.get(a), self.get(b));
        if a.len() != b.len() {
            return false;
        }
        let alike = |a: &Part, b: &Part| {
            a.quantity == b.quantity && self.compare_sets(a, b) == core::cmp::Ordering::Equal
        };
        if a.iter().zip(b).all(|(a, b)| alike(a, b)) {
            return true;
        }
        let size = |parts: &[Part]| -> usize {
            let tags = parts.iter().flat_map(|part| self.tags(&part.tags));
            tags.map(|tag| tag.meaning().0.len() + tag.meaning().1.len()).sum()
        };
        // Not sorted in vain: a long split costs no more than the one that it is compared with.
        if size(a) != size(b) {
            return false;
        }
        let sorted = |parts: &[Part]| {
            let mut parts = parts.to_vec();
            parts.sort_unstable_by(|a, b| self.compare_sets(a, b));
            parts
        };
        sorted(a).iter().zip(&sorted(b)).all(|(a, b)| alike(a, b))
    }

    fn compare_sets(&self, a: &Part, b: &Part) -> core::cmp::Ordering {
        let meanings = |part: &Part| self.tags(&part.tags).iter().map(TagText::meaning);
        meanings(a).cmp(meanings(b))
    }

    /// As [`TagSet`](crate::usage::TagSet) shows it.
    pub(super) fn shown(&self, tags: &Range<usize>) -> alloc::string::String {
        let tags = self.tags(tags);
        if tags.is_empty() {
            return "no tags".into();
        }
        let mut shown = alloc::string::String::new();
        for (index, tag) in tags.iter().enumerate() {
            let (key, value) = tag.meaning();
            let comma = if index == 0 { "" } else { ", " };
            text!(comma, key, "=", value).push_to(&mut shown);
        }
        shown
    }
}

//! Vendor-metered tagging: one record's usage split into buckets by tags.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::identifiers::{TagKey, TagValue};
use super::limits::{MAX_ALLOCATIONS, MAX_TAGS};
use super::quantity::{Quantity, micros_to_text};
use super::validate::seen::{Hasher, Keys, Seen};
use crate::sort::sort_few;

/// A key and a value. The value may be missing (`null`) or empty, as AWS's text allows.
#[derive(Clone, Debug, Eq)]
pub struct Tag {
    key: TagKey,
    value: Option<TagValue>,
}

impl Tag {
    /// A tag; `None` is sent as `null`.
    pub fn new(key: TagKey, value: Option<TagValue>) -> Self {
        Self { key, value }
    }

    /// The key.
    pub fn key(&self) -> &TagKey {
        &self.key
    }

    /// The value; `None` for `null`.
    pub fn value(&self) -> Option<&TagValue> {
        self.value.as_ref()
    }

    /// What tags are compared by: no value and the empty value are one.
    fn meaning(&self) -> (&str, &str) {
        let value = self.value.as_ref().map_or("", TagValue::as_str);
        (self.key.as_str(), value)
    }
}

impl PartialEq for Tag {
    fn eq(&self, other: &Self) -> bool {
        self.meaning() == other.meaning()
    }
}

impl PartialOrd for Tag {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Tag {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.meaning().cmp(&other.meaning())
    }
}

/// The tags of one bucket: none for the untagged bucket, else 1 to 5.
///
/// Kept in the order of their keys: two sets with the same tags are equal, in whatever order they
/// were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagSet(Vec<Tag>);

impl TagSet {
    /// The bucket of all that carries no tag.
    pub const UNTAGGED: Self = Self(Vec::new());

    /// A set of up to five tags; no tags make the untagged bucket.
    ///
    /// # Errors
    /// [`AllocationError::TooManyTags`].
    pub fn new(mut tags: Vec<Tag>) -> Result<Self, AllocationError> {
        if tags.len() > MAX_TAGS {
            return Err(AllocationError::TooManyTags { actual: tags.len() });
        }
        sort_few(&mut tags, |a, b| a < b);
        Ok(Self(tags))
    }

    /// The tags, by key.
    pub fn tags(&self) -> &[Tag] {
        &self.0
    }
}

impl fmt::Display for TagSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no tags");
        }
        for (index, tag) in self.0.iter().enumerate() {
            let (key, value) = tag.meaning();
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{key}={value}")?;
        }
        Ok(())
    }
}

/// A part of a record's quantity, for one set of tags.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsageAllocation {
    tags: TagSet,
    quantity: Quantity,
}

impl UsageAllocation {
    /// This much for this bucket.
    pub fn new(quantity: Quantity, tags: TagSet) -> Self {
        Self { tags, quantity }
    }

    /// The bucket's part of the usage.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// The bucket's tags.
    pub fn tags(&self) -> &TagSet {
        &self.tags
    }
}

/// Checks what the allocations of one record have to keep among themselves: at most 2500, one
/// kind of quantity, each tag set once, and a sum that is the record's quantity to the millionth.
pub(super) fn check(
    quantity: Quantity,
    allocations: &[UsageAllocation],
) -> Result<(), AllocationError> {
    if allocations.is_empty() {
        return Ok(());
    }
    if allocations.len() > MAX_ALLOCATIONS {
        return Err(AllocationError::TooMany { actual: allocations.len() });
    }
    let of_other_kind = |a: &UsageAllocation| a.quantity.is_decimal() != quantity.is_decimal();
    if let Some(index) = allocations.iter().position(of_other_kind) {
        return Err(AllocationError::MixedKinds { index });
    }
    if let Some((first, second)) = repeated_tag_set(allocations.iter().map(|a| &a.tags)) {
        return Err(AllocationError::RepeatedTags { first, second });
    }
    let sum: u128 = allocations.iter().map(|a| u128::from(a.quantity.micros())).sum();
    if sum != u128::from(quantity.micros()) {
        return Err(AllocationError::Sum { sum: micros_to_text(sum), quantity });
    }
    Ok(())
}

/// The places of the first tag set that comes a second time.
pub(super) fn repeated_tag_set<'a>(
    tag_sets: impl Iterator<Item = &'a TagSet>,
) -> Option<(usize, usize)> {
    let (mut sets, mut seen) = (TagSets(Vec::new()), Seen::default());
    for (index, tags) in tag_sets.enumerate() {
        sets.0.push(tags);
        if let Some(first) = seen.add(&sets as &dyn Keys) {
            return Some((first, index));
        }
    }
    None
}

/// Sets of tags, to be found again.
struct TagSets<'s>(Vec<&'s TagSet>);

impl Keys for TagSets<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn write(&self, number: usize, hasher: &mut Hasher) {
        let tags = self.0.get(number).into_iter().flat_map(|set| set.tags());
        for (key, value) in tags.map(Tag::meaning) {
            hasher.str(key);
            hasher.str(value);
        }
    }

    fn is_same(&self, a: usize, b: usize) -> bool {
        self.0.get(a) == self.0.get(b)
    }
}

/// Why allocations do not fit each other or their record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AllocationError {
    /// More than 2500 allocations.
    TooMany {
        /// Allocations given.
        actual: usize,
    },
    /// More than 5 tags in one set.
    TooManyTags {
        /// Tags given.
        actual: usize,
    },
    /// A whole number within a decimal record, or the other way round.
    MixedKinds {
        /// The first allocation of the other kind, from 0.
        index: usize,
    },
    /// One tag set on two allocations.
    RepeatedTags {
        /// The first of the two, from 0.
        first: usize,
        /// The second of the two, from 0.
        second: usize,
    },
    /// The parts are not the whole.
    Sum {
        /// The exact sum of the parts.
        sum: String,
        /// The record's quantity.
        quantity: Quantity,
    },
}

impl AllocationError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "too_many_allocations",
        "too_many_tags",
        "allocation_kind",
        "repeated_tag_set",
        "allocation_sum",
    ];

    /// The stable code of the variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "too_many_allocations",
            Self::TooManyTags { .. } => "too_many_tags",
            Self::MixedKinds { .. } => "allocation_kind",
            Self::RepeatedTags { .. } => "repeated_tag_set",
            Self::Sum { .. } => "allocation_sum",
        }
    }
}

impl fmt::Display for AllocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany { actual } => write!(
                f,
                "{actual} allocations; AWS takes at most {MAX_ALLOCATIONS} for a record, merge some"
            ),
            Self::TooManyTags { actual } => write!(
                f,
                "{actual} tags; AWS takes at most {MAX_TAGS} for an allocation, drop some"
            ),
            Self::MixedKinds { index } => write!(
                f,
                "allocation {index} is not of its record's kind of quantity; use whole numbers throughout or decimals throughout"
            ),
            Self::RepeatedTags { first, second } => write!(
                f,
                "allocations {first} and {second} carry the same tags; add them up into one"
            ),
            Self::Sum { sum, quantity } => write!(
                f,
                "allocations add up to {sum}, the record's quantity is {quantity}; make them equal"
            ),
        }
    }
}

impl core::error::Error for AllocationError {}

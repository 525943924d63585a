//! Sums by customer, dimension and tags, in millionths of a unit.

use std::collections::BTreeMap;

use meterproof::usage::{
    Dimension, Identity, Quantity, Tag, TagKey, TagSet, TagValue, UsageAllocation, UsageRecord,
};
use meterproof_emulator::service::LedgerEntry;
use meterproof_emulator::wire;
use meterproof_metering::Contents;

/// What is added up on its own.
pub(super) type Series = (Identity, Dimension);

/// Sums of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums(pub(super) BTreeMap<Series, BTreeMap<TagSet, u128>>);

impl Sums {
    pub(super) fn add(&mut self, series: Series, tags: TagSet, micros: u128) {
        *self.0.entry(series).or_default().entry(tags).or_default() += micros;
    }

    pub(super) fn add_split(
        &mut self,
        series: Series,
        quantity: Quantity,
        allocations: &[UsageAllocation],
    ) {
        if allocations.is_empty() {
            self.add(series, TagSet::UNTAGGED, u128::from(quantity.micros()));
            return;
        }
        for part in allocations {
            self.add(series.clone(), part.tags().clone(), u128::from(part.quantity().micros()));
        }
    }

    pub(super) fn add_record(&mut self, record: &UsageRecord) {
        let series = (record.identity().clone(), record.dimension().clone());
        self.add_split(series, record.quantity(), record.allocations());
    }

    pub(super) fn add_contents(&mut self, series: &Series, contents: &Contents) {
        for (tags, micros) in contents.pieces() {
            self.add(series.clone(), tags.clone(), micros);
        }
    }

    pub(super) fn add_entry(&mut self, series: &Series, entry: &LedgerEntry) {
        if entry.allocations.is_empty() {
            let micros = u128::from(entry.quantity.millionths());
            self.add(series.clone(), TagSet::UNTAGGED, micros);
        }
        for part in &entry.allocations {
            let whole = part.allocated_usage_quantity.map(|units| units.unsigned_abs() * 1_000_000);
            let decimal = part.allocated_usage_quantity_as_decimal.as_deref();
            let decimal = decimal.and_then(|text| Quantity::parse_decimal(text).ok());
            let micros = whole.or(decimal.map(Quantity::micros)).unwrap_or(0);
            self.add(series.clone(), tags_of(part), u128::from(micros));
        }
    }

    /// The sum for one set of tags.
    pub(super) fn of(&self, series: &Series, tags: &TagSet) -> u128 {
        self.0.get(series).and_then(|sums| sums.get(tags)).copied().unwrap_or(0)
    }

    pub(super) fn total(&self, series: &Series) -> u128 {
        self.0.get(series).map_or(0, |sums| sums.values().sum())
    }
}

fn tags_of(part: &wire::UsageAllocation) -> TagSet {
    let tag = |tag: &wire::Tag| {
        let key = TagKey::parse(tag.key.as_deref()?).ok()?;
        let value = tag.value.as_deref().and_then(|value| TagValue::parse(value).ok());
        Some(Tag::new(key, value))
    };
    let tags = part.tags.iter().flatten().filter_map(tag).collect();
    TagSet::new(tags).unwrap_or_default()
}

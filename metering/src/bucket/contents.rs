//! Exact sums of usage, by tags.

use std::collections::BTreeMap;

use meterproof::Timestamp;
use meterproof::usage::{TagSet, UsageRecord};

use crate::UsageEvent;

/// What a bucket holds: a sum for each set of tags, in millionths of a unit. No sum is ever
/// rounded, and none overflows: 2^128 millionths are more than 10^22 of the largest events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    sums: BTreeMap<TagSet, u128>,
    places: Option<u8>,
    carried: BTreeMap<Timestamp, u128>,
    events: u64,
}

/// A sum for one set of tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The tags.
    pub tags: TagSet,
    /// The sum in millionths of a unit.
    pub micros: u128,
}

impl Contents {
    /// Contents as a store keeps them.
    #[must_use]
    pub fn from_parts(
        pieces: impl IntoIterator<Item = Piece>,
        places: Option<u8>,
        carried: BTreeMap<Timestamp, u128>,
        events: u64,
    ) -> Self {
        let mut contents = Self { places, carried, events, ..Self::default() };
        for piece in pieces {
            contents.add_piece(piece.tags, piece.micros);
        }
        contents
    }

    /// What an event adds; `carried_from` is the hour it belongs to where that is not the
    /// bucket's own.
    #[must_use]
    pub fn of_event(event: &UsageEvent, carried_from: Option<Timestamp>) -> Self {
        let quantity = event.quantity();
        let micros = u128::from(quantity.micros());
        let mut contents = Self { places: places_of(quantity), events: 1, ..Self::default() };
        if event.allocations().is_empty() {
            contents.add_piece(TagSet::UNTAGGED, micros);
        }
        for allocation in event.allocations() {
            contents
                .add_piece(allocation.tags().clone(), u128::from(allocation.quantity().micros()));
        }
        if let Some(hour) = carried_from {
            contents.carried.insert(hour.start_of_hour(), micros);
        }
        contents
    }

    /// What a record that was summed up elsewhere holds.
    pub(super) fn of_record(record: &UsageRecord) -> Self {
        let mut contents = Self { places: places_of(record.quantity()), ..Self::default() };
        if record.allocations().is_empty() {
            contents.add_piece(TagSet::UNTAGGED, u128::from(record.quantity().micros()));
        }
        for allocation in record.allocations() {
            contents
                .add_piece(allocation.tags().clone(), u128::from(allocation.quantity().micros()));
        }
        contents
    }

    /// Adds other contents.
    pub fn absorb(&mut self, other: Self) {
        for (tags, micros) in other.sums {
            self.add_piece(tags, micros);
        }
        self.places = self.places.max(other.places);
        for (hour, micros) in other.carried {
            *self.carried.entry(hour).or_default() += micros;
        }
        self.events += other.events;
    }

    /// The same usage, all of it carried from `hour` and counted as no event of its own.
    #[must_use]
    pub(super) fn carried_from(self, hour: Timestamp) -> Self {
        let micros = self.micros();
        Self { carried: BTreeMap::from([(hour, micros)]), events: 0, ..self }
    }

    /// The sum of everything, in millionths of a unit.
    #[must_use]
    pub fn micros(&self) -> u128 {
        self.sums.values().sum()
    }

    /// The sums by tags, in the order of the tags.
    pub fn pieces(&self) -> impl ExactSizeIterator<Item = (&TagSet, u128)> {
        self.sums.iter().map(|(tags, micros)| (tags, *micros))
    }

    /// The most decimal places of any quantity; `None` where all are whole numbers.
    #[must_use]
    pub fn places(&self) -> Option<u8> {
        self.places
    }

    /// How much was carried in, by the hour it belongs to.
    #[must_use]
    pub fn carried(&self) -> &BTreeMap<Timestamp, u128> {
        &self.carried
    }

    /// How many events were added.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    fn add_piece(&mut self, tags: TagSet, micros: u128) {
        *self.sums.entry(tags).or_default() += micros;
    }
}

fn places_of(quantity: meterproof::usage::Quantity) -> Option<u8> {
    quantity.is_decimal().then(|| {
        let text = quantity.to_string();
        // At most six places follow the point.
        text.split_once('.').map_or(0, |(_, places)| places.len() as u8)
    })
}

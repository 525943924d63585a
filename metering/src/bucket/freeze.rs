//! From a bucket's sums to one usage record, and what is too much for it.

use meterproof::Timestamp;
use meterproof::usage::limits::{MAX_ALLOCATIONS, MAX_DECIMAL_MICROS};
use meterproof::usage::{Quantity, Rules, TagSet, UsageAllocation, UsageRecord};

use super::contents::{Contents, Piece};
use super::key::BucketKey;

/// The most bytes of a record's allocations. AWS takes less than 1 MB a request; SQS takes 256
/// KiB a message and DynamoDB 400 KB an item, and a record passes through both.
const MAX_ALLOCATION_BYTES: usize = 240_000;

const MICROS_PER_UNIT: u128 = 1_000_000;

/// A frozen record and the usage that did not fit into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frozen {
    pub(super) record: UsageRecord,
    pub(super) rest: Option<Contents>,
}

/// Makes the record. Sums beyond what a whole number holds become a decimal of the same value; a
/// sum of more than ten digits, more than 2500 allocations, or allocations of more than 240,000
/// bytes leave a rest for another hour: nothing is cut off.
pub(super) fn freeze(
    key: &BucketKey,
    contents: &Contents,
    timestamp: Timestamp,
    rules: &Rules,
) -> Frozen {
    let form = Form::of(contents, rules);
    let tagged = contents.pieces().any(|(tags, _)| *tags != TagSet::UNTAGGED);
    let (mut taken, mut rest): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
    let (mut room, mut bytes) = (form.limit, 0);
    for (tags, micros) in contents.pieces() {
        let part = micros.min(room);
        let size = tagged.then(|| form.allocation(tags, part)).map_or(0, |one| size(&one));
        let fits = taken.len() < MAX_ALLOCATIONS && bytes + size <= MAX_ALLOCATION_BYTES;
        let part = if fits && (part > 0 || micros == 0) {
            taken.push(Piece { tags: tags.clone(), micros: part });
            bytes += size;
            part
        } else {
            0
        };
        room -= part;
        if part < micros {
            rest.push(Piece { tags: tags.clone(), micros: micros - part });
        } else if !fits && micros == 0 {
            // A bucket of tags without usage is nothing to carry.
        }
    }
    let total = taken.iter().map(|piece| piece.micros).sum();
    let allocations = if tagged {
        taken.iter().map(|piece| form.allocation(&piece.tags, piece.micros)).collect()
    } else {
        Vec::new()
    };
    let record = UsageRecord::new(
        key.identity().clone(),
        key.dimension().clone(),
        timestamp,
        form.quantity(total),
        allocations,
    )
    // Each set of tags comes once out of a map; all quantities are of one form; the total is
    // their sum; and there are at most 2500.
    .expect("the allocations of one bucket fit each other");
    let rest = (!rest.is_empty()).then(|| {
        Contents::from_parts(rest, contents.places(), Default::default(), 0)
            .carried_from(key.hour())
    });
    Frozen { record, rest }
}

/// How quantities of one record are written, and how much they may come to.
struct Form {
    /// `None` for whole numbers.
    places: Option<u8>,
    limit: u128,
}

impl Form {
    fn of(contents: &Contents, rules: &Rules) -> Self {
        let whole = u128::from(rules.max_whole_quantity()) * MICROS_PER_UNIT;
        match contents.places() {
            None if contents.micros() <= whole || !rules.has_decimals() => {
                Self { places: None, limit: whole }
            }
            places => {
                let places = places.unwrap_or(0);
                // Cut to the places, so that what is taken can be written with them.
                let step = 10_u128.pow(6_u32.saturating_sub(u32::from(places)));
                let limit = u128::from(MAX_DECIMAL_MICROS);
                Self { places: Some(places), limit: limit - limit % step }
            }
        }
    }

    /// `micros` is within the limit and has no more places than the form.
    fn quantity(&self, micros: u128) -> Quantity {
        let units = micros / MICROS_PER_UNIT;
        let quantity = match self.places {
            None => u64::try_from(units).ok().and_then(|units| Quantity::whole(units).ok()),
            Some(0) => Quantity::parse_decimal(&units.to_string()).ok(),
            Some(places) => {
                let fraction = format!("{:06}", micros % MICROS_PER_UNIT);
                let shown = fraction.get(..usize::from(places)).unwrap_or(&fraction);
                Quantity::parse_decimal(&format!("{units}.{shown}")).ok()
            }
        };
        quantity.expect("the limit of the form is a limit of quantities")
    }

    fn allocation(&self, tags: &TagSet, micros: u128) -> UsageAllocation {
        UsageAllocation::new(self.quantity(micros), tags.clone())
    }
}

/// Bytes of an allocation in a request, with its comma.
fn size(allocation: &UsageAllocation) -> usize {
    // A value that could not be written counts as too large for any record.
    serde_json::to_string(allocation).map_or(MAX_ALLOCATION_BYTES, |text| text.len() + 1)
}

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
        // Tags without usage are nothing to carry.
        if part < micros {
            rest.push(Piece { tags: tags.clone(), micros: micros - part });
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{at, event, key, tags};
    use super::*;

    fn contents(parts: &[(&str, Option<&str>)]) -> Contents {
        let mut contents = Contents::default();
        for (index, (text, tag)) in parts.iter().enumerate() {
            contents.absorb(Contents::of_event(&event(&index.to_string(), text, *tag), None));
        }
        contents
    }

    fn frozen(contents: &Contents) -> Frozen {
        freeze(&key(), contents, at("2026-11-21T10:59:59Z"), &Rules::CURRENT)
    }

    /// The record's quantity as it is sent, and the rest.
    fn sent(parts: &[(&str, Option<&str>)]) -> (String, bool, Option<u128>) {
        let frozen = frozen(&contents(parts));
        let quantity = frozen.record.quantity();
        (quantity.to_string(), quantity.is_decimal(), frozen.rest.map(|rest| rest.micros()))
    }

    #[test]
    fn sums_are_exact() {
        assert_eq!(sent(&[]), ("0".into(), false, None));
        assert_eq!(sent(&[("3", None), ("4", None)]), ("7".into(), false, None));
        assert_eq!(sent(&[("0.1", None), ("0.2", None)]), ("0.3".into(), true, None));
        assert_eq!(sent(&[("1", None), ("0.000001", None)]), ("1.000001".into(), true, None));
        assert_eq!(sent(&[("1.50", None), ("1.5", None)]), ("3.00".into(), true, None));
    }

    #[test]
    fn a_sum_beyond_whole_numbers_is_sent_as_a_decimal() {
        let max = "2147483647";
        assert_eq!(sent(&[(max, None)]), (max.into(), false, None));
        assert_eq!(sent(&[(max, None), ("1", None)]), ("2147483648".into(), true, None));
    }

    #[test]
    fn a_sum_beyond_ten_digits_leaves_a_rest() {
        let max = ("9999999999.999999", None);
        assert_eq!(sent(&[max]), (max.0.into(), true, None));
        assert_eq!(sent(&[max, ("0.000001", None)]), (max.0.into(), true, Some(1)));
        // Whole numbers stay whole: 5 times the largest.
        assert_eq!(
            sent(&[("2147483647", None); 5]),
            ("9999999999".into(), true, Some((5 * 2_147_483_647 - 9_999_999_999) * 1_000_000))
        );
    }

    #[test]
    fn under_older_rules_the_rest_of_a_whole_number_moves_on() {
        let two = contents(&[("900000", None), ("900000", None)]);
        let frozen = freeze(&key(), &two, at("2026-11-21T10:59:59Z"), &Rules::EDITION_2019);
        assert_eq!(frozen.record.quantity().as_whole(), Some(1_000_000));
        assert_eq!(frozen.rest.map(|rest| rest.micros()), Some(800_000_000_000));
    }

    #[test]
    fn tags_become_allocations_with_the_untagged_part_among_them() {
        let frozen = frozen(&contents(&[("1", Some("red")), ("2.5", None), ("3", Some("red"))]));
        let parts: Vec<(String, String)> = frozen
            .record
            .allocations()
            .iter()
            .map(|part| (part.tags().to_string(), part.quantity().to_string()))
            .collect();
        assert_eq!(parts, [("no tags".into(), "2.5".into()), ("Tenant=red".into(), "4.0".into())]);
        assert_eq!(frozen.record.quantity().to_string(), "6.5");
    }

    #[test]
    fn more_allocations_than_a_record_takes_move_on() {
        let pieces = (0..2501)
            .map(|number| Piece { tags: tags(&format!("t{number:04}")), micros: 1_000_000 });
        let contents = Contents::from_parts(pieces, None, Default::default(), 2501);
        let frozen = frozen(&contents);
        assert_eq!(frozen.record.allocations().len(), 2500);
        let rest = frozen.rest.unwrap();
        assert_eq!(rest.pieces().collect::<Vec<_>>(), [(&tags("t2500"), 1_000_000)]);
        assert_eq!(rest.carried().get(&key().hour()), Some(&1_000_000));
    }

    #[test]
    fn a_record_stays_below_the_bytes_that_stores_and_queues_take() {
        let long = "x".repeat(240);
        let pieces =
            (0..2500).map(|number| Piece { tags: tags(&format!("{long}{number}")), micros: 7 });
        let contents = Contents::from_parts(pieces, Some(6), Default::default(), 2500);
        let frozen = frozen(&contents);
        let bytes = serde_json::to_string(&frozen.record).unwrap().len();
        assert!((200_000..245_000).contains(&bytes), "{bytes}");
        let sum = u128::from(frozen.record.quantity().micros()) + frozen.rest.unwrap().micros();
        assert_eq!(sum, contents.micros());
    }

    proptest! {
        #[test]
        fn nothing_is_lost(
            sums in proptest::collection::vec((0_u32..40, 0_u64..=20_000_000_000_000_000), 0..40),
            places in proptest::option::of(0_u8..=6),
        ) {
            // Quantities have no more places than they are written with.
            let step = 10_u128.pow(6 - u32::from(places.unwrap_or(0)));
            let pieces = sums.iter().map(|(tag, micros)| Piece {
                tags: if *tag == 0 { TagSet::UNTAGGED } else { tags(&tag.to_string()) },
                micros: u128::from(*micros) / step * step,
            });
            let mut left = Contents::from_parts(pieces, places, Default::default(), 1);
            let total = left.micros();
            let mut billed = 0;
            loop {
                let frozen = frozen(&left);
                billed += u128::from(frozen.record.quantity().micros());
                match frozen.rest {
                    Some(rest) => {
                        prop_assert_eq!(billed + rest.micros(), total);
                        prop_assert!(rest.micros() < left.micros());
                        left = rest;
                    }
                    None => break,
                }
            }
            prop_assert_eq!(billed, total);
        }
    }
}

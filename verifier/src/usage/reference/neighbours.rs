//! Records against each other: what comes twice, and what contradicts.

use alloc::collections::BTreeMap;
use alloc::format;

use super::place::Place;
use super::source;
use super::walk::{Finding, Walk};
use crate::usage::record::{IdempotencyKey, UsageRecord};
use crate::usage::violation::ViolationCode;

/// The records of a document by what AWS compares.
#[derive(Default)]
pub(super) struct Neighbours {
    first: BTreeMap<IdempotencyKey, (usize, UsageRecord)>,
}

impl Neighbours {
    /// Adds a record and reports it against the first one of its key.
    pub(super) fn add(
        &mut self,
        walk: &mut Walk<'_>,
        index: usize,
        record: &UsageRecord,
        place: &Place<'_>,
    ) {
        let (first, earlier) =
            self.first.entry(record.key()).or_insert_with(|| (index, record.clone()));
        if *first == index {
            return;
        }
        let first = *first;
        let (quantity, before) = (record.quantity(), earlier.quantity());
        let code = if record.is_same_usage(earlier) {
            ViolationCode::RepeatedRecord
        } else if quantity == before {
            ViolationCode::DifferingAllocations
        } else {
            ViolationCode::ConflictingRecords
        };
        let what = || {
            let (identity, dimension) = (record.identity(), record.dimension());
            format!("{identity}, {dimension}, hour {}", record.timestamp().start_of_hour())
        };
        walk.report_against(first, place, code, || match code {
            ViolationCode::RepeatedRecord => Finding {
                actual: format!("quantity {quantity}"),
                limit: "each record once".into(),
                source: source::RECORD,
                message: format!(
                    "repeats record {first} ({}); AWS bills it once, leave it out, or add it up if it is more usage",
                    what()
                ),
            },
            ViolationCode::DifferingAllocations => Finding {
                actual: "other allocations".into(),
                limit: format!("the allocations of record {first}"),
                source: source::RESULT,
                message: format!(
                    "has other allocations than record {first} ({}); AWS compares quantities alone, bills one record and keeps one split: keep the right one",
                    what()
                ),
            },
            _ => Finding {
                actual: format!("quantity {quantity}"),
                limit: format!("quantity {before}, as record {first}"),
                source: source::RESULT,
                message: format!(
                    "gives {quantity} where record {first} gives {before} ({}); AWS takes one record for an hour and answers DuplicateRecord: add them up into one",
                    what()
                ),
            },
        });
    }
}

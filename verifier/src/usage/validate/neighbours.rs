//! Records against each other: what comes twice, and what contradicts.

use alloc::vec::Vec;
use core::ops::Range;

use super::identity::Who;
use super::parts::{Mark, Parts};
use super::place::Place;
use super::record::Usage;
use super::seen::Seen;
use super::source;
use super::walk::{Finding, Walk};
use crate::text::text;
use crate::usage::identity::IdentityForm;
use crate::usage::quantity::Quantity;
use crate::usage::violation::ViolationCode;

const MILLIS_PER_HOUR: i64 = 3_600_000;

/// The records of a document by what AWS compares. All are under one product code, if any.
#[derive(Default)]
pub(super) struct Neighbours {
    /// Keys of the records, with the place of the first of each among `firsts`.
    keys: Seen,
    firsts: Vec<First>,
    scratch: Vec<u8>,
    /// Whether anything was reported of a record that needs a product code.
    pub(super) reported_by_product: bool,
}

/// The first record of its key.
struct First {
    index: usize,
    quantity: Quantity,
    allocations: Range<usize>,
}

impl Neighbours {
    /// Adds a record and reports it against the first one of its key. The allocations since the
    /// mark are the record's: they are kept only where a later record may be compared with them.
    pub(super) fn add(
        &mut self,
        walk: &mut Walk<'_>,
        parts: &mut Parts<'_>,
        index: usize,
        usage: &Usage<'_>,
        (mark, place): (Mark, &Place<'_>),
    ) {
        self.scratch.clear();
        write_key(&mut self.scratch, usage);
        let Some(first) = self.keys.add(&self.scratch, self.firsts.len()) else {
            let Usage { quantity, allocations, .. } = usage;
            let allocations = allocations.clone();
            self.firsts.push(First { index, quantity: *quantity, allocations });
            return;
        };
        if let Some(first) = self.firsts.get(first) {
            self.reported_by_product |= usage.who.form() != IdentityForm::License;
            compare(walk, parts, first, usage, place);
        }
        parts.back_to(mark);
    }
}

/// What AWS compares records by: customer, dimension and hour.
fn write_key(key: &mut Vec<u8>, usage: &Usage<'_>) {
    let (form, first, second) = match &usage.who {
        Who::License { license_arn, account } => (0, &**license_arn, &**account),
        Who::Account(account) => (1, &**account, ""),
        Who::Customer(customer) => (2, &**customer, ""),
    };
    let hour = usage.timestamp.unix_millis().div_euclid(MILLIS_PER_HOUR);
    key.extend_from_slice(&hour.to_le_bytes());
    key.push(form);
    // No UTF-8 holds this byte: two keys are never written alike.
    for text in [first, second, &usage.dimension] {
        key.extend_from_slice(text.as_bytes());
        key.push(0xFF);
    }
}

#[cold]
fn compare(
    walk: &mut Walk<'_>,
    parts: &Parts<'_>,
    first: &First,
    usage: &Usage<'_>,
    place: &Place<'_>,
) {
    let (quantity, before, first_index) = (usage.quantity, first.quantity, first.index);
    let code = if quantity != before {
        ViolationCode::ConflictingRecords
    } else if parts.is_same_split(&usage.allocations, &first.allocations) {
        ViolationCode::RepeatedRecord
    } else {
        ViolationCode::DifferingAllocations
    };
    let what = || {
        let (who, hour) = (usage.who.shown(), usage.timestamp.start_of_hour());
        text!("(", who, ", ", &*usage.dimension, ", hour ", hour, ")")
    };
    walk.report(place, code, || match code {
        ViolationCode::RepeatedRecord => Finding {
            actual: text!("quantity ", quantity),
            limit: "each record once".into(),
            source: source::RECORD,
            message: text!(
                "repeats record ",
                first_index,
                " ",
                what(),
                "; AWS bills it once, leave it out, or add it up if it is more usage"
            ),
        },
        ViolationCode::DifferingAllocations => Finding {
            actual: "other allocations".into(),
            limit: text!("the allocations of record ", first_index),
            source: source::RESULT,
            message: text!(
                "has other allocations than record ",
                first_index,
                " ",
                what(),
                "; AWS compares quantities alone, bills one record and keeps one split: keep the right one"
            ),
        },
        _ => Finding {
            actual: text!("quantity ", quantity),
            limit: text!("quantity ", before, ", as record ", first_index),
            source: source::RESULT,
            message: text!(
                "gives ",
                quantity,
                " where record ",
                first_index,
                " gives ",
                before,
                " ",
                what(),
                "; AWS takes one record for an hour and answers DuplicateRecord: add them up into one"
            ),
        },
    });
}

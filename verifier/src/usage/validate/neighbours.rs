//! Records against each other: what comes twice, and what contradicts.

use alloc::vec::Vec;

use super::identity::Who;
use super::parts::{Mark, Parts, is_same};
use super::place::Place;
use super::record::Usage;
use super::seen::{Hasher, Keys, Seen};
use super::source;
use super::walk::{Finding, Walk};
use crate::json::Text;
use crate::text::text;
use crate::usage::identity::IdentityForm;
use crate::usage::limits::MAX_RECORDS;
use crate::usage::violation::ViolationCode;

const MILLIS_PER_HOUR: i64 = 3_600_000;

/// The records of a document by what AWS compares. All are under one product code, if any.
#[derive(Default)]
pub(super) struct Neighbours {
    /// The first record of each key.
    firsts: Vec<First>,
    seen: Seen,
    /// Whether anything was reported of a record that needs a product code.
    pub(super) reported_by_product: bool,
}

/// The first record of its key.
struct First {
    index: usize,
    usage: Usage,
}

impl Neighbours {
    /// Adds a record and reports it against the first one of its key. The allocations since the
    /// mark are the record's: they are kept only where a later record may be compared with them.
    pub(super) fn add(
        &mut self,
        walk: &mut Walk<'_>,
        parts: &mut Parts<'_>,
        index: usize,
        usage: Usage,
        (mark, place): (Mark, &Place<'_>),
    ) {
        if self.firsts.is_empty() {
            // A whole request's.
            self.firsts.reserve(MAX_RECORDS);
        }
        self.firsts.push(First { index, usage });
        let keys = Records { document: parts.document(), firsts: &self.firsts };
        let Some(first) = self.seen.add(&keys) else {
            return;
        };
        if let (Some(record), Some(first)) = (self.firsts.pop(), self.firsts.get(first)) {
            let needs_product = record.usage.who.form() != IdentityForm::License;
            self.reported_by_product |= needs_product;
            compare(walk, parts, first, &record.usage, place);
        }
        parts.back_to(mark);
    }
}

/// Records by customer, dimension and hour.
struct Records<'p> {
    document: &'p str,
    firsts: &'p [First],
}

/// The form, the texts and the hour of a record.
type Key = (IdentityForm, [Text; 3], i64);

impl Records<'_> {
    #[inline]
    fn key(&self, number: usize) -> Option<Key> {
        let usage = &self.firsts.get(number)?.usage;
        let hour = usage.timestamp.unix_millis().div_euclid(MILLIS_PER_HOUR);
        let texts = match usage.who {
            Who::License { license_arn, account } => [license_arn, account, usage.dimension],
            Who::Account(id) | Who::Customer(id) => [id, Text::NONE, usage.dimension],
        };
        Some((usage.who.form(), texts, hour))
    }
}

impl Keys for Records<'_> {
    fn count(&self) -> usize {
        self.firsts.len()
    }

    #[inline]
    fn write(&self, number: usize, hasher: &mut Hasher) {
        if let Some((form, texts, hour)) = self.key(number) {
            hasher.number(hour.cast_unsigned() << 2 | form as u64);
            texts.into_iter().for_each(|text| hasher.text(self.document, text));
        }
    }

    fn is_same(&self, a: usize, b: usize) -> bool {
        let (Some(a), Some(b)) = (self.key(a), self.key(b)) else {
            return false;
        };
        let mut texts = a.1.into_iter().zip(b.1);
        (a.0, a.2) == (b.0, b.2) && texts.all(|(a, b)| is_same(self.document, a, b))
    }
}

fn compare(
    walk: &mut Walk<'_>,
    parts: &Parts<'_>,
    first: &First,
    usage: &Usage,
    place: &Place<'_>,
) {
    let (quantity, before, first_index) = (usage.quantity, first.usage.quantity, first.index);
    let code = if quantity != before {
        ViolationCode::ConflictingRecords
    } else if parts.is_same_split(&usage.allocations, &first.usage.allocations) {
        ViolationCode::RepeatedRecord
    } else {
        ViolationCode::DifferingAllocations
    };
    let document = parts.document();
    let what = || {
        let (who, hour) = (usage.who.shown(document), usage.timestamp.start_of_hour());
        text!("(", who, ", ", &*usage.dimension.content(document), ", hour ", hour, ")")
    };
    walk.report_against(first_index, place, code, || match code {
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

//! One usage record.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::allocations::allocations;
use super::identity::{Found, Product, Who, identity};
use super::members::{Field, Object, Shape, Slot};
use super::parts::Parts;
use super::place::Place;
use super::quantity::{OF_RECORD, quantity_or_zero};
use super::source;
use super::time::{AgeRule, timestamp};
use super::walk::{Finding, Walk};
use crate::Timestamp;
use crate::json::{Index, Text};
use crate::text::text;
use crate::usage::identifiers::Dimension;
use crate::usage::identity::IdentityForm;
use crate::usage::quantity::Quantity;
use crate::usage::text::quote;
use crate::usage::violation::ViolationCode;

pub(super) const RECORD: Shape = Shape {
    name: "UsageRecord",
    members: &[
        "Timestamp",
        "CustomerIdentifier",
        "Dimension",
        "Quantity",
        "QuantityAsDecimal",
        "UsageAllocations",
        "CustomerAWSAccountId",
        "LicenseArn",
    ],
    source: source::RECORD,
};

const TIMESTAMP: Slot = Slot(0);
pub(super) const CUSTOMER_IDENTIFIER: Slot = Slot(1);
const DIMENSION: Slot = Slot(2);
const USAGE_ALLOCATIONS: Slot = Slot(5);
pub(super) const CUSTOMER_AWS_ACCOUNT_ID: Slot = Slot(6);
pub(super) const LICENSE_ARN: Slot = Slot(7);

/// What a record without an error says: texts of the document, each once it has passed its check.
pub(super) struct Usage {
    pub(super) who: Who,
    pub(super) dimension: Text,
    pub(super) timestamp: Timestamp,
    pub(super) quantity: Quantity,
    /// The allocations, among the [`Parts`].
    pub(super) allocations: Range<usize>,
}

/// A record as far as it could be read.
pub(super) struct ReadRecord {
    /// By the members present, even where the record is wrong.
    pub(super) form: Option<IdentityForm>,
    /// Only where the record has no error of its own.
    pub(super) usage: Option<Usage>,
}

pub(super) fn record(
    walk: &mut Walk<'_>,
    parts: &mut Parts<'_>,
    (index, node): (&Index<'_>, usize),
    place: &Place<'_>,
    product: Product,
    age: &AgeRule,
) -> ReadRecord {
    let errors = walk.errors();
    let Some(object) = Object::open(walk, index, node, place, &RECORD) else {
        return ReadRecord { form: None, usage: None };
    };
    let Found { form, who } = identity(walk, &object, product);
    let timestamp = timestamp(walk, &object, TIMESTAMP, age);
    let dimension = dimension(walk, &object, DIMENSION);
    let quantity = quantity_or_zero(walk, &object, &OF_RECORD);
    let allocations = allocations(walk, parts, &object, USAGE_ALLOCATIONS, quantity);
    let usage = || {
        Some(Usage {
            who: who?,
            dimension: dimension.given()?,
            timestamp: timestamp.given()?,
            quantity: quantity.given()?,
            allocations: allocations.given()?,
        })
    };
    let usage = if walk.errors() == errors { usage() } else { None };
    ReadRecord { form, usage }
}

/// The required dimension, under the name that its shape has for it.
pub(super) fn dimension(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    slot: Slot,
) -> Field<Text> {
    let code = ViolationCode::InvalidDimension;
    let dimension = object.text(walk, slot, code, source::DIMENSION, Dimension::check);
    match &dimension {
        Field::Given(given) => {
            let known = walk.rules.dimensions();
            if !known.is_empty() {
                let given = given.content(object.index.document());
                if !known.iter().any(|one| one.as_str() == given) {
                    unknown_dimension(walk, object, slot, &given, known);
                }
            }
        }
        Field::Absent => object.lacks(walk, slot),
        Field::Wrong => {}
    }
    dimension
}

fn unknown_dimension(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    slot: Slot,
    given: &str,
    known: &[Dimension],
) {
    let Some(node) = object.get(slot) else {
        return;
    };
    walk.report(&object.at(slot, node), ViolationCode::UnknownDimension, || {
        let (name, names) = (quote(given), some_of(known));
        let message = text!(
            "the product has no dimension ",
            name.as_str(),
            "; AWS fails the whole request, use one of ",
            names.as_str()
        );
        Finding { actual: name, limit: names, source: source::UNKNOWN_DIMENSION, message }
    });
}

/// The first names, and how many more there are: a message stays short whatever the product has.
fn some_of(dimensions: &[Dimension]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<_> = dimensions.iter().take(SHOWN).map(Dimension::as_str).collect();
    let names = shown.join(", ");
    match dimensions.len().saturating_sub(SHOWN) {
        0 => names,
        more => text!(names, " and ", more, " more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_names() {
        for (slot, name) in [
            (TIMESTAMP, "Timestamp"),
            (CUSTOMER_IDENTIFIER, "CustomerIdentifier"),
            (DIMENSION, "Dimension"),
            (USAGE_ALLOCATIONS, "UsageAllocations"),
            (CUSTOMER_AWS_ACCOUNT_ID, "CustomerAWSAccountId"),
            (LICENSE_ARN, "LicenseArn"),
        ] {
            assert_eq!(RECORD.member(slot), name);
        }
    }
}

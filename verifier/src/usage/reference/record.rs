//! One usage record.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::allocations::allocations;
use super::identity::{Found, Product, identity};
use super::members::{Field, Object, Shape};
use super::place::Place;
use super::quantity::{OF_RECORD, quantity_or_zero};
use super::source;
use super::time::{AgeRule, timestamp};
use super::walk::{Finding, Walk};
use crate::json::Value;
use crate::usage::identifiers::Dimension;
use crate::usage::identity::IdentityForm;
use crate::usage::record::UsageRecord;
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

/// A record as far as it could be read.
pub(super) struct ReadRecord {
    /// By the members present, even where the record is wrong.
    pub(super) form: Option<IdentityForm>,
    /// Only where the record has no error of its own.
    pub(super) record: Option<UsageRecord>,
}

pub(super) fn record(
    walk: &mut Walk<'_>,
    value: &Value<'_>,
    place: &Place<'_>,
    product: &Product,
    age: &AgeRule,
) -> ReadRecord {
    let errors = walk.errors();
    let Some(object) = Object::open(walk, value, place, &RECORD) else {
        return ReadRecord { form: None, record: None };
    };
    let Found { form, identity } = identity(walk, &object, product);
    let timestamp = timestamp(walk, &object, age);
    let dimension = dimension(walk, &object, "Dimension");
    let quantity = quantity_or_zero(walk, &object, &OF_RECORD);
    let allocations = allocations(walk, &object, quantity.as_ref());
    let build = || {
        let identity = identity?;
        let (dimension, timestamp) = (dimension.given()?, timestamp.given()?);
        let (quantity, allocations) = (quantity.given()?, allocations.given()?);
        // Every reason to refuse allocations has been reported as an error by now.
        UsageRecord::new(identity, dimension, timestamp, quantity, allocations).ok()
    };
    let record = if walk.errors() == errors { build() } else { None };
    ReadRecord { form, record }
}

/// The required dimension, under the name that its shape has for it.
pub(super) fn dimension(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_>,
    member: &'static str,
) -> Field<Dimension> {
    let dimension = object.parse(
        walk,
        member,
        ViolationCode::InvalidDimension,
        source::DIMENSION,
        Dimension::parse,
    );
    let given = match (&dimension, object.get(member)) {
        (Field::Given(given), Some((_, place))) => Some((given, place)),
        (Field::Absent, _) => {
            object.lacks(walk, member);
            None
        }
        _ => None,
    };
    let known = walk.rules.dimensions();
    if let Some((given, place)) = given
        && !known.is_empty()
        && !known.contains(given)
    {
        walk.report(&place, ViolationCode::UnknownDimension, || {
            let (name, names) = (quote(given.as_str()), some_of(known));
            let message = format!(
                "the product has no dimension {name}; AWS fails the whole request, use one of {names}"
            );
            Finding { actual: name, limit: names, source: source::UNKNOWN_DIMENSION, message }
        });
    }
    dimension
}

/// The first names, and how many more there are: a message stays short whatever the product has.
fn some_of(dimensions: &[Dimension]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<_> = dimensions.iter().take(SHOWN).map(Dimension::as_str).collect();
    let names = shown.join(", ");
    match dimensions.len().saturating_sub(SHOWN) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

//! How much: one of two members, each of its own kind. No quantity passes through a float.

use meterproof::json::Kind;
use meterproof::usage::{Quantity, QuantityError};

use super::object::{Field, Object, Result};
use super::problem::EventProblem;

/// The two members of a shape that hold a quantity.
pub(super) struct QuantityMembers {
    whole: &'static str,
    decimal: &'static str,
    pub(super) either: &'static [&'static str],
}

pub(super) const OF_EVENT: QuantityMembers = QuantityMembers {
    whole: "Quantity",
    decimal: "QuantityAsDecimal",
    either: &["Quantity", "QuantityAsDecimal"],
};

pub(super) const OF_ALLOCATION: QuantityMembers = QuantityMembers {
    whole: "AllocatedUsageQuantity",
    decimal: "AllocatedUsageQuantityAsDecimal",
    either: &["AllocatedUsageQuantity", "AllocatedUsageQuantityAsDecimal"],
};

/// The quantity, in the form it is written in; `None` where neither member is given.
pub(super) fn quantity(
    object: &Object<'_, '_>,
    members: &QuantityMembers,
) -> Result<Option<Quantity>> {
    let QuantityMembers { whole, decimal, .. } = *members;
    match (object.get(whole), object.get(decimal)) {
        (None, None) => Ok(None),
        (Some(_), Some(second)) => second.fault(EventProblem::TwoQuantities { whole, decimal }),
        (Some(field), None) => match &field.value.kind {
            Kind::Number(text) => read(&field, Quantity::parse_whole(text)),
            Kind::String(_) => field.fault(EventProblem::QuantityIsText { whole, decimal }),
            _ => field.wrong_type("a whole number"),
        },
        (None, Some(field)) => match &field.value.kind {
            Kind::String(text) => read(&field, Quantity::parse_decimal(text)),
            Kind::Number(_) => field.fault(EventProblem::DecimalIsNumber { decimal }),
            _ => field.wrong_type("a decimal number in quotation marks"),
        },
    }
}

fn read(
    field: &Field<'_, '_>,
    quantity: std::result::Result<Quantity, QuantityError>,
) -> Result<Option<Quantity>> {
    match quantity {
        Ok(quantity) => Ok(Some(quantity)),
        Err(error) => field.fault(EventProblem::Quantity(error)),
    }
}

//! Quantities: one of two members, each of its own kind.

use alloc::format;

use super::members::{Field, Object, not_in_edition, wrong_type};
use super::place::Place;
use super::source;
use super::walk::{Finding, Walk};
use crate::json::{Kind, Value};
use crate::usage::quantity::Quantity;
use crate::usage::quantity_error::QuantityError;
use crate::usage::text::{clip, quote};
use crate::usage::violation::ViolationCode;

/// The two members of a shape that hold a quantity.
pub(super) struct QuantityMembers {
    pub(super) whole: &'static str,
    pub(super) decimal: &'static str,
}

pub(super) const OF_RECORD: QuantityMembers =
    QuantityMembers { whole: "Quantity", decimal: "QuantityAsDecimal" };
pub(super) const OF_METER_USAGE: QuantityMembers =
    QuantityMembers { whole: "UsageQuantity", decimal: "UsageQuantityAsDecimal" };
pub(super) const OF_ALLOCATION: QuantityMembers =
    QuantityMembers { whole: "AllocatedUsageQuantity", decimal: "AllocatedUsageQuantityAsDecimal" };

/// The quantity of a record or of MeterUsage: 0 with a warning where there is none.
pub(super) fn quantity_or_zero(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_>,
    members: &QuantityMembers,
) -> Field<Quantity> {
    let quantity = quantity(walk, object, members);
    if !quantity.is_absent() {
        return quantity;
    }
    let QuantityMembers { whole, decimal } = members;
    walk.report(object.place, ViolationCode::NoQuantity, || Finding {
            actual: "absent".into(),
            limit: format!("{whole} or {decimal}"),
            source: source::RECORD,
            message: format!(
                "neither {whole} nor {decimal} is given, so AWS bills 0; give one, write 0 if that is meant"
            ),
        },
    );
    Field::Given(Quantity::ZERO)
}

/// The quantity of any shape.
pub(super) fn quantity(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_>,
    members: &QuantityMembers,
) -> Field<Quantity> {
    let whole = object.get(members.whole);
    let decimal = object.get(members.decimal);
    if let (Some(_), Some((_, place))) = (&whole, &decimal) {
        let QuantityMembers { whole, decimal } = members;
        walk.report(place, ViolationCode::TwoQuantities, || Finding {
            actual: format!("{whole} and {decimal}"),
            limit: format!("{whole} or {decimal}"),
            source: source::RECORD,
            message: format!(
                "{whole} and {decimal} are both given; AWS fails the whole request, keep one"
            ),
        });
    }
    let is_two = whole.is_some() && decimal.is_some();
    let whole = whole.map(|(value, place)| whole_quantity(walk, value, &place, members));
    let decimal = decimal.map(|(value, place)| decimal_quantity(walk, value, &place, members));
    match (whole, decimal) {
        (None, None) => Field::Absent,
        (Some(Some(quantity)), _) | (_, Some(Some(quantity))) if !is_two => Field::Given(quantity),
        _ => Field::Wrong,
    }
}

fn whole_quantity(
    walk: &mut Walk<'_>,
    value: &Value<'_>,
    place: &Place<'_>,
    members: &QuantityMembers,
) -> Option<Quantity> {
    let QuantityMembers { whole, decimal } = members;
    let max = walk.rules.max_whole_quantity();
    let source = walk.rules.quantity_source();
    let finding = |actual, message| Finding {
        actual,
        limit: format!("a whole number from 0 to {max}"),
        source,
        message,
    };
    let text = match &value.kind {
        Kind::Number(text) => *text,
        Kind::String(text) => {
            walk.report(place, ViolationCode::QuantityIsText, || {
                let text = quote(text);
                let message = format!(
                    "{whole} is the string {text}; write the number without quotation marks, or use {decimal}"
                );
                finding(text, message)
            });
            return None;
        }
        _ => {
            wrong_type(walk, value, place, "a whole number", source);
            return None;
        }
    };
    let too_large =
        || format!("{whole} {} is too large; AWS takes at most {max}, check the unit", clip(text));
    let parsed = Quantity::parse_whole(text);
    let code = match &parsed {
        Ok(quantity) if quantity.as_whole().is_some_and(|units| units <= max) => {
            return Some(*quantity);
        }
        Ok(_) => ViolationCode::QuantityTooLarge,
        Err(error) => code(error),
    };
    walk.report(place, code, || {
        let message = match parsed {
            Ok(_) | Err(QuantityError::TooLarge { .. }) => too_large(),
            Err(QuantityError::Fraction { actual }) => {
                format!("{whole} {actual} has a fraction; write a whole number, or use {decimal}")
            }
            Err(error) => format!("{error}"),
        };
        finding(clip(text), message)
    });
    None
}

fn decimal_quantity(
    walk: &mut Walk<'_>,
    value: &Value<'_>,
    place: &Place<'_>,
    members: &QuantityMembers,
) -> Option<Quantity> {
    let QuantityMembers { whole, decimal } = members;
    if !walk.rules.has_decimals() {
        not_in_edition(walk, place, decimal);
        return None;
    }
    let finding = |actual, message| Finding {
        actual,
        limit: "a decimal in a string, at most 10 digits and 6 places".into(),
        source: source::DECIMAL,
        message,
    };
    match &value.kind {
        Kind::String(text) => match Quantity::parse_decimal(text) {
            Ok(quantity) => Some(quantity),
            Err(error) => {
                walk.report(place, code(&error), || finding(quote(text), format!("{error}")));
                None
            }
        },
        Kind::Number(text) => {
            walk.report(place, ViolationCode::DecimalIsNumber, || {
                let text = clip(text);
                let message = format!(
                    "{decimal} is the number {text}; write it in quotation marks, or a whole number as {whole}"
                );
                finding(text, message)
            });
            None
        }
        _ => {
            wrong_type(walk, value, place, "a decimal in a string", source::DECIMAL);
            None
        }
    }
}

fn code(error: &QuantityError) -> ViolationCode {
    match error {
        QuantityError::Negative { .. } => ViolationCode::QuantityNegative,
        QuantityError::Fraction { .. } => ViolationCode::QuantityFraction,
        QuantityError::Exponent { .. } => ViolationCode::QuantityExponent,
        QuantityError::LeadingZero { .. } => ViolationCode::QuantityLeadingZero,
        QuantityError::TooManyPlaces { .. } => ViolationCode::QuantityTooManyPlaces,
        QuantityError::TooLarge { .. } => ViolationCode::QuantityTooLarge,
        QuantityError::Malformed { .. } => ViolationCode::QuantityMalformed,
    }
}

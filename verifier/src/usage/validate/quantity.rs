//! Quantities: one of two members, each of its own kind.

use super::allocations::ALLOCATION;
use super::members::{Field, Object, Shape, Slot, not_in_edition, wrong_type};
use super::record::RECORD;
use super::request::METER;
use super::source;
use super::walk::{Finding, Walk};
use crate::json::{Node, Type};
use crate::text::text;
use crate::usage::quantity::Quantity;
use crate::usage::quantity_error::QuantityError;
use crate::usage::text::{clip, quote};
use crate::usage::violation::ViolationCode;

/// The two members of a shape that hold a quantity.
pub(super) struct QuantityMembers {
    shape: &'static Shape,
    pub(super) whole: Slot,
    pub(super) decimal: Slot,
}

pub(super) const OF_RECORD: QuantityMembers =
    QuantityMembers { shape: &RECORD, whole: Slot(3), decimal: Slot(4) };
pub(super) const OF_METER_USAGE: QuantityMembers =
    QuantityMembers { shape: &METER, whole: Slot(3), decimal: Slot(4) };
pub(super) const OF_ALLOCATION: QuantityMembers =
    QuantityMembers { shape: &ALLOCATION, whole: Slot(0), decimal: Slot(1) };

impl QuantityMembers {
    pub(super) fn whole_name(&self) -> &'static str {
        self.shape.member(self.whole)
    }

    pub(super) fn decimal_name(&self) -> &'static str {
        self.shape.member(self.decimal)
    }

    fn names(&self) -> (&'static str, &'static str) {
        (self.whole_name(), self.decimal_name())
    }
}

/// The quantity of a record or of MeterUsage: 0 with a warning where there is none.
pub(super) fn quantity_or_zero(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    members: &QuantityMembers,
) -> Field<Quantity> {
    let quantity = quantity(walk, object, members);
    if !quantity.is_absent() {
        return quantity;
    }
    let (whole, decimal) = members.names();
    walk.report(object.place, ViolationCode::NoQuantity, || Finding {
        actual: "absent".into(),
        limit: text!(whole, " or ", decimal),
        source: source::RECORD,
        message: text!(
            "neither ",
            whole,
            " nor ",
            decimal,
            " is given, so AWS bills 0; give one, write 0 if that is meant"
        ),
    });
    Field::Given(Quantity::ZERO)
}

/// The quantity of any shape.
pub(super) fn quantity(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    members: &QuantityMembers,
) -> Field<Quantity> {
    let quantity = match (object.get(members.whole), object.get(members.decimal)) {
        (None, None) => return Field::Absent,
        (Some(whole), None) => whole_quantity(walk, object, whole, members),
        (None, Some(decimal)) => decimal_quantity(walk, object, decimal, members),
        (Some(whole), Some(decimal)) => {
            two_quantities(walk, object, decimal, members);
            whole_quantity(walk, object, whole, members);
            decimal_quantity(walk, object, decimal, members);
            None
        }
    };
    quantity.map_or(Field::Wrong, Field::Given)
}

fn two_quantities(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    decimal: &Node,
    members: &QuantityMembers,
) {
    let at = object.at(members.decimal, decimal);
    let (whole, decimal) = members.names();
    walk.report(&at, ViolationCode::TwoQuantities, || Finding {
        actual: text!(whole, " and ", decimal),
        limit: text!(whole, " or ", decimal),
        source: source::RECORD,
        message: text!(
            whole,
            " and ",
            decimal,
            " are both given; AWS fails the whole request, keep one"
        ),
    });
}

fn whole_quantity(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    node: &Node,
    members: &QuantityMembers,
) -> Option<Quantity> {
    if node.kind == Type::Number {
        let max = walk.rules.max_whole_quantity();
        let parsed = Quantity::parse_whole(object.index.slice(node.span));
        match parsed {
            Ok(quantity) if quantity.as_whole().is_some_and(|units| units <= max) => {
                return Some(quantity);
            }
            _ => wrong_whole(walk, object, node, members, parsed),
        }
    } else {
        not_a_number(walk, object, node, members);
    }
    None
}

/// What a whole quantity has to be, in a report's words.
fn whole_limit(walk: &Walk<'_>) -> alloc::string::String {
    text!("a whole number from 0 to ", walk.rules.max_whole_quantity())
}

fn not_a_number(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    node: &Node,
    members: &QuantityMembers,
) {
    let at = object.at(members.whole, node);
    let (source, limit) = (walk.rules.quantity_source(), whole_limit(walk));
    let Some(written) = object.index.string(node) else {
        return wrong_type(walk, object.index, node, &at, "a whole number", source);
    };
    let (whole, decimal) = members.names();
    walk.report(&at, ViolationCode::QuantityIsText, || {
        let written = quote(&written);
        let message = text!(
            whole,
            " is the string ",
            written.as_str(),
            "; write the number without quotation marks, or use ",
            decimal
        );
        Finding { actual: written, limit, source, message }
    });
}

fn wrong_whole(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    node: &Node,
    members: &QuantityMembers,
    parsed: Result<Quantity, QuantityError>,
) {
    let max = walk.rules.max_whole_quantity();
    let (source, limit) = (walk.rules.quantity_source(), whole_limit(walk));
    let (whole, decimal) = members.names();
    let code = parsed.as_ref().map_or_else(code, |_| ViolationCode::QuantityTooLarge);
    walk.report(&object.at(members.whole, node), code, || {
        let written = clip(object.index.slice(node.span));
        let message = match parsed {
            Ok(_) | Err(QuantityError::TooLarge { .. }) => text!(
                whole,
                " ",
                written.as_str(),
                " is too large; AWS takes at most ",
                max,
                ", check the unit"
            ),
            Err(QuantityError::Fraction { actual }) => {
                text!(whole, " ", actual, " has a fraction; write a whole number, or use ", decimal)
            }
            Err(error) => error.message(),
        };
        Finding { actual: written, limit, source, message }
    });
}

fn decimal_quantity(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    node: &Node,
    members: &QuantityMembers,
) -> Option<Quantity> {
    if walk.rules.has_decimals()
        && let Some(written) = object.index.string(node)
        && let Ok(quantity) = Quantity::parse_decimal(&written)
    {
        return Some(quantity);
    }
    wrong_decimal(walk, object, node, members);
    None
}

fn wrong_decimal(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    node: &Node,
    members: &QuantityMembers,
) {
    let at = object.at(members.decimal, node);
    let (whole, decimal) = members.names();
    if !walk.rules.has_decimals() {
        return not_in_edition(walk, &at, decimal);
    }
    let finding = |actual, message| Finding {
        actual,
        limit: "a decimal in a string, at most 10 digits and 6 places".into(),
        source: source::DECIMAL,
        message,
    };
    match node.kind {
        Type::String | Type::EscapedString => {
            let written = object.index.string(node).unwrap_or_default();
            if let Err(error) = Quantity::parse_decimal(&written) {
                walk.report(&at, code(&error), || finding(quote(&written), error.message()));
            }
        }
        Type::Number => walk.report(&at, ViolationCode::DecimalIsNumber, || {
            let written = clip(object.index.slice(node.span));
            let message = text!(
                decimal,
                " is the number ",
                written.as_str(),
                "; write it in quotation marks, or a whole number as ",
                whole
            );
            finding(written, message)
        }),
        _ => wrong_type(walk, object.index, node, &at, "a decimal in a string", source::DECIMAL),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_names() {
        for (members, names) in [
            (OF_RECORD, ("Quantity", "QuantityAsDecimal")),
            (OF_METER_USAGE, ("UsageQuantity", "UsageQuantityAsDecimal")),
            (OF_ALLOCATION, ("AllocatedUsageQuantity", "AllocatedUsageQuantityAsDecimal")),
        ] {
            assert_eq!(members.names(), names);
        }
    }
}

//! The plain form: the members of AWS's `UsageRecord`, and the event's id.

use meterproof::Timestamp;
use meterproof::json::{Kind, Value};

use super::UsageEvent;
use super::defaults::EventDefaults;
use super::object::{Field, Object, Result, Shape};
use super::place::Place;
use super::stamp::{event_id, iso_8601, stamped};
use super::usage::usage;
use crate::text::clip;

const PLAIN: Shape = Shape {
    name: "an event",
    members: &[
        "EventId",
        "Source",
        "Timestamp",
        "LicenseArn",
        "CustomerAWSAccountId",
        "CustomerIdentifier",
        "ProductCode",
        "Dimension",
        "Quantity",
        "QuantityAsDecimal",
        "Tags",
        "UsageAllocations",
    ],
};

pub(super) fn plain(
    value: &Value<'_>,
    place: &Place<'_>,
    defaults: &EventDefaults,
) -> Result<UsageEvent> {
    let object = Object::open(value, place, &PLAIN)?;
    let id = event_id(object.require(&["EventId"])?, object.get("Source"))?;
    let time = timestamp(&object.require(&["Timestamp"])?)?;
    usage(&object, id, time, defaults)
}

/// Epoch seconds as on AWS's wire, or ISO 8601.
fn timestamp(field: &Field<'_, '_>) -> Result<Timestamp> {
    match &field.value.kind {
        Kind::Number(text) => stamped(field, clip(text), Timestamp::parse_epoch(text)),
        Kind::String(text) => iso_8601(field, text),
        _ => field.wrong_type("epoch seconds as a number, or a time as 2026-11-21T10:00:00Z"),
    }
}

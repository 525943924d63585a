//! CloudEvents 1.0 in the structured mode of its JSON event format.

use meterproof::Timestamp;
use meterproof::json::{Kind, Member, Value};

use super::UsageEvent;
use super::defaults::EventDefaults;
use super::object::{Object, Result, Shape};
use super::place::Place;
use super::problem::EventProblem;
use super::stamp::{event_id, iso_8601};
use super::usage::usage;
use crate::text::clip;

/// Context attributes (CloudEvents 1.0.2, "Required Attributes" and "Optional Attributes") and
/// the data.
const ENVELOPE: Shape = Shape {
    name: "a CloudEvent",
    members: &[
        "specversion",
        "id",
        "source",
        "type",
        "time",
        "subject",
        "datacontenttype",
        "dataschema",
        "data",
    ],
};

const DATA: Shape = Shape {
    name: "a CloudEvent's data",
    members: &[
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

/// Whether an event says that it is one.
pub(super) fn is_cloud_event(value: &Value<'_>) -> bool {
    value.get("specversion").is_some()
}

pub(super) fn cloud_event(
    value: &Value<'_>,
    place: &Place<'_>,
    defaults: &EventDefaults,
) -> Result<UsageEvent> {
    let object = Object::open_with(value, place, &ENVELOPE, is_extension)?;
    version(&object)?;
    let id = event_id(object.require(&["id"])?, Some(object.require(&["source"])?))?;
    object.require(&["type"])?.non_empty()?;
    for name in ["subject", "dataschema"] {
        object.get(name).map(|field| field.non_empty()).transpose()?;
    }
    let time = object.require(&["time"])?;
    let time: Timestamp = iso_8601(&time, time.text()?)?;
    content_type(&object)?;
    let data = object.require(&["data"])?;
    let data_place = data.place();
    let data = Object::open(data.value, &data_place, &DATA)?;
    usage(&data, id, time, defaults)
}

/// Whether a member is an extension attribute: a name of lower-case letters and digits
/// (CloudEvents 1.0.2, "Naming Conventions") and a value of one of CloudEvents' own types, which
/// JSON writes as a string, a boolean or an integer.
fn is_extension(member: &Member<'_>) -> std::result::Result<bool, EventProblem> {
    let is_lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if member.name == "data_base64" {
        return Err(EventProblem::BinaryData);
    }
    if member.name.is_empty() || !member.name.bytes().all(is_lower) {
        return Ok(false);
    }
    match &member.value.kind {
        Kind::Null | Kind::Bool(_) | Kind::String(_) => Ok(true),
        Kind::Number(text) if !text.contains(['.', 'e', 'E']) => Ok(true),
        _ => Err(EventProblem::WrongType {
            actual: member.value.type_name(),
            expected: "a string, a boolean or an integer as the value of an extension attribute, and members of the usage into data",
        }),
    }
}

fn version(object: &Object<'_, '_>) -> Result<()> {
    let Some(field) = object.get("specversion") else {
        return object.lacks(&["specversion"]);
    };
    match &field.value.kind {
        Kind::String(text) if text == "1.0" => Ok(()),
        Kind::String(text) => {
            field.fault(EventProblem::SpecVersion { actual: format!("{:?}", clip(text)) })
        }
        Kind::Number(text) => {
            field.fault(EventProblem::SpecVersion { actual: format!("the number {}", clip(text)) })
        }
        _ => field.wrong_type("\"1.0\""),
    }
}

/// JSON by its media type: `*/json` or `*/*+json` in any case, whatever its parameters
/// (CloudEvents JSON event format 1.0.2, §3.1).
fn content_type(object: &Object<'_, '_>) -> Result<()> {
    let Some(field) = object.get("datacontenttype") else {
        return Ok(());
    };
    let text = field.non_empty()?;
    let essence = text.split(';').next().unwrap_or(text).trim().to_ascii_lowercase();
    let is_json = essence
        .split_once('/')
        .is_some_and(|(_, subtype)| subtype == "json" || subtype.ends_with("+json"));
    if is_json { Ok(()) } else { field.fault(EventProblem::ContentType { actual: clip(text) }) }
}

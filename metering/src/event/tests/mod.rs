//! What is read, what is refused, and in which words.

mod bodies;
mod forms;
mod properties;
mod usage;

use meterproof::Timestamp;
use meterproof::usage::{
    CustomerAwsAccountId, Dimension, Identity, LicenseArn, Quantity, Tag, TagKey, TagSet, TagValue,
    UsageAllocation,
};
use serde_json::{Value as Json, json};

use super::{
    EventDefaults, EventEntry, EventFault, EventId, Fingerprint, MAX_BODY_BYTES, MAX_EVENT_BYTES,
    UsageEvent, parse_events,
};

const ARN: &str =
    "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef";

/// A plain event with the given members set, or taken away where they are null.
fn plain(members: Json) -> Json {
    merged(
        json!({
            "EventId": "e1",
            "Source": "api-7",
            "Timestamp": 1_795_255_200,
            "LicenseArn": ARN,
            "CustomerAWSAccountId": "444455556666",
            "Dimension": "users",
            "Quantity": 17
        }),
        members,
    )
}

/// A CloudEvent with the given attributes set, or taken away where they are null.
fn cloud(attributes: Json) -> Json {
    merged(
        json!({
            "specversion": "1.0",
            "id": "e1",
            "source": "api-7",
            "type": "com.example.usage",
            "time": "2026-11-21T10:00:00Z",
            "data": {
                "LicenseArn": ARN,
                "CustomerAWSAccountId": "444455556666",
                "Dimension": "users",
                "Quantity": 17
            }
        }),
        attributes,
    )
}

fn merged(mut object: Json, members: Json) -> Json {
    for (name, value) in members.as_object().unwrap() {
        if value.is_null() {
            object.as_object_mut().unwrap().remove(name);
        } else {
            object[name] = value.clone();
        }
    }
    object
}

fn event(quantity: Quantity, allocations: Vec<UsageAllocation>) -> UsageEvent {
    UsageEvent::new(
        EventId::new("api-7", "e1").unwrap(),
        Identity::License {
            license_arn: LicenseArn::parse(ARN).unwrap(),
            account: CustomerAwsAccountId::parse("444455556666").unwrap(),
        },
        Dimension::parse("users").unwrap(),
        quantity,
        Timestamp::from_unix_seconds(1_795_255_200).unwrap(),
        allocations,
    )
    .unwrap()
}

fn part(quantity: Quantity, tags: &[(&str, &str)]) -> UsageAllocation {
    let tags = tags.iter().map(|(key, value)| {
        Tag::new(TagKey::parse(key).unwrap(), Some(TagValue::parse(value).unwrap()))
    });
    UsageAllocation::new(quantity, TagSet::new(tags.collect()).unwrap())
}

fn whole(units: u64) -> Quantity {
    Quantity::whole(units).unwrap()
}

fn entries(body: &Json) -> Vec<EventEntry> {
    parse_events(body.to_string().as_bytes(), &EventDefaults::default()).unwrap()
}

fn only(body: &Json) -> Result<UsageEvent, Box<EventFault>> {
    let mut entries = entries(body);
    assert_eq!(entries.len(), 1);
    entries.pop().unwrap().event
}

/// Code and message of the one event's fault.
fn refused(body: &Json) -> (&'static str, String) {
    let fault = only(body).unwrap_err();
    (fault.code(), fault.to_string())
}

fn said(code: &'static str, message: &str) -> (&'static str, String) {
    (code, message.to_owned())
}

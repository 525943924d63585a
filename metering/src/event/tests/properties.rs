//! Whatever is written is read back; nothing panics; neighbours stay.

use std::collections::BTreeSet;

use meterproof::Timestamp;
use meterproof::usage::{
    CustomerAwsAccountId, CustomerIdentifier, Dimension, Identity, LicenseArn, ProductCode,
    Quantity, Tag, TagKey, TagSet, TagValue, UsageAllocation,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value as Json, json};

use super::{EventDefaults, EventId, Fingerprint, UsageEvent, entries, parse_events, whole};

fn arb_quantity(is_decimal: bool) -> BoxedStrategy<Quantity> {
    if is_decimal {
        "(0|[1-9][0-9]{0,3})(\\.[0-9]{1,6})?"
            .prop_map(|text| Quantity::parse_decimal(&text).unwrap())
            .boxed()
    } else {
        (0..=800_000_u64).prop_map(whole).boxed()
    }
}

fn arb_tags() -> impl Strategy<Value = TagSet> {
    btree_map("[a-zA-Z0-9+ =._:/@-]{1,8}", option::of("[a-zA-Z0-9+ =._:/@-]{0,8}"), 0..=5).prop_map(
        |tags| {
            let tags = tags.iter().map(|(key, value)| {
                let value = value.as_ref().map(|value| TagValue::parse(value).unwrap());
                Tag::new(TagKey::parse(key).unwrap(), value)
            });
            TagSet::new(tags.collect()).unwrap()
        },
    )
}

/// Allocations whose sum is a quantity, and that quantity.
fn arb_usage() -> impl Strategy<Value = (Quantity, Vec<UsageAllocation>)> {
    any::<bool>().prop_flat_map(|is_decimal| {
        (arb_quantity(is_decimal), vec((arb_quantity(is_decimal), arb_tags()), 0..4)).prop_map(
            |(alone, parts)| {
                let mut parts: Vec<UsageAllocation> = parts
                    .into_iter()
                    .map(|(part, tags)| UsageAllocation::new(part, tags))
                    .collect();
                let mut seen = BTreeSet::new();
                parts.retain(|part| seen.insert(part.tags().clone()));
                let sum = parts
                    .iter()
                    .map(|part| part.quantity())
                    .reduce(|sum, part| sum.checked_add(part).unwrap());
                (sum.unwrap_or(alone), parts)
            },
        )
    })
}

fn arb_identity() -> impl Strategy<Value = Identity> {
    let account = || "[0-9]{12}".prop_map(|text| CustomerAwsAccountId::parse(&text).unwrap());
    let product = || "[a-z0-9]{1,25}".prop_map(|text| ProductCode::parse(&text).unwrap());
    prop_oneof![
        ("[0-9a-f]{32}", account()).prop_map(|(id, account)| Identity::License {
            license_arn: LicenseArn::parse(&format!(
                "arn:aws:license-manager::294406891311:license:l-{id}"
            ))
            .unwrap(),
            account,
        }),
        (product(), account())
            .prop_map(|(product_code, account)| Identity::Account { product_code, account }),
        (product(), "\\PC{1,20}").prop_map(|(product_code, customer)| Identity::Customer {
            product_code,
            customer: CustomerIdentifier::parse(&customer).unwrap(),
        }),
    ]
}

fn arb_event() -> impl Strategy<Value = UsageEvent> {
    let text = || "(?s).{1,12}";
    (text(), text(), arb_identity(), text(), arb_usage(), 0..4_102_444_800_000_i64).prop_map(
        |(source, id, identity, dimension, (quantity, allocations), millis)| {
            UsageEvent::new(
                EventId::new(&source, &id).unwrap(),
                identity,
                Dimension::parse(&dimension).unwrap(),
                quantity,
                Timestamp::from_unix_millis(millis).unwrap(),
                allocations,
            )
            .unwrap()
        },
    )
}

/// The members that both forms share.
fn usage_members(event: &UsageEvent) -> Map<String, Json> {
    let identity = event.identity();
    let quantity = |object: &mut Map<String, Json>, name: &str, quantity: Quantity| {
        match quantity.as_whole() {
            Some(units) => object.insert(name.to_owned(), json!(units)),
            None => object.insert(format!("{name}AsDecimal"), json!(quantity.to_string())),
        };
    };
    let mut members = Map::new();
    let mut text = |name: &str, value: Option<&str>| {
        value.map(|value| members.insert(name.to_owned(), json!(value)));
    };
    text("LicenseArn", identity.license_arn().map(LicenseArn::as_str));
    text("ProductCode", identity.product_code().map(ProductCode::as_str));
    text("CustomerAWSAccountId", identity.account().map(CustomerAwsAccountId::as_str));
    text("CustomerIdentifier", identity.customer().map(CustomerIdentifier::as_str));
    text("Dimension", Some(event.dimension().as_str()));
    quantity(&mut members, "Quantity", event.quantity());
    let allocations: Vec<Json> = event
        .allocations()
        .iter()
        .map(|allocation| {
            let mut members = Map::new();
            quantity(&mut members, "AllocatedUsageQuantity", allocation.quantity());
            let tags: Vec<Json> = allocation
                .tags()
                .tags()
                .iter()
                .map(|tag| json!({"Key": tag.key().as_str(), "Value": tag.value().map(TagValue::as_str)}))
                .collect();
            if !tags.is_empty() {
                members.insert("Tags".to_owned(), json!(tags));
            }
            Json::Object(members)
        })
        .collect();
    if !allocations.is_empty() {
        members.insert("UsageAllocations".to_owned(), json!(allocations));
    }
    members
}

fn as_plain(event: &UsageEvent) -> Json {
    let mut members = usage_members(event);
    members.insert("EventId".to_owned(), json!(event.id().id()));
    members.insert("Source".to_owned(), json!(event.id().source()));
    members.insert("Timestamp".to_owned(), json!(event.time().to_string()));
    Json::Object(members)
}

fn as_cloud_event(event: &UsageEvent) -> Json {
    json!({
        "specversion": "1.0",
        "id": event.id().id(),
        "source": event.id().source(),
        "type": "com.example.usage",
        "time": event.time().to_string(),
        "data": usage_members(event)
    })
}

proptest! {
    #[test]
    fn an_event_written_in_either_form_is_read_back(events in vec((arb_event(), any::<bool>()), 0..4)) {
        let body: Vec<Json> = events
            .iter()
            .map(|(event, is_plain)| if *is_plain { as_plain(event) } else { as_cloud_event(event) })
            .collect();
        let read: Vec<UsageEvent> =
            entries(&json!(body)).into_iter().map(|entry| entry.event.unwrap()).collect();
        let written: Vec<UsageEvent> = events.into_iter().map(|(event, _)| event).collect();
        for (read, written) in read.iter().zip(&written) {
            // Quantities compare by value; the form matters too, since a resend has to be the same.
            prop_assert_eq!(read.quantity().is_decimal(), written.quantity().is_decimal());
            prop_assert_eq!(Fingerprint::of(read), Fingerprint::of(written));
        }
        prop_assert_eq!(read, written);
    }

    #[test]
    fn a_changed_byte_never_panics(
        events in vec(arb_event(), 1..3),
        changes in vec((any::<Index>(), any::<u8>()), 1..4),
        end in any::<Index>(),
    ) {
        let body: Vec<Json> = events.iter().map(as_cloud_event).collect();
        let mut body = json!(body).to_string().into_bytes();
        for (at, byte) in changes {
            let at = at.index(body.len());
            body[at] = byte;
        }
        let _ = parse_events(&body, &EventDefaults::default());
        let _ = parse_events(&body[..end.index(body.len())], &EventDefaults::default());
    }

    #[test]
    fn no_bytes_panic(body in vec(any::<u8>(), 0..200)) {
        let _ = parse_events(&body, &EventDefaults::default());
    }

    /// Whatever one byte of an event becomes, its neighbours are read, unless it is a quotation
    /// mark or a bracket, or comes to be one: then nothing tells where the event ends.
    #[test]
    fn a_changed_byte_leaves_the_neighbours(
        first in arb_event(),
        bad in arb_event(),
        last in arb_event(),
        at in any::<Index>(),
        byte in any::<u8>(),
    ) {
        let mut text = as_plain(&bad).to_string().into_bytes();
        let at = at.index(text.len());
        let frames = |byte: u8| matches!(byte, b'"' | b'\\' | b'{' | b'}' | b'[' | b']');
        prop_assume!(!frames(text[at]) && !frames(byte));
        let outside = byte.is_ascii_alphanumeric() || b" \t\r\n,:+-.".contains(&byte);
        text[at] = byte;
        let mut body = b"[".to_vec();
        body.extend(as_plain(&first).to_string().into_bytes());
        body.push(b',');
        let start = body.len();
        body.extend(&text);
        let end = body.len();
        body.push(b',');
        body.extend(as_cloud_event(&last).to_string().into_bytes());
        body.push(b']');
        match parse_events(&body, &EventDefaults::default()) {
            Ok(entries) => {
                prop_assert_eq!(entries.len(), 3);
                prop_assert_eq!(entries[0].event.as_ref(), Ok(&first));
                prop_assert_eq!((entries[1].span.start, entries[1].span.end), (start, end));
                prop_assert_eq!(entries[2].event.as_ref(), Ok(&last));
            }
            // Outside of strings, what no JSON holds may as well be a quotation mark of a kind.
            Err(error) => prop_assert!(!outside, "{}", error),
        }
    }
}

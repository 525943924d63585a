//! The plain form and the CloudEvent.

use serde_json::{Value as Json, json};

use super::{cloud, entries, event, only, plain, refused, said, whole};
use crate::EventId;

#[test]
fn both_forms_say_the_same() {
    let expected = event(whole(17), vec![]);
    assert_eq!(only(&plain(json!({}))).as_ref(), Ok(&expected));
    assert_eq!(
        only(&plain(json!({"Timestamp": "2026-11-21T12:00:00+02:00"}))),
        Ok(expected.clone())
    );
    assert_eq!(only(&cloud(json!({}))), Ok(expected));
    let without_source = only(&plain(json!({"Source": null}))).unwrap();
    assert_eq!(*without_source.id(), EventId::new("", "e1").unwrap());
}

#[test]
fn a_body_may_mix_forms_and_keeps_its_order() {
    let body =
        json!([cloud(json!({})), plain(json!({"EventId": "e2"})), cloud(json!({"id": "e3"}))]);
    let ids: Vec<String> = entries(&body)
        .iter()
        .map(|entry| entry.event.as_ref().unwrap().id().id().to_owned())
        .collect();
    assert_eq!(ids, ["e1", "e2", "e3"]);
    assert_eq!(entries(&json!([])), []);
}

#[test]
fn members_are_known_and_of_their_type() {
    for (members, code, message) in [
        (
            json!({"Quantty": 5}),
            "unknown_member",
            "/Quantty: Quantty is no member of an event; write EventId, Source, Timestamp, LicenseArn, CustomerAWSAccountId, CustomerIdentifier, ProductCode, Dimension, Quantity, QuantityAsDecimal, Tags or UsageAllocations as spelt here, or leave it out",
        ),
        (json!({"EventId": null}), "missing_member", "event: an event has no EventId; add it"),
        (json!({"EventId": 5}), "wrong_type", "/EventId: found a number; write a string"),
        (
            json!({"EventId": ""}),
            "empty_member",
            "/EventId: EventId is empty; give at least 1 character",
        ),
        (
            json!({"Source": "s".repeat(1025)}),
            "id_too_long",
            "/Source: Source has 1025 characters; a ledger keeps at most 1024, shorten it",
        ),
        (
            json!({"Timestamp": "21.11.2026"}),
            "timestamp_not_iso_8601",
            "/Timestamp: Timestamp is \"21.11.2026\": not an ISO 8601 time: write it as 2026-11-21T10:00:00Z",
        ),
        (
            json!({"Timestamp": 1_795_255_200_000_u64}),
            "timestamp_out_of_range",
            "/Timestamp: Timestamp is 1795255200000: outside the years 0000 to 9999: were milliseconds given in place of seconds?",
        ),
        (
            json!({"Timestamp": []}),
            "wrong_type",
            "/Timestamp: found an array; write epoch seconds as a number, or a time as 2026-11-21T10:00:00Z",
        ),
        (json!({"Dimension": null}), "missing_member", "event: an event has no Dimension; add it"),
        (
            json!({"LicenseArn": "l-1"}),
            "invalid_license_arn",
            "/LicenseArn: LicenseArn is no ARN: it does not begin with \"arn:\"; expected arn:aws:license-manager:REGION:ACCOUNT:license:ID",
        ),
        (
            json!({"CustomerAWSAccountId": 444_455_556_666_u64}),
            "wrong_type",
            "/CustomerAWSAccountId: found a number; write a string",
        ),
        (
            json!({"CustomerAWSAccountId": "4444-5555"}),
            "invalid_account_id",
            "/CustomerAWSAccountId: CustomerAWSAccountId holds '-' as character 5; AWS takes only digits",
        ),
        (
            json!({"LicenseArn": null, "ProductCode": "my product"}),
            "invalid_product_code",
            "/ProductCode: ProductCode holds ' ' as character 3; AWS takes only A-Z a-z 0-9 - / = : _ . @",
        ),
        (
            json!({
                "LicenseArn": null, "CustomerAWSAccountId": null, "CustomerIdentifier": "c".repeat(256)
            }),
            "invalid_customer_identifier",
            "/CustomerIdentifier: CustomerIdentifier has 256 characters; AWS takes at most 255",
        ),
        (
            json!({"Tags": [{"Key": "", "Value": "search"}]}),
            "invalid_tag_key",
            "/Tags/0/Key: tag Key is empty; give at least 1 character",
        ),
        (
            json!({"Dimension": ""}),
            "invalid_dimension",
            "/Dimension: Dimension is empty; give at least 1 character",
        ),
    ] {
        assert_eq!(refused(&plain(members)), said(code, message));
    }
    assert_eq!(refused(&json!([5])), said("wrong_type", "/0: found a number; write an object"));
}

#[test]
fn a_cloud_event_may_say_more_than_is_needed() {
    let expected = event(whole(17), vec![]);
    for attributes in [
        json!({"datacontenttype": "application/json"}),
        json!({"datacontenttype": "Application/Vnd.Example+JSON; charset=utf-8"}),
        json!({"subject": "job-7", "dataschema": "https://example.com/usage.json"}),
        json!({"traceparent": "00-1-2-01", "sampledrate": 30, "partitionkey2": true}),
    ] {
        assert_eq!(only(&cloud(attributes)).as_ref(), Ok(&expected));
    }
    // CloudEvents says that null stands for an attribute that is not set.
    let mut nulls = cloud(json!({}));
    for name in ["datacontenttype", "subject", "dataschema", "traceparent"] {
        nulls[name] = Json::Null;
    }
    assert_eq!(only(&nulls), Ok(expected));
}

#[test]
fn a_cloud_event_is_exactly_that() {
    for (attributes, code, message) in [
        (
            json!({"specversion": "1.0.2"}),
            "unsupported_specversion",
            "/specversion: specversion is \"1.0.2\"; write \"1.0\", the version that is read here",
        ),
        (
            json!({"specversion": 1.0}),
            "unsupported_specversion",
            "/specversion: specversion is the number 1.0; write \"1.0\", the version that is read here",
        ),
        (json!({"id": null}), "missing_member", "event: a CloudEvent has no id; add it"),
        (json!({"id": ""}), "empty_member", "/id: id is empty; give at least 1 character"),
        (json!({"source": null}), "missing_member", "event: a CloudEvent has no source; add it"),
        (
            json!({"source": ""}),
            "empty_member",
            "/source: source is empty; give at least 1 character",
        ),
        (json!({"type": null}), "missing_member", "event: a CloudEvent has no type; add it"),
        (json!({"type": ""}), "empty_member", "/type: type is empty; give at least 1 character"),
        (json!({"time": null}), "missing_member", "event: a CloudEvent has no time; add it"),
        (json!({"time": 1_795_255_200}), "wrong_type", "/time: found a number; write a string"),
        (
            json!({"time": "2026-11-21T10:00:00"}),
            "timestamp_no_offset",
            "/time: time is \"2026-11-21T10:00:00\": a time without an offset: add Z for UTC, or an offset as +02:00",
        ),
        (
            json!({"datacontenttype": "text/xml"}),
            "unsupported_content_type",
            "/datacontenttype: datacontenttype is \"text/xml\"; give data as JSON and write \"application/json\"",
        ),
        (json!({"data": null}), "missing_member", "event: a CloudEvent has no data; add it"),
        (json!({"data": "{}"}), "wrong_type", "/data: found a string; write an object"),
        (
            json!({"data": null, "data_base64": "e30="}),
            "binary_data",
            "/data_base64: data_base64 holds binary data; give the members of the usage as a JSON object in data",
        ),
        (
            json!({"Quantity": 17}),
            "unknown_member",
            "/Quantity: Quantity is no member of a CloudEvent; write specversion, id, source, type, time, subject, datacontenttype, dataschema or data as spelt here, or leave it out",
        ),
        (
            json!({"tags": [{"Key": "team", "Value": "search"}]}),
            "wrong_type",
            "/tags: found an array; write a string, a boolean or an integer as the value of an extension attribute, and members of the usage into data",
        ),
        (
            json!({"sampledrate": 0.5}),
            "wrong_type",
            "/sampledrate: found a number; write a string, a boolean or an integer as the value of an extension attribute, and members of the usage into data",
        ),
        (
            json!({"data": {"Timestamp": 1_795_255_200}}),
            "unknown_member",
            "/data/Timestamp: Timestamp is no member of a CloudEvent's data; write LicenseArn, CustomerAWSAccountId, CustomerIdentifier, ProductCode, Dimension, Quantity, QuantityAsDecimal, Tags or UsageAllocations as spelt here, or leave it out",
        ),
    ] {
        assert_eq!(refused(&cloud(attributes)), said(code, message));
    }
    let mut null = cloud(json!({}));
    null["specversion"] = Json::Null;
    assert_eq!(
        refused(&null),
        said("missing_member", "event: a CloudEvent has no specversion; add it")
    );
}

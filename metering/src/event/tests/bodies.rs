//! Whole bodies: faults and their places, neighbours, limits.

use serde_json::json;

use super::{
    EventDefaults, EventEntry, MAX_BODY_BYTES, MAX_EVENT_BYTES, cloud, event, only, parse_events,
    plain, said, whole,
};

#[test]
fn a_fault_names_its_event_and_quotes_its_text() {
    let bad = r#"{"EventId":"e2", "Source":"api-7", "Quantity":1.5,
        "LicenseArn":"arn:aws:license-manager::1:license:l-1", "CustomerAWSAccountId":"1",
        "Dimension":"users", "Timestamp":0}"#;
    let good = plain(json!({})).to_string();
    let body = format!("[{good},\n {bad} ,{good}]");
    let entries = parse_events(body.as_bytes(), &EventDefaults::default()).unwrap();
    assert!(entries[0].event.is_ok() && entries[2].event.is_ok());
    let EventEntry { span, event } = &entries[1];
    assert_eq!(&body[span.start..span.end], bad);
    let fault = event.as_ref().unwrap_err();
    assert_eq!((fault.index, fault.pointer.as_str()), (1, "/1/Quantity"));
    assert_eq!((fault.id.as_deref(), fault.source.as_deref()), (Some("e2"), Some("api-7")));
    assert_eq!(&body[fault.span.start..fault.span.end], "1.5");
}

#[test]
fn an_id_that_cannot_be_read_is_not_told() {
    let fault = |members| only(&plain(members)).unwrap_err();
    assert_eq!(fault(json!({"EventId": 5})).id, None);
    assert_eq!(fault(json!({"EventId": 5})).source.as_deref(), Some("api-7"));
    assert_eq!(fault(json!({"EventId": "x".repeat(1025)})).id, None);
    let fault = only(&cloud(json!({"type": null, "source": null}))).unwrap_err();
    assert_eq!((fault.id.as_deref(), fault.source.as_deref()), (Some("e1"), None));
}

#[test]
fn an_event_that_is_no_json_leaves_its_neighbours() {
    let good = plain(json!({})).to_string();
    for (bad, code, message, quoted) in [
        (
            r#"{"EventId":"e2","Quantity":NaN}"#,
            "json_unexpected_character",
            "found \"N\" where a JSON value should come+27",
            "N",
        ),
        (
            r#"{"Quantity":1,"Quantity":2}"#,
            "json_duplicate_name",
            "the name \"Quantity\" stands twice in one object: keep one of them+14",
            "\"",
        ),
        (
            r#"{"Quantity":017}"#,
            "json_invalid_number",
            "not a JSON number: write digits without leading zeros, as in 17 or 0.5+12",
            "0",
        ),
        (
            "{\"EventId\":\"\u{1}\"}",
            "json_control_character",
            "a control character inside a string: escape it, as in \\n+12",
            "\u{1}",
        ),
    ] {
        let body = format!("[{good},{bad},{good}]");
        let entries = parse_events(body.as_bytes(), &EventDefaults::default()).unwrap();
        assert_eq!(entries[0].event, Ok(event(whole(17), vec![])));
        assert_eq!(entries[2].event, Ok(event(whole(17), vec![])));
        assert_eq!(&body[entries[1].span.start..entries[1].span.end], bad);
        let fault = entries[1].event.as_ref().unwrap_err();
        let (message, offset) = message.split_once('+').unwrap();
        let place: usize = entries[1].span.start + offset.parse::<usize>().unwrap();
        assert_eq!(
            (fault.code(), fault.to_string()),
            (code, format!("/1: not JSON: {message} (byte {place})"))
        );
        assert_eq!(&body[fault.span.start..fault.span.end], quoted);
    }
    // Bytes that are no UTF-8 as well.
    let mut body = format!("[{{\"EventId\":\"?\"}},{good}]").into_bytes();
    body[13] = 0xFF;
    let entries = parse_events(&body, &EventDefaults::default()).unwrap();
    let fault = entries[0].event.as_ref().unwrap_err();
    assert_eq!(
        fault.to_string(),
        "/0: not JSON: byte 13 is not UTF-8: encode the text as UTF-8 (byte 13)"
    );
    assert!(entries[1].event.is_ok());
}

#[test]
fn a_body_that_is_no_list_of_events_is_refused_whole() {
    let refused = |body: &[u8]| {
        let error = parse_events(body, &EventDefaults::default()).unwrap_err();
        (error.code(), error.to_string())
    };
    assert_eq!(
        refused(b""),
        said(
            "json_unexpected_end",
            "the body is not JSON: the text ends where a JSON value should come: was it cut off? (byte 0)"
        )
    );
    assert_eq!(
        refused(br#"[{"EventId":"e1"},{"EventId":"e2"#),
        said(
            "json_unexpected_end",
            "the body is not JSON: the text ends where a closing quotation mark should come: was it cut off? (byte 32)"
        )
    );
    assert_eq!(refused(b"\xEF\xBB\xBF[]").0, "json_byte_order_mark");
    assert_eq!(
        refused(b"\"e1\""),
        said(
            "not_events",
            "the body is a string; send one event as an object, or an array of events"
        )
    );
    assert_eq!(
        refused(format!("[{}0]", "0,".repeat(10_000)).as_bytes()),
        said(
            "too_many_events",
            "the body holds 10001 events; at most 10000 are taken at once, send them in several bodies"
        )
    );
    assert_eq!(
        refused(&vec![b' '; MAX_BODY_BYTES + 1]),
        said(
            "body_too_large",
            "the body has 5242881 bytes; at most 5242880 are taken at once, send the events in several bodies"
        )
    );
}

#[test]
fn an_event_too_large_leaves_its_neighbours() {
    let large = format!("{{\"EventId\":\"{}\"}}", "x".repeat(MAX_EVENT_BYTES));
    let message = "the event has 1048590 bytes; at most 1048576 are taken, split its usage over several events";
    let body = format!("[{large},{}]", plain(json!({})));
    let entries = parse_events(body.as_bytes(), &EventDefaults::default()).unwrap();
    let fault = entries[0].event.as_ref().unwrap_err();
    assert_eq!(
        (fault.code(), fault.to_string()),
        said("event_too_large", &format!("/0: {message}"))
    );
    assert!(entries[1].event.is_ok());

    let body = format!(" {large}\n");
    let entries = parse_events(body.as_bytes(), &EventDefaults::default()).unwrap();
    let fault = entries[0].event.as_ref().unwrap_err();
    assert_eq!(fault.to_string(), format!("event: {message}"));
    assert_eq!(&body[entries[0].span.start..entries[0].span.end], large);
}

#[test]
fn messages_do_not_grow_with_the_body_and_hold_no_customer() {
    let long = "n".repeat(10_000);
    let fault = only(&plain(json!({ (long.as_str()): 1 }))).unwrap_err();
    assert!(fault.to_string().len() < 600 && fault.pointer.len() < 120);
    let twice = format!("[{{\"{long}\":1,\"{long}\":2}}]");
    let entries = parse_events(twice.as_bytes(), &EventDefaults::default()).unwrap();
    assert!(entries[0].event.as_ref().unwrap_err().to_string().len() < 300);

    let customer = "jane.doe@example.com";
    for members in [
        json!({"CustomerIdentifier": customer}),
        json!({"CustomerAWSAccountId": customer}),
        json!({"LicenseArn": customer}),
        json!({"LicenseArn": null, "ProductCode": "jane doe@example.com"}),
        json!({"Tags": [{"Key": "jane?doe", "Value": "x"}]}),
        json!({"Tags": [{"Key": "k", "Value": "jane?doe"}]}),
        json!({"Tags": customer}),
        json!({"Quantity": customer}),
        json!({"EventId": [customer]}),
    ] {
        let fault = only(&plain(members)).unwrap_err();
        assert!(!fault.to_string().contains("jane"), "{fault}");
        assert!(!format!("{:?}", fault.problem).contains("jane"), "{fault:?}");
    }
}

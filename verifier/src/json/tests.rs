//! What is JSON here and what is not, with the place of the first fault.

use alloc::format;
use alloc::string::String;

use super::{JsonError, MAX_DEPTH, parse};

fn code(text: &[u8]) -> &'static str {
    parse(text).map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn accepts_what_rfc_8259_does() {
    for text in [
        "0",
        "-0",
        "10",
        "1.5",
        "1e5",
        "1E-5",
        "-1.25e+10",
        "true",
        "false",
        "null",
        "\"\"",
        "[]",
        "{}",
        " [ 1 , 2 ] ",
        "{\"a\":{\"b\":[null]}}",
        "\"\\u0041\\ud83d\\ude00\"",
    ] {
        assert_eq!(code(text.as_bytes()), "ok", "{text}");
    }
}

#[test]
fn refuses_the_rest_with_its_place() {
    for (text, expected, at) in [
        (&b""[..], "json_unexpected_end", 0),
        (b"{", "json_unexpected_end", 1),
        (b"[1,", "json_unexpected_end", 3),
        (b"[1,]", "json_unexpected_character", 3),
        (b"{\"a\":1,}", "json_unexpected_character", 7),
        (b"{a:1}", "json_unexpected_character", 1),
        (b"tru", "json_unexpected_character", 0),
        (b"01", "json_invalid_number", 0),
        (b"[-]", "json_invalid_number", 1),
        (b"1.", "json_invalid_number", 0),
        (b"1e", "json_invalid_number", 0),
        (b".5", "json_unexpected_character", 0),
        (b"+1", "json_unexpected_character", 0),
        (b"NaN", "json_unexpected_character", 0),
        (b"1 2", "json_trailing_text", 2),
        (b"\"a\nb\"", "json_control_character", 2),
        (b"\"\\x\"", "json_invalid_escape", 1),
        (b"\"\\u12g4\"", "json_invalid_escape", 1),
        (b"\"\\ud800\"", "json_lone_surrogate", 1),
        (b"\"\\ud800\\u0041\"", "json_lone_surrogate", 1),
        (b"\"\\udc00\"", "json_lone_surrogate", 1),
        (b"\"ab", "json_unexpected_end", 3),
        (b"\"\xff\"", "json_invalid_utf8", 1),
        (b"\xef\xbb\xbf1", "json_byte_order_mark", 0),
        (b"{\"a\":1,\"\\u0061\":2}", "json_duplicate_name", 7),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!((error.code(), error.at()), (expected, at), "{text:?}");
    }
}

#[test]
fn nesting_ends_at_the_limit() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(code(nested(MAX_DEPTH).as_bytes()), "ok");
    let error = parse(&[b'['; 100_000]).unwrap_err();
    assert_eq!(error, JsonError::TooDeep { at: MAX_DEPTH });
    assert_eq!(code(nested(MAX_DEPTH + 1).as_bytes()), "json_too_deep");
}

#[test]
fn the_first_duplicate_is_named_in_large_objects_too() {
    let mut text = String::from("{");
    for at in 0..50_000 {
        text.push_str(&format!("\"n{at}\":0,"));
    }
    let place = text.len();
    text.push_str("\"n7\":0,\"n3\":0}");
    let error = parse(text.as_bytes()).unwrap_err();
    assert_eq!(error, JsonError::DuplicateName { name: "n7".into(), at: place });
}

//! The strict reader against serde_json: the same texts are JSON and have the same values, but for
//! names that come twice and for depth, which the strict reader limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use meterproof::json::{self, JsonError, Kind, Value};

fuzz_target!(|text: &[u8]| {
    let theirs = serde_json::from_slice::<serde_json::Value>(text);
    match (json::parse(text), theirs) {
        (Ok(ours), Ok(theirs)) => assert!(same(&ours, &theirs)),
        // Numbers keep their digits here; there they become floats, which have an end.
        (Ok(_), Err(error)) => assert!(error.to_string().starts_with("number out of range")),
        (Err(JsonError::DuplicateName { .. } | JsonError::TooDeep { .. }), _) => {}
        (Err(ours), Ok(_)) => panic!("refused here alone: {ours}"),
        (Err(_), Err(_)) => {}
    }
});

fn same(ours: &Value<'_>, theirs: &serde_json::Value) -> bool {
    match (&ours.kind, theirs) {
        (Kind::Null, serde_json::Value::Null) => true,
        (Kind::Bool(a), serde_json::Value::Bool(b)) => a == b,
        (Kind::Number(text), serde_json::Value::Number(number)) => {
            let (a, b) = (text.parse().unwrap_or(f64::NAN), number.as_f64().unwrap_or(f64::NAN));
            // serde_json may be off by a last bit.
            (a - b).abs() <= a.abs() * f64::EPSILON * 2.0
        }
        (Kind::String(a), serde_json::Value::String(b)) => a == b,
        (Kind::Array(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Kind::Object(a), serde_json::Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|m| b.get(&*m.name).is_some_and(|theirs| same(&m.value, theirs)))
        }
        _ => false,
    }
}

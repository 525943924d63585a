//! The strict reader against serde_json: both take the same texts for JSON and read the
//! same values, but for the two things the strict reader refuses by design.

use meterproof::json::{self, JsonError, Kind, Value};
use proptest::prelude::*;

fn same(ours: &Value<'_>, theirs: &serde_json::Value) -> bool {
    match (&ours.kind, theirs) {
        (Kind::Null, serde_json::Value::Null) => true,
        (Kind::Bool(a), serde_json::Value::Bool(b)) => a == b,
        (Kind::Number(text), serde_json::Value::Number(number)) => {
            let (a, b): (f64, f64) = (text.parse().unwrap(), number.as_f64().unwrap());
            // serde_json without its `float_roundtrip` feature may be off by a last bit.
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

fn agree(text: &[u8]) -> Result<(), TestCaseError> {
    let theirs = serde_json::from_slice::<serde_json::Value>(text);
    match json::parse(text) {
        Ok(ours) => match theirs {
            Ok(theirs) => prop_assert!(same(&ours, &theirs)),
            Err(error) => prop_assert!(error.to_string().starts_with("number out of range")),
        },
        Err(JsonError::DuplicateName { .. } | JsonError::TooDeep { .. }) => {}
        Err(ours) => prop_assert!(theirs.is_err(), "{ours} ({text:?})"),
    }
    Ok(())
}

/// JSON texts, most of them with a few bytes replaced: near misses find more than noise.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        "-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,3})?",
        "\"([ -!#-\\[\\]-~]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}|é|😀){0,6}\"",
        Just("true".to_owned()),
        Just("null".to_owned()),
    ];
    let text = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(" ,"))),
            prop::collection::vec(("[a-d]", inner), 0..4).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    });
    let edits = prop::collection::vec((any::<prop::sample::Index>(), byte()), 0..3);
    (text, edits).prop_map(|(text, edits)| {
        let mut text = text.into_bytes();
        for (at, byte) in edits {
            let at = at.index(text.len());
            text[at] = byte;
        }
        text
    })
}

fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        prop::sample::select(&b"{}[]\",:\\/ \n\t0123456789.eE+-utrufalsen\0\x1f\x7f\x80\xff"[..]),
        any::<u8>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn near_misses(text in texts()) {
        agree(&text)?;
    }

    #[test]
    fn arbitrary_bytes(text in prop::collection::vec(byte(), 0..24)) {
        agree(&text)?;
    }
}

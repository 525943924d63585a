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
            // serde_json without its `float_roundtrip` feature may be off by a last bit. Of the
            // smallest numbers that bit is a larger part.
            let last_bit = f64::from_bits(1);
            (a - b).abs() <= (a.abs() * f64::EPSILON * 2.0).max(last_bit)
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
        // Refused before the rest is read, so theirs may find more. What is named stands there.
        Err(JsonError::DuplicateName { name, at }) => {
            let there = serde_json::Deserializer::from_slice(&text[at..]);
            prop_assert_eq!(there.into_iter::<String>().next().unwrap().unwrap(), name);
        }
        Err(JsonError::TooDeep { at }) => prop_assert!(b"[\x7B".contains(&text[at])),
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

/// Texts of every form, damaged byte by byte: the same ones each time.
#[test]
fn a_hundred_thousand_damaged_texts() {
    let seeds: [&[u8]; 9] = [
        br#"{"a":1,"b":[true,false,null],"c":{"d":"e"}}"#,
        br#"{"Timestamp":1795251600,"Dimension":"users","Quantity":17}"#,
        br#"[ -0.5e+10 , 0 , 10, 1E5, 1.25e-3, -1, 18446744073709551616 ]"#,
        "[\"plain\",\"\\u00e9\\ud83d\\ude00\\n\\\"\\\\\\/\\b\\f\\r\\t\",\"\u{e9}\u{20ac}\u{1f600}\"]".as_bytes(),
        b"\t{ \"a\" : \r\n[ ] , \"bb\" :{ } }\n",
        br#"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"#,
        br#"{"a":{"a":{"a":1,"b":2},"c":3},"aa":"","":0,"\u0061b":1,"ab\u0000":2}"#,
        br#""a string of more than sixteen bytes, \\ and then one \ud800 half""#,
        br#"{"n1":1,"n2":1,"n3":1,"n4":1,"n5":1,"n6":1,"n7":1,"n8":1,"n9":1,"na":1,"nb":1,"nc":1,"nd":1,"ne":1,"nf":1,"ng":1,"nh":1,"ni":1}"#,
    ];
    const BYTES: &[u8] =
        b"{}[]\",:\\/ \n\t0123456789.eE+-utrufalsen\0\x1f\x7f\x80\xc3\xa9\xed\xa0\xf0\xff";
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut below = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % bound
    };
    let mut accepted = 0;
    for _ in 0..100_000 {
        let mut text = seeds[below(seeds.len())].to_vec();
        for _ in 0..=below(3) {
            let at = below(text.len().max(1)).min(text.len());
            match below(4) {
                0 if at < text.len() => drop(text.remove(at)),
                1 if at < text.len() => text[at] = BYTES[below(BYTES.len())],
                2 => {
                    let end = text.len().min(at + below(9));
                    let stretch = text[at..end].to_vec();
                    let to = below(text.len() + 1);
                    text.splice(to..to, stretch);
                }
                _ => text.insert(at, BYTES[below(BYTES.len())]),
            }
        }
        agree(&text).unwrap();
        accepted += usize::from(json::parse(&text).is_ok());
    }
    assert!((10_000..90_000).contains(&accepted), "{accepted}");
}

/// Read by serde_json a last bit off, of few.
#[test]
fn the_smallest_numbers() {
    for text in ["0.918e-308", "622211492304e-320", "5e-324", "1e-400", "-2.2250738585072011e-308"]
    {
        agree(text.as_bytes()).unwrap();
    }
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

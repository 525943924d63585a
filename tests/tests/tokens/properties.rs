//! What holds for every input.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use meterproof::{PublicKey, Verdict};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::vector_file::{Case, Expect, FILES, VectorFile};

/// A valid bare token of each file: in a response there are bytes that mean nothing.
static VALID: LazyLock<Vec<(VectorFile, usize)>> = LazyLock::new(|| {
    let is_bare = |case: &Case| {
        matches!(case.expect, Expect::Registration(_)) && case.token().starts_with(b"eyJ")
    };
    let first = |name| {
        let file = VectorFile::read(name);
        let at = file.cases.iter().position(is_bare).unwrap();
        (file, at)
    };
    FILES.into_iter().map(first).collect()
});

#[test]
fn no_bit_of_a_token_may_flip() {
    for (file, at) in VALID.iter() {
        let case = &file.cases[*at];
        let verifier = file.verifier(case);
        let token = case.token();
        for bit in 0..8 * token.len() {
            let mut flipped = token.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let verdict = verifier.verify(&flipped, &case.nonce(), case.now());
            assert!(verdict.is_err(), "{}: bit {bit}", case.name);
        }
    }
}

#[test]
fn no_bit_of_a_decoded_segment_may_flip() {
    for (file, at) in VALID.iter() {
        let case = &file.cases[*at];
        let verifier = file.verifier(case);
        let token = String::from_utf8(case.token()).unwrap();
        let segments: Vec<_> = token.split('.').collect();
        for segment in 0..3 {
            let bytes = URL_SAFE_NO_PAD.decode(segments[segment]).unwrap();
            for bit in 0..8 * bytes.len() {
                let mut flipped = bytes.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                let encoded = URL_SAFE_NO_PAD.encode(flipped);
                let mut parts = segments.clone();
                parts[segment] = &encoded;
                let verdict = verifier.verify(parts.join("."), &case.nonce(), case.now());
                assert!(verdict.is_err(), "{}: segment {segment}, bit {bit}", case.name);
            }
        }
    }
}

proptest! {
    #[test]
    fn no_character_may_change_come_or_go(
        which in any::<Index>(),
        at in any::<Index>(),
        character in any::<char>(),
        edit in 0..3,
    ) {
        let (file, case) = which.get(&VALID);
        let case = &file.cases[*case];
        let token = String::from_utf8(case.token()).unwrap();
        let mut characters: Vec<char> = token.chars().collect();
        match edit {
            0 => *at.get_mut(&mut characters) = character,
            1 => characters.insert(at.index(characters.len() + 1), character),
            _ => { characters.remove(at.index(characters.len())); }
        }
        let changed: String = characters.into_iter().collect();
        let verdict = file.verifier(case).verify(&changed, &case.nonce(), case.now());
        prop_assert_eq!(verdict.is_ok(), changed == token);
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        refuses(&bytes);
    }

    #[test]
    fn any_three_segments_get_an_answer(
        header in segment(),
        payload in segment(),
        signature in segment(),
        in_response in any::<bool>(),
    ) {
        let token = format!("{header}.{payload}.{signature}");
        let input = if in_response { format!("{{\"Signature\":{token:?}}}") } else { token };
        refuses(input.as_bytes());
    }

    #[test]
    fn any_text_is_a_key_or_gets_an_error(text in "\\PC{0,200}", in_pem in any::<bool>()) {
        let text = if in_pem {
            format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
        } else {
            text
        };
        prop_assert!(PublicKey::parse(&text).is_err());
    }

    #[test]
    fn any_der_is_a_key_or_gets_an_error(der in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(PublicKey::from_spki_der(&der).is_err());
    }
}

/// Base64url of bytes, of JSON that is near the real thing, or no base64url at all.
fn segment() -> impl Strategy<Value = String> {
    let bytes = proptest::collection::vec(any::<u8>(), 0..400);
    let member = prop_oneof![
        Just(r#""alg":"PS256""#),
        Just(r#""typ":"JWT""#),
        Just(r#""productCode":"p""#),
        Just(r#""publicKeyVersion":1"#),
        Just(r#""nonce":null"#),
        Just(r#""iat":1"#),
        Just(r#""ProductCode":"p""#),
        Just(r#""exp":1e9"#),
        Just(r#""nbf":-1"#),
        Just(r#""a":["#),
    ];
    let json = proptest::collection::vec(member, 0..6)
        .prop_map(|members| format!("{{{}}}", members.join(",")));
    prop_oneof![
        bytes.prop_map(|bytes| URL_SAFE_NO_PAD.encode(bytes)),
        json.prop_map(|json| URL_SAFE_NO_PAD.encode(json)),
        "[A-Za-z0-9_=+/ -]{0,20}",
    ]
}

/// `verify` and `diagnose` refuse alike.
fn refuses(input: &[u8]) {
    let (file, at) = &VALID[0];
    let case = &file.cases[*at];
    let verifier = file.verifier(case);
    let error = verifier.verify(input, &case.nonce(), case.now()).unwrap_err();
    let diagnosis = verifier.diagnose(input, &case.nonce(), case.now());
    assert_eq!(diagnosis.verdict(), Verdict::Refused);
    assert_eq!(diagnosis.outcome(), Err(&error));
    assert!(error.to_string().len() < 1000, "{error}");
}

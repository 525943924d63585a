//! What a diagnosis tells a person, word for word where words matter.

use meterproof::{Check, CheckName, Diagnosis, Note, Status, Verdict};

use crate::vector_file::VectorFile;

fn diagnose(name: &str) -> Diagnosis {
    let file = VectorFile::read("crafted.json");
    let case = file.case(name);
    file.verifier(case).diagnose(case.token(), &case.nonce(), case.now())
}

fn statuses(diagnosis: &Diagnosis) -> String {
    let mark = |check: &Check| match check.status {
        Status::Pass => 'p',
        Status::Fail => 'F',
        Status::Skipped => '-',
    };
    diagnosis.checks().iter().map(mark).collect()
}

fn line(diagnosis: &Diagnosis, name: CheckName) -> [Option<&str>; 3] {
    let check = diagnosis.check(name).unwrap();
    [check.expected.as_deref(), check.actual.as_deref(), check.remedy.as_deref()]
}

#[test]
fn goes_on_after_a_failure_where_it_can() {
    //                 length, wrapper, segments, encoding, header, algorithm, type, critical,
    //                 payload, claims, key, signature, product code, nonce, issued at
    for (name, expected) in [
        ("valid rsa3072", "ppppppppppppppp"),
        ("nothing", "F--------------"),
        ("response without Signature", "pF-------------"),
        ("two segments", "ppF------------"),
        ("line feed after the token", "pppFppppppp-ppp"),
        ("padded header, signed", "pppF----ppp-ppp"),
        ("padded payload", "pppFpppp-------"),
        ("header is cut off", "ppppF---ppp-ppp"),
        ("header is null", "ppppF---ppp-ppp"),
        ("RS256, well signed", "pppppFppppp-ppp"),
        ("typ null", "ppppppFpppppppp"),
        ("crit empty", "pppppppFppppppp"),
        ("payload is cut off", "ppppppppF------"),
        ("claims in both spellings", "pppppppppFppppp"),
        ("productCode absent", "pppppppppFpp-pp"),
        ("publicKeyVersion 0", "pppppppppF--ppp"),
        ("iat -1", "pppppppppFpppp-"),
        ("version that is not in the key set", "ppppppppppF-ppp"),
        ("another key", "pppppppppppFppp"),
        ("product code another", "ppppppppppppFpp"),
        ("nonce absent where one was sent", "pppppppppppppFp"),
        ("exp now", "ppppppppppppppF"),
    ] {
        let diagnosis = diagnose(name);
        assert_eq!(statuses(&diagnosis), expected, "{name}");
        let verified = expected == "ppppppppppppppp";
        assert_eq!(diagnosis.verdict() == Verdict::Verified, verified);
        assert_eq!(diagnosis.registration().is_some(), verified);
    }
}

#[test]
fn shows_header_and_payload() {
    let diagnosis = diagnose("valid without iat");
    assert_eq!(diagnosis.header(), Some(r#"{"alg":"PS256","typ":"JWT"}"#));
    assert_eq!(
        diagnosis.payload(),
        Some(
            r#"{"productCode":"meterproofsample000000001","publicKeyVersion":1,"nonce":"0c7a9a52-6a4e-4f0e-9c1b-3f5a86c1d2e7"}"#
        )
    );
    assert_eq!(diagnosis.notes(), [Note::IssuedAtAbsent]);
    assert_eq!(diagnose("payload is invalid UTF-8").payload(), None);
    assert_eq!(diagnose("two segments").header(), None);
}

#[test]
fn what_follows_a_bad_signature_is_unproven() {
    let diagnosis = diagnose("another key");
    let unproven = "unproven: the signature was not verified, anybody may have written this";
    for name in [CheckName::ProductCode, CheckName::Nonce, CheckName::IssuedAt] {
        assert_eq!(line(&diagnosis, name)[2], Some(unproven));
    }
    assert_eq!(diagnosis.notes(), [Note::ClaimsUnproven]);
    assert_eq!(diagnose("valid rsa3072").notes(), []);
}

#[test]
fn narrows_the_cause_of_a_bad_signature() {
    let name = "version 2 named, signed with the key of version 1";
    assert_eq!(
        line(&diagnose(name), CheckName::Signature),
        [
            None,
            Some("not valid under the key of version 2; it does verify under the key of version 1"),
            Some(
                "do not trust it; check that the key is this product's key of that version and \
                 that the token is unchanged"
            ),
        ]
    );
}

#[test]
fn errors_name_the_thing_found_and_expected() {
    for (name, message) in [
        ("nothing", "no token was given: give the Signature of a RegisterUsage response"),
        (
            "two segments",
            "the number of segments is 2, expected 3: give the whole token: header, payload and \
             signature, joined by dots",
        ),
        (
            "alg \"RS256\", signed with PS256",
            "the header's alg is \"RS256\", expected \"PS256\": do not trust it; RegisterUsage \
             signs with PS256 and nothing else",
        ),
        (
            "alg twice, once escaped",
            "the header is ambiguous: the name \"alg\" stands twice, again at byte 15, expected \
             each name once: do not trust it; two readers could see different tokens",
        ),
        (
            "publicKeyVersion as str",
            "the claim publicKeyVersion is a string, expected a number: do not trust it; \
             RegisterUsage issues this claim otherwise",
        ),
        (
            "version that is not in the key set",
            "the public key version is 3, expected one of 1, 2: add the public key of that \
             version to the key set, or call RegisterUsage with the PublicKeyVersion whose key \
             you have",
        ),
        (
            "another key",
            "the signature is not valid under the key of version 1: do not trust it; check that \
             the key is this product's key of that version and that the token is unchanged",
        ),
        (
            "product code with a NUL after it",
            "the product code is \"meterproofsample000000001\\0\", expected \
             \"meterproofsample000000001\": do not trust it for this product; check the \
             configured product code",
        ),
        (
            "iat one second beyond the leeway",
            "the issue time iat is 2026-11-21T10:31:01Z, expected at most 60 s after \
             2026-11-21T10:30:00Z: set this machine's clock, or do not trust the token",
        ),
    ] {
        let diagnosis = diagnose(name);
        assert_eq!(diagnosis.outcome().unwrap_err().to_string(), message);
    }
}

#[test]
fn notes_say_what_was_ignored() {
    let notes = |name| {
        let diagnosis = diagnose(name);
        diagnosis.notes().iter().map(Note::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        notes("valid with kid, jku and x5u, all ignored"),
        ["members of the header that are ignored: \"kid\", \"jku\", \"x5u\"; a token cannot \
             bring or choose its key"]
    );
    assert_eq!(
        notes("valid with unknown claims"),
        ["claims that are ignored: \"iss\", \"aud\", \"extra\""]
    );
    assert_eq!(
        notes("valid in a response of boto3"),
        ["members of the response that are ignored: \"ResponseMetadata\""]
    );
    assert_eq!(
        notes("valid in PascalCase"),
        [
            "the claims are in PascalCase, as in the API reference; AWS issues camelCase",
            "the token has no iat: its age is unknown",
        ]
    );
    assert_eq!(
        notes("the token's rotation timestamp before the response's"),
        [
            "token and response have different rotation timestamps: the token's counts",
            "the key version was replaced as of 2026-11-21T10:29:50Z: ship the new version's key \
             and number",
        ]
    );
}

#[test]
fn a_pass_says_what_passed_and_a_skip_says_why() {
    let diagnosis = diagnose("valid rsa3072");
    assert_eq!(
        line(&diagnosis, CheckName::Claims),
        [Some("one spelling"), Some("camelCase"), None]
    );
    let time = "at most 60 s after 2026-11-21T10:30:00Z";
    assert_eq!(
        line(&diagnosis, CheckName::IssuedAt),
        [Some(time), Some("2026-11-21T10:29:55Z"), None]
    );
    for check in diagnosis.checks() {
        assert!(check.expected.is_some() || check.name == CheckName::Wrapper, "{}", check.name);
        assert!(check.actual.is_some(), "{}", check.name);
    }
    for (name, check, why) in [
        ("two segments", CheckName::Header, "there are no segments to look at"),
        ("header is null", CheckName::Algorithm, "the header cannot be read"),
        ("payload is null", CheckName::Claims, "the payload cannot be read"),
        ("productCode absent", CheckName::ProductCode, "the claim it needs cannot be read"),
        ("RS256, well signed", CheckName::Signature, "the header does not say PS256"),
        (
            "version that is not in the key set",
            CheckName::Signature,
            "there is no trusted key to check it with",
        ),
        ("one character too many", CheckName::Signature, "the signature cannot be decoded"),
    ] {
        assert_eq!(line(&diagnose(name), check), [None, None, Some(why)], "{name}");
    }
}

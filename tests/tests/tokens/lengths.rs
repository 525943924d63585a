//! The length limit is the token's, in a response or bare.

use meterproof::{CheckName, DEFAULT_MAX_TOKEN_LENGTH, MAX_RESPONSE_OVERHEAD, VerifyError};

use crate::vector_file::VectorFile;

/// What becomes of an input where the limit is that of the vector "valid at the length limit".
fn verify(wrap: impl Fn(&str) -> String) -> Result<(), VerifyError> {
    let file = VectorFile::read("crafted.json");
    let case = file.case("valid at the length limit");
    let input = wrap(&String::from_utf8(case.token()).unwrap());
    let (verifier, nonce, now) = (file.verifier(case), case.nonce(), case.now());
    let diagnosis = verifier.diagnose(&input, &nonce, now);
    let outcome = verifier.verify(&input, &nonce, now);
    assert_eq!(diagnosis.outcome(), outcome.as_ref());
    outcome.map(drop)
}

/// A response of this many bytes beside the token.
fn response(token: &str, overhead: usize) -> String {
    let (before, after) = (r#"{"Signature": ""#, r#""}"#);
    let white_space = " ".repeat(overhead - before.len() - after.len());
    format!("{before}{token}{after}{white_space}")
}

#[test]
fn a_response_does_not_count_against_its_token() {
    assert_eq!(verify(|token| response(token, 17)), Ok(()));
    assert_eq!(verify(|token| response(token, MAX_RESPONSE_OVERHEAD)), Ok(()));
    let one_more = verify(|token| response(&format!("{token}A"), 17));
    assert_eq!(one_more, Err(VerifyError::TooLong { actual: 722, limit: 721 }));
}

#[test]
fn a_response_has_a_limit_of_its_own() {
    let limit = 721 + MAX_RESPONSE_OVERHEAD;
    let too_long = Err(VerifyError::TooLong { actual: limit + 1, limit });
    assert_eq!(verify(|token| response(token, MAX_RESPONSE_OVERHEAD + 1)), too_long);
    assert_eq!(verify(|_| "{".repeat(limit + 1)), too_long);
    let bare = DEFAULT_MAX_TOKEN_LENGTH;
    assert_eq!(
        verify(|_| "A".repeat(bare)),
        Err(VerifyError::TooLong { actual: bare, limit: 721 })
    );
}

#[test]
fn a_diagnosis_measures_the_token() {
    let file = VectorFile::read("crafted.json");
    let case = file.case("valid at the length limit");
    let token = String::from_utf8(case.token()).unwrap();
    let verifier = file.verifier(case);
    let found = |input: &str| {
        let diagnosis = verifier.diagnose(input, &case.nonce(), case.now());
        let check = diagnosis.check(CheckName::Length).unwrap();
        [check.expected.clone().unwrap(), check.actual.clone().unwrap()]
    };
    assert_eq!(found(&response(&token, 100)), ["at most 721 bytes", "721 bytes"]);
    assert_eq!(found("{\"Signature\": null}"), ["at most 4817 bytes", "19 bytes"]);
}

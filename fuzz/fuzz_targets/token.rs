//! `verify` and `diagnose` come to the same end for any bytes, and no key text makes a parser panic.
//!
//! Input: two bytes that choose one of the stored vectors, whose keys, product, nonce and time the
//! rest is verified with; or, beyond them, the rest is read as a key.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use meterproof::usage::ProductCode;
use meterproof::{
    ExpectedNonce, KeySet, KeyVersion, Nonce, PublicKey, RegistrationVerifier, Timestamp, Verdict,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct VectorFile {
    keys: BTreeMap<String, String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    product_code: String,
    keys: BTreeMap<String, String>,
    nonce: Option<String>,
    now: i64,
    max_token_length: Option<usize>,
    leeway_seconds: Option<u32>,
}

static CASES: LazyLock<Vec<(RegistrationVerifier, ExpectedNonce, Timestamp)>> =
    LazyLock::new(|| {
        let texts = [
            include_str!("../../tests/vectors/tokens/crafted.json"),
            include_str!("../../tests/vectors/tokens/jose.json"),
            include_str!("../../tests/vectors/tokens/forensic.json"),
        ];
        let files = texts.map(|text| serde_json::from_str::<VectorFile>(text).expect("vectors"));
        files.iter().flat_map(|file| file.cases.iter().map(|case| case.read(file))).collect()
    });

fuzz_target!(|input: &[u8]| {
    let Some(([high, low], rest)) = input.split_first_chunk() else { return };
    match CASES.get(usize::from(u16::from_be_bytes([*high, *low]))) {
        Some((verifier, nonce, now)) => agree(verifier, rest, nonce, *now),
        None => read_key(rest),
    }
});

fn agree(verifier: &RegistrationVerifier, token: &[u8], nonce: &ExpectedNonce, now: Timestamp) {
    let outcome = verifier.verify(token, nonce, now);
    let diagnosis = verifier.diagnose(token, nonce, now);
    assert_eq!(diagnosis.outcome(), outcome.as_ref());
    let verdict = if outcome.is_ok() { Verdict::Verified } else { Verdict::Refused };
    assert_eq!(diagnosis.verdict(), verdict);
    assert!(outcome.is_err() || diagnosis.causes().is_empty());
    if let Err(error) = outcome {
        assert!(!error.code().is_empty() && error.to_string().len() < 1000);
    }
}

fn read_key(bytes: &[u8]) {
    let from_der = PublicKey::from_spki_der(bytes);
    let from_text = str::from_utf8(bytes).ok().map(PublicKey::parse);
    for key in [Some(from_der), from_text].into_iter().flatten() {
        match key {
            Ok(key) => assert!((2048..=4096).contains(&key.bits())),
            Err(error) => assert!(!error.code().is_empty() && error.to_string().len() < 1000),
        }
    }
}

impl Case {
    fn read(&self, file: &VectorFile) -> (RegistrationVerifier, ExpectedNonce, Timestamp) {
        let keys = self.keys.iter().fold(KeySet::new(), |keys, (version, name)| {
            let version = KeyVersion::new(version.parse().expect("a version")).expect("a version");
            keys.with(version, PublicKey::parse(&file.keys[name]).expect("a key"))
        });
        let product = ProductCode::parse(&self.product_code).expect("a product code");
        let mut verifier = RegistrationVerifier::new(product, keys);
        if let Some(bytes) = self.max_token_length {
            verifier = verifier.with_max_token_length(bytes);
        }
        if let Some(seconds) = self.leeway_seconds {
            verifier = verifier.with_leeway_seconds(seconds);
        }
        let nonce = match &self.nonce {
            Some(nonce) => ExpectedNonce::Exactly(Nonce::new(nonce).expect("a nonce")),
            None => ExpectedNonce::NotSent,
        };
        (verifier, nonce, Timestamp::from_unix_seconds(self.now).expect("a time"))
    }
}

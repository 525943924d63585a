//! Project Wycheproof's JSON Web Signature vectors, which no package brings: put the path of
//! its `json_web_signature_test.json` in METERPROOF_JWS_VECTORS.
//!
//! Their payloads are no registrations and one is empty, so that what is compared is the JWS
//! layer: three canonical segments, and the signature over the first two as received.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use meterproof::{PublicKey, ps256};
use serde_json::Value;

const VARIABLE: &str = "METERPROOF_JWS_VECTORS";

#[test]
fn the_ps256_group_agrees() {
    let Some(path) = std::env::var_os(VARIABLE) else {
        eprintln!("skipped: {VARIABLE} is not set");
        return;
    };
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let groups = file["testGroups"].as_array().unwrap();
    let group = groups.iter().find(|group| group["comment"] == "ps256").unwrap();
    let key = PublicKey::parse(&group["public"].to_string()).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for test in group["tests"].as_array().unwrap() {
        let accepted = verifies(&key, test["jws"].as_str().unwrap());
        assert_eq!(accepted, test["result"] == "valid", "{} {}", test["tcId"], test["comment"]);
        *if accepted { &mut valid } else { &mut invalid } += 1;
    }
    eprintln!("{valid} valid and {invalid} invalid signatures agree");
    assert_eq!(valid + invalid, group["tests"].as_array().unwrap().len());
}

fn verifies(key: &PublicKey, jws: &str) -> bool {
    let Some((message, signature)) = jws.rsplit_once('.') else { return false };
    let signature = URL_SAFE_NO_PAD.decode(signature);
    signature.is_ok_and(|signature| ps256::verify(key, message.as_bytes(), &signature).is_ok())
}

//! Project Wycheproof's JSON Web Signature vectors, which no package brings:
//!
//! ```text
//! cargo run -p meterproof-tests --example jws_vectors -- json_web_signature_test.json
//! ```
//!
//! Their payloads are no registrations and one is empty, so that what is compared is the JWS
//! layer of the group `ps256`: canonical base64url, and the signature over the first two
//! segments as received. Ends with an error at the first disagreement.

use std::error::Error;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use meterproof::{PublicKey, ps256};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("name the file with the vectors")?;
    let file: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let groups = file["testGroups"].as_array().ok_or("no testGroups in the file")?;
    let group = groups
        .iter()
        .find(|group| group["comment"] == "ps256")
        .ok_or("no group ps256 in the file")?;
    let key = PublicKey::parse(&group["public"].to_string())?;
    let tests = group["tests"].as_array().ok_or("no tests in the group")?;
    let (mut valid, mut invalid) = (0, 0);
    for test in tests {
        let accepted = verifies(&key, test["jws"].as_str().ok_or("a test without jws")?);
        if accepted != (test["result"] == "valid") {
            return Err(format!("disagree on {}: {}", test["tcId"], test["comment"]).into());
        }
        *if accepted { &mut valid } else { &mut invalid } += 1;
    }
    println!("{valid} valid and {invalid} invalid signatures agree");
    Ok(())
}

fn verifies(key: &PublicKey, jws: &str) -> bool {
    let Some((message, signature)) = jws.rsplit_once('.') else { return false };
    let signature = URL_SAFE_NO_PAD.decode(signature);
    signature.is_ok_and(|signature| ps256::verify(key, message.as_bytes(), &signature).is_ok())
}

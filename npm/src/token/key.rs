//! What there is to say about a key.

use alloc::string::String;

use meterproof::PublicKey;

use crate::json::{Json, push_hex};
use crate::refusal::Refusal;

/// Bits and fingerprint of a key.
pub fn key_details(text: &[u8]) -> Result<String, Refusal> {
    let text = core::str::from_utf8(text).map_err(|_| Refusal::options())?;
    let key = PublicKey::parse(text).map_err(|error| Refusal::of_key(&error, None))?;
    let mut fingerprint = String::new();
    push_hex(&mut fingerprint, &key.fingerprint());
    Ok(Json::object(|object| {
        object.number("bits", i64::from(key.bits()));
        object.text("fingerprint", &fingerprint);
    }))
}

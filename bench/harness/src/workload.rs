//! The inputs, the same for every engine: the files of `bench/data` and `bench/keys`.

use serde::Deserialize;

/// The sizes that are measured: the smallest allowed, what AWS issues, the largest allowed.
pub const BITS: [u32; 3] = [2048, 3072, 4096];
/// 2026-11-21T10:20:00Z, the time that is passed in.
pub const NOW_SECONDS: i64 = 1_795_256_400;
/// The header of every token.
pub const HEADER: &str = r#"{"alg":"PS256","typ":"JWT"}"#;
/// Records of the usage document.
pub const USAGE_RECORDS: u32 = 25;

const CLAIMS: &str = include_str!("../../data/claims.json");
const USAGE: &str = include_str!("../../data/usage-25.json");

/// A signed token, and what it must say.
#[derive(Clone, Debug)]
pub struct Token {
    /// The compact JWS.
    pub text: String,
    /// The claims that a container would expect.
    pub expected: Expected,
}

/// What a container that registered expects.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expected {
    /// The product.
    pub product_code: String,
    /// The version of the key.
    pub public_key_version: u32,
    /// The nonce that was sent.
    pub nonce: String,
    /// When the token was issued.
    #[serde(rename = "iat")]
    pub issued_at: i64,
}

impl Expected {
    /// Of token number `index`.
    ///
    /// # Panics
    /// Where `bench/data/claims.json` is not what its README says.
    #[must_use]
    pub fn of(index: u32) -> Self {
        serde_json::from_str(&claims_text(index)).expect("claims.json holds the four claims")
    }
}

/// The payload of token number `index`: its nonce ends in the number.
///
/// # Panics
/// Where `bench/data/claims.json` is not what its README says.
#[must_use]
pub fn claims_text(index: u32) -> String {
    let nonce_end = CLAIMS.find("000000\",").expect("the nonce of claims.json ends in 000000");
    let (before, after) = CLAIMS.trim_end().split_at(nonce_end);
    format!("{before}{index:06x}{}", &after[6..])
}

/// The private key of a size, PKCS #8 in PEM.
///
/// # Panics
/// For a size that is not in [`BITS`].
#[must_use]
pub fn private_key_pem(bits: u32) -> &'static str {
    match bits {
        2048 => include_str!("../../keys/2048.pem"),
        3072 => include_str!("../../keys/3072.pem"),
        4096 => include_str!("../../keys/4096.pem"),
        _ => panic!("there is no key of {bits} bits in bench/keys"),
    }
}

/// The public key of a size, SPKI in PEM.
///
/// # Panics
/// For a size that is not in [`BITS`].
#[must_use]
pub fn public_key_pem(bits: u32) -> &'static str {
    match bits {
        2048 => include_str!("../../keys/2048.pub.pem"),
        3072 => include_str!("../../keys/3072.pub.pem"),
        4096 => include_str!("../../keys/4096.pub.pem"),
        _ => panic!("there is no key of {bits} bits in bench/keys"),
    }
}

/// The document of [`USAGE_RECORDS`] records.
#[must_use]
pub fn usage_document() -> &'static [u8] {
    USAGE.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::{Expected, claims_text};

    #[test]
    fn the_number_of_a_token_ends_its_nonce() {
        assert_eq!(
            claims_text(0x3e7),
            r#"{"productCode":"meterproofsample000000001","publicKeyVersion":1,"nonce":"0c7a9a52-6a4e-4f0e-9c1b-3f5a860003e7","iat":1795256395}"#
        );
        assert_eq!(Expected::of(1).nonce, "0c7a9a52-6a4e-4f0e-9c1b-3f5a86000001");
    }
}

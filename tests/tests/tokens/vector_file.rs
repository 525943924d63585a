//! The format of tests/vectors/tokens/*.json, as its README describes it.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meterproof::usage::ProductCode;
use meterproof::{
    ClaimStyle, ExpectedNonce, KeySet, KeyVersion, Nonce, PublicKey, Registration,
    RegistrationVerifier, Timestamp,
};
use serde::Deserialize;

pub const FILES: [&str; 3] = ["crafted.json", "forensic.json", "jose.json"];

#[derive(Deserialize)]
pub struct VectorFile {
    pub keys: BTreeMap<String, String>,
    pub cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Case {
    pub name: String,
    token: Option<String>,
    token_base64: Option<String>,
    product_code: String,
    keys: BTreeMap<String, String>,
    nonce: Option<String>,
    now: i64,
    max_token_length: Option<usize>,
    leeway_seconds: Option<u32>,
    pub evidence: Option<String>,
    pub evidence_at: Option<String>,
    pub causes: Option<Vec<(String, String)>>,
    pub expect: Expect,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Expect {
    Code(String),
    Registration(ExpectedRegistration),
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedRegistration {
    product_code: String,
    public_key_version: u32,
    nonce: Option<String>,
    issued_at: Option<f64>,
    public_key_rotation_timestamp: Option<f64>,
    claim_style: String,
}

impl VectorFile {
    pub fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/tokens").join(name);
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    pub fn case(&self, name: &str) -> &Case {
        self.cases.iter().find(|case| case.name == name).unwrap()
    }

    pub fn verifier(&self, case: &Case) -> RegistrationVerifier {
        let keys = case.keys.iter().fold(KeySet::new(), |keys, (version, name)| {
            let version = KeyVersion::new(version.parse().unwrap()).unwrap();
            keys.with(version, PublicKey::parse(&self.keys[name]).unwrap())
        });
        let product = ProductCode::parse(&case.product_code).unwrap();
        let mut verifier = RegistrationVerifier::new(product, keys);
        if let Some(bytes) = case.max_token_length {
            verifier = verifier.with_max_token_length(bytes);
        }
        if let Some(seconds) = case.leeway_seconds {
            verifier = verifier.with_leeway_seconds(seconds);
        }
        verifier
    }
}

impl Case {
    pub fn token(&self) -> Vec<u8> {
        match (&self.token, &self.token_base64) {
            (Some(token), None) => token.clone().into_bytes(),
            (None, Some(base64)) => STANDARD.decode(base64).unwrap(),
            _ => panic!("{}: one of token and tokenBase64", self.name),
        }
    }

    pub fn nonce(&self) -> ExpectedNonce {
        match &self.nonce {
            Some(nonce) => ExpectedNonce::Exactly(Nonce::new(nonce).unwrap()),
            None => ExpectedNonce::NotSent,
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.now).unwrap()
    }
}

impl From<&Registration> for ExpectedRegistration {
    fn from(registration: &Registration) -> Self {
        let seconds = |time: Timestamp| time.unix_millis() as f64 / 1000.0;
        Self {
            product_code: registration.product_code().to_string(),
            public_key_version: registration.public_key_version().get(),
            nonce: registration.nonce().map(str::to_owned),
            issued_at: registration.issued_at().map(seconds),
            public_key_rotation_timestamp: registration
                .public_key_rotation_timestamp()
                .map(seconds),
            claim_style: match registration.claim_style() {
                ClaimStyle::CamelCase => "camelCase".to_owned(),
                ClaimStyle::PascalCase => "PascalCase".to_owned(),
            },
        }
    }
}

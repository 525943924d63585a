//! Tokens: one product's verifier, held in WebAssembly memory, and its answers.

use std::fmt::Write;

use meterproof::usage::ProductCode;
use meterproof::{
    Check, CheckName, Diagnosis, ExpectedNonce, KeySet, KeyVersion, Nonce, PublicKey, Registration,
    RegistrationVerifier, Status, Timestamp, VerifyError,
};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer;
use crate::refusal::Refusal;
use crate::rules::time;

/// What the constructor is given.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Configuration {
    product_code: String,
    keys: Vec<(u32, String)>,
    leeway_seconds: Option<u32>,
    max_token_length: Option<u32>,
}

/// What each question about a token is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    nonce: Option<String>,
    now: i64,
}

/// The verifier of one product.
#[wasm_bindgen]
pub struct Verifier {
    inner: RegistrationVerifier,
    max_token_length: usize,
}

#[wasm_bindgen]
impl Verifier {
    /// A verifier of this configuration.
    ///
    /// # Errors
    /// A [`Refusal`] as JSON where a value or a key is refused.
    #[wasm_bindgen(constructor)]
    pub fn new(configuration: &str) -> Result<Verifier, String> {
        Self::configured(configuration).map_err(|refusal| refusal.to_json())
    }

    /// The registration that the token proves. `length` is the token's, which is more than
    /// that of `token` where it was too long to be passed.
    ///
    /// # Errors
    /// A [`Refusal`] as JSON where the token is refused or an option is wrong.
    pub fn verify(&self, token: &[u8], length: u32, options: &str) -> Result<String, String> {
        answer(self.verified(token, length as usize, options))
    }

    /// Every check of the token; `length` as for [`verify`](Self::verify).
    ///
    /// # Errors
    /// A [`Refusal`] as JSON where an option is wrong.
    pub fn diagnose(&self, token: &[u8], length: u32, options: &str) -> Result<String, String> {
        answer(self.diagnosed(token, length as usize, options))
    }
}

impl Verifier {
    fn configured(configuration: &str) -> Result<Self, Refusal> {
        let configuration: Configuration =
            serde_json::from_str(configuration).map_err(Refusal::options)?;
        let product_code = ProductCode::parse(&configuration.product_code)
            .map_err(|error| Refusal::configuration("invalid_product_code", error))?;
        let mut keys = KeySet::new();
        for (number, text) in &configuration.keys {
            let version = KeyVersion::new(*number).ok_or_else(|| {
                Refusal::configuration("invalid_key_version", "0 is no version: begin at 1")
            })?;
            let key =
                PublicKey::parse(text).map_err(|error| Refusal::of_key(&error, Some(*number)))?;
            keys = keys.with(version, key);
        }
        let mut inner = RegistrationVerifier::new(product_code, keys);
        let mut max_token_length = meterproof::DEFAULT_MAX_TOKEN_LENGTH;
        if let Some(seconds) = configuration.leeway_seconds {
            inner = inner.with_leeway_seconds(seconds);
        }
        if let Some(bytes) = configuration.max_token_length {
            max_token_length = bytes as usize;
            inner = inner.with_max_token_length(max_token_length);
        }
        Ok(Self { inner, max_token_length })
    }

    fn verified(
        &self,
        token: &[u8],
        length: usize,
        options: &str,
    ) -> Result<RegistrationAnswer, Refusal> {
        let (nonce, now) = read_options(options)?;
        if let Some(error) = self.too_long(token, length) {
            return Err(Refusal::of_token(&error));
        }
        match self.inner.verify(token, &nonce, now) {
            Ok(registration) => Ok(RegistrationAnswer::of(&registration)),
            Err(error) => Err(Refusal::of_token(&error)),
        }
    }

    fn diagnosed(
        &self,
        token: &[u8],
        length: usize,
        options: &str,
    ) -> Result<DiagnosisAnswer, Refusal> {
        let (nonce, now) = read_options(options)?;
        match self.too_long(token, length) {
            Some(error) => Ok(DiagnosisAnswer::of_too_long(&error)),
            None => Ok(DiagnosisAnswer::of(&self.inner.diagnose(token, &nonce, now))),
        }
    }

    /// The error of a token that was not passed because it is longer than any limit.
    fn too_long(&self, token: &[u8], length: usize) -> Option<VerifyError> {
        (length > token.len())
            .then_some(VerifyError::TooLong { actual: length, limit: self.max_token_length })
    }
}

/// Bits and fingerprint of a key.
pub fn key_details(text: &str) -> Result<impl Serialize, Refusal> {
    #[derive(Serialize)]
    struct Details {
        bits: u32,
        fingerprint: String,
    }
    let key = PublicKey::parse(text).map_err(|error| Refusal::of_key(&error, None))?;
    let mut fingerprint = String::with_capacity(64);
    for byte in key.fingerprint() {
        // Writing to a String does not fail.
        let _ = write!(fingerprint, "{byte:02x}");
    }
    Ok(Details { bits: key.bits(), fingerprint })
}

fn read_options(options: &str) -> Result<(ExpectedNonce, Timestamp), Refusal> {
    let options: Options = serde_json::from_str(options).map_err(Refusal::options)?;
    let nonce = match options.nonce {
        None => ExpectedNonce::NotSent,
        Some(text) => ExpectedNonce::Exactly(
            Nonce::new(&text).map_err(|error| Refusal::configuration("invalid_nonce", error))?,
        ),
    };
    Ok((nonce, time(options.now)?))
}

/// A [`Registration`] in JavaScript's words, with times in milliseconds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RegistrationAnswer {
    product_code: String,
    public_key_version: u32,
    nonce: Option<String>,
    issued_at: Option<i64>,
    public_key_rotation_timestamp: Option<i64>,
}

impl RegistrationAnswer {
    fn of(registration: &Registration) -> Self {
        Self {
            product_code: registration.product_code().to_string(),
            public_key_version: registration.public_key_version().get(),
            nonce: registration.nonce().map(str::to_owned),
            issued_at: registration.issued_at().map(Timestamp::unix_millis),
            public_key_rotation_timestamp: registration
                .public_key_rotation_timestamp()
                .map(Timestamp::unix_millis),
        }
    }
}

#[derive(Serialize)]
struct DiagnosisAnswer {
    verdict: &'static str,
    checks: Vec<CheckAnswer>,
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration: Option<RegistrationAnswer>,
}

#[derive(Serialize)]
struct CheckAnswer {
    name: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

impl DiagnosisAnswer {
    fn of(diagnosis: &Diagnosis) -> Self {
        Self {
            verdict: diagnosis.verdict().as_str(),
            checks: diagnosis.checks().iter().map(CheckAnswer::of).collect(),
            notes: diagnosis.notes().iter().map(ToString::to_string).collect(),
            header: diagnosis.header().map(str::to_owned),
            payload: diagnosis.payload().map(str::to_owned),
            registration: diagnosis.registration().map(RegistrationAnswer::of),
        }
    }

    /// What the core says of a token over its limit, without the token.
    fn of_too_long(error: &VerifyError) -> Self {
        let failed = CheckAnswer {
            name: error.check().as_str(),
            status: Status::Fail.as_str(),
            expected: error.expected(),
            actual: error.actual(),
            remedy: Some(error.remedy().to_owned()),
            code: Some(error.code()),
        };
        let skipped = CheckName::ALL.iter().skip(1).map(|name| CheckAnswer::skipped(*name));
        Self {
            verdict: meterproof::Verdict::Refused.as_str(),
            checks: std::iter::once(failed).chain(skipped).collect(),
            notes: Vec::new(),
            header: None,
            payload: None,
            registration: None,
        }
    }
}

impl CheckAnswer {
    fn of(check: &Check) -> Self {
        Self {
            name: check.name.as_str(),
            status: check.status.as_str(),
            expected: check.expected.clone(),
            actual: check.actual.clone(),
            remedy: check.remedy.clone(),
            code: check.code,
        }
    }

    fn skipped(name: CheckName) -> Self {
        Self {
            name: name.as_str(),
            status: Status::Skipped.as_str(),
            expected: None,
            actual: None,
            remedy: None,
            code: None,
        }
    }
}

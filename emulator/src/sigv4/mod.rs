//! Signature Version 4, as the server sees it: read from the `Authorization` header, and
//! checked against the request as it came.
//!
//! Which headers are signed is the client's choice (each SDK has its own list); `host` must be
//! among them. The body always is.

mod authorization;
mod canonical;

use hmac::{Hmac, KeyInit as _, Mac as _};
use meterproof::Timestamp;
use sha2::Sha256;

use crate::wire::{ErrorName, ServiceError};

pub(crate) use authorization::Authorization;
pub(crate) use canonical::SignedRequest;

/// `signingName` of the service model.
const SERVICE: &str = "aws-marketplace";
/// "More than 15 minutes" (API reference, Common Errors, RequestExpired).
const MAX_SKEW_MILLIS: i64 = 15 * 60 * 1000;

impl Authorization {
    /// Checks the scope, the date and the signature.
    pub(crate) fn verify(
        &self,
        secret_access_key: &str,
        request: &SignedRequest<'_>,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        if self.service != SERVICE {
            return invalid(format!("credential should be scoped to correct service: '{SERVICE}'"));
        }
        if !self.signed_headers.iter().any(|name| name == "host") {
            return invalid("'host' must be a 'SignedHeader' in the Authorization header".into());
        }
        let signed_at = self.signed_at(request)?;
        let skew = now.unix_millis() - signed_at.unix_millis();
        if skew.abs() > MAX_SKEW_MILLIS {
            return Err(ServiceError::new(
                ErrorName::RequestExpired,
                format!("signed at {signed_at}, more than 15 minutes from {now}"),
            ));
        }
        let canonical = request.canonical(&self.signed_headers)?;
        let expected = self.string_to_sign(request, &canonical);
        let key = self.signing_key(secret_access_key);
        // Constant time.
        hmac(&key, &expected).verify_slice(&self.signature).or_else(|_| {
            invalid(
                "the signature calculated does not match the one provided: check the secret \
                 access key and the signing method"
                    .into(),
            )
        })
    }

    fn string_to_sign(&self, request: &SignedRequest<'_>, canonical: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256\n{}\n{}\n{}",
            request.date.unwrap_or_default(),
            self.scope(),
            canonical::hex_sha256(canonical.as_bytes())
        )
    }

    fn signing_key(&self, secret_access_key: &str) -> Vec<u8> {
        let secret = format!("AWS4{secret_access_key}");
        [&self.date, &self.region, &self.service, "aws4_request"]
            .iter()
            .fold(secret.into_bytes(), |key, part| {
                hmac(&key, part).finalize().into_bytes().to_vec()
            })
    }

    fn signed_at(&self, request: &SignedRequest<'_>) -> Result<Timestamp, ServiceError> {
        let Some(date) = request.date else {
            return Err(ServiceError::new(
                ErrorName::IncompleteSignatureException,
                "Authorization header requires existence of either an 'X-Amz-Date' or a 'Date' header",
            ));
        };
        let time = basic_iso_8601(date).ok_or_else(|| {
            ServiceError::new(
                ErrorName::IncompleteSignatureException,
                format!("the date must be of the form 20261121T100000Z, not '{date}'"),
            )
        })?;
        if date.get(..8) != Some(self.date.as_str()) {
            return invalid("the date in the credential scope does not match the request's".into());
        }
        Ok(time)
    }
}

fn hmac(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac
}

/// `20261121T100000Z`
fn basic_iso_8601(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once('T')?;
    let time = time.strip_suffix('Z')?;
    let (year, month, day) = (date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    let (hour, minute, second) = (time.get(..2)?, time.get(2..4)?, time.get(4..)?);
    let extended = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    Timestamp::parse_iso_8601(&extended).ok().filter(|_| text.len() == 16)
}

fn invalid<T>(why: String) -> Result<T, ServiceError> {
    Err(ServiceError::new(ErrorName::InvalidSignatureException, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signing_key_is_that_of_aws_s_example() {
        // "Examples of how to derive a signing key", AWS General Reference.
        let authorization = Authorization::parse(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
             SignedHeaders=host, Signature=00",
        )
        .expect("complete");
        let key = authorization.signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    }

    #[test]
    fn dates_are_of_the_basic_form() {
        let time = basic_iso_8601("20261121T100203Z").expect("valid");
        assert_eq!(time.to_string(), "2026-11-21T10:02:03Z");
        for text in
            ["", "2026-11-21T10:02:03Z", "20261121T100203", "20261121T1002030Z", "20261321T100203Z"]
        {
            assert_eq!(basic_iso_8601(text), None, "{text}");
        }
    }
}

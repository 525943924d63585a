use crate::wire::{ErrorName, ServiceError};

/// An `Authorization` header, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authorization {
    pub access_key_id: String,
    /// `20261121`, of the scope.
    pub date: String,
    /// Of the scope: the Region of the endpoint the client means to call.
    pub region: String,
    pub service: String,
    /// In the client's order, which must be alphabetical for the signature to match.
    pub signed_headers: Vec<String>,
    pub signature: Vec<u8>,
}

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

impl Authorization {
    /// Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
    pub(crate) fn parse(header: &str) -> Result<Self, ServiceError> {
        let (algorithm, rest) = header.split_once(' ').unwrap_or((header, ""));
        if algorithm != ALGORITHM {
            return incomplete(format!("unsupported AWS 'algorithm': '{algorithm}'"));
        }
        let part = |name: &str| {
            rest.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let required = |name: &str| {
            part(name).filter(|value| !value.is_empty()).map_or_else(
                || incomplete(format!("Authorization header requires '{name}' parameter")),
                Ok,
            )
        };
        let (credential, signed_headers, signature) =
            (required("Credential")?, required("SignedHeaders")?, required("Signature")?);
        let scope: Vec<_> = credential.split('/').collect();
        let [access_key_id, date, region, service, "aws4_request"] = scope.as_slice() else {
            return incomplete(
                "Credential must have the form AKID/date/region/service/aws4_request".into(),
            );
        };
        let Some(signature) = from_hex(signature) else {
            return incomplete("Signature must be hexadecimal".into());
        };
        Ok(Self {
            access_key_id: (*access_key_id).into(),
            date: (*date).into(),
            region: (*region).into(),
            service: (*service).into(),
            signed_headers: signed_headers.split(';').map(Into::into).collect(),
            signature,
        })
    }

    pub(super) fn scope(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

fn incomplete<T>(why: String) -> Result<T, ServiceError> {
    Err(ServiceError::new(ErrorName::IncompleteSignatureException, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_may_come_with_spaces_or_without() {
        let parts = [
            "Credential=AK/20261121/eu-west-1/aws-marketplace/aws4_request",
            "SignedHeaders=host;x-amz-date",
            "Signature=0aff",
        ];
        for separator in [",", ", ", " , "] {
            let header = format!("AWS4-HMAC-SHA256 {}", parts.join(separator));
            let read = Authorization::parse(&header).expect(&header);
            assert_eq!(read.access_key_id, "AK");
            assert_eq!(read.scope(), "20261121/eu-west-1/aws-marketplace/aws4_request");
            assert_eq!(read.signed_headers, ["host", "x-amz-date"]);
            assert_eq!(read.signature, [0x0a, 0xff]);
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let cases = [
            ("", "unsupported AWS 'algorithm': ''"),
            ("Bearer x", "unsupported AWS 'algorithm': 'Bearer'"),
            ("AWS4-ECDSA-P256-SHA256 x", "unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'"),
            ("AWS4-HMAC-SHA256", "Authorization header requires 'Credential' parameter"),
            (
                "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=, Signature=00",
                "Authorization header requires 'SignedHeaders' parameter",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host",
                "Authorization header requires 'Signature' parameter",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=00",
                "Credential must have the form AKID/date/region/service/aws4_request",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=0",
                "Signature must be hexadecimal",
            ),
        ];
        for (header, message) in cases {
            let error = Authorization::parse(header).expect_err(header);
            assert_eq!(error.name, ErrorName::IncompleteSignatureException);
            assert_eq!(error.message, message);
        }
    }
}

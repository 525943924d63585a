use axum::http::{HeaderMap, Method, Uri};
use sha2::{Digest, Sha256};

use crate::wire::{ErrorName, ServiceError};

/// A request as it came, with what a signature covers.
pub(crate) struct SignedRequest<'a> {
    pub method: &'a Method,
    pub uri: &'a Uri,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    /// `X-Amz-Date`, or `Date` where that is absent.
    pub date: Option<&'a str>,
}

impl<'a> SignedRequest<'a> {
    pub(crate) fn new(
        method: &'a Method,
        uri: &'a Uri,
        headers: &'a HeaderMap,
        body: &'a [u8],
    ) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Self { method, uri, headers, body, date: text("x-amz-date").or_else(|| text("date")) }
    }

    /// The canonical request, over the headers the client says it signed.
    pub(super) fn canonical(&self, signed_headers: &[String]) -> Result<String, ServiceError> {
        let mut headers = String::new();
        for name in signed_headers {
            headers.push_str(&format!("{name}:{}\n", self.header(name)?));
        }
        Ok(format!(
            "{}\n{}\n{}\n{headers}\n{}\n{}",
            self.method,
            self.uri.path(),
            self.query(),
            signed_headers.join(";"),
            hex_sha256(self.body)
        ))
    }

    /// All values of a header, each trimmed and with runs of spaces made one.
    fn header(&self, name: &str) -> Result<String, ServiceError> {
        let mut values = Vec::new();
        for value in self.headers.get_all(name) {
            let text = String::from_utf8_lossy(value.as_bytes());
            values.push(text.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
        }
        if values.is_empty() {
            return Err(ServiceError::new(
                ErrorName::InvalidSignatureException,
                format!("the signed header '{name}' is not in the request"),
            ));
        }
        Ok(values.join(","))
    }

    /// The query's parameters, sorted. They are taken to be encoded already.
    fn query(&self) -> String {
        let mut parameters: Vec<_> = self
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|parameter| !parameter.is_empty())
            .map(|parameter| match parameter.split_once('=') {
                Some(_) => parameter.to_owned(),
                None => format!("{parameter}="),
            })
            .collect();
        parameters.sort();
        parameters.join("&")
    }
}

pub(super) fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

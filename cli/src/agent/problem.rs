//! Requests that are not done, and what their sender can do about it.

use std::fmt;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use meterproof_metering::{EventError, LedgerError, LicenseEventError};
use serde_json::json;

/// Why a request was not done. Nothing of it counts, but what a repeated request would find to be
/// a duplicate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The `Host` header names another machine, or is missing: 403.
    HostNotLoopback,
    /// The `Origin` header names another site: 403.
    OriginNotLoopback,
    /// No such path: 404.
    NoSuchPath,
    /// The path does not have this method: 405.
    NoSuchMethod {
        /// The method it has.
        allowed: &'static str,
    },
    /// The body did not come in time: 408.
    BodySlow,
    /// The body ended before its end: 400.
    BodyCut,
    /// The body is too large: 413.
    BodyTooLarge {
        /// The most bytes that are taken.
        limit: usize,
    },
    /// The body is compressed: 415.
    BodyEncoded,
    /// As many requests, or as many bytes, are under way as the agent takes: 429.
    TooManyRequests,
    /// The body is no list of events: 400, or 413 where it is too much.
    Events(EventError),
    /// The body is no license event: 400.
    License(LicenseEventError),
    /// A parameter of the query is wrong: 400.
    Query {
        /// The parameter.
        name: String,
        /// What it must be.
        expected: String,
    },
    /// The ledger did not do its work: 429 where it has too much of it, else 503.
    Ledger(LedgerError),
}

/// Seconds after which asking again may help.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

impl Problem {
    /// The codes of all variants but those that have another error's code.
    pub const ALL: &'static [&'static str] = &[
        "host_not_loopback",
        "origin_not_loopback",
        "no_such_path",
        "no_such_method",
        "body_slow",
        "body_cut",
        "body_too_large",
        "body_encoded",
        "too_many_requests",
        "invalid_query",
    ];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::HostNotLoopback => "host_not_loopback",
            Self::OriginNotLoopback => "origin_not_loopback",
            Self::NoSuchPath => "no_such_path",
            Self::NoSuchMethod { .. } => "no_such_method",
            Self::BodySlow => "body_slow",
            Self::BodyCut => "body_cut",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::BodyEncoded => "body_encoded",
            Self::TooManyRequests => "too_many_requests",
            Self::Events(error) => error.code(),
            Self::License(error) => error.code(),
            Self::Query { .. } => "invalid_query",
            Self::Ledger(error) => error.code(),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::HostNotLoopback | Self::OriginNotLoopback => StatusCode::FORBIDDEN,
            Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::NoSuchMethod { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodySlow => StatusCode::REQUEST_TIMEOUT,
            Self::BodyTooLarge { .. }
            | Self::Events(EventError::BodyTooLarge { .. } | EventError::TooManyEvents { .. }) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::BodyEncoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests | Self::Ledger(LedgerError::Busy) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Ledger(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::BodyCut | Self::Events(_) | Self::License(_) | Self::Query { .. } => {
                StatusCode::BAD_REQUEST
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HostNotLoopback => f.write_str(
                "the request's host is not this machine; call the agent as 127.0.0.1, [::1] or localhost",
            ),
            Self::OriginNotLoopback => f.write_str(
                "the request comes from a page of another site; send events from a program on this machine",
            ),
            Self::NoSuchPath => f.write_str(
                "no such path; there are /v1/events, /v1/license-events, /v1/buckets, /healthz and /metrics",
            ),
            Self::NoSuchMethod { allowed } => write!(f, "no such method here; use {allowed}"),
            Self::BodySlow => f.write_str("the body did not come in time; send it again"),
            Self::BodyCut => f.write_str("the body ended before its end; send it again"),
            Self::BodyTooLarge { limit } => write!(
                f,
                "the body has more than {limit} bytes; send the events in several bodies"
            ),
            Self::BodyEncoded => {
                f.write_str("the body is compressed; send it as it is, without Content-Encoding")
            }
            Self::TooManyRequests => f.write_str(
                "the agent has as many requests under way as it takes; send this one again later",
            ),
            Self::Events(error) => error.fmt(f),
            Self::License(error) => error.fmt(f),
            Self::Query { name, expected } => write!(f, "{name} must be {expected}"),
            Self::Ledger(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Problem {}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl IntoResponse for Problem {
    /// `{"code": …, "reason": …}`.
    fn into_response(self) -> Response {
        let status = self.status();
        let body = json!({ "code": self.code(), "reason": self.to_string() });
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        if let Self::NoSuchMethod { allowed } = &self {
            headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
        }
        if matches!(status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT) {
            // The rest of the body is not read, so nothing can follow it.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(Told(self.code()));
        response
    }
}

/// A problem's code, for the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told(pub(super) &'static str);

//! Answers to the browser: a redirect, a small page, or JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lambda_http::http::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, LOCATION,
    REFERRER_POLICY, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use lambda_http::http::response::Builder;
use lambda_http::http::{Response, StatusCode};
use lambda_http::{Body, Error};
use sha2::{Digest as _, Sha256};

use super::problem::Problem;

/// What the caller can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Html,
    Json,
}

impl Format {
    /// JSON where the caller asks for it and not for HTML, as every browser does.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let accepts = |media_type: &str| {
            headers
                .get_all(ACCEPT)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .filter_map(|range| range.split(';').next())
                .any(|range| range.trim().eq_ignore_ascii_case(media_type))
        };
        if accepts("application/json") && !accepts("text/html") { Self::Json } else { Self::Html }
    }
}

/// Sends a resolved registration on to the sign-up page.
pub(super) fn registered(
    format: Format,
    location: &str,
    registration: &str,
) -> Result<Response<Body>, Error> {
    let response = match format {
        Format::Html => common(StatusCode::SEE_OTHER, "default-src 'none'")
            .header(LOCATION, location)
            .body(Body::Empty)?,
        Format::Json => {
            let body = serde_json::json!({ "registration": registration, "signUpUrl": location });
            json(common(StatusCode::OK, "default-src 'none'"), &body)?
        }
    };
    Ok(response)
}

/// Tells what went wrong and what to do.
pub(super) fn failed(format: Format, problem: Problem) -> Result<Response<Body>, Error> {
    let policy = match format {
        Format::Html => page_policy(),
        Format::Json => "default-src 'none'".to_owned(),
    };
    let mut response = common(problem.status(), &policy);
    if let Some(seconds) = problem.retry_after_seconds() {
        response = response.header(RETRY_AFTER, seconds.to_string());
    }
    if problem == Problem::MethodNotAllowed {
        response = response.header(ALLOW, "POST");
    }
    match format {
        Format::Html => Ok(response
            .header(CONTENT_TYPE, "text/html; charset=utf-8")
            .body(page(problem).into())?),
        Format::Json => {
            let message = format!("{}. {}", problem.title(), problem.remedy());
            let body =
                serde_json::json!({ "error": { "code": problem.code(), "message": message } });
            json(response, &body)
        }
    }
}

fn json(response: Builder, body: &serde_json::Value) -> Result<Response<Body>, Error> {
    Ok(response.header(CONTENT_TYPE, "application/json").body(body.to_string().into())?)
}

fn common(status: StatusCode, policy: &str) -> Builder {
    Response::builder()
        .status(status)
        .header(CACHE_CONTROL, "no-store")
        .header(REFERRER_POLICY, "no-referrer")
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(CONTENT_SECURITY_POLICY, policy)
        .header(VARY, "Accept")
}

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1.125rem/1.6 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1.5rem}\
h1{font-size:1.6rem;line-height:1.25}\
code{font-size:.95rem}";

fn page(problem: Problem) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1><p>{remedy}</p><p>Reference: <code>{code}</code></p></main></body></html>",
        title = problem.title(),
        remedy = problem.remedy(),
        code = problem.code(),
    )
}

/// Nothing may load or run on these pages; the one style element is allowed by its hash.
fn page_policy() -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        STANDARD.encode(Sha256::digest(STYLE))
    )
}

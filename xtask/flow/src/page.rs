//! The debugging page's server: the files of one folder, under the page's own policy.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::error::FlowError;

/// Serves a folder that holds the page, with the policy of its `<meta>` as a header too.
///
/// `frame-ancestors` counts in the header alone, so it is added here.
///
/// # Errors
/// [`FlowError::Setup`] where the folder has no page, or the page names no policy.
pub fn router(folder: &Path) -> Result<Router, FlowError> {
    with_policy(folder, Router::new().fallback_service(ServeDir::new(folder)))
}

/// Serves the page with these routes below `/live`, and tells it so: its `<html>` is marked with
/// `data-live`. A page elsewhere need not ask for what is not there.
///
/// # Errors
/// As [`router`].
pub fn live_router(folder: &Path, live: Router) -> Result<Router, FlowError> {
    let index = Arc::new(folder.join("index.html"));
    let page = Router::new()
        .route("/", get(marked))
        .route("/index.html", get(marked))
        .fallback_service(ServeDir::new(folder))
        .with_state(index);
    Ok(with_policy(folder, page)?.nest("/live", live))
}

/// Read anew each time: the page is rebuilt under one address.
async fn marked(State(index): State<Arc<PathBuf>>) -> Response {
    match tokio::fs::read_to_string(&*index).await {
        Ok(page) => Html(page.replacen("<html", "<html data-live", 1)).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn with_policy(folder: &Path, page_files: Router) -> Result<Router, FlowError> {
    let index = folder.join("index.html");
    let page = std::fs::read_to_string(&index).map_err(|error| {
        FlowError::Setup(format!("{}: {error}; `cargo xtask up` builds the page", index.display()))
    })?;
    let policy = policy(&page)
        .and_then(|policy| HeaderValue::from_str(&format!("{policy}; frame-ancestors 'none'")).ok())
        .ok_or_else(|| {
            FlowError::Setup(format!("{} names no Content-Security-Policy", index.display()))
        })?;
    let set =
        |name: HeaderName, value: HeaderValue| SetResponseHeaderLayer::overriding(name, value);
    Ok(page_files
        .layer(set(header::CONTENT_SECURITY_POLICY, policy))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(set(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        // The page is rebuilt under one address: always ask whether a file has changed.
        .layer(set(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))))
}

fn policy(page: &str) -> Option<&str> {
    let (_, after) = page.split_once("http-equiv=\"Content-Security-Policy\"")?;
    let (_, after) = after.split_once("content=\"")?;
    after.split_once('"').map(|(policy, _)| policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_the_one_of_the_page() {
        let page = concat!(
            "<meta charset=\"utf-8\">\n",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">",
        );
        assert_eq!(policy(page), Some("default-src 'none'"));
        assert_eq!(policy("<meta charset=\"utf-8\">"), None);
    }
}

//! The emulator's own endpoints, under `/_emulator`: to look at what it holds, and to set it.

mod control;
mod products;
mod view;

use axum::Json;
use axum::Router;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::json;

use crate::state::State;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/health", get(view::health))
        .route("/ledger", get(view::ledger))
        .route("/calls", get(view::calls))
        .route("/clock", get(control::clock).put(control::set_clock))
        .route(
            "/faults",
            get(control::faults).post(control::add_fault).delete(control::clear_faults),
        )
        .route("/credentials", post(control::add_credentials))
        .route("/disabled-apis", put(control::set_disabled_apis))
        .route("/products", get(products::list).post(products::add))
        .route("/products/{code}/keys", post(products::rotate_key))
        .route("/products/{code}/public-keys/{version}", get(products::public_key))
        .route("/customers/{account}", put(products::change_customer))
        .route("/registration-tokens", post(products::registration_token))
        .fallback(|| async { Refusal::not_found("no such endpoint under /_emulator") })
        .method_not_allowed_fallback(|| async {
            let why = "this endpoint does not take this method".to_owned();
            Refusal { status: StatusCode::METHOD_NOT_ALLOWED, why }
        })
}

/// A request to the emulator's own endpoints that cannot be met: `{"error": "…"}`.
struct Refusal {
    status: StatusCode,
    why: String,
}

impl Refusal {
    fn bad_request(why: impl ToString) -> Self {
        Self { status: StatusCode::BAD_REQUEST, why: why.to_string() }
    }

    fn not_found(why: impl ToString) -> Self {
        Self { status: StatusCode::NOT_FOUND, why: why.to_string() }
    }

    fn internal(why: impl ToString) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, why: why.to_string() }
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self { status: rejection.status(), why: rejection.body_text() }
    }
}

impl From<PathRejection> for Refusal {
    fn from(rejection: PathRejection) -> Self {
        Self { status: rejection.status(), why: rejection.body_text() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.why }))).into_response()
    }
}

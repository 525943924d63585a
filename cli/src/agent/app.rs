//! The agent as a service, without a socket.

use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use meterproof_metering::{Clock, Ledger};

use super::problem::{Problem, Told};
use super::state::AgentState;
use super::{events, gate, health, licenses, listing};

const EVENTS: &str = "/v1/events";
const LICENSE_EVENTS: &str = "/v1/license-events";
const BUCKETS: &str = "/v1/buckets";
const HEALTH: &str = "/healthz";
const METRICS: &str = "/metrics";

/// All of the agent's endpoints.
pub fn app<L, C>(state: AgentState<L, C>) -> Router
where
    L: Ledger + 'static,
    C: Clock + Send + Sync + 'static,
{
    Router::new()
        .route(EVENTS, post(events::take::<L, C>).fallback(async || no_method("POST")))
        .route(LICENSE_EVENTS, post(licenses::take::<L, C>).fallback(async || no_method("POST")))
        .route(BUCKETS, get(listing::list::<L, C>).fallback(async || no_method("GET, HEAD")))
        .route(HEALTH, get(health::tell::<L, C>).fallback(async || no_method("GET, HEAD")))
        .route(METRICS, get(health::metrics::<L, C>).fallback(async || no_method("GET, HEAD")))
        .fallback(async || Problem::NoSuchPath.into_response())
        .layer(from_fn_with_state(state.clone(), around::<L, C>))
        .with_state(state)
}

/// What holds for every request: who may ask, how many at once, what is counted and logged.
async fn around<L: Ledger, C: Clock>(
    Extract(state): Extract<AgentState<L, C>>,
    request: Request,
    next: Next,
) -> Response {
    let (began, under_way) = (Instant::now(), state.metrics().request());
    let route = route(request.uri().path());
    let response =
        admitted(&state, request, next).await.unwrap_or_else(IntoResponse::into_response);
    let (status, took) = (response.status().as_u16(), began.elapsed());
    drop(under_way);
    state.metrics().count_request(route, status, took);
    if let Some(Told(code)) = response.extensions().get() {
        tracing::warn!(event = "request", outcome = code, route, status);
    }
    response
}

async fn admitted<L: Ledger, C: Clock>(
    state: &AgentState<L, C>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    gate::admit(request.uri(), request.headers())?;
    // Who watches the agent gets an answer above all when it is full.
    let is_watching = matches!(request.uri().path(), HEALTH | METRICS);
    let _permit = if is_watching {
        None
    } else {
        Some(state.requests().try_acquire().map_err(|_| Problem::TooManyRequests)?)
    };
    Ok(next.run(request).await)
}

/// Only known paths are counted by name: what a client makes up makes no series.
fn route(path: &str) -> &'static str {
    [EVENTS, LICENSE_EVENTS, BUCKETS, HEALTH, METRICS]
        .into_iter()
        .find(|known| *known == path)
        .unwrap_or("other")
}

fn no_method(allowed: &'static str) -> Response {
    Problem::NoSuchMethod { allowed }.into_response()
}

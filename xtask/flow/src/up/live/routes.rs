//! The routes below `/live`, of one origin with the page.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tower_http::set_header::SetResponseHeaderLayer;

use super::faults::{Fault, Standing};
use super::journal::Tone;
use super::problem::Problem;
use super::scene::Phase;
use super::shared::Shared;
use super::{events, gate, outside};

/// Pages that may watch at once.
const MOST_WATCHERS: usize = 16;
const LONGEST_BODY: usize = 4096;

type Live = Extract<Arc<Shared>>;

/// All of them, for loopback alone.
pub fn routes(shared: Arc<Shared>) -> Router {
    let set =
        |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Router::new()
        .route("/totals", get(totals))
        .route("/buckets", get(buckets))
        .route("/events", get(watch))
        .route("/now", get(now))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/crash", post(crash))
        .route("/usage", post(set_usage))
        .route("/subscription", post(set_subscription))
        .route("/conflict", post(conflict))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "no_such_path", "no such path"))
        .method_not_allowed_fallback(async || {
            let reason = "this path takes other methods";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "no_such_method", reason)
        })
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn(gate::admit))
        .layer(set(header::CACHE_CONTROL, "no-store"))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .with_state(shared)
}

async fn totals(Extract(live): Live) -> Json<Value> {
    Json(fresh(&live).await.summary())
}

async fn buckets(Extract(live): Live) -> Json<Value> {
    Json(json!({ "buckets": fresh(&live).await.all_buckets() }))
}

/// The flow's time as text, for commands in a shell.
async fn now(Extract(live): Live) -> String {
    live.clock.now().map(|now| now.to_string()).unwrap_or_default()
}

async fn watch(Extract(live): Live) -> Response {
    if live.watchers() >= MOST_WATCHERS {
        let reason = format!("{MOST_WATCHERS} pages watch already: close one");
        let code = "too_many_watchers";
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, reason).into_response();
    }
    events::stream(live.watch()).into_response()
}

async fn faults(Extract(live): Live) -> Json<Value> {
    Json(json!({ "faults": Standing::of_emulator(&live.state).json() }))
}

async fn add_fault(
    Extract(live): Live,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    admit(&live, &headers)?;
    let fault = Fault::read(&body)?;
    fault.fits(&Standing::of_emulator(&live.state))?;
    live.emulator.post("/_emulator/faults", &fault.spec()).await.map_err(refused)?;
    live.write(Tone::Trouble, fault.words());
    Ok((StatusCode::CREATED, faults(Extract(live)).await).into_response())
}

async fn clear_faults(Extract(live): Live) -> Result<Json<Value>, Problem> {
    is_live(&live)?;
    live.emulator.delete("/_emulator/faults").await.map_err(refused)?;
    live.write(Tone::Plain, "all faults taken away");
    Ok(faults(Extract(live)).await)
}

async fn crash(Extract(live): Live, headers: HeaderMap) -> Result<StatusCode, Problem> {
    admit(&live, &headers)?;
    live.crash().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_usage(
    Extract(live): Live,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    admit(&live, &headers)?;
    let flows = yes_or_no(&body, "flows")?;
    live.flows.send_replace(flows);
    let text = if flows {
        "usage flows again"
    } else {
        "usage is paused: time goes on until all of it is billed"
    };
    live.write(Tone::Plain, text);
    Ok(StatusCode::NO_CONTENT)
}

async fn set_subscription(
    Extract(live): Live,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    admit(&live, &headers)?;
    outside::subscribe(&live, yes_or_no(&body, "subscribed")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn conflict(Extract(live): Live, headers: HeaderMap) -> Result<StatusCode, Problem> {
    admit(&live, &headers)?;
    outside::bill(&live).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A scene of this moment, whether or not somebody watches.
async fn fresh(live: &Shared) -> Arc<super::scene::Scene> {
    live.look(live.watchers() == 0).await
}

/// A form of another page on this machine could post without asking; not with this type, which
/// browsers ask for first.
fn admit(live: &Shared, headers: &HeaderMap) -> Result<(), Problem> {
    let content = headers.get(header::CONTENT_TYPE).and_then(|content| content.to_str().ok());
    let essence = content.and_then(|content| content.split(';').next()).map(str::trim);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        let reason = "send the header Content-Type: application/json";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "not_json", reason));
    }
    is_live(live)
}

fn is_live(live: &Shared) -> Result<(), Problem> {
    if live.scene().phase == Phase::Live {
        return Ok(());
    }
    let reason = "the driven flow is under way: the live view begins after it";
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_live_yet", reason))
}

fn yes_or_no(body: &[u8], name: &'static str) -> Result<bool, Problem> {
    let told: Option<Value> = serde_json::from_slice(body).ok();
    told.as_ref().and_then(|told| told.get(name)?.as_bool()).ok_or_else(|| {
        let reason = format!("send {{\"{name}\": true}} or {{\"{name}\": false}}");
        Problem::new(StatusCode::BAD_REQUEST, "invalid_json", reason)
    })
}

fn refused(error: crate::error::FlowError) -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY, "emulator_refused", error.to_string())
}

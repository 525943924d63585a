//! `GET /healthz` and `GET /metrics`: for those who watch.

use std::time::Duration;

use axum::Json;
use axum::extract::State as Extract;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use meterproof_metering::{Clock, Ledger};
use serde_json::{Value, json};

use super::metrics::CONTENT_TYPE;
use super::state::AgentState;

/// The codes of the reasons for `degraded`, besides those of
/// [`LedgerError`](meterproof_metering::LedgerError).
pub const HEALTH_CODES: &[&str] = &[SWEEP_OVERDUE, STOPPING];

const SWEEP_OVERDUE: &str = "sweep_overdue";
const STOPPING: &str = "stopping";

/// A round may take as long as a call to AWS and the wait before it; twice that is too long.
const OVERDUE: Duration = Duration::from_secs(60);

/// 200 `ok`, or 503 `degraded` with each reason: the agent then takes no events, or bills none.
pub(super) async fn tell<L: Ledger, C: Clock>(
    Extract(state): Extract<AgentState<L, C>>,
) -> Response {
    // A read through the ledger's own queue: it answers only where work is still done.
    let answer = state.ledger().due(state.now(), 1).await.err();
    let pulse = state.pulse().clone();
    let mut reasons = Vec::new();
    if let Some(error) = answer.or(pulse.ledger) {
        reasons.push(json!({ "code": error.code(), "reason": error.to_string() }));
    }
    let idle = pulse.beat.elapsed();
    if idle > OVERDUE.max(state.tick() * 10) {
        let reason = format!("no look for what is due has ended well for {} s", idle.as_secs());
        reasons.push(json!({ "code": SWEEP_OVERDUE, "reason": reason }));
    }
    if pulse.is_stopping {
        let reason = "the agent is ending; send to the one that follows it";
        reasons.push(json!({ "code": STOPPING, "reason": reason }));
    }
    let is_well = reasons.is_empty();
    let body = json!({
        "status": if is_well { "ok" } else { "degraded" },
        "reasons": reasons,
        "lastSweep": pulse.last_sweep.map_or(Value::Null, |at| json!(at.to_string())),
        "now": state.now().to_string(),
        "place": state.ledger().place().to_string(),
        "version": env!("CARGO_PKG_VERSION"),
    });
    let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}

/// The counters as text.
pub(super) async fn metrics<L: Ledger, C: Clock>(
    Extract(state): Extract<AgentState<L, C>>,
) -> Response {
    // Without the ledger its gauges are left out: an old count would look like a fresh one. What is
    // wrong with it stands in /healthz.
    let tally = state.ledger().tally().await.ok();
    match state.metrics().text(tally.as_ref(), state.now().unix_seconds()) {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(event = "metrics", outcome = "failed", cause = %error);
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use http_body_util::BodyExt as _;
    use meterproof::usage::IdentityForm;
    use meterproof_metering::{MemoryLedger, Place, Policy, Region, SystemClock};

    use super::*;

    async fn codes(state: &AgentState<MemoryLedger, SystemClock>) -> (u16, Vec<String>) {
        let response = tell(Extract(state.clone())).await;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let reasons = body["reasons"].as_array().unwrap().iter();
        (status, reasons.map(|reason| reason["code"].as_str().unwrap().to_owned()).collect())
    }

    #[tokio::test]
    async fn each_reason_has_its_code() {
        let region = Region::parse("us-east-1").unwrap();
        let place = Place { region, form: IdentityForm::License };
        let ledger = MemoryLedger::new(place, Policy::default());
        let tick = Duration::from_secs(1);
        let state = AgentState::new(ledger, SystemClock::machine(), None, 1, tick).unwrap();
        assert_eq!(codes(&state).await, (200, vec![]));
        state.pulse().beat = Instant::now().checked_sub(OVERDUE * 2).unwrap();
        assert_eq!(codes(&state).await, (503, vec![SWEEP_OVERDUE.to_owned()]));
        state.pulse().is_stopping = true;
        assert_eq!(
            codes(&state).await,
            (503, HEALTH_CODES.iter().map(|code| (*code).to_owned()).collect())
        );
    }
}

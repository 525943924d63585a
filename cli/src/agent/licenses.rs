//! `POST /v1/license-events`: what AWS Marketplace says of licenses, as EventBridge sends it.

use axum::Json;
use axum::body::Body;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use meterproof_metering::{
    Clock, Ledger, LicenseChange, LicenseNews, license_event, parse_license_event,
};
use serde_json::json;

use super::body;
use super::problem::Problem;
use super::state::AgentState;

/// 202 once the license's buckets know, with the license as it stands by its latest event; also
/// for an event that changes no license.
pub(super) async fn take<L: Ledger, C: Clock>(
    Extract(state): Extract<AgentState<L, C>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::take(&state, &headers, body).await?;
    let event = match parse_license_event(&body.bytes).map_err(Problem::License)? {
        LicenseNews::Event(event) => event,
        LicenseNews::Nothing { detail_type } => {
            // Taken all the same: a rule that matches the source brings all of its events.
            let body = json!({ "change": "none", "detailType": detail_type });
            return Ok((StatusCode::ACCEPTED, Json(body)).into_response());
        }
    };
    let license = state.heard(license_event(state.ledger(), &event, state.now()).await)?;
    let change = match license.change {
        LicenseChange::Updated => "updated",
        LicenseChange::Deprovisioned => "deprovisioned",
    };
    let arn = license.license_arn.as_str();
    tracing::info!(event = "license", outcome = change, license = arn);
    let body = json!({ "license": arn, "change": change, "since": license.since.to_string() });
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State as Extract;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use meterproof::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Refusal;
use crate::clock::{Clock, real_time};
use crate::config::{ConfigError, Credentials, time};
use crate::faults::FaultSpec;
use crate::state::State;
use crate::wire::Operation;

/// `{"now": …}` stops the clock there, `{"offsetSeconds": …}` shifts it, `{}` makes it real.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SetClock {
    #[serde(default, with = "time")]
    now: Option<Timestamp>,
    offset_seconds: Option<i64>,
}

pub(super) async fn clock(Extract(state): Extract<State>) -> Json<Value> {
    Json(describe(*state.clock()))
}

pub(super) async fn set_clock(
    Extract(state): Extract<State>,
    body: Result<Json<SetClock>, JsonRejection>,
) -> Result<Json<Value>, Refusal> {
    let Json(wanted) = body?;
    let clock = match (wanted.now, wanted.offset_seconds) {
        (None, None) => Clock::Real,
        (Some(now), None) => Clock::Fixed(now),
        (None, Some(seconds)) if real_time().plus_seconds(seconds).is_some() => {
            Clock::Shifted(seconds)
        }
        (None, Some(_)) => {
            return Err(Refusal::bad_request("offsetSeconds leaves the years 0 to 9999"));
        }
        (Some(_), Some(_)) => {
            return Err(Refusal::bad_request("give now or offsetSeconds, not both"));
        }
    };
    *state.clock() = clock;
    Ok(Json(describe(clock)))
}

pub(super) async fn faults(Extract(state): Extract<State>) -> Json<Value> {
    let faults = state.faults();
    Json(json!({ "faults": faults.states().collect::<Vec<_>>() }))
}

pub(super) async fn add_fault(
    Extract(state): Extract<State>,
    body: Result<Json<FaultSpec>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let Json(spec) = body?;
    let mut faults = state.faults();
    faults.add(spec).map_err(Refusal::bad_request)?;
    let all = json!({ "faults": faults.states().collect::<Vec<_>>() });
    Ok((StatusCode::CREATED, Json(all)))
}

pub(super) async fn clear_faults(Extract(state): Extract<State>) -> Json<Value> {
    state.faults().clear();
    Json(json!({ "faults": [] }))
}

/// Lets another access key in, or replaces the one of the same id.
pub(super) async fn add_credentials(
    Extract(state): Extract<State>,
    body: Result<Json<Credentials>, JsonRejection>,
) -> Result<StatusCode, Refusal> {
    let Json(new) = body?;
    let mut credentials = state.credentials();
    match credentials.iter_mut().find(|known| known.access_key_id == new.access_key_id) {
        Some(known) => *known = new,
        None => credentials.push(new),
    }
    Ok(StatusCode::CREATED)
}

/// The operations that answer `DisabledApiException` from now on: a list of names.
pub(super) async fn set_disabled_apis(
    Extract(state): Extract<State>,
    body: Result<Json<BTreeSet<Operation>>, JsonRejection>,
) -> Result<Json<BTreeSet<Operation>>, Refusal> {
    let Json(disabled) = body?;
    if let Some(never) = disabled.iter().find(|operation| !operation.can_be_disabled()) {
        return Err(Refusal::bad_request(ConfigError::CannotBeDisabled(*never)));
    }
    state.service().settings_mut().disabled_apis.clone_from(&disabled);
    Ok(Json(disabled))
}

fn describe(clock: Clock) -> Value {
    let (mode, offset) = match clock {
        Clock::Real => ("real", None),
        Clock::Shifted(seconds) => ("shifted", Some(seconds)),
        Clock::Fixed(_) => ("fixed", None),
    };
    let mut described = json!({ "mode": mode, "now": clock.now().to_string() });
    if let Some(seconds) = offset {
        described["offsetSeconds"] = json!(seconds);
    }
    described
}

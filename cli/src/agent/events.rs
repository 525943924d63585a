//! `POST /v1/events`: usage events in, a verdict each.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use meterproof_metering::{
    Clock, EventDefaults, EventEntry, EventFault, Ledger, Verdict, ingest, parse_events,
};
use serde_json::{Map, Value, json};

use super::body;
use super::metrics::Metrics;
use super::problem::Problem;
use super::state::AgentState;

/// Reading a body of this size takes long enough to hold up others on the same thread.
const LONG_BODY: usize = 64 * 1024;

/// 202 once every event that counts is durable, with the verdicts in the order of the events.
pub(super) async fn take<L: Ledger, C: Clock>(
    Extract(state): Extract<AgentState<L, C>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::take(&state, &headers, body).await?;
    let read = read(&state, body.bytes.clone()).await?;
    let mut answers = Vec::with_capacity(read.len());
    let mut events = Vec::with_capacity(read.len());
    for entry in read {
        match entry.event {
            Ok(event) => {
                answers.push(Answer::Event(event.id().source().into(), event.id().id().into()));
                events.push(event);
            }
            Err(fault) => answers.push(Answer::Fault(fault)),
        }
    }
    let verdicts = state.heard(ingest(state.ledger(), events, state.now()).await)?;
    count(state.metrics(), &answers, &verdicts);
    let mut verdicts = verdicts.into_iter();
    let told: Vec<Value> = answers
        .into_iter()
        .filter_map(|answer| match answer {
            Answer::Event(source, id) => Some(verdict(&source, &id, &verdicts.next()?)),
            Answer::Fault(fault) => Some(refusal(&fault)),
        })
        .collect();
    Ok((StatusCode::ACCEPTED, Json(json!({ "verdicts": told }))).into_response())
}

enum Answer {
    /// Its source and id.
    Event(Box<str>, Box<str>),
    Fault(Box<EventFault>),
}

async fn read<L: Ledger, C: Clock>(
    state: &AgentState<L, C>,
    bytes: Bytes,
) -> Result<Vec<EventEntry>, Problem> {
    let defaults = EventDefaults { product_code: state.product_code().cloned() };
    if bytes.len() < LONG_BODY {
        return parse_events(&bytes, &defaults).map_err(Problem::Events);
    }
    let reading = tokio::task::spawn_blocking(move || parse_events(&bytes, &defaults));
    // It fails where the runtime is ending: nobody waits for this answer any more.
    reading.await.map_err(|_| Problem::BodyCut)?.map_err(Problem::Events)
}

fn verdict(source: &str, id: &str, verdict: &Verdict) -> Value {
    let mut told = named(Some(source), Some(id));
    let mut say = |name: &str, value: String| told.insert(name.to_owned(), Value::String(value));
    match verdict {
        Verdict::Carried { from, to } => {
            say("verdict", verdict.code().to_owned());
            say("hour", to.to_string());
            say("from", from.to_string());
        }
        Verdict::Added { hour } | Verdict::Duplicate { hour } => {
            say("verdict", verdict.code().to_owned());
            say("hour", hour.to_string());
        }
        Verdict::Rejected(reason) => {
            say("verdict", "rejected".to_owned());
            say("code", reason.code().to_owned());
            say("reason", reason.to_string());
        }
        // A verdict that this program does not know has its code at least.
        _ => {
            say("verdict", verdict.code().to_owned());
        }
    }
    Value::Object(told)
}

fn refusal(fault: &EventFault) -> Value {
    let mut told = named(fault.source.as_deref(), fault.id.as_deref());
    for (name, value) in
        [("verdict", "rejected"), ("code", fault.code()), ("reason", &fault.to_string())]
    {
        told.insert(name.to_owned(), json!(value));
    }
    Value::Object(told)
}

fn named(source: Option<&str>, id: Option<&str>) -> Map<String, Value> {
    let mut told = Map::new();
    told.insert("id".to_owned(), json!(id));
    if let Some(source) = source.filter(|source| !source.is_empty()) {
        told.insert("source".to_owned(), json!(source));
    }
    told
}

/// Counts, and writes one line: on `info` where something was refused, else on `debug`.
fn count(metrics: &Metrics, answers: &[Answer], verdicts: &[Verdict]) {
    let [mut added, mut carried, mut duplicate, mut rejected] = [0_u64; 4];
    let mut first = None;
    for answer in answers {
        if let Answer::Fault(fault) = answer {
            metrics.count_rejection(fault.code());
            rejected += 1;
            first = first.or(Some(fault.code()));
        }
    }
    for verdict in verdicts {
        metrics.count_verdict(verdict);
        match verdict {
            Verdict::Added { .. } => added += 1,
            Verdict::Carried { .. } => carried += 1,
            Verdict::Duplicate { .. } => duplicate += 1,
            _ => {
                rejected += 1;
                first = first.or(Some(verdict.code()));
            }
        }
    }
    match first {
        Some(code) => tracing::warn!(
            event = "events",
            outcome = "rejected",
            added,
            carried,
            duplicate,
            rejected,
            code
        ),
        None => tracing::debug!(event = "events", outcome = "taken", added, carried, duplicate),
    }
}

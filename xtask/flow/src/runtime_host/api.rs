//! The Lambda Runtime API of one execution environment.
//!
//! One environment runs one invocation at a time, so the API holds one slot. Each
//! environment has an API and a port of its own: a request left over from a process that
//! has ended can never take the next process's invocation.
//!
//! Source: Lambda developer guide, "Using the Lambda runtime API for custom runtimes".

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use tokio::sync::{Notify, oneshot, watch};

/// Largest event and largest answer of a synchronous invocation (Lambda quotas, 6 MB).
pub(super) const MAX_PAYLOAD_BYTES: usize = 6 * 1024 * 1024;

/// An event on its way to a function.
#[derive(Debug, Clone)]
pub(super) struct Invocation {
    pub request_id: String,
    pub payload: Bytes,
    pub deadline_unix_ms: u64,
    pub function_arn: String,
    pub trace_id: String,
}

/// What the function made of it.
#[derive(Debug)]
pub(super) enum Answer {
    Response(Bytes),
    Error { error_type: String, body: Bytes },
}

/// How far the process has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    Starting,
    Ready,
    InitFailed { error_type: String, body: String },
}

#[derive(Default)]
struct Slot {
    offered: Option<Invocation>,
    running: Option<(String, oneshot::Sender<Answer>)>,
    waiting_answer: Option<oneshot::Sender<Answer>>,
}

pub(super) struct RuntimeApi {
    slot: Mutex<Slot>,
    offered: Notify,
    stage: watch::Sender<Stage>,
}

impl RuntimeApi {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            slot: Mutex::default(),
            offered: Notify::new(),
            stage: watch::Sender::new(Stage::Starting),
        })
    }

    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            .layer(DefaultBodyLimit::max(MAX_PAYLOAD_BYTES))
            .with_state(Arc::clone(self))
    }

    /// Puts an invocation into the slot; the receiver gets the function's answer.
    pub fn offer(&self, invocation: Invocation) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        let mut slot = self.lock();
        slot.offered = Some(invocation);
        slot.waiting_answer = Some(sender);
        drop(slot);
        self.offered.notify_one();
        receiver
    }

    pub fn stage(&self) -> watch::Receiver<Stage> {
        self.stage.subscribe()
    }

    fn take(&self) -> Option<Invocation> {
        let mut slot = self.lock();
        let invocation = slot.offered.take()?;
        slot.running =
            slot.waiting_answer.take().map(|sender| (invocation.request_id.clone(), sender));
        Some(invocation)
    }

    fn finish(&self, request_id: &str, answer: Answer) -> Response {
        let mut slot = self.lock();
        match slot.running.take() {
            Some((running, sender)) if running == request_id => {
                // The receiver is gone only when the host gave up on this invocation.
                let _ = sender.send(answer);
                (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response()
            }
            other => {
                slot.running = other;
                let body = json!({
                    "errorType": "InvalidRequestID",
                    "errorMessage": format!("no invocation {request_id} is running"),
                });
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
        }
    }

    // Every change of the slot is one assignment, so a poisoned lock still holds a whole slot.
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn next(State(api): State<Arc<RuntimeApi>>) -> Response {
    api.stage.send_if_modified(|stage| {
        let first = *stage == Stage::Starting;
        if first {
            *stage = Stage::Ready;
        }
        first
    });
    let invocation = loop {
        if let Some(invocation) = api.take() {
            break invocation;
        }
        api.offered.notified().await;
    };
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", invocation.request_id),
        ("lambda-runtime-deadline-ms", invocation.deadline_unix_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", invocation.function_arn),
        ("lambda-runtime-trace-id", invocation.trace_id),
    ];
    (headers, invocation.payload).into_response()
}

async fn response(
    State(api): State<Arc<RuntimeApi>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    api.finish(&id, Answer::Response(body))
}

async fn error(
    State(api): State<Arc<RuntimeApi>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let error_type = error_type(&headers);
    api.finish(&id, Answer::Error { error_type, body })
}

async fn init_error(
    State(api): State<Arc<RuntimeApi>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    api.stage.send_replace(Stage::InitFailed {
        error_type: error_type(&headers),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response()
}

fn error_type(headers: &HeaderMap) -> String {
    headers
        .get("lambda-runtime-function-error-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("Unhandled")
        .to_owned()
}

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::post;
use serde::Serialize;

use crate::admin;
use crate::calls::CallRecord;
use crate::clock::real_time;
use crate::faults::{FaultKind, Strike};
use crate::service::{Answer, Call, Caller, Grant};
use crate::sigv4::{Authorization, SignedRequest};
use crate::state::State;
use crate::wire::{ErrorName, Operation, RegisterUsageResult, Request, ServiceError};

/// "Each request must be less than 1 MB in size" (BatchMeterUsage). Read strictly, as a million
/// bytes: what passes here passes either reading.
const MAX_BODY_BYTES: usize = 1_000_000;
/// How much of a body that is too large is read, so that the client gets to see the answer.
const READ_BYTES: usize = 16 * 1024 * 1024;
const AWS_JSON: &str = "application/x-amz-json-1.1";

/// Marks a response that must never be sent: [`crate::serve`] closes the connection instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionDropped;

/// The emulator as a service: AWS's endpoint at `/`, its own under `/_emulator`.
pub fn app(state: State) -> Router {
    Router::new()
        .route("/", post(answer))
        .nest("/_emulator", admin::routes())
        .fallback(unknown_operation)
        .with_state(state)
}

/// How a call ended.
enum Outcome {
    Answered(Vec<u8>),
    Failed(ServiceError),
    Dropped,
}

/// What is known of a call, for the log.
#[derive(Default)]
struct Facts {
    operation: Option<Operation>,
    records: Option<usize>,
    unprocessed: Option<usize>,
    bytes: usize,
}

async fn answer(Extract(state): Extract<State>, request: HttpRequest) -> Response {
    let mut facts = Facts::default();
    let outcome = handle(&state, request, &mut facts).await.unwrap_or_else(Outcome::Failed);
    log(&state, &facts, &outcome);
    respond(outcome)
}

async fn handle(
    state: &State,
    request: HttpRequest,
    facts: &mut Facts,
) -> Result<Outcome, ServiceError> {
    let (parts, body) = request.into_parts();
    let operation = operation(&parts.headers)?;
    facts.operation = Some(operation);
    let body = to_bytes(body, READ_BYTES).await.map_err(|_| too_large())?;
    facts.bytes = body.len();
    if body.len() >= MAX_BODY_BYTES {
        return Err(too_large());
    }
    let signed = SignedRequest::new(&parts.method, &parts.uri, &parts.headers, &body);
    let caller = authenticate(state, &signed)?;
    let request = Request::read(operation, &body)?;
    facts.records = request.records();

    let strike = state.faults().strike(operation, request.records().unwrap_or(0));
    tokio::time::sleep(Duration::from_millis(strike.latency_milliseconds)).await;
    if let Some(error) = strike.instead.and_then(FaultKind::error) {
        return Err(error);
    }
    if strike.instead == Some(FaultKind::DropBeforeCommit) {
        return Ok(Outcome::Dropped);
    }
    let drop_after = strike.instead == Some(FaultKind::DropAfterCommit);
    let answer = decide(state, &caller, &request, strike);
    if drop_after {
        return Ok(Outcome::Dropped);
    }
    let body = match answer? {
        Answer::BatchMeterUsage(result) => {
            facts.unprocessed = Some(result.unprocessed_records.len());
            write(&result)
        }
        Answer::MeterUsage(result) => write(&result),
        Answer::RegisterUsage(grant) => write(&sign(state, grant).await?),
        Answer::ResolveCustomer(result) => write(&result),
    };
    body.map(Outcome::Answered)
}

/// One step under the lock: no other call comes between the check and the entry.
fn decide(
    state: &State,
    caller: &Caller,
    request: &Request,
    strike: Strike,
) -> Result<Answer, ServiceError> {
    let now = state.clock().now();
    let call = Call { unprocessed: strike.unprocessed, ..Call::new(caller, now) };
    state.service().answer(&call, request)
}

fn operation(headers: &HeaderMap) -> Result<Operation, ServiceError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = text("content-type").unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let operation = text("x-amz-target").and_then(Operation::from_target);
    operation.filter(|_| media_type.eq_ignore_ascii_case(AWS_JSON)).ok_or_else(|| {
        ServiceError::new(
            ErrorName::UnknownOperationException,
            format!("send POST / with Content-Type {AWS_JSON} and an X-Amz-Target of this service"),
        )
    })
}

fn authenticate(state: &State, signed: &SignedRequest<'_>) -> Result<Caller, ServiceError> {
    let settings = state.settings();
    let header = |name: &str| signed.headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = match header("authorization") {
        Some(text) => Authorization::parse(text),
        None => Err(ServiceError::new(
            ErrorName::MissingAuthenticationTokenException,
            "the request is not signed: send an Authorization header (Signature Version 4)",
        )),
    };
    let credentials = state.credentials();
    let known = |id: &str| credentials.iter().find(|known| known.access_key_id == id);
    if !settings.verify_signatures {
        let authorization = authorization.ok();
        let region = authorization.as_ref().map_or(&settings.region, |one| &one.region);
        let named = authorization.as_ref().and_then(|one| known(&one.access_key_id));
        return named.or(credentials.first()).map_or_else(
            || Err(unrecognized()),
            |credentials| Ok(settings.caller(credentials, region)),
        );
    }
    let authorization = authorization?;
    let caller = known(&authorization.access_key_id).ok_or_else(unrecognized)?;
    if header("x-amz-security-token") != caller.session_token.as_deref() {
        return Err(unrecognized());
    }
    authorization.verify(&caller.secret_access_key, signed, real_time())?;
    Ok(settings.caller(caller, &authorization.region))
}

async fn sign(state: &State, grant: Grant) -> Result<RegisterUsageResult, ServiceError> {
    let internal = |error: &dyn std::fmt::Display| {
        ServiceError::new(ErrorName::InternalServiceErrorException, error.to_string())
    };
    let key = state.key(&grant.product_code, grant.public_key_version).await;
    let key = key.ok_or_else(|| internal(&"the key is gone"))?.map_err(|error| internal(&error))?;
    let style = state.settings().claim_style;
    let rotation = grant.public_key_rotation_timestamp;
    let signature = tokio::task::spawn_blocking(move || key.sign(&grant, style))
        .await
        .map_err(|error| internal(&error))?
        .map_err(|error| internal(&error))?;
    Ok(RegisterUsageResult { public_key_rotation_timestamp: rotation.map(Into::into), signature })
}

fn write(result: &impl Serialize) -> Result<Vec<u8>, ServiceError> {
    serde_json::to_vec(result).map_err(|error| {
        ServiceError::new(ErrorName::InternalServiceErrorException, error.to_string())
    })
}

fn respond(outcome: Outcome) -> Response {
    let mut response = match outcome {
        Outcome::Answered(body) => Response::new(Body::from(body)),
        Outcome::Failed(error) => {
            let name = error.name.as_str();
            let body = serde_json::json!({ "__type": name, "message": error.message });
            let mut response = Response::new(Body::from(body.to_string()));
            *response.status_mut() = StatusCode::from_u16(error.name.http_status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(name));
            response
        }
        Outcome::Dropped => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response.extensions_mut().insert(ConnectionDropped);
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(AWS_JSON));
    let id = crate::service::uuid(&fastrand::u128(..).to_be_bytes());
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

fn log(state: &State, facts: &Facts, outcome: &Outcome) {
    let (status, error) = match outcome {
        Outcome::Answered(_) => (Some(200), None),
        Outcome::Failed(error) => (Some(error.name.http_status()), Some(error.name)),
        Outcome::Dropped => (None, None),
    };
    let at = state.clock().now().to_string();
    tracing::info!(
        operation = facts.operation.map(Operation::name),
        status,
        error = error.map(ErrorName::as_str),
        dropped = matches!(outcome, Outcome::Dropped),
        records = facts.records,
        unprocessed = facts.unprocessed,
        bytes = facts.bytes,
        "call"
    );
    state.calls().add(CallRecord {
        operation: facts.operation,
        at,
        status,
        error,
        dropped: matches!(outcome, Outcome::Dropped),
        records: facts.records,
        unprocessed: facts.unprocessed,
        bytes: facts.bytes,
    });
}

async fn unknown_operation() -> Response {
    let why = "the service answers POST / only; the emulator's own endpoints begin with /_emulator";
    let error = ServiceError::new(ErrorName::UnknownOperationException, why);
    let mut response = respond(Outcome::Failed(error));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn unrecognized() -> ServiceError {
    ServiceError::new(
        ErrorName::UnrecognizedClientException,
        "the security token included in the request is invalid",
    )
}

fn too_large() -> ServiceError {
    ServiceError::new(
        ErrorName::RequestEntityTooLargeException,
        format!("a request must be smaller than {MAX_BODY_BYTES} bytes"),
    )
}

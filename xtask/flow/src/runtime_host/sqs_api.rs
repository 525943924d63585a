//! SendMessage and SendMessageBatch of SQS over AWS JSON 1.0, for the functions of this host.
//!
//! Imitated: the wire form, the errors a producer can act on, the limits on size, count and
//! characters, `MD5OfMessageBody`. Not imitated: every other operation (answered with
//! `UnsupportedOperation`), signatures (never checked), FIFO queues, delays,
//! `MD5OfMessageAttributes` (left out, which SDKs take as "nothing to compare").

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use md5::{Digest, Md5};
use serde::Deserialize;
use serde_json::{Value, json};

use super::broker::Broker;
use super::queue::MessageAttribute;

/// Largest message, and largest sum of a batch, in bytes (SQS quotas, "Message size").
const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
/// Most attributes of one message (SQS developer guide, "Message metadata").
const MAX_ATTRIBUTES: usize = 10;
/// Most entries of one batch (SendMessageBatch).
const MAX_BATCH_ENTRIES: usize = 10;

/// The endpoint as a router: every request is a POST, to `/` or to a queue's own path.
pub fn router(broker: Arc<Broker>) -> Router {
    Router::new()
        .route("/", post(dispatch))
        .route("/{account}/{queue}", post(dispatch))
        .layer(DefaultBodyLimit::max(4 * MAX_MESSAGE_BYTES))
        .with_state(broker)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage {
    queue_url: String,
    message_body: String,
    #[serde(default)]
    message_attributes: BTreeMap<String, Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessageBatch {
    queue_url: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    id: String,
    message_body: String,
    #[serde(default)]
    message_attributes: BTreeMap<String, Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    data_type: String,
    string_value: Option<String>,
    binary_value: Option<String>,
}

/// An error in the form SQS gives it.
struct SqsError {
    name: &'static str,
    message: String,
}

impl SqsError {
    fn new(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, message: message.into() }
    }
}

impl IntoResponse for SqsError {
    fn into_response(self) -> Response {
        let body = json!({
            "__type": format!("com.amazonaws.sqs#{}", self.name),
            "message": self.message,
        });
        let mut response = answer(StatusCode::BAD_REQUEST, body);
        response
            .headers_mut()
            .insert("x-amzn-query-error", HeaderValue::from_static(query_error(self.name)));
        response
    }
}

/// The code each error had in the query protocol, which SDKs still go by (`awsQueryCompatible`).
fn query_error(name: &str) -> &'static str {
    match name {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue;Sender",
        "EmptyBatchRequest" => "AWS.SimpleQueueService.EmptyBatchRequest;Sender",
        "TooManyEntriesInBatchRequest" => {
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest;Sender"
        }
        "BatchEntryIdsNotDistinct" => "AWS.SimpleQueueService.BatchEntryIdsNotDistinct;Sender",
        "BatchRequestTooLong" => "AWS.SimpleQueueService.BatchRequestTooLong;Sender",
        "UnsupportedOperation" => "AWS.SimpleQueueService.UnsupportedOperation;Sender",
        "InvalidMessageContents" => "InvalidMessageContents;Sender",
        "MissingParameter" => "MissingParameter;Sender",
        _ => "InvalidParameterValue;Sender",
    }
}

fn answer(status: StatusCode, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    response
}

async fn dispatch(
    State(broker): State<Arc<Broker>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, SqsError> {
    let target =
        headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let output = match target {
        "AmazonSQS.SendMessage" => send_message(&broker, &body)?,
        "AmazonSQS.SendMessageBatch" => send_message_batch(&broker, &body)?,
        other => {
            return Err(SqsError::new(
                "UnsupportedOperation",
                format!("only SendMessage and SendMessageBatch run here, not \"{other}\""),
            ));
        }
    };
    Ok(answer(StatusCode::OK, output))
}

fn send_message(broker: &Broker, body: &[u8]) -> Result<Value, SqsError> {
    let request: SendMessage = parse(body)?;
    let queue = queue_name(broker, &request.queue_url)?;
    check(&request.message_body, &request.message_attributes)?;
    let md5 = md5_hex(&request.message_body);
    let id = send(broker, queue, request.message_body, request.message_attributes)?;
    Ok(json!({ "MessageId": id, "MD5OfMessageBody": md5 }))
}

fn send_message_batch(broker: &Broker, body: &[u8]) -> Result<Value, SqsError> {
    let request: SendMessageBatch = parse(body)?;
    let queue = queue_name(broker, &request.queue_url)?;
    check_batch(&request.entries)?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in request.entries {
        if let Err(error) = check(&entry.message_body, &entry.message_attributes) {
            failed.push(json!({
                "Id": entry.id, "Code": error.name, "Message": error.message, "SenderFault": true,
            }));
            continue;
        }
        let md5 = md5_hex(&entry.message_body);
        let id = send(broker, queue, entry.message_body, entry.message_attributes)?;
        successful.push(json!({ "Id": entry.id, "MessageId": id, "MD5OfMessageBody": md5 }));
    }
    Ok(json!({ "Successful": successful, "Failed": failed }))
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, SqsError> {
    serde_json::from_slice(body)
        .map_err(|error| SqsError::new("InvalidParameterValue", format!("bad request: {error}")))
}

fn queue_name<'a>(broker: &Broker, url: &'a str) -> Result<&'a str, SqsError> {
    let name = url.rsplit('/').next().unwrap_or(url);
    if broker.has(name) {
        Ok(name)
    } else {
        Err(SqsError::new("QueueDoesNotExist", "The specified queue does not exist."))
    }
}

fn check(body: &str, attributes: &BTreeMap<String, Attribute>) -> Result<(), SqsError> {
    if body.is_empty() {
        return Err(SqsError::new("MissingParameter", "MessageBody is empty"));
    }
    if let Some(character) = body.chars().find(|character| !allowed(*character)) {
        return Err(SqsError::new(
            "InvalidMessageContents",
            format!("MessageBody holds {}, which SQS does not carry", character.escape_unicode()),
        ));
    }
    if attributes.len() > MAX_ATTRIBUTES {
        return Err(SqsError::new(
            "InvalidParameterValue",
            format!("{} message attributes, at most {MAX_ATTRIBUTES}", attributes.len()),
        ));
    }
    for (name, attribute) in attributes {
        let value = match attribute.data_type.split('.').next() {
            Some("String" | "Number") => &attribute.string_value,
            Some("Binary") => &attribute.binary_value,
            _ => &None,
        };
        if value.as_ref().is_none_or(String::is_empty) {
            return Err(SqsError::new(
                "InvalidParameterValue",
                format!("message attribute {name} of type {} has no value", attribute.data_type),
            ));
        }
    }
    let size = size(body, attributes);
    if size > MAX_MESSAGE_BYTES {
        return Err(SqsError::new(
            "InvalidParameterValue",
            format!("the message has {size} bytes, at most {MAX_MESSAGE_BYTES}"),
        ));
    }
    Ok(())
}

fn check_batch(entries: &[Entry]) -> Result<(), SqsError> {
    if entries.is_empty() {
        return Err(SqsError::new("EmptyBatchRequest", "the batch is empty"));
    }
    if entries.len() > MAX_BATCH_ENTRIES {
        return Err(SqsError::new(
            "TooManyEntriesInBatchRequest",
            format!("{} entries, at most {MAX_BATCH_ENTRIES}", entries.len()),
        ));
    }
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    if ids.len() < entries.len() {
        return Err(SqsError::new(
            "BatchEntryIdsNotDistinct",
            "two entries of the batch have the same id",
        ));
    }
    let total: usize =
        entries.iter().map(|entry| size(&entry.message_body, &entry.message_attributes)).sum();
    if total > MAX_MESSAGE_BYTES {
        return Err(SqsError::new(
            "BatchRequestTooLong",
            format!("the batch has {total} bytes, at most {MAX_MESSAGE_BYTES}"),
        ));
    }
    Ok(())
}

// The message body's characters as SQS documents them at SendMessage.
fn allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn size(body: &str, attributes: &BTreeMap<String, Attribute>) -> usize {
    let attributes: usize = attributes
        .iter()
        .map(|(name, attribute)| {
            name.len()
                + attribute.data_type.len()
                + attribute.string_value.as_ref().map_or(0, String::len)
                + attribute.binary_value.as_ref().map_or(0, String::len)
        })
        .sum();
    body.len() + attributes
}

fn send(
    broker: &Broker,
    queue: &str,
    body: String,
    attributes: BTreeMap<String, Attribute>,
) -> Result<String, SqsError> {
    let attributes = attributes
        .into_iter()
        .map(|(name, attribute)| {
            let attribute = MessageAttribute {
                data_type: attribute.data_type,
                string_value: attribute.string_value,
                binary_value: attribute.binary_value,
            };
            (name, attribute)
        })
        .collect();
    broker
        .send(queue, body, attributes)
        .map_err(|error| SqsError::new("QueueDoesNotExist", error.to_string()))
}

/// MD5 in lower-case hexadecimal: what SQS and its clients compare bodies by.
pub(super) fn md5_hex(text: &str) -> String {
    Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

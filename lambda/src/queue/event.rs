//! The event Lambda hands over for an SQS queue, and what it takes back.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>

use serde::{Deserialize, Serialize};

/// One invocation's messages.
///
/// Only what is needed is read, so that no other member of a message, such as an attribute of an
/// unexpected type, can keep the whole event from being read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct SqsEvent {
    /// The messages.
    #[serde(rename = "Records")]
    pub records: Vec<SqsMessage>,
}

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct SqsMessage {
    /// Names the message in the answer. SQS always gives one.
    #[serde(rename = "messageId", default)]
    pub message_id: Option<String>,
    /// The text as it was sent. SQS takes no empty ones.
    #[serde(default)]
    pub body: Option<String>,
}

/// Which messages SQS delivers again; the others are deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SqsBatchResponse {
    /// One for each message to deliver again.
    #[serde(rename = "batchItemFailures")]
    pub batch_item_failures: Vec<BatchItemFailure>,
}

/// A message to deliver again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BatchItemFailure {
    /// The message's id. Never empty: one empty identifier fails the whole batch.
    #[serde(rename = "itemIdentifier")]
    pub item_identifier: String,
}

impl SqsMessage {
    /// The message's id, unless there is none to name it by.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.message_id.as_deref().filter(|id| !id.is_empty())
    }
}

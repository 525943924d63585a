//! The rejects queue: the one file that holds SQS's types.

use std::collections::HashSet;

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};

use super::Failure;
use crate::forward::{RejectedMessage, RejectsQueue, SendFailure};

/// A queue by its URL.
#[derive(Clone, Debug)]
pub struct SqsRejects {
    client: Client,
    queue_url: String,
}

impl SqsRejects {
    /// Sends to the queue at `queue_url`.
    #[must_use]
    pub fn new(config: &SdkConfig, queue_url: impl Into<String>) -> Self {
        Self { client: Client::new(config), queue_url: queue_url.into() }
    }
}

impl RejectsQueue for SqsRejects {
    async fn send(&self, messages: &[&RejectedMessage]) -> Vec<SendFailure> {
        let all_failed = |cause: String| {
            (0..messages.len())
                .map(|index| SendFailure { index, cause: cause.clone() })
                .collect::<Vec<_>>()
        };
        let entries: Result<Vec<_>, _> =
            messages.iter().enumerate().map(|(index, message)| entry(index, message)).collect();
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => return all_failed(error.to_string()),
        };
        let sent = self
            .client
            .send_message_batch()
            .queue_url(&self.queue_url)
            .set_entries(Some(entries))
            .send()
            .await;
        let output = match sent {
            Ok(output) => output,
            Err(error) => return all_failed(Failure::of(&error).to_string()),
        };
        // Only what the queue confirms is sent; an entry it says nothing about is not.
        let confirmed: HashSet<&str> = output.successful().iter().map(|entry| entry.id()).collect();
        (0..messages.len())
            .filter(|index| !confirmed.contains(index.to_string().as_str()))
            .map(|index| SendFailure {
                index,
                cause: output
                    .failed()
                    .iter()
                    .find(|entry| entry.id() == index.to_string())
                    .map_or("not confirmed", |entry| entry.code())
                    .to_owned(),
            })
            .collect()
    }
}

fn entry(
    index: usize,
    message: &RejectedMessage,
) -> Result<SendMessageBatchRequestEntry, aws_sdk_sqs::error::BuildError> {
    let mut entry =
        SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(message.body());
    for (name, value) in message.attributes() {
        let value =
            MessageAttributeValue::builder().data_type("String").string_value(value).build()?;
        entry = entry.message_attributes(name, value);
    }
    entry.build()
}

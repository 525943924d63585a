//! Queues to send to: the one file that holds SQS's types.

use std::collections::HashSet;

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};

use super::Failure;
use crate::close::MeteringQueue;
use crate::queue::{RejectedMessage, RejectsQueue, SendFailure};

/// A queue by its URL.
#[derive(Clone, Debug)]
pub struct SqsQueue {
    client: Client,
    queue_url: String,
}

impl SqsQueue {
    /// Sends to the queue at `queue_url`.
    #[must_use]
    pub fn new(config: &SdkConfig, queue_url: impl Into<String>) -> Self {
        Self { client: Client::new(config), queue_url: queue_url.into() }
    }

    /// One call with these entries; which are not known to be in the queue.
    async fn send_batch(
        &self,
        entries: Vec<Result<SendMessageBatchRequestEntry, BuildError>>,
    ) -> Vec<SendFailure> {
        let count = entries.len();
        let all_failed = |cause: String| {
            (0..count).map(|index| SendFailure { index, cause: cause.clone() }).collect::<Vec<_>>()
        };
        let entries: Vec<SendMessageBatchRequestEntry> =
            match entries.into_iter().collect::<Result<_, _>>() {
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
        (0..count)
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

impl RejectsQueue for SqsQueue {
    async fn send(&self, messages: &[&RejectedMessage]) -> Vec<SendFailure> {
        let rejected = |(index, message): (usize, &&RejectedMessage)| {
            let mut entry = entry(index, message.body());
            for (name, value) in message.attributes() {
                let value = MessageAttributeValue::builder()
                    .data_type("String")
                    .string_value(value)
                    .build()?;
                entry = entry.message_attributes(name, value);
            }
            entry.build()
        };
        self.send_batch(messages.iter().enumerate().map(rejected).collect()).await
    }
}

impl MeteringQueue for SqsQueue {
    async fn send(&self, messages: &[&str]) -> Vec<SendFailure> {
        let entries = messages.iter().enumerate();
        self.send_batch(entries.map(|(index, body)| entry(index, body).build()).collect()).await
    }
}

fn entry(
    index: usize,
    body: &str,
) -> aws_sdk_sqs::types::builders::SendMessageBatchRequestEntryBuilder {
    SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(body)
}

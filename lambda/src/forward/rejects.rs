//! The rejects queue: messages that no retry can help, with the reason.

use std::future::Future;

/// Takes rejected messages.
pub trait RejectsQueue {
    /// Sends at most [`MAX_ENTRIES`] messages in one call and returns those that are not known to
    /// be in the queue.
    fn send(&self, messages: &[&RejectedMessage]) -> impl Future<Output = Vec<SendFailure>> + Send;
}

/// A message that the queue has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendFailure {
    /// Index among the messages of the call.
    pub index: usize,
    /// What the queue said; no message content.
    pub cause: String,
}

/// Entries in one SendMessageBatch.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>
pub const MAX_ENTRIES: usize = 10;

/// Bytes in one SendMessageBatch, bodies and attributes together. SQS takes 1 MiB today and took
/// 256 KiB before August 2025, as some of its look-alikes still do; a message larger than that
/// travels alone.
pub const MAX_CALL_BYTES: usize = 256 * 1024;

/// The longest reason, in characters: a body near the queue's size limit must still fit.
const MAX_REASON_LENGTH: usize = 1_000;

/// A body as it came, and why it was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedMessage {
    body: String,
    code: &'static str,
    reason: String,
    source_message_id: Option<String>,
}

impl RejectedMessage {
    /// A message for the rejects queue. A long reason is cut.
    #[must_use]
    pub fn new(
        body: &str,
        code: &'static str,
        reason: &str,
        source_message_id: Option<&str>,
    ) -> Self {
        Self {
            body: body.to_owned(),
            code,
            reason: attribute_text(reason),
            source_message_id: source_message_id.map(str::to_owned),
        }
    }

    /// The body, untouched.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The message attributes by name: `MeterproofCode`, `MeterproofReason` and, where the source
    /// message had an id, `MeterproofSourceMessageId`.
    pub fn attributes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("MeterproofCode", Some(self.code)),
            ("MeterproofReason", Some(self.reason.as_str())),
            ("MeterproofSourceMessageId", self.source_message_id.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }

    /// What counts against SQS's limits: body, and each attribute's name, type and value.
    fn size(&self) -> usize {
        let attributes: usize =
            self.attributes().map(|(name, value)| name.len() + "String".len() + value.len()).sum();
        self.body.len() + attributes
    }
}

/// Groups messages, by index, into calls that keep within SQS's limits.
#[must_use]
pub fn calls(messages: &[RejectedMessage]) -> Vec<Vec<usize>> {
    let mut calls: Vec<Vec<usize>> = Vec::new();
    let mut bytes = 0;
    for (index, message) in messages.iter().enumerate() {
        match calls.last_mut() {
            Some(call) if call.len() < MAX_ENTRIES && bytes + message.size() <= MAX_CALL_BYTES => {
                call.push(index);
                bytes += message.size();
            }
            _ => {
                calls.push(vec![index]);
                bytes = message.size();
            }
        }
    }
    calls
}

/// Cuts a text and replaces what SQS does not admit in one (`SendMessage`: the Unicode of XML
/// 1.0, §2.2).
fn attribute_text(text: &str) -> String {
    let admitted = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    let mut cut: String = text
        .chars()
        .take(MAX_REASON_LENGTH)
        .map(|character| if admitted(character) { character } else { char::REPLACEMENT_CHARACTER })
        .collect();
    if text.chars().nth(MAX_REASON_LENGTH).is_some() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(body: usize) -> RejectedMessage {
        RejectedMessage::new(&"x".repeat(body), "json_syntax", "why", Some("id"))
    }

    #[test]
    fn attributes_are_never_empty_and_reasons_are_cut() {
        let long = RejectedMessage::new("b", "code", &format!("a\u{0}{}", "é".repeat(2_000)), None);
        let attributes: Vec<_> = long.attributes().collect();
        assert_eq!(attributes.len(), 2);
        assert_eq!(attributes[0], ("MeterproofCode", "code"));
        assert_eq!(attributes[1].1.chars().count(), 1_001);
        assert!(attributes[1].1.starts_with("a\u{FFFD}é"));
        assert!(attributes[1].1.ends_with("é…"));
    }

    proptest! {
        #[test]
        fn every_message_is_in_one_call_within_the_limits(
            sizes in proptest::collection::vec(prop_oneof![1_usize..2_000, 60_000_usize..300_000], 0..40),
        ) {
            let messages: Vec<_> = sizes.into_iter().map(message).collect();
            let calls = calls(&messages);
            prop_assert_eq!(calls.concat(), (0..messages.len()).collect::<Vec<_>>());
            for call in &calls {
                prop_assert!(!call.is_empty() && call.len() <= MAX_ENTRIES);
                let bytes: usize = call.iter().map(|index| messages[*index].size()).sum();
                prop_assert!(bytes <= MAX_CALL_BYTES || call.len() == 1);
            }
        }
    }
}

//! The rejects queue: messages that no retry can help, with the reason.

use std::future::Future;

use super::outbox::SendFailure;

/// Takes rejected messages.
pub trait RejectsQueue {
    /// Sends at most [`MAX_ENTRIES`](super::MAX_ENTRIES) messages in one call and returns those that are not known to
    /// be in the queue.
    fn send(&self, messages: &[&RejectedMessage]) -> impl Future<Output = Vec<SendFailure>> + Send;
}

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
    pub(super) fn size(&self) -> usize {
        let attributes: usize =
            self.attributes().map(|(name, value)| name.len() + "String".len() + value.len()).sum();
        self.body.len() + attributes
    }
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
    use super::*;

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
}

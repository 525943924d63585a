//! Messages of an SQS queue: an event of them in, what becomes of each out.

mod answer;
mod event;
mod outbox;
mod rejects;

pub(crate) use answer::{Answer, answer};
pub use answer::{UnnamedMessage, Verdict};
pub use event::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
pub(crate) use outbox::calls;
pub use outbox::{MAX_CALL_BYTES, MAX_ENTRIES, SendFailure};
pub use rejects::{RejectedMessage, RejectsQueue};

use std::time::Duration;

/// How long a record that is on the metering queue is left to it before the ledger brings it
/// again. Longer than the queue hides a message that was handed back.
pub(crate) const ON_QUEUE: Duration = Duration::from_secs(15 * 60);

/// Codes of every function with a queue: the first stands in `MeterproofCode`, the others in the log
/// beside messages that are handed back.
pub mod codes {
    /// The message is to be handled again, but has no id to be handed back by.
    pub const MESSAGE_WITHOUT_ID: &str = "message_without_id";
    /// The invocation's time was up.
    pub const NO_TIME_LEFT: &str = "no_time_left";
    /// The record was not sent yet.
    pub const NOT_SENT: &str = "not_sent";
    /// Nothing is known of the record.
    pub const UNKNOWN: &str = "unknown";

    /// All of them.
    pub const ALL: &[&str] = &[MESSAGE_WITHOUT_ID, NO_TIME_LEFT, NOT_SENT, UNKNOWN];
}

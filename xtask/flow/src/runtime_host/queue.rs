//! One queue as a pure state machine: what is visible, what is in flight, what was received too often.
//!
//! Time comes in as an argument (milliseconds on a clock that only goes forward), so that
//! every rule is tested without waiting.

use std::collections::{BTreeMap, HashMap, VecDeque};

/// Milliseconds on the host's own clock, which starts at zero and never goes back.
pub type Millis = u64;

/// What a queue does with messages that nobody deletes.
#[derive(Debug, Clone, Default)]
pub struct QueueSettings {
    /// How long a received message stays hidden before it comes back.
    pub visibility_timeout: Millis,
    /// Where a message goes that was received too often; `None` keeps it for ever.
    pub redrive: Option<Redrive>,
}

/// A redrive policy (`RedrivePolicy` of SQS).
#[derive(Debug, Clone)]
pub struct Redrive {
    /// The dead-letter queue's name.
    pub dead_letter_queue: String,
    /// `maxReceiveCount`: a message received this often moves instead of being received again.
    pub max_receive_count: u32,
}

/// A message attribute with its SQS data type, such as `String` or `Number.int`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageAttribute {
    /// `DataType` as sent.
    pub data_type: String,
    /// The value of a `String` or `Number` attribute.
    pub string_value: Option<String>,
    /// The value of a `Binary` attribute, base64 as sent.
    pub binary_value: Option<String>,
}

/// A message as a producer sent it, with what the queue knows of it.
#[derive(Debug, Clone)]
pub struct Message {
    /// `MessageId`.
    pub id: String,
    /// The body, untouched.
    pub body: String,
    /// `MessageAttributes` by name.
    pub attributes: BTreeMap<String, MessageAttribute>,
    /// Wall-clock time of sending in Unix milliseconds (`SentTimestamp`).
    pub sent_at_unix_ms: u64,
    /// Wall-clock time of the first receive (`ApproximateFirstReceiveTimestamp`).
    pub first_received_unix_ms: Option<u64>,
    /// `ApproximateReceiveCount`.
    pub receive_count: u32,
}

/// A message handed to a consumer; deleting it takes this receipt.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// `ReceiptHandle`: valid until the message comes back or is deleted.
    pub receipt: u64,
    /// The message, its receive count already raised.
    pub message: Message,
}

/// What one receive found.
#[derive(Debug, Default)]
pub struct Received {
    /// Messages for the consumer.
    pub deliveries: Vec<Delivery>,
    /// Messages received too often: they belong in the dead-letter queue now.
    pub dead: Vec<Message>,
}

/// Counts to watch and to report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueCounts {
    /// `ApproximateNumberOfMessages`.
    pub visible: usize,
    /// `ApproximateNumberOfMessagesNotVisible`.
    pub in_flight: usize,
    /// Messages ever sent to this queue.
    pub sent: u64,
    /// Messages ever deleted from it.
    pub deleted: u64,
    /// Deliveries of a message that had been delivered before.
    pub redelivered: u64,
}

struct InFlight {
    message: Message,
    back_at: Millis,
}

/// One queue.
pub struct Queue {
    settings: QueueSettings,
    visible: VecDeque<Message>,
    in_flight: HashMap<u64, InFlight>,
    next_receipt: u64,
    counts: QueueCounts,
}

impl Queue {
    /// An empty queue.
    pub fn new(settings: QueueSettings) -> Self {
        Self {
            settings,
            visible: VecDeque::new(),
            in_flight: HashMap::new(),
            next_receipt: 1,
            counts: QueueCounts::default(),
        }
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &QueueSettings {
        &self.settings
    }

    /// Puts a message at the end.
    pub fn send(&mut self, message: Message) {
        self.counts.sent += 1;
        self.visible.push_back(message);
    }

    /// Takes up to `max` messages and hides them for the visibility timeout.
    ///
    /// A message that was received `max_receive_count` times already comes out as dead.
    pub fn receive(&mut self, max: usize, now: Millis, unix_ms: u64) -> Received {
        self.return_expired(now);
        let mut received = Received::default();
        while received.deliveries.len() < max {
            let Some(mut message) = self.visible.pop_front() else {
                break;
            };
            let exhausted = self
                .settings
                .redrive
                .as_ref()
                .is_some_and(|redrive| message.receive_count >= redrive.max_receive_count);
            if exhausted {
                received.dead.push(message);
                continue;
            }
            message.receive_count += 1;
            message.first_received_unix_ms.get_or_insert(unix_ms);
            if message.receive_count > 1 {
                self.counts.redelivered += 1;
            }
            let receipt = self.next_receipt;
            self.next_receipt += 1;
            self.in_flight.insert(
                receipt,
                InFlight {
                    message: message.clone(),
                    back_at: now.saturating_add(self.settings.visibility_timeout),
                },
            );
            received.deliveries.push(Delivery { receipt, message });
        }
        received
    }

    /// Deletes a message by its receipt. False for a receipt that is no longer valid.
    ///
    /// SQS often accepts a late delete; here a message that came back stays, so a function
    /// slower than the visibility timeout shows.
    pub fn delete(&mut self, receipt: u64, now: Millis) -> bool {
        self.return_expired(now);
        let deleted = self.in_flight.remove(&receipt).is_some();
        if deleted {
            self.counts.deleted += 1;
        }
        deleted
    }

    /// When the next hidden message comes back, if one is hidden.
    pub fn next_return(&self) -> Option<Millis> {
        self.in_flight.values().map(|hidden| hidden.back_at).min()
    }

    /// The counts now.
    pub fn counts(&self) -> QueueCounts {
        QueueCounts { visible: self.visible.len(), in_flight: self.in_flight.len(), ..self.counts }
    }

    /// The visible messages, oldest first, without receiving them.
    pub fn peek(&self) -> impl Iterator<Item = &Message> {
        self.visible.iter()
    }

    fn return_expired(&mut self, now: Millis) {
        let mut expired: Vec<u64> = self
            .in_flight
            .iter()
            .filter(|(_, hidden)| hidden.back_at <= now)
            .map(|(receipt, _)| *receipt)
            .collect();
        expired.sort_unstable();
        for receipt in expired {
            if let Some(hidden) = self.in_flight.remove(&receipt) {
                self.visible.push_back(hidden.message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str) -> Message {
        Message {
            id: id.to_owned(),
            body: "{}".to_owned(),
            attributes: BTreeMap::new(),
            sent_at_unix_ms: 0,
            first_received_unix_ms: None,
            receive_count: 0,
        }
    }

    fn queue(max_receive_count: u32) -> Queue {
        Queue::new(QueueSettings {
            visibility_timeout: 100,
            redrive: Some(Redrive { dead_letter_queue: "dead".to_owned(), max_receive_count }),
        })
    }

    #[test]
    fn a_received_message_is_hidden_until_its_visibility_timeout_ends() {
        let mut queue = queue(5);
        queue.send(message("a"));
        let first = queue.receive(10, 0, 1_000);
        assert_eq!(first.deliveries[0].message.receive_count, 1);
        assert_eq!(queue.next_return(), Some(100));
        assert!(queue.receive(10, 99, 1_099).deliveries.is_empty());
        let second = queue.receive(10, 100, 1_100);
        assert_eq!(second.deliveries[0].message.receive_count, 2);
        assert_eq!(second.deliveries[0].message.first_received_unix_ms, Some(1_000));
        assert_eq!(queue.counts().redelivered, 1);
    }

    #[test]
    fn a_receipt_is_void_once_the_message_came_back() {
        let mut queue = queue(5);
        queue.send(message("a"));
        let receipt = queue.receive(1, 0, 0).deliveries[0].receipt;
        assert!(!queue.delete(receipt, 100));
        let again = queue.receive(1, 100, 0).deliveries[0].receipt;
        assert!(queue.delete(again, 150));
        assert!(!queue.delete(again, 150));
        let counts = queue.counts();
        assert_eq!((counts.visible, counts.in_flight, counts.deleted), (0, 0, 1));
    }

    #[test]
    fn a_message_is_received_max_receive_count_times_and_then_dead() {
        let mut queue = queue(3);
        queue.send(message("a"));
        for turn in 0..3 {
            assert_eq!(queue.receive(1, turn * 100, 0).deliveries.len(), 1);
        }
        let last = queue.receive(1, 300, 0);
        assert!(last.deliveries.is_empty());
        assert_eq!(last.dead[0].id, "a");
        assert_eq!(last.dead[0].receive_count, 3);
        assert_eq!(queue.counts().visible, 0);
    }

    #[test]
    fn a_dead_message_does_not_use_up_the_batch() {
        let mut queue = queue(1);
        queue.send(message("a"));
        queue.receive(1, 0, 0);
        queue.send(message("b"));
        queue.send(message("c"));
        let received = queue.receive(10, 100, 0);
        let ids: Vec<_> =
            received.deliveries.iter().map(|delivery| delivery.message.id.as_str()).collect();
        assert_eq!(ids, ["b", "c"]);
        assert_eq!(received.dead.len(), 1);
    }
}

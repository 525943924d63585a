//! The queues by name, shared between producers, the event source and whoever watches them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use super::queue::{
    Delivery, Message, MessageAttribute, Millis, Queue, QueueCounts, QueueSettings,
};

/// A queue was named that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchQueue(
    /// The name asked for.
    pub String,
);

impl std::fmt::Display for NoSuchQueue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "there is no queue named {}", self.0)
    }
}

impl std::error::Error for NoSuchQueue {}

/// All queues of the host, in memory.
pub struct Broker {
    queues: Mutex<BTreeMap<String, Queue>>,
    started: Instant,
    ahead: AtomicU64,
    changes: watch::Sender<u64>,
}

impl Broker {
    /// Makes the queues. A redrive policy must name one of them.
    ///
    /// # Errors
    /// [`NoSuchQueue`] names the dead-letter queue that is missing.
    pub fn new(
        queues: impl IntoIterator<Item = (String, QueueSettings)>,
    ) -> Result<Self, NoSuchQueue> {
        let queues: BTreeMap<String, Queue> =
            queues.into_iter().map(|(name, settings)| (name, Queue::new(settings))).collect();
        for queue in queues.values() {
            if let Some(redrive) = &queue.settings().redrive
                && !queues.contains_key(&redrive.dead_letter_queue)
            {
                return Err(NoSuchQueue(redrive.dead_letter_queue.clone()));
            }
        }
        Ok(Self {
            queues: Mutex::new(queues),
            started: Instant::now(),
            ahead: AtomicU64::new(0),
            changes: watch::Sender::new(0),
        })
    }

    /// Sends a message and returns its id.
    ///
    /// # Errors
    /// [`NoSuchQueue`].
    pub fn send(
        &self,
        queue: &str,
        body: String,
        attributes: BTreeMap<String, MessageAttribute>,
    ) -> Result<String, NoSuchQueue> {
        let id = message_id();
        let message = Message {
            id: id.clone(),
            body,
            attributes,
            sent_at_unix_ms: unix_ms(),
            first_received_unix_ms: None,
            receive_count: 0,
        };
        self.on(queue, |queue| queue.send(message))?;
        Ok(id)
    }

    /// Receives up to `max` messages; those received too often go to the dead-letter queue.
    ///
    /// # Errors
    /// [`NoSuchQueue`].
    pub fn receive(&self, name: &str, max: usize) -> Result<Vec<Delivery>, NoSuchQueue> {
        let now = self.now();
        let mut queues = self.lock();
        let queue = queues.get_mut(name).ok_or_else(|| NoSuchQueue(name.to_owned()))?;
        let received = queue.receive(max, now, unix_ms());
        let dead_letter_queue =
            queue.settings().redrive.as_ref().map(|redrive| redrive.dead_letter_queue.clone());
        let moved = !received.dead.is_empty();
        if let Some(dead_letter_queue) = dead_letter_queue.and_then(|name| queues.get_mut(&name)) {
            for message in received.dead {
                dead_letter_queue.send(message);
            }
        }
        drop(queues);
        if moved || !received.deliveries.is_empty() {
            self.changed();
        }
        Ok(received.deliveries)
    }

    /// Deletes a message by its receipt; false when the receipt has run out.
    ///
    /// # Errors
    /// [`NoSuchQueue`].
    pub fn delete(&self, queue: &str, receipt: u64) -> Result<bool, NoSuchQueue> {
        let now = self.now();
        self.on(queue, |queue| queue.delete(receipt, now))
    }

    /// The counts of one queue.
    ///
    /// # Errors
    /// [`NoSuchQueue`].
    pub fn counts(&self, queue: &str) -> Result<QueueCounts, NoSuchQueue> {
        self.look(queue, Queue::counts)
    }

    /// Copies of the visible messages, without receiving them.
    ///
    /// # Errors
    /// [`NoSuchQueue`].
    pub fn peek(&self, queue: &str) -> Result<Vec<Message>, NoSuchQueue> {
        self.look(queue, |queue| queue.peek().cloned().collect())
    }

    /// Whether a queue of this name exists.
    pub fn has(&self, queue: &str) -> bool {
        self.lock().contains_key(queue)
    }

    /// A counter that moves with every change of any queue: subscribe, look, then wait.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// How long until the queue's next hidden message comes back, if one is hidden.
    ///
    /// # Errors
    /// [`NoSuchQueue`].
    pub fn until_next_return(&self, queue: &str) -> Result<Option<Duration>, NoSuchQueue> {
        let now = self.now();
        self.look(queue, |queue| {
            queue.next_return().map(|at| Duration::from_millis(at.saturating_sub(now)))
        })
    }

    /// Moves the queues' clock ahead: hidden messages whose time is over come back at once.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.ahead.fetch_add(by, Ordering::Relaxed);
        self.changed();
    }

    fn on<T>(&self, name: &str, act: impl FnOnce(&mut Queue) -> T) -> Result<T, NoSuchQueue> {
        let result =
            self.lock().get_mut(name).map(act).ok_or_else(|| NoSuchQueue(name.to_owned()))?;
        self.changed();
        Ok(result)
    }

    fn look<T>(&self, name: &str, look: impl FnOnce(&Queue) -> T) -> Result<T, NoSuchQueue> {
        self.lock().get(name).map(look).ok_or_else(|| NoSuchQueue(name.to_owned()))
    }

    fn changed(&self) {
        self.changes.send_modify(|version| *version = version.wrapping_add(1));
    }

    fn now(&self) -> Millis {
        let elapsed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        elapsed.saturating_add(self.ahead.load(Ordering::Relaxed))
    }

    // No operation on a queue stops half way, so a poisoned lock still holds whole queues.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Unix time in milliseconds.
pub(super) fn unix_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A random identifier in the form AWS gives to messages and requests.
pub(super) fn message_id() -> String {
    let hex = format!("{:032x}", fastrand::u128(..));
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

#[cfg(test)]
mod tests {
    use super::super::queue::Redrive;
    use super::*;

    fn redrive_to(name: &str) -> QueueSettings {
        QueueSettings {
            visibility_timeout: 0,
            redrive: Some(Redrive { dead_letter_queue: name.to_owned(), max_receive_count: 2 }),
        }
    }

    #[test]
    fn a_redrive_policy_must_name_a_queue_that_exists() {
        let result = Broker::new([("usage".to_owned(), redrive_to("dead"))]);
        assert_eq!(
            result.err().map(|error| error.to_string()).as_deref(),
            Some("there is no queue named dead")
        );
    }

    #[test]
    fn an_exhausted_message_lands_in_the_dead_letter_queue_with_its_id_and_body() {
        let broker = Broker::new([
            ("usage".to_owned(), redrive_to("dead")),
            ("dead".to_owned(), QueueSettings::default()),
        ])
        .unwrap();
        let id = broker.send("usage", "poison".to_owned(), BTreeMap::new()).unwrap();
        assert_eq!(broker.receive("usage", 10).unwrap().len(), 1);
        assert_eq!(broker.receive("usage", 10).unwrap().len(), 1);
        assert!(broker.receive("usage", 10).unwrap().is_empty());
        let dead = broker.peek("dead").unwrap();
        assert_eq!((dead[0].id.as_str(), dead[0].body.as_str()), (id.as_str(), "poison"));
        assert_eq!(broker.counts("usage").unwrap().visible, 0);
    }

    #[test]
    fn an_identifier_has_the_shape_of_a_version_4_uuid() {
        let id = message_id();
        let parts: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(id.as_bytes()[14], b'4');
    }
}

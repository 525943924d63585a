//! Queues: at least once, in any order, at times twice at once, with a dead-letter queue.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use fastrand::Rng;
use meterproof::usage::UsageRecord;
use meterproof_metering::LicenseEvent;

use crate::executor::lock;
use crate::scenario::{Body, QueueRules};

/// What a message says.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    Usage(Body),
    News(LicenseEvent),
    Records(Vec<UsageRecord>),
}

/// A message and how often it was tried.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: u64,
    pub(crate) payload: Payload,
    sent_at: i64,
    visible_at: i64,
    receives: u32,
}

/// A queue and its dead-letter queue.
#[derive(Clone)]
pub(crate) struct Queue {
    rules: QueueRules,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    messages: BTreeMap<u64, Message>,
    dead: Vec<Message>,
    next: u64,
    waiting: Vec<Waker>,
}

/// What one look at the queue brings.
#[derive(Default)]
pub(crate) struct Delivery {
    pub(crate) messages: Vec<Message>,
    /// Messages that went to the dead-letter queue just now.
    pub(crate) dead: Vec<Message>,
    pub(crate) duplicates: u64,
}

impl Queue {
    pub(crate) fn new(rules: QueueRules) -> Self {
        Self { rules, kept: Arc::default() }
    }

    pub(crate) fn send(&self, payload: Payload, now: i64) {
        let kept = &mut *lock(&self.kept);
        kept.next += 1;
        let id = kept.next;
        kept.messages
            .insert(id, Message { id, payload, sent_at: now, visible_at: now, receives: 0 });
        kept.waiting.drain(..).for_each(Waker::wake);
    }

    /// When the next message becomes visible that is there already.
    pub(crate) fn next_visible(&self) -> Option<i64> {
        lock(&self.kept).messages.values().map(|message| message.visible_at).min()
    }

    /// Ready with the next message that is sent.
    pub(crate) fn arrival(&self) -> impl Future<Output = ()> {
        let mut has_waited = false;
        std::future::poll_fn(move |context| {
            if std::mem::replace(&mut has_waited, true) {
                return Poll::Ready(());
            }
            lock(&self.kept).waiting.push(context.waker().clone());
            Poll::Pending
        })
    }

    /// Some of the messages that are visible, in any order.
    pub(crate) fn receive(&self, now: i64, random: &mut Rng) -> Delivery {
        let kept = &mut *lock(&self.kept);
        kept.messages.retain(|_, message| now - message.sent_at <= self.rules.retention);
        let mut visible: Vec<u64> = kept
            .messages
            .values()
            .filter(|message| message.visible_at <= now)
            .map(|message| message.id)
            .collect();
        random.shuffle(&mut visible);
        visible.truncate(self.rules.batch);
        let mut delivery = Delivery::default();
        for id in visible {
            let Some(message) = kept.messages.get_mut(&id) else { continue };
            if message.receives >= self.rules.max_receives {
                delivery.dead.extend(kept.messages.remove(&id));
                continue;
            }
            message.receives += 1;
            if random.f64() < self.rules.duplicates {
                delivery.duplicates += 1;
            } else {
                message.visible_at = now + self.rules.visibility;
            }
            delivery.messages.push(message.clone());
        }
        kept.dead.extend(delivery.dead.iter().cloned());
        delivery
    }

    pub(crate) fn delete(&self, id: u64) {
        lock(&self.kept).messages.remove(&id);
    }

    /// Puts the dead letters back; says how many.
    pub(crate) fn redrive(&self, now: i64) -> Vec<Message> {
        let kept = &mut *lock(&self.kept);
        let dead = std::mem::take(&mut kept.dead);
        for message in &dead {
            let back = Message { receives: 0, visible_at: now, sent_at: now, ..message.clone() };
            kept.messages.insert(message.id, back);
        }
        kept.waiting.drain(..).for_each(Waker::wake);
        dead
    }
}

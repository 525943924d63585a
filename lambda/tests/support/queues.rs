//! Queues that keep what they are sent, or refuse it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use meterproof_lambda::close::MeteringQueue;
use meterproof_lambda::queue::{RejectedMessage, RejectsQueue, SendFailure};

#[derive(Default)]
pub struct Rejects {
    pub taken: Mutex<Vec<RejectedMessage>>,
    pub refuses: bool,
}

impl RejectsQueue for &Rejects {
    async fn send(&self, messages: &[&RejectedMessage]) -> Vec<SendFailure> {
        assert!(messages.len() <= 10);
        if self.refuses {
            return (0..messages.len())
                .map(|index| SendFailure { index, cause: "refused".into() })
                .collect();
        }
        self.taken.lock().unwrap().extend(messages.iter().map(|message| (*message).clone()));
        Vec::new()
    }
}

impl Rejects {
    /// Source message id -> code.
    pub fn codes(&self) -> BTreeMap<String, String> {
        let taken = self.taken.lock().unwrap();
        let attribute = |message: &RejectedMessage, wanted: &str| {
            message
                .attributes()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value.to_owned())
                .unwrap_or_default()
        };
        taken
            .iter()
            .map(|message| {
                (
                    attribute(message, "MeterproofSourceMessageId"),
                    attribute(message, "MeterproofCode"),
                )
            })
            .collect()
    }
}

/// Which messages a queue does not take.
type Refusal = fn(&str) -> bool;

/// A metering queue; `refuses` says which bodies it does not take.
#[derive(Default)]
pub struct MessageQueue {
    pub taken: Mutex<Vec<String>>,
    pub refuses: Mutex<Option<Refusal>>,
    /// Messages in each call.
    pub calls: Mutex<Vec<usize>>,
}

impl MessageQueue {
    /// Takes the messages out.
    pub fn drain(&self) -> Vec<String> {
        std::mem::take(&mut self.taken.lock().unwrap())
    }
}

impl MeteringQueue for &MessageQueue {
    async fn send(&self, messages: &[&str]) -> Vec<SendFailure> {
        assert!(messages.len() <= 10);
        assert!(messages.iter().map(|body| body.len()).sum::<usize>() <= 256 * 1024);
        self.calls.lock().unwrap().push(messages.len());
        let refuses = *self.refuses.lock().unwrap();
        let mut failures = Vec::new();
        for (index, body) in messages.iter().enumerate() {
            if refuses.is_some_and(|refuses| refuses(body)) {
                failures.push(SendFailure { index, cause: "refused".into() });
            } else {
                self.taken.lock().unwrap().push((*body).to_owned());
            }
        }
        failures
    }
}

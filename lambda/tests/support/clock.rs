//! A clock that starts when it is told and goes with tokio's, which tests can pause.

#![allow(dead_code, missing_docs, reason = "each test program uses its part")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use meterproof::Timestamp;
use meterproof_metering::Clock;
use tokio::time::Instant;

/// Clones show the same time.
#[derive(Clone, Debug)]
pub struct TestClock {
    start: Timestamp,
    started: Instant,
    offset_millis: Arc<AtomicI64>,
}

impl TestClock {
    pub fn at(start: Timestamp) -> Self {
        Self { start, started: Instant::now(), offset_millis: Arc::default() }
    }

    /// Lets time pass for whoever reads this clock.
    pub fn advance(&self, by: Duration) {
        self.offset_millis.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
    }

    /// Moves on to a later time.
    pub fn advance_to(&self, time: Timestamp) {
        let millis = time.unix_millis() - self.now().unix_millis();
        self.offset_millis.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let elapsed = self.started.elapsed().as_millis() as i64;
        let millis = self.start.unix_millis() + elapsed + self.offset_millis.load(Ordering::SeqCst);
        Timestamp::from_unix_millis(millis).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

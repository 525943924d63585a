use std::time::Duration;

use meterproof::Timestamp;
use meterproof_metering::Clock;

use crate::executor::Sim;

/// The engine's clock: simulated time.
pub(crate) struct SimClock(pub(crate) Sim);

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep(&self, duration: Duration) {
        // A crash before and after it, and not a millisecond more: calls are spaced by it.
        self.0.turn("sleep").await;
        self.0.sleep_millis(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)).await;
        self.0.turn("slept").await;
    }
}

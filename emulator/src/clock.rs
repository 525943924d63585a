use std::time::{SystemTime, UNIX_EPOCH};

use meterproof::Timestamp;

/// What time the service believes it is. Signatures are checked against the real time always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The machine's time.
    #[default]
    Real,
    /// The machine's time, so many seconds later or earlier.
    Shifted(i64),
    /// One point in time, at which the clock stands still.
    Fixed(Timestamp),
}

impl Clock {
    /// The time now.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::Real => real_time(),
            Self::Shifted(seconds) => {
                let real = real_time();
                real.plus_seconds(seconds).unwrap_or(real)
            }
            Self::Fixed(time) => time,
        }
    }
}

/// 9999-12-31T23:59:59Z.
const LAST_MILLIS: i64 = 253_402_300_799_000;

pub(crate) fn real_time() -> Timestamp {
    let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
    };
    // A machine whose clock is past the year 9999 gets the last second of that year.
    Timestamp::from_unix_millis(millis.clamp(0, LAST_MILLIS)).expect("the clamp keeps it in range")
}

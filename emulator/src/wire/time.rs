use meterproof::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Number;

/// A timestamp as AWS JSON 1.1 writes it: seconds since 1970 as a number, with a fraction or
/// without. It is written back as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochSeconds {
    at: Timestamp,
    written: Number,
}

impl EpochSeconds {
    /// The point in time; what lies below a millisecond is cut off.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

impl From<Timestamp> for EpochSeconds {
    fn from(at: Timestamp) -> Self {
        let millis = at.unix_millis();
        let written =
            if millis % 1000 == 0 { None } else { Number::from_f64(millis as f64 / 1000.0) };
        Self { at, written: written.unwrap_or_else(|| at.unix_seconds().into()) }
    }
}

impl<'de> Deserialize<'de> for EpochSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Number::deserialize(deserializer)?;
        let at = millis(&written)
            .and_then(Timestamp::from_unix_millis)
            .ok_or_else(|| de::Error::custom(format_args!("{written} is no time in seconds")))?;
        Ok(Self { at, written })
    }
}

impl Serialize for EpochSeconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

fn millis(seconds: &Number) -> Option<i64> {
    if let Some(whole) = seconds.as_i64() {
        return whole.checked_mul(1000);
    }
    // A double near today's date is exact to 0.2 microseconds: rounded to microseconds first,
    // so that 1795255200.007 does not lose its last millisecond. `as` saturates, and what
    // saturates is outside the years a Timestamp holds.
    let micros = (seconds.as_f64()? * 1e6).round() as i64;
    Some(micros.div_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<i64> {
        serde_json::from_str::<EpochSeconds>(json).ok().map(|time| time.at().unix_millis())
    }

    #[test]
    fn whole_and_fractional_seconds_are_read_exactly() {
        assert_eq!(read("1795255200"), Some(1_795_255_200_000));
        assert_eq!(read("1795255200.0"), Some(1_795_255_200_000));
        assert_eq!(read("1.7952552E9"), Some(1_795_255_200_000));
        for millis in 0..1000 {
            let text = format!("1795255200.{millis:03}");
            assert_eq!(read(&text), Some(1_795_255_200_000 + millis), "{text}");
        }
        assert_eq!(read("1795255200.123999"), Some(1_795_255_200_123));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for json in ["\"1795255200\"", "\"2026-11-21T10:00:00Z\"", "true", "1e300", "-1e300", "{}"]
        {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn the_number_is_written_back_as_it_came() {
        for json in ["1795255200", "1795255200.5"] {
            let time: EpochSeconds = serde_json::from_str(json).expect(json);
            assert_eq!(serde_json::to_string(&time).expect(json), json);
            assert_eq!(EpochSeconds::from(time.at()), time);
        }
    }
}

//! Times in configuration and in the control endpoints' JSON: ISO 8601, or seconds since 1970.

use std::fmt;

use meterproof::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de};

pub(crate) fn serialize<S: Serializer>(
    time: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(|time| time.to_string()).serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    deserializer.deserialize_any(TimeVisitor)
}

struct TimeVisitor;

impl<'de> de::Visitor<'de> for TimeVisitor {
    type Value = Option<Timestamp>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time such as 2026-11-21T10:00:00Z, or seconds since 1970")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Timestamp::parse_iso_8601(text).map(Some).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Self::Value, E> {
        let time = Timestamp::from_unix_seconds(seconds);
        time.map(Some).ok_or_else(|| E::custom("the time is outside the years 0 to 9999"))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Self::Value, E> {
        self.visit_i64(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Self::Value, E> {
        // `as` saturates, and what saturates is outside the years.
        let time = Timestamp::from_unix_millis((seconds * 1000.0).round() as i64);
        time.map(Some).ok_or_else(|| E::custom("the time is outside the years 0 to 9999"))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    /// TOML's own dates come as a map of a private form.
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let date = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
        self.visit_str(&date.to_string())
    }
}

//! Ten thousand usage events, as a seller's software reports them.
//!
//! Everything comes from one seed and the time at which the usage begins: whole and decimal
//! quantities, tags, plain events and CloudEvents, licenses that use much and others that use
//! little.

use meterproof::Timestamp;
use meterproof::usage::Quantity;
use serde_json::{Value, json};

use crate::error::FlowError;

/// How many events there are, each with an id of its own.
pub const EVENTS: usize = 10_000;
/// For how many hours the product is used.
pub const HOURS: i64 = 6;
/// Customers of the flow's product, each with a license of its own.
pub const LICENSES: u32 = 40;
/// The flow's dimensions.
pub const DIMENSIONS: [&str; 8] =
    ["users", "gigabytes", "requests", "seats", "builds", "messages", "minutes", "queries"];

/// Seconds of an hour.
pub const HOUR: i64 = 3600;
/// Usage of an hour's last two minutes would be reported after the hour.
pub const REPORTED_SECONDS: i64 = 58 * 60;
const TENANTS: [&str; 3] = ["red", "green", "blue"];

/// One use of the product.
pub struct Event {
    /// `EventId`, or a CloudEvent's `id`.
    pub id: String,
    /// The customer's number.
    pub license: u32,
    /// What was used.
    pub dimension: &'static str,
    /// When.
    pub time: Timestamp,
    /// How much.
    pub quantity: Quantity,
    /// For which of the customer's tenants, where it says so.
    pub tenant: Option<&'static str>,
}

impl Event {
    /// The event as it is posted: every second one as a CloudEvent.
    pub fn json(&self) -> Value {
        let mut usage = json!({
            "LicenseArn": license(self.license),
            "CustomerAWSAccountId": account(self.license),
            "Dimension": self.dimension,
        });
        match self.quantity.as_whole() {
            Some(whole) => usage["Quantity"] = json!(whole),
            None => usage["QuantityAsDecimal"] = json!(self.quantity.to_string()),
        }
        if let Some(tenant) = self.tenant {
            usage["Tags"] = json!([{ "Key": "Tenant", "Value": tenant }]);
        }
        if self.id.len().is_multiple_of(2) {
            usage["EventId"] = json!(self.id);
            usage["Source"] = json!(SOURCE);
            usage["Timestamp"] = json!(self.time.unix_seconds());
            return usage;
        }
        json!({
            "specversion": "1.0",
            "id": self.id,
            "source": SOURCE,
            "type": "com.example.usage",
            "time": self.time.to_string(),
            "data": usage,
        })
    }
}

/// Who reports the usage.
pub const SOURCE: &str = "/flow/api";

/// The account of customer `number`.
pub fn account(number: u32) -> String {
    format!("{:012}", 300_000_000_000_u64 + u64::from(number))
}

/// The license of customer `number`.
pub fn license(number: u32) -> String {
    format!("arn:aws:license-manager::294406891311:license:l-{number:032x}")
}

/// When usage begins that is over by `now`, with a last hour to bill it in, and lies in one month.
///
/// # Errors
/// [`FlowError::Setup`] where the calendar ends.
pub fn start(now: Timestamp) -> Result<Timestamp, FlowError> {
    let long_ago =
        |from: Timestamp| from.plus_seconds(-(HOURS + 2) * HOUR).ok_or_else(no_such_time);
    let start = long_ago(now.start_of_hour())?;
    let month = now.start_of_month();
    if start >= month { Ok(start) } else { long_ago(month) }
}

/// Makes the usage of six hours.
///
/// # Errors
/// [`FlowError`] where the core refuses a quantity of these, or the calendar ends.
pub fn make(start: Timestamp, seed: u64) -> Result<Vec<Event>, FlowError> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..EVENTS)
        .map(|number| {
            let seconds = random.i64(0..HOURS) * HOUR + random.i64(0..REPORTED_SECONDS);
            let other = random.u32(1..=LICENSES);
            Ok(Event {
                id: format!("event-{number}{}", if random.bool() { "-b" } else { "" }),
                // The lesser of two: some customers use much, others little.
                license: random.u32(1..=LICENSES).min(other),
                dimension: DIMENSIONS[random.usize(..DIMENSIONS.len())],
                time: start.plus_seconds(seconds).ok_or_else(no_such_time)?,
                quantity: quantity(&mut random)?,
                tenant: (random.u32(0..4) == 0).then(|| TENANTS[random.usize(..TENANTS.len())]),
            })
        })
        .collect()
}

/// A quantity as products have them: four in five are whole.
///
/// # Errors
/// [`FlowError::Unexpected`] where the core refuses it.
pub fn quantity(random: &mut fastrand::Rng) -> Result<Quantity, FlowError> {
    let quantity = if random.u32(0..5) == 0 {
        let (units, places) = (random.u32(0..1_000), random.usize(1..=6));
        let fraction: String = (0..places).map(|_| random.digit(10)).collect();
        Quantity::parse_decimal(&format!("{units}.{fraction}"))
    } else {
        Quantity::whole(random.u64(0..5_000))
    };
    quantity.map_err(|error| FlowError::Unexpected(format!("a quantity of the flow: {error}")))
}

fn no_such_time() -> FlowError {
    FlowError::Setup("the calendar ends".to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use meterproof_metering::{EventDefaults, parse_events};

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_iso_8601(text).unwrap()
    }

    #[test]
    fn usage_lies_in_one_month_and_is_over() {
        for (now, expected) in [
            ("2026-11-21T10:20:30Z", "2026-11-21T02:00:00Z"),
            ("2026-12-01T08:00:00Z", "2026-12-01T00:00:00Z"),
            ("2026-12-01T07:59:59Z", "2026-11-30T16:00:00Z"),
            ("2026-12-01T00:00:00Z", "2026-11-30T16:00:00Z"),
        ] {
            assert_eq!(start(at(now)).unwrap(), at(expected), "{now}");
        }
    }

    #[test]
    fn every_event_has_an_id_of_its_own_and_is_read_as_it_was_made() {
        let events = make(at("2026-11-21T02:00:00Z"), 7).unwrap();
        let ids: BTreeSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(ids.len(), EVENTS);
        for event in &events {
            let body = event.json().to_string();
            let read = parse_events(body.as_bytes(), &EventDefaults::default()).unwrap();
            let read = read.into_iter().next().unwrap().event.unwrap();
            assert_eq!(read.id().id(), event.id);
            assert_eq!(read.quantity(), event.quantity);
            assert_eq!(read.time().unix_seconds(), event.time.unix_seconds());
            assert_eq!(read.allocations().len(), usize::from(event.tenant.is_some()), "{body}");
        }
    }

    #[test]
    fn one_seed_makes_one_usage() {
        let text = |seed| {
            let events = make(at("2026-11-21T02:00:00Z"), seed).unwrap();
            events.iter().map(|event| event.json().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(text(1), text(1));
        assert_ne!(text(1), text(2));
    }
}

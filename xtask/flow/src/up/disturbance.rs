//! The faults of the flow, and how often each struck.

use serde_json::{Value, json};

use crate::error::FlowError;
use crate::http::Http;

/// Kind, share of calls (of records for `unprocessed`), and seed.
const FAULTS: [(&str, f64, u64); 4] = [
    ("throttle", 0.15, 11),
    ("unprocessed", 0.10, 12),
    ("internalError", 0.05, 13),
    ("dropAfterCommit", 0.08, 14),
];

/// Sets the faults for BatchMeterUsage.
pub async fn set(emulator: &Http) -> Result<(), FlowError> {
    for (kind, rate, seed) in FAULTS {
        let fault =
            json!({ "operation": "BatchMeterUsage", "kind": kind, "rate": rate, "seed": seed });
        emulator.post("/_emulator/faults", &fault).await?;
    }
    Ok(())
}

/// How often each fault struck, in the order of their names.
pub async fn hits(emulator: &Http) -> Result<Vec<(String, u64)>, FlowError> {
    let faults = emulator.get("/_emulator/faults").await?;
    let list = faults.as_array().or_else(|| faults.get("faults").and_then(Value::as_array));
    let mut hits: Vec<(String, u64)> = list
        .into_iter()
        .flatten()
        .filter_map(|fault| {
            let kind = fault.get("kind")?.as_str()?.to_owned();
            Some((kind, fault.get("hits")?.as_u64()?))
        })
        .collect();
    if hits.len() != FAULTS.len() {
        return Err(FlowError::Unexpected(format!("faults: {faults}")));
    }
    hits.sort();
    Ok(hits)
}

/// What the emulator's log says of BatchMeterUsage.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Calls made.
    pub made: u64,
    /// Records in them, resent ones counted again.
    pub records: u64,
}

/// Counts the calls of BatchMeterUsage.
pub async fn calls(emulator: &Http) -> Result<Calls, FlowError> {
    let log = emulator.get("/_emulator/calls").await?;
    let calls = log.get("calls").and_then(Value::as_array);
    let calls = calls.ok_or_else(|| FlowError::Unexpected("calls: no list".to_owned()))?;
    let metering =
        calls.iter().filter(|call| call.get("operation") == Some(&json!("BatchMeterUsage")));
    Ok(metering.fold(Calls::default(), |sum, call| Calls {
        made: sum.made + 1,
        records: sum.records + call.get("records").and_then(Value::as_u64).unwrap_or(0),
    }))
}

/// Takes the faults away, so that what stays up is undisturbed.
pub async fn clear(emulator: &Http) -> Result<(), FlowError> {
    emulator.delete("/_emulator/faults").await
}

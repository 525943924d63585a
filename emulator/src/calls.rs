use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::wire::{ErrorName, Operation};

/// The latest calls, without their content: no token, no customer.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    latest: VecDeque<CallRecord>,
    counts: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
}

/// How many calls the log keeps. The counts go on.
const KEPT: usize = 10_000;

/// One call.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallRecord {
    /// `null` when the target named none.
    #[serde(serialize_with = "operation_name")]
    pub operation: Option<Operation>,
    /// The emulator's time.
    pub at: String,
    /// The HTTP status, or `null` when the connection was dropped.
    pub status: Option<u16>,
    #[serde(serialize_with = "error_name")]
    pub error: Option<ErrorName>,
    /// Set when a fault closed the connection.
    pub dropped: bool,
    /// Records in the request.
    pub records: Option<usize>,
    /// Records it left unprocessed.
    pub unprocessed: Option<usize>,
    /// Bytes in the request's body.
    pub bytes: usize,
}

impl CallLog {
    pub(crate) fn add(&mut self, call: CallRecord) {
        let operation = call.operation.map_or("unknown", Operation::name);
        let outcome = match (call.dropped, call.error) {
            (true, _) => "dropped",
            (false, Some(error)) => error.as_str(),
            (false, None) => "ok",
        };
        *self.counts.entry(operation).or_default().entry(outcome).or_default() += 1;
        if self.latest.len() == KEPT {
            self.latest.pop_front();
        }
        self.latest.push_back(call);
    }

    pub(crate) fn latest(&self) -> impl Iterator<Item = &CallRecord> {
        self.latest.iter()
    }

    /// How often each operation ended how: operation, then `ok`, `dropped` or an error's name.
    pub(crate) fn counts(&self) -> &BTreeMap<&'static str, BTreeMap<&'static str, u64>> {
        &self.counts
    }
}

fn operation_name<S: serde::Serializer>(
    operation: &Option<Operation>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    operation.map(Operation::name).serialize(serializer)
}

fn error_name<S: serde::Serializer>(
    error: &Option<ErrorName>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    error.map(ErrorName::as_str).serialize(serializer)
}

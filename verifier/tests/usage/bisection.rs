//! Poison records are found, and only they.

use std::collections::BTreeSet;

use meterproof::usage::{
    Batch, Disposition, Outcome, RecordEcho, RecordResult, RecordStatus, Rejection, ServiceError,
    plan,
};
use proptest::prelude::*;

use super::generate::record;

/// A service that refuses any batch with a poison record in it, as AWS does.
fn call(batch: &Batch<usize>, poison: &BTreeSet<usize>) -> Outcome {
    if batch.handles().any(|handle| poison.contains(handle)) {
        return Outcome::Refused(ServiceError::new("InvalidUsageDimensionException", ""));
    }
    let results = batch.records().map(|record| RecordResult {
        record: Some(RecordEcho::from(record)),
        status: RecordStatus::Success,
        metering_record_id: None,
    });
    Outcome::Answered { results: results.collect(), unprocessed: vec![] }
}

proptest! {
    #[test]
    fn sending_what_remains_isolates_exactly_the_poison(
        count in 1..=25_usize,
        poison in proptest::collection::btree_set(0..25_usize, 0..6),
    ) {
        let poison: BTreeSet<usize> = poison.into_iter().filter(|n| *n < count).collect();
        let records = (0..count).map(|n| (n, record(&format!("c{n}"), 2, 1)));
        let mut waiting = plan(records).batches;
        let (mut accepted, mut rejected) = (BTreeSet::new(), BTreeSet::new());
        let mut calls = 0;
        while let Some(batch) = waiting.pop() {
            calls += 1;
            prop_assert!(calls <= 2 * count, "does not end");
            let outcome = call(&batch, &poison);
            for (handle, disposition) in batch.settle(&outcome) {
                match disposition {
                    Disposition::Accept { .. } => prop_assert!(accepted.insert(*handle)),
                    Disposition::Reject(Rejection::Refused { .. }) => {
                        prop_assert!(rejected.insert(*handle));
                    }
                    Disposition::Retry(cause) => prop_assert_eq!(cause.code(), "isolate"),
                    other => prop_assert!(false, "{:?}", other),
                }
            }
            waiting.extend(batch.remaining(&outcome));
        }
        prop_assert_eq!(&rejected, &poison);
        prop_assert_eq!(accepted, (0..count).filter(|n| !poison.contains(n)).collect());
        // One poison record costs at most two calls a level and the first.
        if poison.len() == 1 {
            prop_assert!(calls <= 11, "{calls}");
        }
    }
}

//! The one suite, on the ledgers of this crate.

mod fixtures;

use fixtures::{Memory, Sqlite};
use meterproof_metering::conformance;

#[tokio::test]
async fn the_ledger_in_memory_conforms() {
    conformance::run_all(&Memory).await;
}

#[tokio::test]
async fn the_ledger_in_a_file_conforms() {
    conformance::run_all(&Sqlite::new()).await;
}

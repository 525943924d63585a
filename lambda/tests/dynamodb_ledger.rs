//! The ledger in DynamoDB, on a real one or MiniStack's:
//! `DYNAMODB_ENDPOINT=http://127.0.0.1:4566 cargo test -p meterproof-lambda --test dynamodb_ledger -- --ignored`

#[path = "dynamodb/mod.rs"]
mod dynamodb;
#[path = "dynamodb/fixture.rs"]
mod fixture;

use dynamodb::DynamoDb;
use fixture::Tables;
use meterproof_metering::conformance;

#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn the_ledger_in_dynamodb_conforms() {
    conformance::run_all(&Tables(DynamoDb::of_environment())).await;
}

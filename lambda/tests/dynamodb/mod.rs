//! Tables as template.yaml makes them, on the DynamoDB at `DYNAMODB_ENDPOINT`.

#![allow(dead_code, missing_docs, reason = "each program uses its part")]

pub mod usage;
pub mod wire;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_config::ConfigLoader;
use aws_config::retry::RetryConfig;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryPartition;
use aws_sdk_dynamodb::config::{Region, SharedCredentialsProvider};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, TableStatus,
};
use meterproof_aws::{Timeouts, config_loader};

use wire::Wire;

/// A DynamoDB, and a name of this run for its tables.
pub struct DynamoDb {
    endpoint: String,
    run: String,
    tables: AtomicU32,
}

impl DynamoDb {
    /// The one at `DYNAMODB_ENDPOINT`.
    ///
    /// # Panics
    /// Where the variable is missing: a test that asked for DynamoDB must not pass without.
    pub fn of_environment() -> Self {
        let endpoint = std::env::var("DYNAMODB_ENDPOINT")
            .expect("set DYNAMODB_ENDPOINT to a DynamoDB for tests, such as http://127.0.0.1:4566");
        let run = format!("ledger-{}-{:08x}", std::process::id(), fastrand::u32(..));
        Self { endpoint, run, tables: AtomicU32::new(0) }
    }

    /// A client as a program of its own has it, and its wire.
    pub async fn client(&self) -> (Client, Wire) {
        let config = loader(&self.endpoint).load().await;
        let wire = Wire::new(config.http_client().expect("the loader sets a client"));
        // Clients of a process share one quota of retries, which the crashes of one test would
        // take from another's.
        let retries = RetryPartition::custom("one program").build();
        let config = aws_sdk_dynamodb::config::Builder::from(&config)
            .http_client(wire.clone())
            .retry_partition(retries)
            .build();
        (Client::from_conf(config), wire)
    }

    /// A new table, ready for use.
    pub async fn table(&self) -> String {
        let number = self.tables.fetch_add(1, Ordering::Relaxed);
        let table = format!("{}-{number}", self.run);
        create_table(&self.client().await.0, &table).await;
        table
    }
}

/// A program's configuration, without a look at the machine's.
pub fn loader(endpoint: &str) -> ConfigLoader {
    let timeouts = Timeouts { connect: Duration::from_secs(10), attempt: Duration::from_secs(60) };
    // MiniStack closes a connection after a thousand requests, whatever is under way.
    let retries =
        RetryConfig::standard().with_max_attempts(8).with_initial_backoff(Duration::from_millis(1));
    let credentials = Credentials::new("test", "test", None, None, "tests");
    config_loader(timeouts)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .retry_config(retries)
}

/// The LedgerTable of template.yaml, but for what a test has no use for: DynamoDB's own removal of
/// ids goes by the machine's time, and a test's time stands still.
async fn create_table(client: &Client, table: &str) {
    use ScalarAttributeType::{N, S};
    let attributes = [
        ("pk", S),
        ("sk", S),
        ("spread", N),
        ("due_at", N),
        ("usage_hour", N),
        ("unsettled_license", S),
    ];
    let attributes = attributes.map(|(name, kind)| {
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(kind);
        attribute.build().unwrap()
    });
    client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attributes.to_vec()))
        .set_key_schema(Some(key_schema("pk", "sk")))
        .global_secondary_indexes(index("due", "spread", "due_at", &["stage", "usage_hour"]))
        .global_secondary_indexes(index("unsettled", "unsettled_license", "usage_hour", &[]))
        .global_secondary_indexes(index("buckets", "spread", "usage_hour", &[]))
        .send()
        .await
        .unwrap();
    loop {
        let described = client.describe_table().table_name(table).send().await.unwrap();
        if described.table().and_then(|table| table.table_status()) == Some(&TableStatus::Active) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn key_schema(partition: &str, sort: &str) -> Vec<KeySchemaElement> {
    let element = |name: &str, kind| {
        KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
    };
    vec![element(partition, KeyType::Hash), element(sort, KeyType::Range)]
}

fn index(name: &str, partition: &str, sort: &str, included: &[&str]) -> GlobalSecondaryIndex {
    let projection = if included.is_empty() {
        Projection::builder().projection_type(ProjectionType::KeysOnly)
    } else {
        let included = included.iter().map(|name| (*name).to_owned()).collect();
        let projection = Projection::builder().projection_type(ProjectionType::Include);
        projection.set_non_key_attributes(Some(included))
    };
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .set_key_schema(Some(key_schema(partition, sort)))
        .projection(projection.build())
        .build()
        .unwrap()
}

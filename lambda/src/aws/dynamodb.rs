//! Customers in a DynamoDB table: the one file that holds DynamoDB's types.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use meterproof::Timestamp;

use super::Failure;
use crate::resolve::{Customer, CustomerStore, OfferType, StoreError, attributes};

/// A table keyed by `customer_id`.
#[derive(Clone, Debug)]
pub struct DynamoDbCustomers {
    client: Client,
    table: String,
}

impl DynamoDbCustomers {
    /// Keeps customers in the table named `table`, which exists.
    #[must_use]
    pub fn new(config: &SdkConfig, table: impl Into<String>) -> Self {
        Self { client: Client::new(config), table: table.into() }
    }
}

impl CustomerStore for DynamoDbCustomers {
    async fn remember(
        &self,
        customer: &Customer,
        offer_type: Option<OfferType>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("customer_id", AttributeValue::S(customer.id().to_string()))
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()));
        let mut expression =
            "SET first_seen = if_not_exists(first_seen, :now), last_seen = :now".to_owned();
        for (name, value) in attributes(customer, offer_type) {
            expression.push_str(&format!(", {name} = :{name}"));
            let value = AttributeValue::S(value.to_owned());
            update = update.expression_attribute_values(format!(":{name}"), value);
        }
        update
            .update_expression(expression)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| StoreError::new(Failure::of(&error).to_string()))
    }
}

//! The form of AWS's wire (AWS JSON 1.1), written the same way each time.

use alloc::string::String;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::allocation::{Tag, UsageAllocation};
use super::batch_request::BatchMeterUsageRequest;
use super::identifiers::ClientToken;
use super::meter_request::MeterUsageRequest;
use super::quantity::Quantity;
use super::record::UsageRecord;
use crate::Timestamp;

/// The JSON text of a value of this module.
pub(super) fn to_json<T: Serialize>(value: &T) -> String {
    // serde_json fails on a map key that is no string, on a `Serialize` that fails by itself, and
    // on a writer that fails. The impls below have constant keys and finite numbers, none fails
    // by itself, and the writer is a growing buffer.
    serde_json::to_string(value).expect("usage values always serialise")
}

/// Epoch seconds, with a fraction only where there is one.
struct EpochSeconds(Timestamp);

impl Serialize for EpochSeconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = self.0.unix_millis();
        if millis % 1000 == 0 {
            return serializer.serialize_i64(millis / 1000);
        }
        // Exact on the wire: below 2^53 the quotient's shortest text is the three decimals.
        serializer.serialize_f64(millis as f64 / 1000.0)
    }
}

/// Writes the quantity under the member of its kind: a number or a decimal's text.
fn quantity_member<S: SerializeStruct>(
    fields: &mut S,
    whole: &'static str,
    decimal: &'static str,
    quantity: Quantity,
) -> Result<(), S::Error> {
    match quantity.as_whole() {
        Some(units) => fields.serialize_field(whole, &units),
        None => fields.serialize_field(decimal, &DecimalText(quantity)),
    }
}

struct DecimalText(Quantity);

impl Serialize for DecimalText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Serialize for UsageRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let identity = self.identity();
        let mut fields = serializer.serialize_struct("UsageRecord", 6)?;
        fields.serialize_field("Timestamp", &EpochSeconds(self.timestamp()))?;
        if let Some(customer) = identity.customer() {
            fields.serialize_field("CustomerIdentifier", customer.as_str())?;
        }
        if let Some(account) = identity.account() {
            fields.serialize_field("CustomerAWSAccountId", account.as_str())?;
        }
        if let Some(license_arn) = identity.license_arn() {
            fields.serialize_field("LicenseArn", license_arn.as_str())?;
        }
        fields.serialize_field("Dimension", self.dimension().as_str())?;
        quantity_member(&mut fields, "Quantity", "QuantityAsDecimal", self.quantity())?;
        if !self.allocations().is_empty() {
            fields.serialize_field("UsageAllocations", self.allocations())?;
        }
        fields.end()
    }
}

impl Serialize for UsageAllocation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("UsageAllocation", 2)?;
        quantity_member(
            &mut fields,
            "AllocatedUsageQuantity",
            "AllocatedUsageQuantityAsDecimal",
            self.quantity(),
        )?;
        if !self.tags().tags().is_empty() {
            fields.serialize_field("Tags", self.tags().tags())?;
        }
        fields.end()
    }
}

impl Serialize for Tag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Tag", 2)?;
        fields.serialize_field("Key", self.key().as_str())?;
        fields.serialize_field("Value", &self.value().map(|value| value.as_str()))?;
        fields.end()
    }
}

impl Serialize for BatchMeterUsageRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("BatchMeterUsageRequest", 2)?;
        if let Some(product_code) = self.product_code() {
            fields.serialize_field("ProductCode", product_code.as_str())?;
        }
        fields.serialize_field("UsageRecords", self.records())?;
        fields.end()
    }
}

impl Serialize for MeterUsageRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("MeterUsageRequest", 7)?;
        fields.serialize_field("ProductCode", self.product_code().as_str())?;
        fields.serialize_field("Timestamp", &EpochSeconds(self.timestamp()))?;
        fields.serialize_field("UsageDimension", self.dimension().as_str())?;
        quantity_member(&mut fields, "UsageQuantity", "UsageQuantityAsDecimal", self.quantity())?;
        if self.is_dry_run() {
            fields.serialize_field("DryRun", &true)?;
        }
        if !self.allocations().is_empty() {
            fields.serialize_field("UsageAllocations", self.allocations())?;
        }
        if let Some(token) = self.client_token() {
            fields.serialize_field("ClientToken", ClientToken::as_str(token))?;
        }
        fields.end()
    }
}

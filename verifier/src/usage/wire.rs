//! The form of AWS's wire (AWS JSON 1.1) by way of serde, for programs that put records into
//! documents of their own. The tests hold it to the bytes of [`to_json`](super::to_json).

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::allocation::{Tag, UsageAllocation};
use super::batch_request::BatchMeterUsageRequest;
use super::identifiers::ClientToken;
use super::meter_request::MeterUsageRequest;
use super::quantity::Quantity;
use super::record::UsageRecord;
use crate::Timestamp;

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

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::super::identifiers::{
        CustomerAwsAccountId, CustomerIdentifier, Dimension, LicenseArn, ProductCode, TagKey,
        TagValue,
    };
    use super::super::to_json::to_json;
    use super::super::{Identity, TagSet};
    use super::*;

    fn quantity(micros: u64, is_decimal: bool) -> Quantity {
        if is_decimal {
            let text = alloc::format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
            Quantity::parse_decimal(&text).unwrap()
        } else {
            Quantity::whole(micros % 2_000_000_000).unwrap()
        }
    }

    fn identity(form: u8, license: &str) -> Identity {
        let account = CustomerAwsAccountId::parse("444455556666").unwrap();
        let product_code = ProductCode::parse("saaslegacy000000000000001").unwrap();
        match form {
            0 => Identity::License { license_arn: LicenseArn::parse(license).unwrap(), account },
            1 => Identity::Account { product_code, account },
            _ => Identity::Customer {
                product_code,
                customer: CustomerIdentifier::parse("c1").unwrap(),
            },
        }
    }

    proptest! {
        #[test]
        fn serde_writes_the_same_bytes(
            form in 0..3_u8,
            dimension in "\\PC{1,20}|[\"\\\\/\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}é😀]{1,20}",
            millis in -62_167_219_200_000_i64..=253_402_300_799_999,
            on_the_second: bool,
            micros in 0..9_000_000_000_000_000_u64,
            is_decimal: bool,
            tags in prop::collection::vec(("[a-z]{1,3}", prop::option::of("[a-z]{0,3}")), 0..4),
            is_split: bool,
        ) {
            let license = "arn:aws:license-manager::1:license:l-1";
            let quantity = quantity(micros, is_decimal);
            let millis = if on_the_second { millis / 1000 * 1000 } else { millis };
            let tags: Vec<Tag> = tags
                .iter()
                .map(|(key, value)| {
                    let value = value.as_ref().map(|value| TagValue::parse(value).unwrap());
                    Tag::new(TagKey::parse(key).unwrap(), value)
                })
                .collect();
            let parts = if is_split {
                vec![UsageAllocation::new(quantity, TagSet::new(tags).unwrap())]
            } else {
                vec![]
            };
            let record = UsageRecord::new(
                identity(form, license),
                Dimension::parse(&dimension).unwrap(),
                Timestamp::from_unix_millis(millis).unwrap(),
                quantity,
                parts,
            ).unwrap();
            prop_assert_eq!(to_json(&record), serde_json::to_string(&record).unwrap());
            let request = BatchMeterUsageRequest::new(vec![record]).unwrap();
            prop_assert_eq!(request.to_json(), serde_json::to_string(&request).unwrap());
        }
    }
}

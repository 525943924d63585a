//! The form of AWS's wire (AWS JSON 1.1), written the same way each time, in little code.

use alloc::string::String;

use super::allocation::{Tag, UsageAllocation};
use super::batch_request::BatchMeterUsageRequest;
use super::meter_request::MeterUsageRequest;
use super::quantity::Quantity;
use super::record::UsageRecord;
use crate::Timestamp;
use crate::text::{Hex, Piece, push_padded};

/// What has such a form.
pub(super) trait Wire {
    /// Adds it to the text.
    fn write(&self, json: &mut String);
}

/// The JSON text of a value.
pub(super) fn to_json(value: &dyn Wire) -> String {
    let mut json = String::new();
    value.write(&mut json);
    json
}

/// An object's members.
struct Object<'j>(&'j mut String);

impl<'j> Object<'j> {
    fn open(json: &'j mut String) -> Self {
        json.push('{');
        Self(json)
    }

    /// Adds a member's name, which needs no escape; its value is the caller's to add.
    fn name(&mut self, name: &str) -> &mut String {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        for part in ["\"", name, "\":"] {
            self.0.push_str(part);
        }
        self.0
    }

    fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            string(self.name(name), value);
        }
    }

    /// Epoch seconds, with a fraction only where there is one.
    fn time(&mut self, time: Timestamp) {
        let json = self.name("Timestamp");
        let millis = time.unix_millis();
        if millis < 0 {
            json.push('-');
        }
        let (seconds, fraction) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
        push_padded(json, seconds, 1);
        if fraction > 0 {
            json.push('.');
            push_padded(json, fraction, 3);
            while json.ends_with('0') {
                json.pop();
            }
        }
    }

    /// The quantity under the member of its kind: a number or a decimal's text.
    fn quantity(&mut self, whole: &str, decimal: &str, quantity: Quantity) {
        if quantity.is_decimal() {
            let json = self.name(decimal);
            json.push('"');
            quantity.push_to(json);
            json.push('"');
        } else {
            quantity.push_to(self.name(whole));
        }
    }

    /// A list, unless it is empty.
    fn allocations(&mut self, allocations: &[UsageAllocation]) {
        if !allocations.is_empty() {
            list(self.name("UsageAllocations"), allocations);
        }
    }

    fn close(self) {
        self.0.push('}');
    }
}

fn list<T: Wire>(json: &mut String, items: &[T]) {
    json.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        item.write(json);
    }
    json.push(']');
}

/// A text in quotation marks. Only what has to be escaped is (RFC 8259 §7), in the short form
/// where there is one.
fn string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        let short = match character {
            '"' | '\\' => character,
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\0'..='\u{1f}' => {
                json.push_str("\\u00");
                Hex(&[character as u8]).push_to(json);
                continue;
            }
            _ => {
                json.push(character);
                continue;
            }
        };
        json.push('\\');
        json.push(short);
    }
    json.push('"');
}

impl Wire for UsageRecord {
    fn write(&self, json: &mut String) {
        let identity = self.identity();
        let mut members = Object::open(json);
        members.time(self.timestamp());
        members.text("CustomerIdentifier", identity.customer().map(AsRef::as_ref));
        members.text("CustomerAWSAccountId", identity.account().map(AsRef::as_ref));
        members.text("LicenseArn", identity.license_arn().map(AsRef::as_ref));
        members.text("Dimension", Some(self.dimension().as_str()));
        members.quantity("Quantity", "QuantityAsDecimal", self.quantity());
        members.allocations(self.allocations());
        members.close();
    }
}

impl Wire for UsageAllocation {
    fn write(&self, json: &mut String) {
        let mut members = Object::open(json);
        members.quantity(
            "AllocatedUsageQuantity",
            "AllocatedUsageQuantityAsDecimal",
            self.quantity(),
        );
        if !self.tags().tags().is_empty() {
            list(members.name("Tags"), self.tags().tags());
        }
        members.close();
    }
}

impl Wire for Tag {
    fn write(&self, json: &mut String) {
        let mut members = Object::open(json);
        members.text("Key", Some(self.key().as_str()));
        match self.value() {
            Some(value) => members.text("Value", Some(value.as_str())),
            None => members.name("Value").push_str("null"),
        }
        members.close();
    }
}

impl Wire for BatchMeterUsageRequest {
    fn write(&self, json: &mut String) {
        let mut members = Object::open(json);
        members.text("ProductCode", self.product_code().map(AsRef::as_ref));
        list(members.name("UsageRecords"), self.records());
        members.close();
    }
}

impl Wire for MeterUsageRequest {
    fn write(&self, json: &mut String) {
        let mut members = Object::open(json);
        members.text("ProductCode", Some(self.product_code().as_str()));
        members.time(self.timestamp());
        members.text("UsageDimension", Some(self.dimension().as_str()));
        members.quantity("UsageQuantity", "UsageQuantityAsDecimal", self.quantity());
        if self.is_dry_run() {
            members.name("DryRun").push_str("true");
        }
        members.allocations(self.allocations());
        members.text("ClientToken", self.client_token().map(AsRef::as_ref));
        members.close();
    }
}

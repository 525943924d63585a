use std::collections::BTreeMap;
use std::fmt::Write as _;

use meterproof::Timestamp;
use sha2::{Digest, Sha256};

use super::quantity::{Quantity, write_millionths};
use crate::wire::UsageAllocation;

/// What was metered, each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    entries: BTreeMap<Key, LedgerEntry>,
}

/// What makes two pieces of usage one: the key of idempotency. AWS keeps its records by Region,
/// so the same hour sent to two Regions is billed twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The Region of the endpoint.
    pub region: String,
    /// The product.
    pub product_code: String,
    /// The buyer's account.
    pub account: String,
    /// Set for usage metered by license: not the same usage as that by product code.
    pub license_arn: Option<String>,
    /// The instance, task or pod, for `MeterUsage`.
    pub instance: Option<String>,
    /// What is metered.
    pub dimension: String,
    /// The hour, or for AgentCore the time.
    pub hour: Timestamp,
    /// The idempotency token, for AgentCore only.
    pub client_token: Option<String>,
}

/// A line on the bill.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerEntry {
    /// How much.
    pub quantity: Quantity,
    /// The same for every resend.
    pub metering_record_id: String,
    /// The identifier by which the record named the buyer, in old integrations.
    pub customer_identifier: Option<String>,
    /// How the first record divided it.
    pub allocations: Vec<UsageAllocation>,
    /// How often an identical record came again.
    pub resends: u64,
}

/// What the ledger says to a piece of usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entered {
    New(String),
    Again(String),
    OtherQuantity,
}

impl Ledger {
    /// All entries, in the order of their keys.
    pub fn entries(&self) -> impl Iterator<Item = (&Key, &LedgerEntry)> {
        self.entries.iter()
    }

    /// The sum of each dimension of each product, as decimals without needless zeros.
    #[must_use]
    pub fn totals(&self) -> BTreeMap<&str, BTreeMap<&str, String>> {
        let mut sums: BTreeMap<&str, BTreeMap<&str, u128>> = BTreeMap::new();
        for (key, entry) in &self.entries {
            let dimensions = sums.entry(&key.product_code).or_default();
            *dimensions.entry(&key.dimension).or_default() +=
                u128::from(entry.quantity.millionths());
        }
        let write = |dimensions: BTreeMap<_, u128>| {
            dimensions.into_iter().map(|(name, sum)| (name, write_millionths(sum))).collect()
        };
        sums.into_iter().map(|(product, dimensions)| (product, write(dimensions))).collect()
    }

    /// Enters usage, unless its key is there: the first quantity stands.
    pub(super) fn enter(
        &mut self,
        key: Key,
        quantity: Quantity,
        customer_identifier: Option<&str>,
        allocations: &[UsageAllocation],
    ) -> Entered {
        if let Some(entry) = self.entries.get_mut(&key) {
            if entry.quantity != quantity {
                return Entered::OtherQuantity;
            }
            entry.resends += 1;
            return Entered::Again(entry.metering_record_id.clone());
        }
        let metering_record_id = key.metering_record_id();
        let entry = LedgerEntry {
            quantity,
            metering_record_id: metering_record_id.clone(),
            customer_identifier: customer_identifier.map(str::to_owned),
            allocations: allocations.to_vec(),
            resends: 0,
        };
        self.entries.insert(key, entry);
        Entered::New(metering_record_id)
    }
}

impl Key {
    /// A UUID (RFC 9562, version 8) made of the key alone, so that runs can be compared.
    fn metering_record_id(&self) -> String {
        let mut hash = Sha256::new();
        let texts = [
            self.region.as_str(),
            &self.product_code,
            &self.account,
            self.license_arn.as_deref().unwrap_or_default(),
            self.instance.as_deref().unwrap_or_default(),
            &self.dimension,
            self.client_token.as_deref().unwrap_or_default(),
        ];
        for text in texts {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        hash.update(self.hour.unix_millis().to_be_bytes());
        uuid(&hash.finalize())
    }
}

/// Writes the first 16 bytes as a UUID of version 8.
pub(crate) fn uuid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().take(16).enumerate() {
        let byte = match index {
            6 => 0x80 | (byte & 0x0f),
            8 => 0x80 | (byte & 0x3f),
            _ => *byte,
        };
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

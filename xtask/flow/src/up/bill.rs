//! What was used against what was billed, to the millionth of a unit.

use std::collections::BTreeMap;

use meterproof::Timestamp;
use meterproof::usage::{Quantity, UsageRecord};
use serde_json::Value;

use crate::error::FlowError;

/// One line of a bill: who, what, and in which hour.
type Key = (String, String, Timestamp);

/// Quantities by license, dimension and hour.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bill(BTreeMap<Key, Quantity>);

/// Used and billed of one dimension.
#[derive(Debug, PartialEq, Eq)]
pub struct DimensionTotal {
    /// The dimension.
    pub dimension: String,
    /// Records used.
    pub records: usize,
    /// Sum of what was used.
    pub used: Quantity,
    /// Sum of what was billed.
    pub billed: Quantity,
}

impl Bill {
    /// What these records say was used.
    ///
    /// # Errors
    /// [`FlowError::Unexpected`] where two records are for the same customer, dimension and hour.
    pub fn used(records: &[UsageRecord]) -> Result<Self, FlowError> {
        let mut bill = Self::default();
        for record in records {
            let license = record.identity().license_arn().map_or("", |arn| arn.as_str());
            bill.add(license, record.dimension().as_str(), record.timestamp(), record.quantity())?;
        }
        Ok(bill)
    }

    /// What the emulator's ledger holds for one product.
    ///
    /// # Errors
    /// [`FlowError::Unexpected`] where an entry cannot be read or comes twice.
    pub fn billed(ledger: &Value, product_code: &str) -> Result<Self, FlowError> {
        let unreadable = |entry: &Value| FlowError::Unexpected(format!("ledger entry {entry}"));
        let entries = ledger.get("entries").and_then(Value::as_array);
        let entries = entries.ok_or_else(|| unreadable(ledger))?;
        let mut bill = Self::default();
        for entry in entries {
            if entry.get("productCode").and_then(Value::as_str) != Some(product_code) {
                continue;
            }
            let read = || {
                let license = entry.get("customer")?.get("licenseArn")?.as_str()?;
                let dimension = entry.get("dimension")?.as_str()?;
                Some((
                    license,
                    dimension,
                    moment(entry.get("hour")?)?,
                    quantity(entry.get("quantity")?)?,
                ))
            };
            let (license, dimension, hour, quantity) = read().ok_or_else(|| unreadable(entry))?;
            bill.add(license, dimension, hour, quantity)?;
        }
        Ok(bill)
    }

    /// The sum of all lines.
    pub fn total(&self) -> Quantity {
        total(self.0.values())
    }

    /// The first lines in which this bill of what was used differs from what was billed.
    pub fn differences(&self, billed: &Self) -> Vec<String> {
        let missing = self.0.iter().filter_map(|(key, used)| match billed.0.get(key) {
            Some(billed) if billed == used => None,
            Some(billed) => Some(format!("{}: used {used}, billed {billed}", name(key))),
            None => Some(format!("{}: used {used}, not billed", name(key))),
        });
        let surplus = billed
            .0
            .iter()
            .filter(|(key, _)| !self.0.contains_key(*key))
            .map(|(key, billed)| format!("{}: not used, billed {billed}", name(key)));
        missing.chain(surplus).collect()
    }

    /// Sums by dimension, in the order of their names.
    pub fn by_dimension(&self, billed: &Self) -> Vec<DimensionTotal> {
        let mut names: Vec<&String> =
            self.0.keys().chain(billed.0.keys()).map(|(_, dimension, _)| dimension).collect();
        names.sort_unstable();
        names.dedup();
        names
            .into_iter()
            .map(|dimension| {
                let of = |bill: &Self| -> Vec<Quantity> {
                    let lines = bill.0.iter().filter(|((_, other, _), _)| other == dimension);
                    lines.map(|(_, quantity)| *quantity).collect()
                };
                let (used, billed) = (of(self), of(billed));
                DimensionTotal {
                    dimension: dimension.clone(),
                    records: used.len(),
                    used: total(&used),
                    billed: total(&billed),
                }
            })
            .collect()
    }

    fn add(
        &mut self,
        license: &str,
        dimension: &str,
        hour: Timestamp,
        quantity: Quantity,
    ) -> Result<(), FlowError> {
        let key = (license.to_owned(), dimension.to_owned(), hour);
        if let Some(other) = self.0.insert(key.clone(), quantity) {
            let what = format!("{} is there twice: {other} and {quantity}", name(&key));
            return Err(FlowError::Unexpected(what));
        }
        Ok(())
    }
}

fn name((license, dimension, hour): &Key) -> String {
    format!("{license} {dimension} {hour}")
}

/// The flow's quantities are far below the largest a `Quantity` holds, so sums saturate never;
/// if they did, both sides would, and the comparison line by line would still hold.
fn total<'a>(quantities: impl IntoIterator<Item = &'a Quantity>) -> Quantity {
    quantities
        .into_iter()
        .fold(Quantity::ZERO, |sum, quantity| sum.checked_add(*quantity).unwrap_or(sum))
}

fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => Timestamp::parse_iso_8601(text).ok(),
        Value::Number(number) => Timestamp::parse_epoch(&number.to_string()).ok(),
        _ => None,
    }
}

fn quantity(value: &Value) -> Option<Quantity> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Quantity::parse_decimal(&text).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ledger(entries: &[(&str, &str, &str)]) -> Bill {
        let entries: Vec<Value> = entries
            .iter()
            .map(|(license, dimension, quantity)| {
                json!({
                    "productCode": "p", "customer": { "licenseArn": license },
                    "dimension": dimension, "hour": "2026-11-21T10:00:00Z", "quantity": quantity,
                })
            })
            .collect();
        Bill::billed(&json!({ "entries": entries }), "p").unwrap()
    }

    #[test]
    fn bills_are_equal_by_value_and_line() {
        let used = ledger(&[("a", "users", "17"), ("b", "users", "0.1")]);
        let billed = ledger(&[("b", "users", "0.100"), ("a", "users", "17.0")]);
        assert!(used.differences(&billed).is_empty());
        assert_eq!(used.total(), Quantity::parse_decimal("17.1").unwrap());
    }

    #[test]
    fn equal_totals_with_other_lines_are_a_difference() {
        let used = ledger(&[("a", "users", "2"), ("b", "users", "3"), ("c", "users", "1")]);
        let billed = ledger(&[("a", "users", "3"), ("b", "users", "2"), ("d", "users", "1")]);
        assert_eq!(used.total(), billed.total());
        assert_eq!(
            used.differences(&billed),
            [
                "a users 2026-11-21T10:00:00Z: used 2, billed 3",
                "b users 2026-11-21T10:00:00Z: used 3, billed 2",
                "c users 2026-11-21T10:00:00Z: used 1, not billed",
                "d users 2026-11-21T10:00:00Z: not used, billed 1",
            ]
        );
    }

    #[test]
    fn a_line_that_comes_twice_is_an_error() {
        let entry = json!({
            "productCode": "p", "customer": { "licenseArn": "a" }, "dimension": "users",
            "hour": 1_795_000_000, "quantity": "1",
        });
        let ledger = json!({ "entries": [entry.clone(), entry] });
        assert!(Bill::billed(&ledger, "p").unwrap_err().to_string().contains("is there twice"));
        assert_eq!(Bill::billed(&ledger, "other").unwrap(), Bill::default());
    }
}

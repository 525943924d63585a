//! What was used against what was billed, to the millionth of a unit.

use std::collections::BTreeMap;

use meterproof::Timestamp;
use meterproof::usage::Quantity;
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
    /// Lines that were billed.
    pub lines: usize,
    /// Sum of what was used.
    pub used: Quantity,
    /// Sum of what was billed.
    pub billed: Quantity,
}

impl Bill {
    /// Adds usage to the line of its license, dimension and hour.
    ///
    /// # Errors
    /// [`FlowError::Unexpected`] where the sum is more than a quantity holds.
    pub fn add(
        &mut self,
        license: &str,
        dimension: &str,
        hour: Timestamp,
        quantity: Quantity,
    ) -> Result<(), FlowError> {
        let key = (license.to_owned(), dimension.to_owned(), hour);
        let sum = self.0.get(&key).map_or(Some(quantity), |sum| sum.checked_add(quantity));
        let sum = sum.ok_or_else(|| {
            FlowError::Unexpected(format!("{}: more than a quantity holds", name(&key)))
        })?;
        self.0.insert(key, sum);
        Ok(())
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
                let hour = Timestamp::parse_iso_8601(entry.get("hour")?.as_str()?).ok()?;
                let quantity = Quantity::parse_decimal(entry.get("quantity")?.as_str()?).ok()?;
                Some(((license.to_owned(), dimension.to_owned(), hour), quantity))
            };
            let (key, quantity) = read().ok_or_else(|| unreadable(entry))?;
            if let Some(other) = bill.0.get(&key) {
                let what = format!("{} is billed twice: {other} and {quantity}", name(&key));
                return Err(FlowError::Unexpected(what));
            }
            bill.0.insert(key, quantity);
        }
        Ok(bill)
    }

    /// The sum of all lines.
    pub fn total(&self) -> Quantity {
        total(self.0.values())
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.0.len()
    }

    /// How many lines of an hour there are.
    pub fn lines_of(&self, hour: Timestamp) -> usize {
        self.0.keys().filter(|(_, _, other)| *other == hour).count()
    }

    /// The lines in which this bill of what was used differs from what was billed.
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
                    lines: billed.len(),
                    used: total(&used),
                    billed: total(&billed),
                }
            })
            .collect()
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HOUR: &str = "2026-11-21T10:00:00Z";

    fn ledger(entries: &[(&str, &str, &str)]) -> Bill {
        let entries: Vec<Value> = entries
            .iter()
            .map(|(license, dimension, quantity)| {
                json!({
                    "productCode": "p", "customer": { "licenseArn": license },
                    "dimension": dimension, "hour": HOUR, "quantity": quantity,
                })
            })
            .collect();
        Bill::billed(&json!({ "entries": entries }), "p").unwrap()
    }

    #[test]
    fn used_is_the_sum_of_events() {
        let hour = Timestamp::parse_iso_8601(HOUR).unwrap();
        let mut used = Bill::default();
        used.add("a", "users", hour, Quantity::whole(17).unwrap()).unwrap();
        used.add("a", "users", hour, Quantity::parse_decimal("0.25").unwrap()).unwrap();
        let billed = ledger(&[("a", "users", "17.25")]);
        assert!(used.differences(&billed).is_empty());
        assert_eq!((used.lines(), used.lines_of(hour)), (1, 1));
    }

    #[test]
    fn bills_are_equal_by_value_and_line() {
        let used = ledger(&[("a", "users", "17"), ("b", "users", "0.1")]);
        let billed = ledger(&[("b", "users", "0.100"), ("a", "users", "17.0")]);
        assert!(used.differences(&billed).is_empty());
        assert_eq!(used.total(), Quantity::parse_decimal("17.1").unwrap());
        let total = &used.by_dimension(&billed)[0];
        assert_eq!((total.lines, total.used), (2, total.billed));
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
            "hour": HOUR, "quantity": "1",
        });
        let ledger = json!({ "entries": [entry.clone(), entry] });
        assert!(Bill::billed(&ledger, "p").unwrap_err().to_string().contains("is billed twice"));
        assert_eq!(Bill::billed(&ledger, "other").unwrap(), Bill::default());
    }
}

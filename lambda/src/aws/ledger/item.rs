//! Items as DynamoDB takes them: attributes by name, keys, and expressions that change them.

use std::collections::HashMap;
use std::str::FromStr;

use aws_sdk_dynamodb::types::{
    AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use meterproof::Timestamp;
use meterproof_metering::LedgerError;

use super::call::unbuilt;

/// The attributes of an item.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The names of attributes. Items are many and their names are paid for: they are short.
pub(super) mod name {
    pub(crate) const PK: &str = "pk";
    pub(crate) const SK: &str = "sk";
    /// Which of 16 parts of the indexes a bucket is in.
    pub(crate) const SPREAD: &str = "spread";
    pub(crate) const DUE_AT: &str = "due_at";
    pub(crate) const USAGE_HOUR: &str = "usage_hour";
    pub(crate) const UNSETTLED_LICENSE: &str = "unsettled_license";
    pub(crate) const EXPIRES_AT: &str = "expires_at";
    pub(crate) const STAGE: &str = "stage";
    pub(crate) const VERSION: &str = "version";
    pub(crate) const SHARDS: &str = "shards";
}

pub(super) fn string(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(super) fn millis(time: Timestamp) -> AttributeValue {
    number(time.unix_millis())
}

pub(super) fn key(pk: &str, sk: &str) -> Item {
    HashMap::from([(name::PK.into(), string(pk)), (name::SK.into(), string(sk))])
}

/// A text that must be there.
pub(super) fn read_text<'a>(item: &'a Item, name: &str) -> Result<&'a str, LedgerError> {
    match item.get(name) {
        Some(AttributeValue::S(text)) => Ok(text),
        _ => Err(corrupt(item, name)),
    }
}

/// A number that may be missing.
pub(super) fn read_number<N: FromStr>(item: &Item, name: &str) -> Result<Option<N>, LedgerError> {
    match item.get(name) {
        None => Ok(None),
        Some(AttributeValue::N(text)) => text.parse().map(Some).map_err(|_| corrupt(item, name)),
        Some(_) => Err(corrupt(item, name)),
    }
}

/// A time that must be there.
pub(super) fn read_time(item: &Item, name: &str) -> Result<Timestamp, LedgerError> {
    read_number(item, name)?
        .and_then(Timestamp::from_unix_millis)
        .ok_or_else(|| corrupt(item, name))
}

/// Names the attribute and the item by its partition key, which is a digest or a constant.
pub(super) fn corrupt(item: &Item, name: &str) -> LedgerError {
    let pk = item.get(name::PK).and_then(|pk| pk.as_s().ok());
    let pk = pk.map_or("an item without key", String::as_str);
    LedgerError::Corrupt { what: format!("the attribute {name} of {pk}") }
}

/// An update expression with its condition. Names and values are placeholders throughout, since
/// many plain words are reserved.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    set: Vec<String>,
    add: Vec<String>,
    remove: Vec<String>,
    condition: Option<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Change {
    pub(super) fn set(mut self, name: &str, value: AttributeValue) -> Self {
        let (name, value) = (self.name(name), self.value(value));
        self.set.push(format!("{name} = {value}"));
        self
    }

    /// Sets an attribute that is not there yet.
    pub(super) fn set_once(mut self, name: &str, value: AttributeValue) -> Self {
        let (name, value) = (self.name(name), self.value(value));
        self.set.push(format!("{name} = if_not_exists({name}, {value})"));
        self
    }

    /// Adds to a number, or to a set.
    pub(super) fn add(mut self, name: &str, value: AttributeValue) -> Self {
        let (name, value) = (self.name(name), self.value(value));
        self.add.push(format!("{name} {value}"));
        self
    }

    pub(super) fn remove(mut self, name: &str) -> Self {
        let name = self.name(name);
        self.remove.push(name);
        self
    }

    /// One more condition.
    pub(super) fn when(mut self, condition: Condition<'_>) -> Self {
        let text = self.condition_text(condition);
        self.condition = Some(match self.condition.take() {
            Some(before) => format!("{before} AND ({text})"),
            None => format!("({text})"),
        });
        self
    }

    fn condition_text(&mut self, condition: Condition<'_>) -> String {
        match condition {
            Condition::Is(name, value) => {
                format!("{} = {}", self.name(name), self.value(value))
            }
            Condition::IsOrMissing(name, value) => {
                let (name, value) = (self.name(name), self.value(value));
                format!("attribute_not_exists({name}) OR {name} = {value}")
            }
            Condition::Exists(name) => format!("attribute_exists({})", self.name(name)),
            Condition::Missing(name) => format!("attribute_not_exists({})", self.name(name)),
        }
    }

    pub(super) fn expression(&self) -> String {
        let clause = |word: &str, actions: &[String]| {
            (!actions.is_empty()).then(|| format!("{word} {}", actions.join(", ")))
        };
        let clauses =
            [clause("SET", &self.set), clause("ADD", &self.add), clause("REMOVE", &self.remove)];
        clauses.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn condition(&self) -> Option<String> {
        self.condition.clone()
    }

    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    pub(super) fn values(&self) -> Option<Item> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }

    fn name(&mut self, name: &str) -> String {
        let known = self.names.iter().find(|(_, known)| *known == name);
        if let Some((placeholder, _)) = known {
            return placeholder.clone();
        }
        let placeholder = format!("#n{}", self.names.len());
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// As a part of a transaction.
    pub(super) fn update(self, table: &str, key: Item) -> Result<TransactWriteItem, LedgerError> {
        let update = Update::builder()
            .table_name(table)
            .set_key(Some(key))
            .update_expression(self.expression())
            .set_condition_expression(self.condition())
            .set_expression_attribute_names(self.names())
            .set_expression_attribute_values(self.values())
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// A whole item, under this change's condition, as a part of a transaction. A refusal brings
    /// the item that is there.
    pub(super) fn put(self, table: &str, item: Item) -> Result<TransactWriteItem, LedgerError> {
        let put = Put::builder()
            .table_name(table)
            .set_item(Some(item))
            .set_condition_expression(self.condition())
            .set_expression_attribute_names(self.names())
            .set_expression_attribute_values(self.values())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

/// What must hold of an item for it to be written.
pub(super) enum Condition<'a> {
    /// The attribute has this value.
    Is(&'a str, AttributeValue),
    /// It has this value, or none.
    IsOrMissing(&'a str, AttributeValue),
    /// It has some value.
    Exists(&'a str),
    /// It has none.
    Missing(&'a str),
}

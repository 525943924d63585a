//! What a function's answer says about each message of its batch (`ReportBatchItemFailures`).
//!
//! The rules are those of the Lambda developer guide, "Handling errors for an SQS event
//! source", success and failure conditions: an empty or null list is a success; an answer
//! that is not JSON, or names an item by a wrong key, an empty identifier or one that is not
//! in the batch, fails the whole batch. An answer of no bytes is not JSON and fails too.

use std::collections::BTreeSet;

use serde_json::Value;

/// Which messages of a batch stay on the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchVerdict {
    /// Every message not named here is done; the named ones come back.
    Partial {
        /// Message ids to be delivered again.
        failed: BTreeSet<String>,
    },
    /// The answer cannot be read: every message comes back.
    WholeBatchFailed {
        /// Why, for the log.
        reason: String,
    },
}

/// Reads a function's answer to a batch of messages with these ids.
pub fn read_batch_response(answer: &[u8], message_ids: &BTreeSet<String>) -> BatchVerdict {
    match failed_items(answer, message_ids) {
        Ok(failed) => BatchVerdict::Partial { failed },
        Err(reason) => BatchVerdict::WholeBatchFailed { reason },
    }
}

fn failed_items(answer: &[u8], message_ids: &BTreeSet<String>) -> Result<BTreeSet<String>, String> {
    let answer: Value =
        serde_json::from_slice(answer).map_err(|error| format!("not JSON: {error}"))?;
    let list = match &answer {
        Value::Null => return Ok(BTreeSet::new()),
        Value::Object(members) => match members.get("batchItemFailures") {
            None if members.is_empty() => return Ok(BTreeSet::new()),
            None => return Err("no member batchItemFailures".to_owned()),
            Some(Value::Null) => return Ok(BTreeSet::new()),
            Some(Value::Array(list)) => list,
            Some(_) => return Err("batchItemFailures is not a list".to_owned()),
        },
        _ => return Err("neither an object nor null".to_owned()),
    };
    let mut failed = BTreeSet::new();
    for item in list {
        match item.get("itemIdentifier").and_then(Value::as_str) {
            Some(id) if message_ids.contains(id) => failed.insert(id.to_owned()),
            Some("") => return Err("an itemIdentifier is empty".to_owned()),
            Some(id) => return Err(format!("itemIdentifier {id} is not in the batch")),
            None => return Err("an item has no itemIdentifier".to_owned()),
        };
    }
    Ok(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str) -> BatchVerdict {
        let ids = ["m1", "m2", "m3"].map(str::to_owned).into();
        read_batch_response(answer.as_bytes(), &ids)
    }

    fn failed(ids: &[&str]) -> BatchVerdict {
        BatchVerdict::Partial { failed: ids.iter().map(|id| (*id).to_owned()).collect() }
    }

    #[test]
    fn success_has_four_spellings() {
        for answer in [r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null}"#, "{}", "null"]
        {
            assert_eq!(read(answer), failed(&[]), "{answer}");
        }
    }

    #[test]
    fn named_items_fail_and_the_others_are_done() {
        assert_eq!(
            read(r#"{"batchItemFailures":[{"itemIdentifier":"m3"},{"itemIdentifier":"m1"}]}"#),
            failed(&["m1", "m3"])
        );
    }

    #[test]
    fn an_answer_that_cannot_be_read_fails_the_whole_batch() {
        for (answer, expected) in [
            ("", "not JSON: EOF while parsing a value at line 1 column 0"),
            ("\"OK\"", "neither an object nor null"),
            (r#"{"failures":[]}"#, "no member batchItemFailures"),
            (r#"{"batchItemFailures":"m1"}"#, "batchItemFailures is not a list"),
            (r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, "an itemIdentifier is empty"),
            (r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, "an item has no itemIdentifier"),
            (r#"{"batchItemFailures":[{"messageId":"m1"}]}"#, "an item has no itemIdentifier"),
            (
                r#"{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m9"}]}"#,
                "itemIdentifier m9 is not in the batch",
            ),
        ] {
            assert_eq!(
                read(answer),
                BatchVerdict::WholeBatchFailed { reason: expected.to_owned() },
                "{answer}"
            );
        }
    }
}

//! What SendMessageBatch takes in one call.

/// A message that the queue has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendFailure {
    /// Index among the messages of the call.
    pub index: usize,
    /// What the queue said; no message content.
    pub cause: String,
}

/// Entries in one SendMessageBatch.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>
pub const MAX_ENTRIES: usize = 10;

/// Bytes in one SendMessageBatch, bodies and attributes together. SQS takes 1 MiB today and took
/// 256 KiB before August 2025, as some of its look-alikes still do; a message larger than that
/// travels alone.
pub const MAX_CALL_BYTES: usize = 256 * 1024;

/// Groups messages of these sizes, by index, into calls that keep within SQS's limits.
#[must_use]
pub(crate) fn calls(sizes: impl IntoIterator<Item = usize>) -> Vec<Vec<usize>> {
    let mut calls: Vec<Vec<usize>> = Vec::new();
    let mut bytes = 0;
    for (index, size) in sizes.into_iter().enumerate() {
        match calls.last_mut() {
            Some(call) if call.len() < MAX_ENTRIES && bytes + size <= MAX_CALL_BYTES => {
                call.push(index);
                bytes += size;
            }
            _ => {
                calls.push(vec![index]);
                bytes = size;
            }
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_message_is_in_one_call_within_the_limits(
            sizes in proptest::collection::vec(prop_oneof![1_usize..2_000, 60_000_usize..300_000], 0..40),
        ) {
            let calls = calls(sizes.iter().copied());
            prop_assert_eq!(calls.concat(), (0..sizes.len()).collect::<Vec<_>>());
            for call in &calls {
                prop_assert!(!call.is_empty() && call.len() <= MAX_ENTRIES);
                let bytes: usize = call.iter().map(|index| sizes[*index]).sum();
                prop_assert!(bytes <= MAX_CALL_BYTES || call.len() == 1);
            }
        }
    }
}

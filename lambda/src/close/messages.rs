//! From buckets to messages: BatchMeterUsage bodies for the metering queue.

use std::future::Future;

use meterproof::usage::{BatchMeterUsageRequest, UsageRecord, plan};
use meterproof_metering::{Bucket, BucketKey, Input};

use crate::queue::SendFailure;

/// Takes messages with usage.
pub trait MeteringQueue {
    /// Sends at most [`MAX_ENTRIES`](crate::queue::MAX_ENTRIES) messages in one call and returns
    /// those that are not known to be in the queue.
    fn send(&self, messages: &[&str]) -> impl Future<Output = Vec<SendFailure>> + Send;
}

/// Bytes of a message with more than one record. SQS took 256 KiB before August 2025, as some of
/// its look-alikes still do; a record that is larger by itself travels alone.
pub const MAX_MESSAGE_BYTES: usize = 240 * 1024;

/// What is to be done with buckets whose records are ready.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pub(super) messages: Vec<Message>,
    /// Records that no request can hold.
    pub(super) oversized: Vec<(BucketKey, Input)>,
}

/// A message, and the buckets whose records it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) body: String,
    pub(super) keys: Vec<BucketKey>,
}

/// Packs records into messages, each the body of one BatchMeterUsage request.
pub(super) fn pack(buckets: &[Bucket]) -> Outbox {
    let records =
        buckets.iter().filter_map(|bucket| Some((bucket.key.clone(), bucket.record()?.clone())));
    let plan = plan(records);
    let mut outbox = Outbox::default();
    for batch in plan.batches {
        let entries = batch.entries().map(|(record, keys)| (record.clone(), keys.to_vec()));
        split(entries.collect(), &mut outbox.messages);
    }
    for oversized in plan.oversized {
        let bytes = u64::try_from(oversized.bytes).unwrap_or(u64::MAX);
        let keys = oversized.handles.into_iter();
        outbox.oversized.extend(keys.map(|key| (key, Input::Oversized { bytes })));
    }
    outbox
}

/// One message, or those of the two halves where that is too large.
fn split(mut entries: Vec<(UsageRecord, Vec<BucketKey>)>, messages: &mut Vec<Message>) {
    let records = entries.iter().map(|(record, _)| record.clone()).collect();
    // Any part of a planned request is a request.
    let Ok(request) = BatchMeterUsageRequest::new(records) else { return };
    let body = request.to_json();
    if body.len() > MAX_MESSAGE_BYTES && entries.len() > 1 {
        let second = entries.split_off(entries.len() / 2);
        split(entries, messages);
        split(second, messages);
    } else {
        let keys = entries.into_iter().flat_map(|(_, keys)| keys).collect();
        messages.push(Message { body, keys });
    }
}

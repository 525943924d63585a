//! Which item holds what: partition and sort keys.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use meterproof_metering::{BucketKey, EventId};

/// The sort key of a bucket's head and of a counter shard's.
pub(super) const HEAD: &str = "head";
/// The sort key of an event's id.
pub(super) const EVENT: &str = "event";
/// The sort keys of the sums of one set of tags begin so.
pub(super) const TAGS: &str = "tags#";
/// The sort keys of usage of many sets of tags begin so.
pub(super) const PART: &str = "part#";

/// The item that says which place the ledger is for.
pub(super) const LEDGER: (&str, &str) = ("ledger", "place");
/// The partition of the licenses; each one's sort key is its ARN.
pub(super) const LICENSES: &str = "licenses";
/// The partition of the counts of buckets that nothing is left to do about.
pub(super) const TALLY: &str = "tally";

/// In how many parts each index holds the buckets, so that no one part takes all of their
/// writes: DynamoDB gives a partition 1000 write units a second.
pub(super) const SPREAD: u8 = 16;

pub(super) fn event(id: &EventId) -> String {
    format!("event#{}", encode(&id.digest()))
}

pub(super) fn bucket(key: &BucketKey) -> String {
    format!("bucket#{}", encode(&key.digest()))
}

/// A bucket's counters, by number; shard 0 is the bucket's own partition. Another partition key
/// may lie on another partition, and one bucket's shards soon lie on several.
pub(super) fn shard(bucket_pk: &str, shard: u8) -> String {
    if shard == 0 { bucket_pk.to_owned() } else { format!("shard{shard}#{bucket_pk}") }
}

pub(super) fn spread(key: &BucketKey) -> u8 {
    let [first, ..] = key.digest();
    first % SPREAD
}

pub(super) fn encode(digest: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest)
}

//! A bucket's head: the item that everything about it can be found by.

use meterproof::Timestamp;
use meterproof_metering::{Bucket, BucketKey, Contents, LedgerError, State, close_time};

use super::DynamoDbLedger;
use super::item::{
    Change, Condition, Item, corrupt, key, millis, name, number, read_number, read_text, string,
};
use super::keys::{self, HEAD};
use super::sums::head_sums;
use super::texts::text_keys;

/// How far a bucket is, as its head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Events are added.
    Open,
    /// Nothing is added to the head any more, and no shard is opened; still open for those who
    /// look at the bucket.
    Closing,
    /// All of it stands in the head's text.
    Past,
}

pub(super) const OPEN: &str = "open";
pub(super) const CLOSING: &str = "closing";
/// A shard that takes no more.
pub(super) const CLOSED: &str = "closed";

/// On the head of a bucket that left counters behind: how many shards they lie in.
pub(super) const LEFTOVER: &str = "leftover";

/// A bucket as its head tells it.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) pk: String,
    pub(super) stage: Stage,
    /// Changes with everything but the counters.
    pub(super) version: u64,
    /// How many shards its counters have; at least one.
    pub(super) shards: u8,
    /// Additions to items beside the head, in shard 0.
    pub(super) pieces: u64,
    /// While it is open or closing, with the contents that stand on the head alone.
    pub(super) bucket: Bucket,
    /// Where a long text of it lies.
    pub(super) text: Vec<Item>,
    /// In how many shards counters were left behind.
    pub(super) leftover: Option<u8>,
}

impl Head {
    /// Whether nothing of the bucket lies anywhere else.
    pub(super) fn is_whole(&self) -> bool {
        self.stage == Stage::Past || (self.shards == 1 && self.pieces == 0)
    }

    pub(super) fn key(&self) -> Item {
        key(&self.pk, HEAD)
    }
}

impl DynamoDbLedger {
    pub(super) async fn read_head(&self, item: &Item) -> Result<Head, LedgerError> {
        let stage = match read_text(item, name::STAGE)? {
            OPEN => Stage::Open,
            CLOSING => Stage::Closing,
            _ => Stage::Past,
        };
        let mut bucket = Bucket::from_json(&self.text_of(item).await?).map_err(|error| {
            LedgerError::Corrupt { what: format!("a bucket's text, in {}", error.what) }
        })?;
        let mut pieces = 0;
        if stage != Stage::Past {
            let sums = head_sums(item)?;
            bucket.contents = sums.contents;
            pieces = sums.expected;
        }
        Ok(Head {
            pk: read_text(item, name::PK)?.to_owned(),
            stage,
            version: read_number(item, name::VERSION)?
                .ok_or_else(|| corrupt(item, name::VERSION))?,
            shards: read_number(item, name::SHARDS)?.unwrap_or(1),
            pieces,
            bucket,
            text: text_keys(item),
            leftover: read_number(item, LEFTOVER)?,
        })
    }

    /// An open bucket without usage: what the first addition makes.
    pub(super) fn opened(&self, key: BucketKey, now: Timestamp) -> Bucket {
        let due = close_time(key.hour(), None, &self.policy);
        Bucket::open(key, due, now)
    }

    /// Everything of a head but its counters and its text.
    pub(super) fn head_item(&self, bucket: &Bucket, version: u64) -> Item {
        let mut item = key(&keys::bucket(&bucket.key), HEAD);
        item.insert(name::STAGE.into(), string(bucket.state.name().code()));
        item.insert(name::VERSION.into(), number(version));
        item.insert(name::SPREAD.into(), number(keys::spread(&bucket.key)));
        item.insert(name::USAGE_HOUR.into(), millis(bucket.key.hour()));
        if let Some(due) = bucket.due_at {
            item.insert(name::DUE_AT.into(), millis(due));
        }
        if let Some(license) = bucket.key.identity().license_arn()
            && bucket.is_unsettled()
        {
            item.insert(name::UNSETTLED_LICENSE.into(), string(license.as_str()));
        }
        item
    }

    /// Makes an open bucket where there is none, and lets the change happen to no other than an
    /// open one.
    pub(super) fn open_or_opened(&self, key: &BucketKey, now: Timestamp) -> Change {
        let bucket = self.opened(key.clone(), now);
        let item = self.head_item(&bucket, 1);
        let opening = Change::default().set_once("json", string(bucket.to_json()));
        item.into_iter()
            .filter(|(name, _)| name != name::PK && name != name::SK)
            .fold(opening, |change, (name, value)| change.set_once(&name, value))
            .when(Condition::IsOrMissing(name::STAGE, string(OPEN)))
    }
}

/// The text of a bucket on its head: without contents while they are counters.
pub(super) fn text(bucket: &Bucket) -> String {
    if bucket.state == State::Open {
        Bucket { contents: Contents::default(), ..bucket.clone() }.to_json()
    } else {
        bucket.to_json()
    }
}

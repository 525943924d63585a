//! Adding events: each in one transaction with the note of its id.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use futures_util::{StreamExt, stream};
use meterproof::Timestamp;
use meterproof::usage::TagSet;
use meterproof_metering::{
    Added, Addition, BucketKey, Contents, EVENT_RETENTION, EventId, Fingerprint, LedgerError,
    UsageEvent,
};

use super::DynamoDbLedger;
use super::call::{Patience, Refusal, Written};
use super::head::OPEN;
use super::item::{
    Change, Condition, Item, corrupt, key, millis, name, number, read_text, read_time, string,
};
use super::keys::{self, EVENT, HEAD};
use super::load::AT_ONCE;
use super::shards::{CONFLICTS_OF_A_HOT_BUCKET, TRANSACTIONS_OF_A_HOT_BUCKET};
use super::sums::MAX_SUMS;

/// Items that a transaction takes.
const TRANSACTION: usize = 100;

const FINGERPRINT: &str = "fingerprint";

/// An event on its way to one of its hours.
struct Candidate {
    /// Its place among the answers.
    index: usize,
    event: UsageEvent,
    fingerprint: Fingerprint,
    hours: std::vec::IntoIter<Timestamp>,
}

/// What became of an event at one hour.
#[derive(Clone)]
enum Fate {
    Answered(Added),
    /// The hour is not open.
    Closed,
}

impl DynamoDbLedger {
    pub(super) async fn add_events(
        &self,
        additions: Vec<Addition>,
        now: Timestamp,
    ) -> Result<Vec<Added>, LedgerError> {
        let mut answers = vec![Added::NoHour; additions.len()];
        let candidates = additions.into_iter().enumerate().map(|(index, addition)| Candidate {
            index,
            fingerprint: Fingerprint::of(&addition.event),
            event: addition.event,
            hours: addition.hours.into_iter(),
        });
        let mut waiting: Vec<Candidate> = candidates.collect();
        while !waiting.is_empty() {
            // An id that comes twice in one call waits for what becomes of the first.
            let mut firsts: HashMap<EventId, (usize, Fingerprint)> = HashMap::new();
            let (mut now_tried, mut repeats) = (Vec::new(), Vec::new());
            for candidate in waiting {
                let first = (candidate.index, candidate.fingerprint);
                match firsts.get(candidate.event.id()) {
                    Some(_) => repeats.push(candidate),
                    None => {
                        firsts.insert(candidate.event.id().clone(), first);
                        now_tried.push(candidate);
                    }
                }
            }
            for (index, added) in self.add_once(now_tried, now).await? {
                answers[index] = added;
            }
            waiting = Vec::new();
            for repeat in repeats {
                let Some((first, fingerprint)) = firsts.get(repeat.event.id()) else { continue };
                match answers[*first] {
                    Added::To(hour) | Added::Before(hour) => {
                        let is_same = *fingerprint == repeat.fingerprint;
                        answers[repeat.index] =
                            if is_same { Added::Before(hour) } else { Added::IdTaken };
                    }
                    Added::IdTaken | Added::NoHour => waiting.push(repeat),
                }
            }
        }
        Ok(answers)
    }

    /// Adds events whose ids differ, each to the first of its hours that is open.
    async fn add_once(
        &self,
        candidates: Vec<Candidate>,
        now: Timestamp,
    ) -> Result<Vec<(usize, Added)>, LedgerError> {
        let mut answers = Vec::with_capacity(candidates.len());
        let mut without_hour = Vec::new();
        let mut waiting = candidates;
        while !waiting.is_empty() {
            let mut groups: BTreeMap<BucketKey, Vec<Candidate>> = BTreeMap::new();
            for mut candidate in waiting {
                match candidate.hours.next() {
                    Some(hour) => {
                        let key = self.key_of(&candidate.event, hour);
                        groups.entry(key).or_default().push(candidate);
                    }
                    None => without_hour.push(candidate),
                }
            }
            // Each group is seen to its end even where another fails: its answers were paid for.
            let groups: Vec<_> = stream::iter(groups)
                .map(|(key, group)| self.add_to_bucket(key, group, now))
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
            waiting = Vec::new();
            for (candidate, fate) in
                groups.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten()
            {
                match fate {
                    Fate::Answered(added) => answers.push((candidate.index, added)),
                    Fate::Closed => waiting.push(candidate),
                }
            }
        }
        answers.extend(self.look_up(without_hour).await?);
        Ok(answers)
    }

    /// Whether events that no hour takes were added before.
    async fn look_up(
        &self,
        candidates: Vec<Candidate>,
    ) -> Result<Vec<(usize, Added)>, LedgerError> {
        let pk = |candidate: &Candidate| keys::event(candidate.event.id());
        let wanted = candidates.iter().map(|candidate| key(&pk(candidate), EVENT)).collect();
        let mut known = HashMap::new();
        for item in self.some_items(wanted).await? {
            known.insert(read_text(&item, name::PK)?.to_owned(), item);
        }
        let mut answer = |candidate: &Candidate| match known.remove(&pk(candidate)) {
            Some(item) => Ok((candidate.index, known_before(&item, candidate)?)),
            None => Ok((candidate.index, Added::NoHour)),
        };
        candidates.iter().map(&mut answer).collect()
    }

    /// Adds events to one bucket: as many in a transaction as it takes, for the bucket's counters
    /// cost the same for one event and for many.
    async fn add_to_bucket(
        &self,
        key: BucketKey,
        events: Vec<Candidate>,
        now: Timestamp,
    ) -> Result<Vec<(Candidate, Fate)>, LedgerError> {
        let mut transactions = transactions(events).into_iter();
        let mut fates = Vec::new();
        // The first opens the bucket.
        let Some(first) = transactions.next() else { return Ok(fates) };
        fates.extend(self.add_transaction(&key, first, now).await?);
        let pk = keys::bucket(&key);
        let is_hot = transactions.len() >= TRANSACTIONS_OF_A_HOT_BUCKET;
        if is_hot && self.shards.known(&pk) == 1 {
            self.add_shards(&pk).await?;
        }
        // On one shard they would only be in each other's way.
        let at_once = usize::from(self.shards.known(&pk));
        let others: Vec<_> = stream::iter(transactions)
            .map(|events| self.add_transaction(&key, events, now))
            .buffer_unordered(at_once)
            .collect()
            .await;
        for added in others {
            fates.extend(added?);
        }
        Ok(fates)
    }

    async fn add_transaction(
        &self,
        key: &BucketKey,
        mut events: Vec<Candidate>,
        now: Timestamp,
    ) -> Result<Vec<(Candidate, Fate)>, LedgerError> {
        let pk = keys::bucket(key);
        let mut fates = Vec::with_capacity(events.len());
        let mut patience = Patience::new("TransactWriteItems");
        while !events.is_empty() {
            let shard = self.shards.pick(&pk);
            let items = self.additions(key, shard, &events, now).await?;
            match self.transact(items).await? {
                Written::Done => {
                    let added = Fate::Answered(Added::To(key.hour()));
                    fates.extend(events.into_iter().map(|event| (event, added.clone())));
                    return Ok(fates);
                }
                Written::Conflict => {
                    if patience.tries() >= CONFLICTS_OF_A_HOT_BUCKET {
                        self.add_shards(&pk).await?;
                    }
                    patience.wait().await?;
                }
                Written::Refused(refusals) => {
                    let mut refusals = refusals.into_iter();
                    let is_closed = refusals.next().is_some_and(|head| head.is_yes());
                    let mut left = Vec::with_capacity(events.len());
                    for event in events {
                        match refusals.next() {
                            Some(Refusal::Yes(known)) => {
                                let added = known_before(&known.unwrap_or_default(), &event)?;
                                fates.push((event, Fate::Answered(added)));
                            }
                            _ => left.push(event),
                        }
                    }
                    events = left;
                    if is_closed && shard == 0 {
                        fates.extend(events.into_iter().map(|event| (event, Fate::Closed)));
                        return Ok(fates);
                    }
                    if is_closed {
                        // The head has the last word.
                        self.shards.forget(&pk);
                    }
                }
            }
        }
        Ok(fates)
    }

    /// The items of a transaction: the shard's head, the ids in the order of the events, and what
    /// goes beside the head.
    async fn additions(
        &self,
        key: &BucketKey,
        shard: u8,
        events: &[Candidate],
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, LedgerError> {
        let mut contents = Contents::default();
        for Candidate { event, .. } in events {
            let own = event.time().start_of_hour();
            contents.absorb(Contents::of_event(event, (own != key.hour()).then_some(own)));
        }
        let part = events.first().map(|first| keys::encode(&first.event.id().digest()));
        let head = if shard == 0 {
            self.open_or_opened(key, now)
        } else {
            Change::default().when(Condition::Is(name::STAGE, string(OPEN)))
        };
        let pk = keys::shard(&keys::bucket(key), shard);
        let (head, beside) = self.add_sums(head, &pk, &contents, &part.unwrap_or_default()).await?;
        let mut items = vec![head.update(&self.table, self::key(&pk, HEAD))?];
        for event in events {
            let known = event_item(event, key.hour(), now);
            let unknown = Change::default().when(Condition::Missing(name::PK));
            items.push(unknown.put(&self.table, known)?);
        }
        items.extend(beside);
        Ok(items)
    }

    fn key_of(&self, event: &UsageEvent, hour: Timestamp) -> BucketKey {
        let (identity, dimension) = (event.identity().clone(), event.dimension().clone());
        BucketKey::new(self.place.region.clone(), identity, dimension, hour)
    }
}

/// Events of one bucket, by transactions: up to 100 items in each, and no more sets of tags than
/// have sums of their own. An event of more sets goes alone.
fn transactions(events: Vec<Candidate>) -> Vec<Vec<Candidate>> {
    let mut transactions: Vec<Vec<Candidate>> = Vec::new();
    let mut sets: Vec<TagSet> = Vec::new();
    for candidate in events {
        let mut new: Vec<TagSet> = Vec::new();
        for allocation in candidate.event.allocations() {
            let tags = allocation.tags();
            if *tags != TagSet::UNTAGGED && !sets.contains(tags) {
                new.push(tags.clone());
            }
        }
        match transactions.last_mut() {
            Some(last)
                if sets.len() + new.len() <= MAX_SUMS
                    && 1 + last.len() + 1 + sets.len() + new.len() <= TRANSACTION =>
            {
                sets.extend(new);
                last.push(candidate);
            }
            _ => {
                sets = candidate
                    .event
                    .allocations()
                    .iter()
                    .map(|allocation| allocation.tags().clone())
                    .filter(|tags| *tags != TagSet::UNTAGGED)
                    .collect();
                transactions.push(vec![candidate]);
            }
        }
    }
    transactions
}

fn event_item(candidate: &Candidate, hour: Timestamp, now: Timestamp) -> Item {
    let retention = i64::try_from(EVENT_RETENTION.as_secs()).unwrap_or(i64::MAX);
    let mut item = key(&keys::event(candidate.event.id()), EVENT);
    let fingerprint = Blob::new(candidate.fingerprint.to_bytes());
    item.insert(FINGERPRINT.into(), AttributeValue::B(fingerprint));
    item.insert(name::USAGE_HOUR.into(), millis(hour));
    let expires_at = now.unix_seconds().saturating_add(retention);
    item.insert(name::EXPIRES_AT.into(), number(expires_at));
    item
}

/// What an id that is there already says of the event.
fn known_before(known: &Item, candidate: &Candidate) -> Result<Added, LedgerError> {
    match known.get(FINGERPRINT) {
        Some(AttributeValue::B(bytes)) if bytes.as_ref() == candidate.fingerprint.to_bytes() => {
            Ok(Added::Before(read_time(known, name::USAGE_HOUR)?))
        }
        Some(AttributeValue::B(_)) => Ok(Added::IdTaken),
        _ => Err(corrupt(known, FINGERPRINT)),
    }
}

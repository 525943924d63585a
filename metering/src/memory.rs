//! A ledger in memory: the simplest one, and the one that simulations drive.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use meterproof::Timestamp;
use meterproof::usage::{LicenseArn, UsageRecord};

use crate::hours::close_time;
use crate::{
    Added, Addition, Adopted, Bucket, BucketFilter, BucketKey, Carry, Contents, Cursor, EventId,
    Fingerprint, Input, Ledger, LedgerError, License, LicenseEvent, Page, Place, Policy, State,
    StateName, Tally, step,
};

/// Keeps everything in memory, and forgets it with the process.
#[derive(Debug)]
pub struct MemoryLedger {
    place: Place,
    policy: Policy,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    events: HashMap<EventId, KnownEvent>,
    buckets: BTreeMap<BucketKey, Bucket>,
    /// Every bucket with a due time, by that time.
    due: BTreeSet<(Timestamp, BucketKey)>,
    licenses: BTreeMap<LicenseArn, License>,
}

#[derive(Clone, Copy, Debug)]
struct KnownEvent {
    fingerprint: Fingerprint,
    hour: Timestamp,
    added_at: Timestamp,
}

/// Buckets in one page of a list.
const PAGE: usize = 1_000;

impl MemoryLedger {
    /// An empty ledger.
    #[must_use]
    pub fn new(place: Place, policy: Policy) -> Self {
        Self { place, policy, kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing panics between two changes that belong together.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, event: &crate::UsageEvent, hour: Timestamp) -> BucketKey {
        let (identity, dimension) = (event.identity().clone(), event.dimension().clone());
        BucketKey::new(self.place.region.clone(), identity, dimension, hour)
    }
}

impl Kept {
    fn put(&mut self, bucket: Bucket) {
        let old = self.buckets.get(&bucket.key).and_then(|old| old.due_at);
        if old != bucket.due_at {
            if let Some(due) = old {
                self.due.remove(&(due, bucket.key.clone()));
            }
            if let Some(due) = bucket.due_at {
                self.due.insert((due, bucket.key.clone()));
            }
        }
        self.buckets.insert(bucket.key.clone(), bucket);
    }

    /// Adds contents to the first of the hours whose bucket is absent or open.
    fn add(
        &mut self,
        key: &BucketKey,
        hours: &[Timestamp],
        contents: impl FnOnce(Timestamp) -> Contents,
        now: Timestamp,
        policy: &Policy,
    ) -> Option<Timestamp> {
        let is_open = |bucket: &Bucket| bucket.state == State::Open;
        let hour =
            *hours.iter().find(|hour| self.buckets.get(&key.at(**hour)).is_none_or(is_open))?;
        let key = key.at(hour);
        let mut bucket = self
            .buckets
            .get(&key)
            .cloned()
            .unwrap_or_else(|| Bucket::open(key, close_time(hour, None, policy), now));
        bucket.contents.absorb(contents(hour));
        self.put(bucket);
        Some(hour)
    }
}

impl Ledger for MemoryLedger {
    fn place(&self) -> &Place {
        &self.place
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    async fn add(
        &self,
        additions: Vec<Addition>,
        now: Timestamp,
    ) -> Result<Vec<Added>, LedgerError> {
        let kept = &mut *self.kept();
        let add = |Addition { event, hours }: Addition| {
            let fingerprint = Fingerprint::of(&event);
            if let Some(known) = kept.events.get(event.id()) {
                return if known.fingerprint == fingerprint {
                    Added::Before(known.hour)
                } else {
                    Added::IdTaken
                };
            }
            let own = event.time().start_of_hour();
            let contents = |hour| Contents::of_event(&event, (hour != own).then_some(own));
            match kept.add(&self.key(&event, own), &hours, contents, now, &self.policy) {
                Some(hour) => {
                    let known = KnownEvent { fingerprint, hour, added_at: now };
                    kept.events.insert(event.id().clone(), known);
                    Added::To(hour)
                }
                None => Added::NoHour,
            }
        };
        Ok(additions.into_iter().map(add).collect())
    }

    async fn adopt(
        &self,
        records: Vec<UsageRecord>,
        now: Timestamp,
    ) -> Result<Vec<Adopted>, LedgerError> {
        let mut kept = self.kept();
        let adopt = |record: UsageRecord| {
            let key = BucketKey::of_record(self.place.region.clone(), &record);
            match kept.buckets.get(&key) {
                Some(bucket) if bucket.record().is_some_and(|ours| ours.is_same_usage(&record)) => {
                    Adopted::Ours(bucket.clone())
                }
                Some(bucket) => Adopted::Other(bucket.clone()),
                None => {
                    let bucket = Bucket::adopted(key, record, now);
                    kept.put(bucket.clone());
                    Adopted::Ours(bucket)
                }
            }
        };
        Ok(records.into_iter().map(adopt).collect())
    }

    async fn open(&self, keys: Vec<BucketKey>, now: Timestamp) -> Result<usize, LedgerError> {
        let mut kept = self.kept();
        let mut opened = 0;
        for key in keys {
            if !kept.buckets.contains_key(&key) {
                let due = close_time(key.hour(), None, &self.policy);
                kept.put(Bucket::open(key, due, now));
                opened += 1;
            }
        }
        Ok(opened)
    }

    async fn apply(
        &self,
        inputs: Vec<(BucketKey, Input)>,
        now: Timestamp,
    ) -> Result<Vec<Option<Bucket>>, LedgerError> {
        let mut kept = self.kept();
        let apply = |(key, input): (BucketKey, Input)| {
            let bucket = kept.buckets.get(&key)?.clone();
            let stepped = step(&bucket, &input, now, &self.policy);
            let after = match stepped.carry.clone() {
                None => stepped.bucket,
                Some(Carry { hours, contents }) => {
                    match kept.add(&key, &hours, |_| contents, now, &self.policy) {
                        Some(hour) => stepped.carried_to(hour),
                        None => bucket,
                    }
                }
            };
            kept.put(after.clone());
            Some(after)
        };
        Ok(inputs.into_iter().map(apply).collect())
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Bucket>, LedgerError> {
        let kept = self.kept();
        let due = kept.due.iter().take_while(|(due, _)| *due <= now).take(limit);
        Ok(due.filter_map(|(_, key)| kept.buckets.get(key).cloned()).collect())
    }

    async fn get(&self, keys: Vec<BucketKey>) -> Result<Vec<Option<Bucket>>, LedgerError> {
        let kept = self.kept();
        Ok(keys.iter().map(|key| kept.buckets.get(key).cloned()).collect())
    }

    async fn unsettled_of(&self, license: &LicenseArn) -> Result<Vec<BucketKey>, LedgerError> {
        let kept = self.kept();
        let of_license = kept.buckets.values().filter(|bucket| {
            bucket.is_unsettled() && bucket.key.identity().license_arn() == Some(license)
        });
        Ok(of_license.map(|bucket| bucket.key.clone()).collect())
    }

    async fn list(
        &self,
        filter: &BucketFilter,
        after: Option<Cursor>,
    ) -> Result<Page, LedgerError> {
        let from = match after {
            None => 0,
            Some(Cursor(text)) => text
                .parse::<usize>()
                .map_err(|_| LedgerError::Corrupt { what: format!("the cursor {text:?}") })?,
        };
        let kept = self.kept();
        let mut found = kept.buckets.values().filter(|bucket| filter.holds(bucket)).skip(from);
        let buckets: Vec<Bucket> = found.by_ref().take(PAGE).cloned().collect();
        let next = found.next().map(|_| Cursor((from + PAGE).to_string()));
        Ok(Page { buckets, next })
    }

    async fn tally(&self) -> Result<Tally, LedgerError> {
        let kept = self.kept();
        let mut tally = Tally::default();
        for bucket in kept.buckets.values() {
            let name = bucket.state.name();
            for (count, _) in
                tally.states.iter_mut().zip(StateName::ALL).filter(|(_, other)| *other == name)
            {
                *count += 1;
            }
            if bucket.is_unsettled() {
                let hour = bucket.key.hour();
                tally.oldest_unsettled =
                    Some(tally.oldest_unsettled.map_or(hour, |oldest| oldest.min(hour)));
            }
        }
        Ok(tally)
    }

    async fn put_license(&self, event: &LicenseEvent) -> Result<License, LedgerError> {
        let mut kept = self.kept();
        let license = match kept.licenses.get(&event.license_arn) {
            Some(known) => known.clone().after(event),
            None => License::first(event),
        };
        kept.licenses.insert(license.license_arn.clone(), license.clone());
        Ok(license)
    }

    async fn licenses(&self) -> Result<Vec<License>, LedgerError> {
        Ok(self.kept().licenses.values().cloned().collect())
    }

    async fn forget_events(&self, before: Timestamp) -> Result<u64, LedgerError> {
        let mut kept = self.kept();
        let known = kept.events.len();
        kept.events.retain(|_, event| event.added_at >= before);
        Ok(u64::try_from(known - kept.events.len()).unwrap_or(u64::MAX))
    }
}

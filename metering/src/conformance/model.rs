//! What a ledger must do, in the plainest words: maps, and [`step`].

use std::collections::{BTreeMap, HashMap};

use meterproof::Timestamp;
use meterproof::usage::{LicenseArn, UsageRecord};

use super::world::place;
use crate::{
    Added, Addition, Adopted, Bucket, BucketKey, Contents, EventId, Fingerprint, Input, Ledger,
    LedgerError, Policy, State, close_time, step,
};

/// Something to do to a ledger and to its model.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Add(Vec<Addition>),
    Adopt(Vec<UsageRecord>),
    Open(Vec<BucketKey>),
    Apply(Vec<(BucketKey, Input)>),
}

/// What it answers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Added(Vec<Added>),
    Adopted(Vec<Adopted>),
    Opened(usize),
    Applied(Vec<Option<Bucket>>),
}

impl Op {
    pub(super) async fn run<L: Ledger>(
        &self,
        ledger: &L,
        now: Timestamp,
    ) -> Result<Answer, LedgerError> {
        match self.clone() {
            Self::Add(additions) => ledger.add(additions, now).await.map(Answer::Added),
            Self::Adopt(records) => ledger.adopt(records, now).await.map(Answer::Adopted),
            Self::Open(keys) => ledger.open(keys, now).await.map(Answer::Opened),
            Self::Apply(inputs) => ledger.apply(inputs, now).await.map(Answer::Applied),
        }
    }
}

/// A ledger that does one thing after another and never fails.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    policy: Policy,
    events: HashMap<EventId, (Fingerprint, Timestamp)>,
    buckets: BTreeMap<BucketKey, Bucket>,
}

impl Model {
    pub(super) fn run(&mut self, op: &Op, now: Timestamp) -> Answer {
        match op {
            Op::Add(additions) => {
                Answer::Added(additions.iter().map(|one| self.add(one, now)).collect())
            }
            Op::Adopt(records) => {
                Answer::Adopted(records.iter().map(|one| self.adopt(one, now)).collect())
            }
            Op::Open(keys) => Answer::Opened(keys.iter().filter(|key| self.open(key, now)).count()),
            Op::Apply(inputs) => Answer::Applied(
                inputs.iter().map(|(key, input)| self.apply(key, input, now)).collect(),
            ),
        }
    }

    /// Every bucket, sorted by key.
    pub(super) fn buckets(&self) -> Vec<Bucket> {
        self.buckets.values().cloned().collect()
    }

    /// A license's buckets, sorted by key.
    pub(super) fn buckets_of(&self, license: &LicenseArn) -> Vec<Bucket> {
        let is_of = |bucket: &&Bucket| bucket.key.identity().license_arn() == Some(license);
        self.buckets.values().filter(is_of).cloned().collect()
    }

    fn add(&mut self, Addition { event, hours }: &Addition, now: Timestamp) -> Added {
        let fingerprint = Fingerprint::of(event);
        match self.events.get(event.id()) {
            Some((known, hour)) if *known == fingerprint => return Added::Before(*hour),
            Some(_) => return Added::IdTaken,
            None => {}
        }
        let own = event.time().start_of_hour();
        let (identity, dimension) = (event.identity().clone(), event.dimension().clone());
        let key = BucketKey::new(place().region, identity, dimension, own);
        let Some(hour) = self.first_open(&key, hours) else { return Added::NoHour };
        let carried_from = Some(own).filter(|own| *own != hour);
        self.absorb(&key.at(hour), Contents::of_event(event, carried_from), now);
        self.events.insert(event.id().clone(), (fingerprint, hour));
        Added::To(hour)
    }

    fn adopt(&mut self, record: &UsageRecord, now: Timestamp) -> Adopted {
        let key = BucketKey::of_record(place().region, record);
        let Some(bucket) = self.buckets.get(&key) else {
            let bucket = Bucket::adopted(key.clone(), record.clone(), now);
            self.buckets.insert(key, bucket.clone());
            return Adopted::Ours(bucket);
        };
        match bucket.record() {
            Some(ours) if ours.is_same_usage(record) => Adopted::Ours(bucket.clone()),
            _ => Adopted::Other(bucket.clone()),
        }
    }

    fn open(&mut self, key: &BucketKey, now: Timestamp) -> bool {
        let is_new = !self.buckets.contains_key(key);
        self.absorb(key, Contents::default(), now);
        is_new
    }

    fn apply(&mut self, key: &BucketKey, input: &Input, now: Timestamp) -> Option<Bucket> {
        let before = self.buckets.get(key)?.clone();
        let stepped = step(&before, input, now, &self.policy);
        let after = match stepped.carry.clone() {
            None => stepped.bucket,
            Some(carry) => match self.first_open(key, &carry.hours) {
                None => before,
                Some(hour) => {
                    self.absorb(&key.at(hour), carry.contents, now);
                    stepped.carried_to(hour)
                }
            },
        };
        self.buckets.insert(key.clone(), after.clone());
        Some(after)
    }

    fn first_open(&self, key: &BucketKey, hours: &[Timestamp]) -> Option<Timestamp> {
        let takes = |hour: &Timestamp| {
            self.buckets.get(&key.at(*hour)).is_none_or(|bucket| bucket.state == State::Open)
        };
        hours.iter().copied().find(takes)
    }

    fn absorb(&mut self, key: &BucketKey, contents: Contents, now: Timestamp) {
        let due = close_time(key.hour(), None, &self.policy);
        let bucket =
            self.buckets.entry(key.clone()).or_insert_with(|| Bucket::open(key.clone(), due, now));
        bucket.contents.absorb(contents);
    }
}

//! Changes: everything that happens within one transaction.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use meterproof::Timestamp;
use meterproof::usage::UsageRecord;
use rusqlite::{OptionalExtension, Transaction, params};

use super::crash::Steps;
use super::failure::{Failure, corrupt, corrupt_bucket};
use super::license;
use super::{Opened, time};
use crate::hours::close_time;
use crate::{
    Added, Addition, Adopted, Bucket, BucketKey, Carry, Contents, Fingerprint, Input, License,
    LicenseEvent, State, step,
};

/// One transaction. It reads each bucket once, changes it in memory, and writes it once, however
/// many events came for it.
pub(super) struct Work<'t> {
    transaction: &'t Transaction<'t>,
    opened: &'t Opened,
    steps: &'t Steps,
    rows: BTreeMap<[u8; 32], Option<Row>>,
    next_number: Option<i64>,
}

/// A bucket and the number of its row.
struct Row {
    number: i64,
    bucket: Bucket,
    is_changed: bool,
}

/// An hour that takes usage, and the number of its bucket's row, which may not be there yet.
#[derive(Clone, Copy)]
struct Hour {
    hour: Timestamp,
    number: i64,
}

impl<'t> Work<'t> {
    pub(super) fn new(
        transaction: &'t Transaction<'t>,
        opened: &'t Opened,
        steps: &'t Steps,
    ) -> Self {
        Self { transaction, opened, steps, rows: BTreeMap::new(), next_number: None }
    }

    /// Adds an event to the first of its hours whose bucket is absent or open, unless its id is
    /// known.
    pub(super) fn add(&mut self, addition: &Addition, now: Timestamp) -> Result<Added, Failure> {
        let Addition { event, hours } = addition;
        let (id, fingerprint) = (event.id().digest(), Fingerprint::of(event));
        let own = event.time().start_of_hour();
        let key = BucketKey::new(
            self.opened.place.region.clone(),
            event.identity().clone(),
            event.dimension().clone(),
            own,
        );
        let Some(place) = self.first_open(&key, hours)? else {
            return Ok(self.known(id, fingerprint)?.unwrap_or(Added::NoHour));
        };
        if !self.note_event(id, fingerprint, place.number, now)? {
            let known = self.known(id, fingerprint)?;
            return known.ok_or_else(|| corrupt("an event's id without its bucket").into());
        }
        let contents = Contents::of_event(event, (place.hour != own).then_some(own));
        self.absorb(&key, place, contents, now)?;
        Ok(Added::To(place.hour))
    }

    /// Takes in a record as a frozen bucket, unless there is a bucket.
    pub(super) fn adopt(
        &mut self,
        record: &UsageRecord,
        now: Timestamp,
    ) -> Result<Adopted, Failure> {
        let key = BucketKey::of_record(self.opened.place.region.clone(), record);
        if let Some(row) = self.row(&key)? {
            let bucket = row.bucket.clone();
            let is_ours = bucket.record().is_some_and(|ours| ours.is_same_usage(record));
            return Ok(if is_ours { Adopted::Ours(bucket) } else { Adopted::Other(bucket) });
        }
        let bucket = Bucket::adopted(key, record.clone(), now);
        let number = self.take_number()?;
        self.insert(number, bucket.clone());
        Ok(Adopted::Ours(bucket))
    }

    /// Opens an empty bucket, unless there is one; says whether it did.
    pub(super) fn open(&mut self, key: &BucketKey, now: Timestamp) -> Result<bool, Failure> {
        if self.row(key)?.is_some() {
            return Ok(false);
        }
        let number = self.take_number()?;
        self.insert(number, self.empty(key, now));
        Ok(true)
    }

    /// Applies an input, and puts what it carries into the first hour that is open.
    pub(super) fn apply(
        &mut self,
        key: &BucketKey,
        input: &Input,
        now: Timestamp,
    ) -> Result<Option<Bucket>, Failure> {
        let policy = &self.opened.policy;
        let Some(row) = self.row(key)? else { return Ok(None) };
        let before = row.bucket.clone();
        let stepped = step(&before, input, now, policy);
        let after = match stepped.carry.clone() {
            None => stepped.bucket,
            Some(Carry { hours, contents }) => match self.first_open(key, &hours)? {
                None => return Ok(Some(before)),
                Some(place) => {
                    self.absorb(key, place, contents, now)?;
                    stepped.carried_to(place.hour)
                }
            },
        };
        if after != before
            && let Some(row) = self.row(key)?
        {
            row.bucket = after.clone();
            row.is_changed = true;
        }
        Ok(Some(after))
    }

    /// Notes what happened to a license.
    pub(super) fn put_license(&mut self, event: &LicenseEvent) -> Result<License, Failure> {
        let license = match license::load(self.transaction, &event.license_arn)? {
            Some(known) => known.after(event),
            None => License::first(event),
        };
        self.steps.take(|| license::save(self.transaction, &license))?;
        Ok(license)
    }

    /// Forgets up to `limit` ids of events that were added before a time; says how many.
    pub(super) fn forget_events(&mut self, before: Timestamp, limit: u32) -> Result<u64, Failure> {
        const SQL: &str = "DELETE FROM events WHERE id IN
            (SELECT id FROM events WHERE added_at < ?1 ORDER BY added_at LIMIT ?2)";
        let forgotten = self.steps.take(|| {
            self.transaction.prepare_cached(SQL)?.execute(params![before.unix_millis(), limit])
        })?;
        Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
    }

    /// Writes every bucket that changed.
    pub(super) fn finish(self) -> Result<(), Failure> {
        const SQL: &str = "INSERT INTO buckets
                (number, key, state, hour, due_at, license, identity, dimension, bucket)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT (number) DO UPDATE
                SET state = excluded.state, due_at = excluded.due_at, bucket = excluded.bucket";
        let mut statement = self.transaction.prepare_cached(SQL)?;
        for (key, row) in &self.rows {
            let Some(Row { number, bucket, is_changed: true }) = row else { continue };
            let identity = bucket.key.identity();
            self.steps.take(|| {
                statement.execute(params![
                    number,
                    key,
                    bucket.state.name().code(),
                    bucket.key.hour().unix_millis(),
                    bucket.due_at.map(Timestamp::unix_millis),
                    identity.license_arn().map(|license| license.as_str()),
                    identity.to_string(),
                    bucket.key.dimension().as_str(),
                    bucket.to_json(),
                ])
            })?;
        }
        Ok(())
    }

    /// The first of the hours whose bucket is open or absent. Nothing is opened yet.
    fn first_open(
        &mut self,
        key: &BucketKey,
        hours: &[Timestamp],
    ) -> Result<Option<Hour>, Failure> {
        for hour in hours {
            let number = match self.row(&key.at(*hour))? {
                Some(row) if row.bucket.state == State::Open => row.number,
                Some(_) => continue,
                None => self.take_number()?,
            };
            return Ok(Some(Hour { hour: *hour, number }));
        }
        Ok(None)
    }

    /// Adds contents to an hour that [`first_open`](Self::first_open) found.
    fn absorb(
        &mut self,
        key: &BucketKey,
        place: Hour,
        contents: Contents,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let key = key.at(place.hour);
        if let Some(row) = self.row(&key)? {
            row.bucket.contents.absorb(contents);
            row.is_changed = true;
        } else {
            let mut bucket = self.empty(&key, now);
            bucket.contents.absorb(contents);
            self.insert(place.number, bucket);
        }
        Ok(())
    }

    fn empty(&self, key: &BucketKey, now: Timestamp) -> Bucket {
        Bucket::open(key.clone(), close_time(key.hour(), None, &self.opened.policy), now)
    }

    fn insert(&mut self, number: i64, bucket: Bucket) {
        self.rows.insert(bucket.key.digest(), Some(Row { number, bucket, is_changed: true }));
    }

    /// A row's number of our own: nobody else writes while this transaction lasts.
    fn take_number(&mut self) -> Result<i64, Failure> {
        const SQL: &str = "SELECT coalesce(max(number), 0) + 1 FROM buckets";
        let number = match self.next_number {
            Some(number) => number,
            None => self.transaction.prepare_cached(SQL)?.query_row([], |row| row.get(0))?,
        };
        self.next_number = Some(number + 1);
        Ok(number)
    }

    /// The bucket as it stands in this transaction.
    fn row(&mut self, key: &BucketKey) -> Result<Option<&mut Row>, Failure> {
        const SQL: &str = "SELECT number, bucket FROM buckets WHERE key = ?1";
        let digest = key.digest();
        let row = match self.rows.entry(digest) {
            Entry::Occupied(row) => row.into_mut(),
            Entry::Vacant(place) => {
                let found: Option<(i64, String)> = self
                    .transaction
                    .prepare_cached(SQL)?
                    .query_row([digest], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()?;
                place.insert(match found {
                    None => None,
                    Some((number, json)) => {
                        let bucket = Bucket::from_json(&json)
                            .map_err(|error| corrupt_bucket(number, &error))?;
                        Some(Row { number, bucket, is_changed: false })
                    }
                })
            }
        };
        Ok(row.as_mut())
    }

    /// Notes an event's id; says whether it is new.
    fn note_event(
        &mut self,
        id: [u8; 32],
        fingerprint: Fingerprint,
        bucket: i64,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        const SQL: &str = "INSERT INTO events (id, fingerprint, bucket, added_at)
            VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING";
        let values = params![id, fingerprint.to_bytes(), bucket, now.unix_millis()];
        let inserted = self.steps.take(|| self.transaction.prepare_cached(SQL)?.execute(values))?;
        Ok(inserted == 1)
    }

    /// What is to be said of an event whose id is known.
    fn known(&mut self, id: [u8; 32], fingerprint: Fingerprint) -> Result<Option<Added>, Failure> {
        const SQL: &str = "SELECT e.fingerprint, e.bucket, b.hour
            FROM events e LEFT JOIN buckets b ON b.number = e.bucket WHERE e.id = ?1";
        let found: Option<([u8; 16], i64, Option<i64>)> = self
            .transaction
            .prepare_cached(SQL)?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((known, number, hour)) = found else { return Ok(None) };
        if Fingerprint::from_bytes(known) != fingerprint {
            return Ok(Some(Added::IdTaken));
        }
        // A bucket of this very transaction is not written yet.
        let unwritten = || {
            let rows = self.rows.values().flatten();
            rows.filter(|row| row.number == number).map(|row| row.bucket.key.hour()).next()
        };
        let hour = match hour {
            Some(millis) => Some(time(millis)?),
            None => unwritten(),
        };
        Ok(hour.map(Added::Before))
    }
}

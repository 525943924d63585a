//! Questions: everything that only reads.

use meterproof::Timestamp;
use meterproof::usage::LicenseArn;
use rusqlite::{Connection, OptionalExtension, params};

use super::failure::{Failure, corrupt, corrupt_bucket};
use super::time;
use crate::{Bucket, BucketFilter, BucketKey, Cursor, Page, StateName, Tally};

/// Buckets in one page of a list.
const PAGE: usize = 200;

/// Number and JSON of a bucket.
type Found = (i64, String);

pub(super) fn get(file: &Connection, keys: &[BucketKey]) -> Result<Vec<Option<Bucket>>, Failure> {
    const SQL: &str = "SELECT number, bucket FROM buckets WHERE key = ?1";
    let mut statement = file.prepare_cached(SQL)?;
    keys.iter()
        .map(|key| {
            let found = statement
                .query_row([key.digest()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            found.map(read).transpose()
        })
        .collect()
}

pub(super) fn due(file: &Connection, now: Timestamp, limit: usize) -> Result<Vec<Bucket>, Failure> {
    const SQL: &str = "SELECT number, bucket FROM buckets
        WHERE due_at <= ?1 ORDER BY due_at, number LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = file.prepare_cached(SQL)?;
    let rows = statement
        .query_map(params![now.unix_millis(), limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.map(|row| read(row?)).collect()
}

pub(super) fn unsettled_of(
    file: &Connection,
    license: &LicenseArn,
) -> Result<Vec<BucketKey>, Failure> {
    const SQL: &str = "SELECT number, bucket FROM buckets
        WHERE license = ?1 AND state IN ('open', 'frozen', 'held') ORDER BY hour, number";
    let mut statement = file.prepare_cached(SQL)?;
    let rows = statement.query_map([license.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.map(|row| Ok(read(row?)?.key)).collect()
}

/// A page in the order of hours; the cursor is the last bucket's hour and number.
pub(super) fn list(
    file: &Connection,
    filter: &BucketFilter,
    after: Option<&Cursor>,
) -> Result<Page, Failure> {
    // Unlike texts, so that each is served by its own index.
    const OF_ALL: &str = "SELECT number, bucket, hour FROM buckets
        WHERE ?1 IS NULL AND hour >= ?2 AND hour < ?3 AND (hour, number) > (?4, ?5)
            AND (?6 OR state IN (?7, ?8, ?9, ?10, ?11, ?12))
        ORDER BY hour, number LIMIT ?13";
    const OF_LICENSE: &str = "SELECT number, bucket, hour FROM buckets
        WHERE license = ?1 AND hour >= ?2 AND hour < ?3 AND (hour, number) > (?4, ?5)
            AND (?6 OR state IN (?7, ?8, ?9, ?10, ?11, ?12))
        ORDER BY hour, number LIMIT ?13";
    let license = filter.license.as_ref().map(LicenseArn::as_str);
    let sql = if license.is_some() { OF_LICENSE } else { OF_ALL };
    let (hour, number) = match after {
        None => (i64::MIN, i64::MIN),
        Some(cursor) => position(cursor)?,
    };
    let [s1, s2, s3, s4, s5, s6] =
        StateName::ALL.map(|state| filter.states.contains(&state).then(|| state.code()));
    let mut statement = file.prepare_cached(sql)?;
    let rows = statement.query_map(
        params![
            license,
            filter.from.map_or(i64::MIN, Timestamp::unix_millis),
            filter.to.map_or(i64::MAX, Timestamp::unix_millis),
            hour,
            number,
            filter.states.is_empty(),
            s1,
            s2,
            s3,
            s4,
            s5,
            s6,
            // One more than a page says whether there is a next one.
            i64::try_from(PAGE + 1).unwrap_or(i64::MAX),
        ],
        |row| Ok(((row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?)),
    )?;
    let mut found: Vec<(Found, i64)> = rows.collect::<rusqlite::Result<_>>()?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| has_more);
    let next = last.map(|((number, _), hour)| Cursor(format!("{hour}.{number}")));
    let buckets = found.into_iter().map(|(found, _)| read(found)).collect::<Result<_, _>>()?;
    Ok(Page { buckets, next })
}

pub(super) fn tally(file: &Connection) -> Result<Tally, Failure> {
    const COUNT: &str = "SELECT count(*), min(hour) FROM buckets WHERE state = ?1";
    let mut statement = file.prepare_cached(COUNT)?;
    let mut tally = Tally::default();
    for (count, state) in tally.states.iter_mut().zip(StateName::ALL) {
        let (buckets, oldest): (i64, Option<i64>) =
            statement.query_row([state.code()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        *count = u64::try_from(buckets).unwrap_or(0);
        if matches!(state, StateName::Open | StateName::Frozen | StateName::Held) {
            let oldest = oldest.map(time).transpose()?;
            let known = tally.oldest_unsettled;
            tally.oldest_unsettled = known.into_iter().chain(oldest).min();
        }
    }
    Ok(tally)
}

fn read((number, json): Found) -> Result<Bucket, Failure> {
    Bucket::from_json(&json).map_err(|error| corrupt_bucket(number, &error).into())
}

fn position(Cursor(text): &Cursor) -> Result<(i64, i64), Failure> {
    let parts = text
        .split_once('.')
        .and_then(|(hour, number)| Some((hour.parse::<i64>().ok()?, number.parse::<i64>().ok()?)));
    parts.ok_or_else(|| corrupt(format!("the cursor {text:?}: start the list anew")).into())
}

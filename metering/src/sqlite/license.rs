//! Licenses and their rows.

use meterproof::usage::{CustomerAwsAccountId, LicenseArn};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::failure::corrupt;
use super::time;
use crate::{LedgerError, License, LicenseChange};

use super::failure::Failure;

type Columns = (String, Option<String>, i64, String);

pub(super) fn load(file: &Connection, license: &LicenseArn) -> Result<Option<License>, Failure> {
    const SQL: &str = "SELECT license, account, since, change FROM licenses WHERE license = ?1";
    let found = file.prepare_cached(SQL)?.query_row([license.as_str()], columns).optional()?;
    Ok(found.map(read).transpose()?)
}

pub(super) fn load_all(file: &Connection) -> Result<Vec<License>, Failure> {
    const SQL: &str = "SELECT license, account, since, change FROM licenses ORDER BY license";
    let mut statement = file.prepare_cached(SQL)?;
    let rows = statement.query_map([], columns)?;
    rows.map(|row| Ok(read(row?)?)).collect()
}

pub(super) fn save(file: &Connection, license: &License) -> rusqlite::Result<usize> {
    const SQL: &str = "INSERT INTO licenses (license, account, since, change)
        VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (license) DO UPDATE
            SET account = excluded.account, since = excluded.since, change = excluded.change";
    file.prepare_cached(SQL)?.execute(params![
        license.license_arn.as_str(),
        license.account.as_ref().map(|account| account.as_str()),
        license.since.unix_millis(),
        word(license.change),
    ])
}

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn read((arn, account, since, change): Columns) -> Result<License, LedgerError> {
    let wrong = |what: &str| corrupt(format!("{what} of the license {arn}"));
    let changes = [LicenseChange::Updated, LicenseChange::Deprovisioned];
    Ok(License {
        license_arn: LicenseArn::parse(&arn).map_err(|_| wrong("the ARN"))?,
        account: account
            .map(|account| CustomerAwsAccountId::parse(&account))
            .transpose()
            .map_err(|_| wrong("the account"))?,
        since: time(since)?,
        change: changes
            .into_iter()
            .find(|known| word(*known) == change)
            .ok_or_else(|| wrong("the change"))?,
    })
}

fn word(change: LicenseChange) -> &'static str {
    match change {
        LicenseChange::Updated => "updated",
        LicenseChange::Deprovisioned => "deprovisioned",
    }
}

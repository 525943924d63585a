//! Licenses: one partition, which holds all of them. They change seldom.

use meterproof::usage::{CustomerAwsAccountId, LicenseArn};
use meterproof_metering::{LedgerError, License, LicenseChange, LicenseEvent};

use super::DynamoDbLedger;
use super::call::{Patience, write_one};
use super::item::{
    Change, Condition, Item, corrupt, key, millis, name, number, read_number, read_text, read_time,
    string,
};
use super::keys::LICENSES;

const ACCOUNT: &str = "account";
const SINCE: &str = "since";
const CHANGE: &str = "change";
const UPDATED: &str = "updated";
const DEPROVISIONED: &str = "deprovisioned";

impl DynamoDbLedger {
    pub(super) async fn note_license(&self, event: &LicenseEvent) -> Result<License, LedgerError> {
        let mut patience = Patience::new("PutItem");
        loop {
            let known = self.item(LICENSES, event.license_arn.as_str()).await?;
            let (license, version, condition) = match &known {
                None => (License::first(event), 1, Condition::Missing(name::PK)),
                Some(item) => {
                    let before = read_license(item)?;
                    let after = before.clone().after(event);
                    if after == before {
                        return Ok(after);
                    }
                    let version: u64 = read_number(item, name::VERSION)?
                        .ok_or_else(|| corrupt(item, name::VERSION))?;
                    (after, version + 1, Condition::Is(name::VERSION, number(version)))
                }
            };
            let item = license_item(&license, version);
            let unchanged = Change::default().when(condition);
            let written = write_one("PutItem", || {
                let put = self.client.put_item().table_name(&self.table);
                put.set_item(Some(item.clone()))
                    .set_condition_expression(unchanged.condition())
                    .set_expression_attribute_names(unchanged.names())
                    .set_expression_attribute_values(unchanged.values())
                    .send()
            });
            if written.await?.is_some() {
                return Ok(license);
            }
            patience.wait().await?;
        }
    }

    pub(super) async fn all_licenses(&self) -> Result<Vec<License>, LedgerError> {
        self.partition(LICENSES).await?.iter().map(read_license).collect()
    }
}

fn license_item(license: &License, version: u64) -> Item {
    let mut item = key(LICENSES, license.license_arn.as_str());
    item.insert(name::VERSION.into(), number(version));
    item.insert(SINCE.into(), millis(license.since));
    item.insert(
        CHANGE.into(),
        string(match license.change {
            LicenseChange::Updated => UPDATED,
            LicenseChange::Deprovisioned => DEPROVISIONED,
        }),
    );
    if let Some(account) = &license.account {
        item.insert(ACCOUNT.into(), string(account.as_str()));
    }
    item
}

fn read_license(item: &Item) -> Result<License, LedgerError> {
    let license_arn = LicenseArn::parse(read_text(item, name::SK)?);
    let account = match item.get(ACCOUNT) {
        None => None,
        Some(_) => {
            let account = CustomerAwsAccountId::parse(read_text(item, ACCOUNT)?);
            Some(account.map_err(|_| corrupt(item, ACCOUNT))?)
        }
    };
    let change = match read_text(item, CHANGE)? {
        UPDATED => LicenseChange::Updated,
        DEPROVISIONED => LicenseChange::Deprovisioned,
        _ => return Err(corrupt(item, CHANGE)),
    };
    let license_arn = license_arn.map_err(|_| corrupt(item, name::SK))?;
    Ok(License { license_arn, account, since: read_time(item, SINCE)?, change })
}

//! Time passes: hours close, windows close, licenses end.

use std::collections::BTreeMap;

use meterproof::Timestamp;
use meterproof::usage::Identity;

use super::licenses::tell;
use crate::hours::{HOUR, close_time, plus};
use crate::{Bucket, BucketKey, Input, Ledger, LedgerError, License, LicenseChange, State};

/// What one round found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Buckets with a record to be sent, or to be put on a queue, now.
    pub ready: Vec<Bucket>,
    /// What was done.
    pub report: SweepReport,
    /// Whether another round has something to do at once, besides what is
    /// [ready](Self::ready).
    pub more: bool,
}

/// What one round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// Hours that became records.
    pub frozen: u64,
    /// Buckets whose window closed and whose usage is in a later hour now.
    pub carried_over: u64,
    /// Buckets whose window closed and whose usage stays unbilled.
    pub expired: u64,
    /// Buckets opened for licenses that used nothing.
    pub heartbeats: u64,
}

/// One round: does what has become due, for up to `limit` buckets, and says what is to be sent.
///
/// Freezes hours that are over, gives up what can no longer be sent, tells the buckets of licenses
/// that end, and opens empty buckets where heartbeats are on.
///
/// # Errors
/// [`LedgerError`]; call again.
pub async fn sweep<L: Ledger>(
    ledger: &L,
    now: Timestamp,
    limit: usize,
) -> Result<Sweep, LedgerError> {
    let mut sweep = Sweep::default();
    let licenses = tell_ending(ledger, now).await?;
    sweep.report.heartbeats = heartbeats(ledger, &licenses, now).await?;

    let due = ledger.due(now, limit).await?;
    let is_full = due.len() >= limit;
    let was_open: Vec<bool> = due.iter().map(|bucket| bucket.state == State::Open).collect();
    let inputs = due.iter().map(|bucket| (bucket.key.clone(), Input::Tick)).collect();
    let after = ledger.apply(inputs, now).await?;
    let mut progress = false;
    for ((before, was_open), after) in due.iter().zip(was_open).zip(after) {
        let Some(after) = after else { continue };
        progress |= after != *before;
        match &after.state {
            State::Frozen { .. } | State::Held { .. } => {
                sweep.report.frozen += u64::from(was_open);
                if after.due_at.is_some_and(|due| due <= now) {
                    sweep.ready.push(after);
                }
            }
            State::Expired { carried_to, .. } if after != *before => {
                if carried_to.is_some() {
                    sweep.report.carried_over += 1;
                } else {
                    sweep.report.expired += 1;
                }
            }
            _ => {}
        }
    }
    sweep.more = is_full && (progress || !sweep.ready.is_empty());
    Ok(sweep)
}

/// Tells the buckets of licenses that end: usage that came after the news opened buckets that do
/// not know of it yet. Returns every license as it stands.
async fn tell_ending<L: Ledger>(ledger: &L, now: Timestamp) -> Result<Vec<License>, LedgerError> {
    let mut licenses = ledger.licenses().await?;
    let mut ending: Vec<License> =
        licenses.iter().filter(|license| is_ending(license, now)).cloned().collect();
    while !ending.is_empty() {
        for license in &ending {
            tell(ledger, license, now).await?;
        }
        // A license that came back meanwhile has told its buckets first: tell them once more.
        licenses = ledger.licenses().await?;
        let told = std::mem::take(&mut ending);
        let current: BTreeMap<_, _> =
            licenses.iter().map(|license| (&license.license_arn, license)).collect();
        ending = told
            .into_iter()
            .filter_map(|told| {
                let current = current.get(&told.license_arn)?;
                (**current != told).then(|| (*current).clone())
            })
            .collect();
    }
    Ok(licenses)
}

/// Whether a license ended so lately that its buckets may still be open.
fn is_ending(license: &License, now: Timestamp) -> bool {
    license.change == LicenseChange::Deprovisioned && now < plus(license.since, 2 * HOUR)
}

/// Opens an empty bucket for every active license and heartbeat dimension in the hour that closes
/// next, so that a license that used nothing gets a record of nothing.
///
/// The bucket is opened in the hour's last quarter, and not before the license was active. An
/// hour that passes without a round has no heartbeat: it asks for nothing that was used.
async fn heartbeats<L: Ledger>(
    ledger: &L,
    licenses: &[License],
    now: Timestamp,
) -> Result<u64, LedgerError> {
    let Some(heartbeats) = &ledger.policy().heartbeats else { return Ok(0) };
    let place = ledger.place();
    let current = now.start_of_hour();
    let hours = [plus(current, -HOUR), current].into_iter().filter(|hour| {
        now >= plus(*hour, 3 * HOUR / 4) && now < close_time(*hour, None, ledger.policy())
    });
    let mut keys = Vec::new();
    for hour in hours {
        for license in licenses {
            let (LicenseChange::Updated, Some(account)) = (license.change, &license.account) else {
                continue;
            };
            if license.since >= plus(hour, HOUR) {
                continue;
            }
            let identity = Identity::License {
                license_arn: license.license_arn.clone(),
                account: account.clone(),
            };
            if identity.form() != place.form {
                continue;
            }
            keys.extend(heartbeats.dimensions.iter().map(|dimension| {
                BucketKey::new(place.region.clone(), identity.clone(), dimension.clone(), hour)
            }));
        }
    }
    if keys.is_empty() {
        return Ok(0);
    }
    let opened = ledger.open(keys, now).await?;
    Ok(u64::try_from(opened).unwrap_or(u64::MAX))
}

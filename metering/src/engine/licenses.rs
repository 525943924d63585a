//! News of licenses.

use meterproof::Timestamp;

use crate::{Input, Ledger, LedgerError, License, LicenseChange, LicenseEvent};

/// Takes in what happened to a license: notes it, and tells the license's buckets. Events may
/// come repeatedly and in any order; the latest by its own time stands.
///
/// # Errors
/// [`LedgerError`]; call again with the same event.
pub async fn license_event<L: Ledger>(
    ledger: &L,
    event: &LicenseEvent,
    now: Timestamp,
) -> Result<License, LedgerError> {
    let mut license = ledger.put_license(event).await?;
    loop {
        tell(ledger, &license, now).await?;
        // Another event may have come meanwhile, and its buckets been told first.
        let current = ledger.put_license(event).await?;
        if current == license {
            return Ok(license);
        }
        license = current;
    }
}

/// Tells a license's buckets how it stands.
pub(super) async fn tell<L: Ledger>(
    ledger: &L,
    license: &License,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let input = match license.change {
        LicenseChange::Updated => Input::LicenseUpdated,
        LicenseChange::Deprovisioned => Input::LicenseEnds { at: license.since },
    };
    let keys = ledger.unsettled_of(&license.license_arn).await?;
    if keys.is_empty() {
        return Ok(());
    }
    ledger.apply(keys.into_iter().map(|key| (key, input.clone())).collect(), now).await?;
    Ok(())
}

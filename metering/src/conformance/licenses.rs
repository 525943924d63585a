//! Licenses: the latest news by its own time stands.

use meterproof::usage::CustomerAwsAccountId;

use super::Fixture;
use super::world::{at, license, new_ledger, open};
use crate::{Ledger, License, LicenseChange, LicenseEvent};

fn news(number: u32, minute: i64, change: LicenseChange, account: Option<&str>) -> LicenseEvent {
    LicenseEvent {
        license_arn: license(number),
        account: account.map(|account| CustomerAwsAccountId::parse(account).unwrap()),
        time: at(10, minute),
        change,
    }
}

/// Three events in every order, each twice: the same license stands in the end.
pub async fn news_of_a_license_come_in_any_order<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    assert_eq!(ledger.licenses().await.unwrap(), []);
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for (number, order) in (0..).zip(orders) {
        let events = [
            news(number, 1, LicenseChange::Updated, Some("111122223333")),
            news(number, 2, LicenseChange::Deprovisioned, None),
            news(number, 2, LicenseChange::Updated, None),
        ];
        let mut stands: Option<License> = None;
        for index in order.into_iter().chain(order) {
            let event: &LicenseEvent = &events[index];
            let expected = match stands.take() {
                Some(license) => license.after(event),
                None => License::first(event),
            };
            assert_eq!(ledger.put_license(event).await.unwrap(), expected, "{order:?}");
            stands = Some(expected);
        }
        let expected = License {
            license_arn: license(number),
            account: events[0].account.clone(),
            since: at(10, 2),
            change: LicenseChange::Deprovisioned,
        };
        assert_eq!(stands, Some(expected), "{order:?}: an end stands before an update");
    }
    let mut licenses = ledger.licenses().await.unwrap();
    licenses.sort_by(|a, b| a.license_arn.cmp(&b.license_arn));
    let arns: Vec<_> = licenses.iter().map(|one| one.license_arn.clone()).collect();
    assert_eq!(arns, (0..6).map(license).collect::<Vec<_>>());
    for license in licenses {
        assert_eq!(license.change, LicenseChange::Deprovisioned);
        assert_eq!(license.since, at(10, 2));
    }
}

/// More licenses than a page, all of them; and they survive a restart.
pub async fn every_license_is_known<F: Fixture>(fixture: &F) {
    let (store, ledger) = new_ledger(fixture).await;
    for number in 0..130 {
        let account = (number % 2 == 0).then_some("111122223333");
        let event = news(number, i64::from(number % 60), LicenseChange::Updated, account);
        ledger.put_license(&event).await.unwrap();
    }
    let known = sorted(&ledger).await;
    assert_eq!(known.len(), 130);
    for (number, license) in (0..).zip(&known) {
        let account = (number % 2 == 0).then_some("111122223333");
        let event = news(number, i64::from(number % 60), LicenseChange::Updated, account);
        assert_eq!(*license, License::first(&event));
    }
    if F::OUTLIVES {
        drop(ledger);
        let ledger = open(fixture, &store).await;
        assert_eq!(sorted(&ledger).await, known);
        // News older than what is known change nothing after a restart either.
        let older = news(129, 8, LicenseChange::Deprovisioned, None);
        assert_eq!(ledger.put_license(&older).await.unwrap().change, LicenseChange::Updated);
    }
}

async fn sorted<L: Ledger>(ledger: &L) -> Vec<License> {
    let mut licenses = ledger.licenses().await.unwrap();
    licenses.sort_by(|a, b| a.license_arn.cmp(&b.license_arn));
    licenses
}

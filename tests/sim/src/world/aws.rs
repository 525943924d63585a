//! AWS: the emulator's own decisions, its bill, and what of it is not ours.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use meterproof::Timestamp;
use meterproof::usage::{Identity, IdentityForm, UsageRecord};
use meterproof_emulator::faults::Faults;
use meterproof_emulator::service::{
    self, Call, Caller, Catalogue, Key, LedgerEntry, Platform, Product, ProductKind, Service,
    Settings,
};
use meterproof_metering::BucketKey;

use crate::scenario::{AgreementChange, Customer, PRODUCTS, Scenario, arn};

const SELLER: &str = "111122223333";

/// The service, and a notebook about it.
pub(crate) struct Aws {
    pub(super) service: Service,
    pub(super) caller: Caller,
    /// Armed for the phases of this list.
    pub(super) faults: (Vec<usize>, Faults),
    /// When the last calls began.
    pub(super) calls: VecDeque<i64>,
    /// Every record that was ever sent, as its bytes were the first time.
    pub(super) sent: BTreeMap<BucketKey, String>,
    customers: Vec<Customer>,
    agreements: Vec<Agreement>,
    foreign: BTreeSet<Key>,
}

#[derive(Clone, Copy)]
struct Agreement {
    is_subscribed: bool,
    deprovisioned_at: Option<Timestamp>,
}

impl Aws {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let active = Agreement { is_subscribed: true, deprovisioned_at: None };
        let agreements = vec![active; scenario.customers.len()];
        let settings = Settings {
            duplicate_on_identical_resend: scenario.duplicate_on_identical_resend,
            ..Settings::default()
        };
        let catalogue = catalogue(&scenario.customers, &agreements);
        let caller = Caller {
            account: SELLER.into(),
            buyer_account: SELLER.into(),
            region: scenario.place.region.as_str().into(),
            home_region: scenario.place.region.as_str().into(),
            platform: Platform::Other,
            instance: "sim".into(),
            denied_operations: BTreeSet::new(),
        };
        Self {
            service: Service::new(catalogue, settings, scenario.seed),
            caller,
            faults: (Vec::new(), Faults::default()),
            calls: VecDeque::new(),
            sent: BTreeMap::new(),
            customers: scenario.customers.clone(),
            agreements,
            foreign: BTreeSet::new(),
        }
    }

    /// An agreement changes.
    pub(crate) fn change(&mut self, change: AgreementChange, now: Timestamp) {
        let Some(agreement) = self.agreements.get_mut(change.customer()) else { return };
        *agreement = match change {
            AgreementChange::Unsubscribed { .. } => {
                Agreement { is_subscribed: false, ..*agreement }
            }
            AgreementChange::Resubscribed { .. } => {
                Agreement { is_subscribed: true, deprovisioned_at: None }
            }
            AgreementChange::Deprovisioned { .. } => {
                Agreement { deprovisioned_at: Some(now), ..*agreement }
            }
        };
        *self.service.catalogue_mut() = catalogue(&self.customers, &self.agreements);
    }

    /// Another program of the seller's meters an hour. True where it is on the bill now and was
    /// not before.
    pub(crate) fn meter_past_the_ledger(&mut self, record: &UsageRecord, now: Timestamp) -> bool {
        let Some(key) =
            self.key(record.identity(), record.dimension().as_str(), record.timestamp())
        else {
            return false;
        };
        let is_on_bill = |service: &Service| service.ledger().entries().any(|(one, _)| *one == key);
        if is_on_bill(&self.service) {
            return false;
        }
        let body = body(record);
        let caller = self.caller.clone();
        let answer = self.service.batch_meter_usage(&Call::new(&caller, now), &body);
        let is_new = answer.is_ok() && is_on_bill(&self.service);
        if is_new {
            self.foreign.insert(key);
        }
        is_new
    }

    /// The line on the bill for a bucket's hour.
    pub(crate) fn entry(&self, key: &BucketKey) -> Option<&LedgerEntry> {
        let key = self.key(key.identity(), key.dimension().as_str(), key.hour())?;
        self.service.ledger().entries().find(|(one, _)| **one == key).map(|(_, entry)| entry)
    }

    /// Whether another program metered this hour first.
    pub(crate) fn is_foreign(&self, key: &BucketKey) -> bool {
        self.key(key.identity(), key.dimension().as_str(), key.hour())
            .is_some_and(|key| self.foreign.contains(&key))
    }

    /// The bill without what other programs metered.
    pub(crate) fn bill(&self) -> impl Iterator<Item = (&Key, &LedgerEntry)> {
        self.service.ledger().entries().filter(|(key, _)| !self.foreign.contains(key))
    }

    /// How records name the buyer of a line on the bill.
    pub(crate) fn identity(&self, key: &Key) -> Option<&Identity> {
        self.customers
            .iter()
            .find(|customer| customer.account == key.account)
            .map(|customer| &customer.identity)
    }

    fn key(&self, identity: &Identity, dimension: &str, time: Timestamp) -> Option<Key> {
        let customer = self.customers.iter().find(|one| one.identity == *identity)?;
        Some(Key {
            region: self.caller.region.clone(),
            product_code: PRODUCTS.get(customer.product)?.to_string(),
            account: customer.account.clone(),
            license_arn: identity.license_arn().map(|arn| arn.as_str().to_owned()),
            instance: None,
            dimension: dimension.to_owned(),
            hour: time.start_of_hour(),
            client_token: None,
        })
    }
}

fn body(record: &UsageRecord) -> meterproof_emulator::wire::BatchMeterUsageRequest {
    let request = meterproof::usage::BatchMeterUsageRequest::new(vec![record.clone()])
        .expect("one record makes a request");
    serde_json::from_str(&request.to_json()).expect("a request as the service reads it")
}

fn catalogue(customers: &[Customer], agreements: &[Agreement]) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (place, code) in PRODUCTS.into_iter().enumerate() {
        let buyers: Vec<(usize, &Customer)> = customers
            .iter()
            .enumerate()
            .filter(|(_, customer)| customer.product == place)
            .collect();
        let by_license =
            buyers.iter().any(|(_, buyer)| buyer.identity.form() == IdentityForm::License);
        let product = Product {
            product_code: code.into(),
            kind: ProductKind::Saas,
            seller_account: Some(SELLER.into()),
            identity_forms: if by_license {
                vec![service::IdentityForm::License]
            } else {
                vec![service::IdentityForm::Account, service::IdentityForm::Customer]
            },
            dimensions: ["users", "gigabytes", "requests"].map(Into::into).into(),
            customers: buyers
                .iter()
                .map(|(place, buyer)| agreement(*place, buyer, agreements))
                .collect(),
            public_keys: Vec::new(),
        };
        catalogue.add(product).expect("a valid product");
    }
    catalogue
}

fn agreement(place: usize, buyer: &Customer, agreements: &[Agreement]) -> service::Customer {
    let agreement = agreements[place];
    service::Customer {
        account: buyer.account.clone(),
        customer_identifier: Some(buyer.identifier.clone()),
        license_arn: buyer.identity.license_arn().map(|_| arn(place)),
        agreement_id: None,
        subscribed: agreement.is_subscribed,
        subscribed_at: None,
        deprovisioned_at: agreement.deprovisioned_at,
    }
}

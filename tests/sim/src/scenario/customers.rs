//! Buyers, what happens to their agreements, and what the seller hears of it.

use fastrand::Rng;
use meterproof::Timestamp;
use meterproof::usage::{
    CustomerAwsAccountId, CustomerIdentifier, Identity, IdentityForm, LicenseArn, ProductCode,
};
use meterproof_metering::{LicenseChange, LicenseEvent};

use super::{HOUR, MINUTE};

/// A buyer, and how usage records name him.
#[derive(Clone, Debug)]
pub struct Customer {
    /// The product bought.
    pub product: usize,
    /// As records name him.
    pub identity: Identity,
    /// The buyer's account.
    pub account: String,
    /// The identifier of old integrations.
    pub identifier: String,
}

/// What happens to an agreement at AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgreementChange {
    /// Usage is answered with `CustomerNotSubscribed`.
    Unsubscribed {
        /// Whose, by place.
        customer: usize,
    },
    /// The agreement is active, with usage from before too.
    Resubscribed {
        /// Whose, by place.
        customer: usize,
    },
    /// The license ended: usage until now is taken for one more hour.
    Deprovisioned {
        /// Whose, by place.
        customer: usize,
    },
}

impl AgreementChange {
    /// Whose, by place.
    #[must_use]
    pub fn customer(self) -> usize {
        match self {
            Self::Unsubscribed { customer }
            | Self::Resubscribed { customer }
            | Self::Deprovisioned { customer } => customer,
        }
    }
}

/// The products' codes.
pub(crate) const PRODUCTS: [&str; 2] = ["saassim00000000000000000a", "saassim00000000000000000b"];

pub(super) fn draw(random: &mut Rng, form: IdentityForm) -> Vec<Customer> {
    let has_two_products = random.u8(..8) == 0;
    (0..random.usize(1..=4))
        .map(|place| {
            let product = if has_two_products { random.usize(..2) } else { 0 };
            let account = format!("{:012}", 444_455_556_600 + place);
            let identifier = format!("SimCust{place}");
            let product_code = ProductCode::parse(PRODUCTS[product]).expect("a product code");
            let identity = match form {
                IdentityForm::License => Identity::License {
                    license_arn: LicenseArn::parse(&arn(place)).expect("an ARN"),
                    account: CustomerAwsAccountId::parse(&account).expect("an account"),
                },
                IdentityForm::Account => Identity::Account {
                    product_code,
                    account: CustomerAwsAccountId::parse(&account).expect("an account"),
                },
                IdentityForm::Customer => Identity::Customer {
                    product_code,
                    customer: CustomerIdentifier::parse(&identifier).expect("an identifier"),
                },
            };
            Customer { product, identity, account, identifier }
        })
        .collect()
}

/// The license of the customer at a place.
pub(crate) fn arn(place: usize) -> String {
    format!("arn:aws:license-manager::294406891311:license:l-{place:032x}")
}

type Troubles = (Vec<(i64, AgreementChange)>, Vec<(i64, LicenseEvent)>);

/// What happens to the agreements, and the news of it: late, repeated, out of order, or lost.
pub(super) fn troubles(
    random: &mut Rng,
    customers: &[Customer],
    start: i64,
    length: i64,
) -> Troubles {
    let (mut changes, mut news) = (Vec::new(), Vec::new());
    for (place, customer) in customers.iter().enumerate() {
        let mut teller = Teller { random, customer, news: &mut news };
        teller.tell(LicenseChange::Updated, start - HOUR, start);
        let when = start + teller.random.i64(0..length);
        match teller.random.u8(..10) {
            0 | 1 => {
                changes.push((when, AgreementChange::Unsubscribed { customer: place }));
                let back = when + teller.random.i64(MINUTE..30 * HOUR);
                if teller.random.u8(..4) > 0 && back < start + length + 20 * HOUR {
                    changes.push((back, AgreementChange::Resubscribed { customer: place }));
                    teller.tell(LicenseChange::Updated, back, back);
                }
            }
            2 | 3 if customer.identity.form() == IdentityForm::License => {
                changes.push((when, AgreementChange::Deprovisioned { customer: place }));
                teller.tell(LicenseChange::Deprovisioned, when, when);
                if teller.random.u8(..3) == 0 {
                    let back = when + teller.random.i64(2 * HOUR..10 * HOUR);
                    changes.push((back, AgreementChange::Resubscribed { customer: place }));
                    teller.tell(LicenseChange::Updated, back, back);
                }
            }
            _ => {}
        }
    }
    changes.sort_by_key(|(at, _)| *at);
    (changes, news)
}

struct Teller<'a> {
    random: &'a mut Rng,
    customer: &'a Customer,
    news: &'a mut Vec<(i64, LicenseEvent)>,
}

impl Teller<'_> {
    fn tell(&mut self, change: LicenseChange, at: i64, earliest: i64) {
        let Some(license_arn) = self.customer.identity.license_arn() else { return };
        let copies = match self.random.u8(..10) {
            0 => 0,
            1..7 => 1,
            _ => self.random.usize(2..=4),
        };
        for _ in 0..copies {
            let delay = match self.random.u8(..10) {
                0 => self.random.i64(0..20 * HOUR),
                1 | 2 => self.random.i64(0..2 * HOUR),
                _ => self.random.i64(0..2 * MINUTE),
            };
            let account = self.customer.identity.account().filter(|_| self.random.u8(..4) > 0);
            let event = LicenseEvent {
                license_arn: license_arn.clone(),
                account: account.cloned(),
                time: Timestamp::from_unix_millis(at).expect("within the calendar"),
                change,
            };
            self.news.push((earliest + delay, event));
        }
    }
}

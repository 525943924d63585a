//! Events: on time, late, early, repeated, contradicting; messages that carry them; hours that
//! come from elsewhere.

use fastrand::Rng;
use meterproof::Timestamp;
use meterproof::usage::{
    CustomerAwsAccountId, Dimension, Identity, LicenseArn, ProductCode, Rules, UsageRecord,
};
use meterproof_metering::{EventId, Policy, UsageEvent};

use super::amounts::{Amounts, whole};
use super::{AgreementChange, Body, Customer, HOUR, MINUTE, PRODUCTS, arn};

pub(super) struct Frame<'a> {
    pub start: i64,
    pub length: i64,
    pub policy: &'a Policy,
    pub customers: &'a [Customer],
    pub agreements: &'a [(i64, AgreementChange)],
}

#[derive(Default)]
pub(super) struct Usage {
    pub events: Vec<UsageEvent>,
    pub messages: Vec<(i64, Body)>,
    pub imports: Vec<(i64, UsageRecord)>,
    pub foreign: Vec<(i64, UsageRecord)>,
}

pub(super) fn draw(random: &mut Rng, frame: &Frame<'_>) -> Usage {
    let mut usage = Usage::default();
    let mut style = Style::draw(random, &frame.policy.rules);
    let count = if style.amounts.many_tags { 6 } else { random.usize(10..=120) };
    for number in 0..count {
        let time = style.time(random, frame);
        let event = style.event(random, frame, &format!("e{number}"), time);
        let place = usage.events.len();
        usage.events.push(event.clone());
        let arrival = (time + style.delay(random)).max(frame.start);
        usage.messages.push((arrival, Body::Events(vec![place])));
        if random.u8(..8) == 0 {
            // The producer sends it again.
            let longest = [MINUTE, 3 * HOUR, 20 * HOUR][random.usize(..3)];
            let again = arrival + random.i64(0..longest);
            usage.messages.push((again, Body::Events(vec![place])));
        }
        if random.u8(..30) == 0 {
            // Another event under the same id.
            let later = time + random.i64(0..HOUR);
            let other = style.event(random, frame, event.id().id(), later);
            if other != event {
                usage.messages.push((arrival + random.i64(0..HOUR), Body::Events(vec![place + 1])));
                usage.events.push(other);
            }
        }
        if random.u8(..40) == 0 {
            usage.messages.push((arrival, Body::Garbage));
        }
    }
    usage.messages.sort_by_key(|(at, _)| *at);
    usage.messages = bundled(random, usage.messages);
    if random.u8(..3) == 0 {
        style.elsewhere(random, frame, &mut usage);
    }
    usage
}

/// Neighbours in one message.
fn bundled(random: &mut Rng, messages: Vec<(i64, Body)>) -> Vec<(i64, Body)> {
    let most = [1, 4, 10][random.usize(..3)];
    let mut bundles: Vec<(i64, Body)> = Vec::new();
    for (at, body) in messages {
        match (bundles.last_mut(), body) {
            (Some((last, Body::Events(bundle))), Body::Events(more))
                if at - *last < MINUTE && bundle.len() < most =>
            {
                bundle.extend(more);
            }
            (_, body) => bundles.push((at, body)),
        }
    }
    bundles
}

struct Style {
    amounts: Amounts,
    /// An event of a hundred is for a dimension that the product does not have.
    wrong_dimensions: u8,
    wrong_accounts: bool,
    /// Up to 26 hours late, or up to 50.
    very_late: bool,
    dimensions: usize,
}

const DIMENSIONS: [&str; 3] = ["users", "gigabytes", "requests"];

impl Style {
    fn draw(random: &mut Rng, rules: &Rules) -> Self {
        Self {
            amounts: Amounts::draw(random, rules),
            wrong_dimensions: [0, 0, 0, 5, 30][random.usize(..5)],
            wrong_accounts: random.u8(..20) == 0,
            very_late: random.u8(..6) == 0,
            dimensions: random.usize(1..=3),
        }
    }

    /// Any time, often near an hour's edge.
    fn time(&self, random: &mut Rng, frame: &Frame<'_>) -> i64 {
        let time = frame.start + random.i64(0..frame.length);
        if self.amounts.many_tags {
            return frame.start + frame.length / 2;
        }
        match random.u8(..10) {
            0 => time - time % HOUR,
            1 => time - time % HOUR - 1,
            _ => time,
        }
    }

    fn delay(&self, random: &mut Rng) -> i64 {
        match random.u8(..40) {
            0 => -random.i64(0..4 * MINUTE),
            1 => -random.i64(0..10 * MINUTE),
            2..6 => random.i64(0..HOUR),
            6..10 => random.i64(0..4 * HOUR),
            10 | 11 => random.i64(0..26 * HOUR),
            12 if self.very_late => random.i64(20 * HOUR..50 * HOUR),
            _ => random.i64(0..2 * MINUTE),
        }
    }

    fn event(&mut self, random: &mut Rng, frame: &Frame<'_>, id: &str, time: i64) -> UsageEvent {
        let place = random.usize(..frame.customers.len());
        let customer = &frame.customers[place];
        // After a license's end there is no usage, but for one mistake in eight.
        let ended = frame.agreements.iter().find_map(|(at, change)| {
            (*change == AgreementChange::Deprovisioned { customer: place }).then_some(*at)
        });
        let time = match ended {
            Some(end) if time > end && random.u8(..8) > 0 => end - random.i64(0..2 * HOUR),
            _ => time,
        };
        let dimension = if random.u8(..100) < self.wrong_dimensions {
            "bogus"
        } else {
            DIMENSIONS[random.usize(..self.dimensions)]
        };
        let identity = match &customer.identity {
            Identity::License { license_arn, .. }
                if self.wrong_accounts && random.u8(..20) == 0 =>
            {
                let account = CustomerAwsAccountId::parse("999999999999").expect("an account");
                Identity::License { license_arn: license_arn.clone(), account }
            }
            identity => identity.clone(),
        };
        let identity = if random.u8(..200) == 0 { other_form(identity) } else { identity };
        let (quantity, allocations) = self.amounts.quantity(random, &frame.policy.rules);
        UsageEvent::new(
            EventId::new(["", "api-7"][usize::from(id.len().is_multiple_of(2))], id)
                .expect("an id"),
            identity,
            Dimension::parse(dimension).expect("a dimension"),
            quantity,
            timestamp(time),
            allocations,
        )
        .expect("allocations that fit")
    }

    /// Hours that were summed up elsewhere, and hours that another program meters.
    fn elsewhere(&self, random: &mut Rng, frame: &Frame<'_>, usage: &mut Usage) {
        for number in 0..random.u64(1..=6) {
            let customer = &frame.customers[random.usize(..frame.customers.len())];
            let hour = (frame.start + random.i64(0..frame.length)) / HOUR * HOUR;
            // Unlike any sum of this run's events, so that nothing is equal by chance.
            let quantity = whole(700_000 + number);
            let dimension = DIMENSIONS[random.usize(..self.dimensions)];
            let record = UsageRecord::new(
                customer.identity.clone(),
                Dimension::parse(dimension).expect("a dimension"),
                timestamp(hour + HOUR - 1_000),
                quantity,
                Vec::new(),
            );
            let record = record.expect("no allocations");
            let at = hour + HOUR + random.i64(0..30 * MINUTE);
            if random.bool() {
                usage.foreign.push((hour + HOUR, record));
            } else {
                let copies = random.usize(1..=2);
                usage
                    .imports
                    .extend((0..copies).map(|copy| (at + copy as i64 * HOUR, record.clone())));
            }
        }
    }
}

/// Two hours of usage: an event twice, a late one, one with another event's id.
pub(super) fn small(start: i64, customers: &[Customer]) -> Usage {
    let Some(customer) = customers.first() else { return Usage::default() };
    let event = |id: &str, minutes: i64, units: u64| {
        UsageEvent::new(
            EventId::new("", id).expect("an id"),
            customer.identity.clone(),
            Dimension::parse("users").expect("a dimension"),
            whole(units),
            timestamp(start + minutes * MINUTE),
            Vec::new(),
        )
        .expect("no allocations")
    };
    let events = vec![
        event("a", 5, 1),
        event("b", 50, 2),
        event("c", 70, 4),
        event("d", 20, 8),
        event("a", 6, 16),
    ];
    let at =
        |minutes: i64, places: &[usize]| (start + minutes * MINUTE, Body::Events(places.to_vec()));
    let messages = vec![
        at(5, &[0]),
        at(51, &[1, 0]),
        at(71, &[2, 4]),
        // Its hour is frozen.
        at(95, &[3]),
        at(96, &[3, 1]),
    ];
    Usage { events, messages, ..Usage::default() }
}

/// The same buyer as this ledger must not name him.
fn other_form(identity: Identity) -> Identity {
    let product_code = ProductCode::parse(PRODUCTS[0]).expect("a product code");
    match identity {
        Identity::License { account, .. } => Identity::Account { product_code, account },
        Identity::Account { account, .. } => {
            let license_arn = LicenseArn::parse(&arn(0)).expect("an ARN");
            Identity::License { license_arn, account }
        }
        Identity::Customer { product_code, .. } => {
            let account = CustomerAwsAccountId::parse("444455556600").expect("an account");
            Identity::Account { product_code, account }
        }
    }
}

fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis).expect("within the calendar")
}

//! Start, form, policy, shell, queues.

use std::time::Duration;

use fastrand::Rng;
use meterproof::Timestamp;
use meterproof::usage::{Dimension, IdentityForm, Rules};
use meterproof_metering::{Backoff, Heartbeats, LatePolicy, Place, Policy, Region};

use super::{HOUR, MINUTE};
use crate::executor::Latency;

/// Who drives the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// Programs with everything in one process: ingest, sweep and send, side by side.
    Agent {
        /// How many at once: 2 while one takes over from another.
        agents: u32,
        /// Between two rounds.
        tick: i64,
    },
    /// Functions with queues between them.
    Aws {
        /// Between two rounds of the closer.
        tick: i64,
        /// Senders at once.
        senders: u32,
    },
}

/// How queues deliver.
#[derive(Clone, Copy, Debug)]
pub struct QueueRules {
    /// How long a message that was delivered and not deleted stays away.
    pub visibility: i64,
    /// Deliveries before a message goes to the dead-letter queue.
    pub max_receives: u32,
    /// Messages a delivery.
    pub batch: usize,
    /// Between two looks at the queue.
    pub poll: i64,
    /// The share of deliveries that come twice at once.
    pub duplicates: f64,
    /// The share of deletions that are lost.
    pub lost_deletes: f64,
    /// How long a message is kept: 14 days.
    pub retention: i64,
    /// Whether an operator puts dead letters back when the weather is calm.
    pub redrive: bool,
}

impl Default for QueueRules {
    fn default() -> Self {
        Self {
            visibility: 2 * MINUTE,
            max_receives: 5,
            batch: 10,
            poll: MINUTE,
            duplicates: 0.0,
            lost_deletes: 0.0,
            retention: 14 * 24 * HOUR,
            redrive: true,
        }
    }
}

fn pick<T: Copy>(random: &mut Rng, choices: &[T]) -> T {
    choices[random.usize(..choices.len())]
}

fn millis(time: &str) -> i64 {
    Timestamp::parse_iso_8601(time).expect("a time").unix_millis()
}

pub(super) fn noon() -> i64 {
    millis("2026-11-21T12:00:00Z")
}

/// Often shortly before the end of a month: 30 days, 31, a year's, February's, a leap year's.
pub(super) fn start(random: &mut Rng) -> i64 {
    let ends = [
        "2026-12-01T00:00:00Z",
        "2026-11-01T00:00:00Z",
        "2027-01-01T00:00:00Z",
        "2027-03-01T00:00:00Z",
        "2028-03-01T00:00:00Z",
    ];
    if random.bool() {
        millis(pick(random, &ends)) - random.i64(0..30 * 60) * MINUTE
    } else {
        noon() + random.i64(0..24 * 60) * MINUTE
    }
}

pub(super) fn form(random: &mut Rng) -> IdentityForm {
    pick(
        random,
        &[
            IdentityForm::License,
            IdentityForm::License,
            IdentityForm::License,
            IdentityForm::Account,
            IdentityForm::Customer,
        ],
    )
}

pub(super) fn place(form: IdentityForm) -> Place {
    Place { region: Region::parse("us-east-1").expect("a region"), form }
}

pub(super) fn policy(random: &mut Rng, form: IdentityForm) -> Policy {
    let seconds = |random: &mut Rng, choices: &[u64]| Duration::from_secs(pick(random, choices));
    let rules = match form {
        IdentityForm::License => Rules::CURRENT,
        IdentityForm::Account | IdentityForm::Customer if random.u8(..6) == 0 => {
            Rules::EDITION_2024
        }
        IdentityForm::Customer if random.u8(..6) == 0 => Rules::EDITION_2019,
        _ => Rules::CURRENT,
    };
    let lateness: &[u64] = if rules == Rules::CURRENT {
        &[0, 60, 600, 600, 600, 3_600, 10_800, 43_200]
    } else {
        &[0, 60, 600]
    };
    let heartbeats = (form == IdentityForm::License && random.u8(..4) == 0)
        .then(|| Heartbeats { dimensions: vec![Dimension::parse("users").expect("a dimension")] });
    let policy = Policy {
        rules,
        lateness: seconds(random, lateness),
        late: if random.u8(..4) == 0 { LatePolicy::Reject } else { LatePolicy::Carry },
        heartbeats,
        calls_per_second: pick(random, &[1, 2, 8, 8, 8, 10]),
        final_flush: seconds(random, &[0, 600, 600, 3_000]),
        month_end_close: seconds(random, &[0, 1_800, 7_200, 7_200, 18_000]),
        hold_retry: seconds(random, &[30, 300, 300, 3_600, 21_600]),
        backoff: Backoff {
            base: Duration::from_millis(pick(random, &[200, 500, 1_000])),
            cap: seconds(random, &[5, 120, 120, 600]),
        },
        lease: seconds(random, &[30, 120, 120, 1_800]),
        window_margin: seconds(random, &[20, 30, 30, 300]),
    };
    policy.check().expect("a policy within its bounds");
    policy
}

pub(super) fn shell(random: &mut Rng) -> Shell {
    let tick = pick(random, &[2 * MINUTE, 5 * MINUTE, 5 * MINUTE, 15 * MINUTE]);
    if random.bool() {
        Shell::Agent { agents: pick(random, &[1, 1, 1, 2]), tick }
    } else {
        Shell::Aws { tick, senders: pick(random, &[1, 2, 2]) }
    }
}

pub(super) fn latency(random: &mut Rng) -> Latency {
    Latency { short: pick(random, &[0.0, 0.1, 0.5]), long: pick(random, &[0.0, 0.0, 0.01]) }
}

pub(super) fn queue(random: &mut Rng) -> QueueRules {
    QueueRules {
        visibility: pick(random, &[10_000, 30_000, 2 * MINUTE, 15 * MINUTE]),
        max_receives: pick(random, &[2, 4, 8]),
        batch: pick(random, &[1, 3, 10]),
        poll: pick(random, &[5_000, 30_000, 60_000]),
        duplicates: pick(random, &[0.0, 0.02, 0.2]),
        lost_deletes: pick(random, &[0.0, 0.02, 0.2]),
        redrive: random.bool(),
        ..QueueRules::default()
    }
}

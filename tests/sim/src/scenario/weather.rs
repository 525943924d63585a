//! What goes wrong, and when.

use fastrand::Rng;
use meterproof_emulator::faults::FaultKind;

use super::{HOUR, MINUTE};

/// A stretch of time in which something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Phase {
    /// From when.
    pub from: i64,
    /// Until when.
    pub to: i64,
    /// What.
    pub kind: Kind,
    /// The share of calls, or of records where records are struck.
    pub rate: f64,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A fault of the emulator's own.
    Fault(FaultKind),
    /// `AccessDeniedException`.
    AccessDenied,
    /// `ExpiredTokenException`: the sender's credentials have run out.
    ExpiredToken,
    /// An error that no page lists.
    UnknownError,
    /// `DisabledApiException`.
    DisabledApi,
    /// The sender gets no answer in time, and the request arrives up to hours later.
    DelayedDelivery,
    /// The answer leaves a record out.
    Silence,
    /// The answer has a status that no page lists.
    UnknownStatus,
    /// No sender and no closer runs.
    SendersDown,
    /// Nothing takes events in.
    IngestDown,
    /// Every operation of the ledger fails.
    LedgerDown,
}

impl Phase {
    /// Whether nothing may come through while it lasts.
    #[must_use]
    pub fn is_hard(&self) -> bool {
        match self.kind {
            Kind::Fault(FaultKind::Latency) | Kind::IngestDown => false,
            Kind::Fault(_) | Kind::DelayedDelivery | Kind::Silence | Kind::UnknownStatus => {
                self.rate > 0.5
            }
            Kind::AccessDenied
            | Kind::ExpiredToken
            | Kind::UnknownError
            | Kind::DisabledApi
            | Kind::SendersDown
            | Kind::LedgerDown => true,
        }
    }

    /// Whether a call that it strikes comes to nothing.
    #[must_use]
    pub fn fails_calls(&self) -> bool {
        !matches!(self.kind, Kind::Fault(FaultKind::Latency) | Kind::IngestDown)
    }

    /// Whether it lasts at a time.
    #[must_use]
    pub fn covers(&self, at: i64) -> bool {
        (self.from..self.to).contains(&at)
    }
}

const FAULTS: [FaultKind; 8] = [
    FaultKind::Throttle,
    FaultKind::InternalError,
    FaultKind::InternalFailure,
    FaultKind::ServiceUnavailable,
    FaultKind::Unprocessed,
    FaultKind::DropBeforeCommit,
    FaultKind::DropAfterCommit,
    FaultKind::Latency,
];

pub(super) fn draw(random: &mut Rng, start: i64, end: i64) -> Vec<Phase> {
    let mut phases = Vec::new();
    if random.u8(..6) == 0 {
        return phases;
    }
    // Drizzle: some of it all the time.
    let drizzle = FAULTS.map(Kind::Fault).into_iter().chain([
        Kind::DelayedDelivery,
        Kind::Silence,
        Kind::UnknownStatus,
    ]);
    for kind in drizzle {
        if random.u8(..4) == 0 {
            let rate = [0.02, 0.1, 0.4][random.usize(..3)];
            phases.push(Phase { from: start, to: end + 2 * HOUR, kind, rate });
        }
    }
    // Storms: all of it for a while, now and then for more than a day.
    for _ in 0..random.usize(0..=3) {
        let from = random.i64(start..end);
        let long = match random.u8(..8) {
            0 => random.i64(20 * HOUR..32 * HOUR),
            1..4 => random.i64(HOUR..12 * HOUR),
            _ => random.i64(MINUTE..HOUR),
        };
        let (kind, rate) = storm(random);
        phases.push(Phase { from, to: from + long, kind, rate });
    }
    phases
}

fn storm(random: &mut Rng) -> (Kind, f64) {
    let kind = match random.u8(..12) {
        0 => Kind::Fault(FaultKind::DropBeforeCommit),
        1 => Kind::Fault(FaultKind::DropAfterCommit),
        2 => Kind::Fault(FaultKind::ServiceUnavailable),
        3 => Kind::Fault(FaultKind::Throttle),
        4 => Kind::AccessDenied,
        5 => Kind::ExpiredToken,
        6 => Kind::DisabledApi,
        7 => Kind::UnknownError,
        8 => Kind::DelayedDelivery,
        9 => Kind::SendersDown,
        10 => Kind::IngestDown,
        _ => Kind::LedgerDown,
    };
    let partial = [0.3, 0.9, 1.0][random.usize(..3)];
    let rate = match kind {
        Kind::UnknownError | Kind::DelayedDelivery => partial,
        _ => 1.0,
    };
    (kind, rate)
}

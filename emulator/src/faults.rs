//! Faults to inject: which calls, how often, and what happens to them. Pure, and repeatable by
//! seed: the same calls meet the same faults.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::wire::{ErrorName, Operation, ServiceError};

/// What a fault does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// The answer comes later.
    Latency,
    /// `ThrottlingException`; nothing is metered.
    Throttle,
    /// `InternalServiceErrorException`; nothing is metered.
    InternalError,
    /// `InternalFailure`, the error common to all services; nothing is metered.
    InternalFailure,
    /// `ServiceUnavailable`, HTTP 503; nothing is metered.
    ServiceUnavailable,
    /// The connection closes without an answer; nothing is metered.
    DropBeforeCommit,
    /// Records come back in `UnprocessedRecords`. Count and rate are of records, not calls.
    Unprocessed,
    /// The connection closes without an answer; all is metered.
    DropAfterCommit,
}

impl FaultKind {
    /// The error it answers with in place of a decision, if that is what it does.
    #[must_use]
    pub fn error(self) -> Option<ServiceError> {
        let (name, why) = match self {
            Self::Throttle => {
                (ErrorName::ThrottlingException, "the calls to the API are throttled")
            }
            Self::InternalError => {
                (ErrorName::InternalServiceErrorException, "an internal error has occurred")
            }
            Self::InternalFailure => {
                (ErrorName::InternalFailure, "the request failed because of an unknown error")
            }
            Self::ServiceUnavailable => {
                (ErrorName::ServiceUnavailable, "the server has failed for the moment")
            }
            Self::Latency | Self::DropBeforeCommit | Self::Unprocessed | Self::DropAfterCommit => {
                return None;
            }
        };
        Some(ServiceError::new(name, format!("{why} (injected)")))
    }
}

/// A fault to inject. With neither `count` nor `rate` it strikes once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultSpec {
    /// Only calls of this operation; all when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// What it does.
    pub kind: FaultKind,
    /// The next so many calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// This share of all calls, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Decides which calls a rate hits; 0 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// How much later a latency answers, up to 600000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u64>,
}

/// Why a fault cannot be injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultError {
    /// Both a count and a rate.
    CountAndRate,
    /// A rate that is not 0 to 1.
    Rate,
    /// A count of 0.
    Count,
    /// A latency without milliseconds, or milliseconds without a latency.
    Milliseconds,
    /// More than ten minutes.
    TooLong,
    /// A seed without a rate.
    Seed,
    /// Unprocessed records of an operation that has none.
    Unprocessed,
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CountAndRate => "give count or rate, not both",
            Self::Rate => "rate must be from 0 to 1",
            Self::Count => "count must be 1 or more",
            Self::Milliseconds => "milliseconds goes with the kind latency, and with no other",
            Self::TooLong => "milliseconds must be 600000 or less",
            Self::Seed => "seed goes with rate",
            Self::Unprocessed => "only BatchMeterUsage has unprocessed records",
        })
    }
}

impl std::error::Error for FaultError {}

/// The faults that are set.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    armed: Vec<Armed>,
}

#[derive(Clone, Debug)]
struct Armed {
    spec: FaultSpec,
    /// `None` for a rate.
    left: Option<u64>,
    random: fastrand::Rng,
    hits: u64,
}

/// What happens to one call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strike {
    /// How much later it is answered.
    pub latency_milliseconds: u64,
    /// What is done in place of the decision or after it.
    pub instead: Option<FaultKind>,
    /// Indexes of records to leave unprocessed.
    pub unprocessed: BTreeSet<usize>,
}

/// A fault as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultState<'a> {
    /// As it was set.
    #[serde(flatten)]
    pub spec: &'a FaultSpec,
    /// How often it will strike still; absent for a rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u64>,
    /// How often it has struck.
    pub hits: u64,
}

const LONGEST_LATENCY_MILLISECONDS: u64 = 600_000;

impl Faults {
    /// Sets a fault, beside those that are set.
    ///
    /// # Errors
    /// [`FaultError`].
    pub fn add(&mut self, spec: FaultSpec) -> Result<(), FaultError> {
        check(&spec)?;
        let left = spec.rate.is_none().then(|| spec.count.unwrap_or(1));
        let random = fastrand::Rng::with_seed(spec.seed.unwrap_or(0));
        self.armed.push(Armed { spec, left, random, hits: 0 });
        self.armed.sort_by_key(|armed| armed.spec.kind);
        Ok(())
    }

    /// Takes all faults away.
    pub fn clear(&mut self) {
        self.armed.clear();
    }

    /// The faults as they stand, used-up ones too.
    pub fn states(&self) -> impl Iterator<Item = FaultState<'_>> {
        self.armed.iter().map(|armed| FaultState {
            spec: &armed.spec,
            remaining: armed.left,
            hits: armed.hits,
        })
    }

    /// Draws what happens to a call with so many records. Latencies add up; of the others, the
    /// first in the order of [`FaultKind`] strikes, and the rest keep their count.
    pub fn strike(&mut self, operation: Operation, records: usize) -> Strike {
        let mut strike = Strike::default();
        let fits = |spec: &FaultSpec| spec.operation.is_none_or(|only| only == operation);
        for armed in self.armed.iter_mut().filter(|armed| fits(&armed.spec)) {
            match armed.spec.kind {
                FaultKind::Latency => {
                    if armed.hit(true) {
                        strike.latency_milliseconds = strike
                            .latency_milliseconds
                            .saturating_add(armed.spec.milliseconds.unwrap_or(0));
                    }
                }
                FaultKind::Unprocessed => {
                    // Records are drawn only where they are looked at.
                    let looked_at =
                        strike.instead.is_none() && operation == Operation::BatchMeterUsage;
                    let hits = (0..records).filter(|_| armed.hit(looked_at));
                    strike.unprocessed.extend(hits);
                }
                kind => {
                    if armed.hit(strike.instead.is_none()) {
                        strike.instead = Some(kind);
                    }
                }
            }
        }
        strike
    }
}

impl Armed {
    /// Whether it strikes. A rate draws each time, so that one fault's draws do not depend on
    /// another's.
    fn hit(&mut self, free: bool) -> bool {
        let drawn = match (self.spec.rate, self.left) {
            (Some(rate), _) => self.random.f64() < rate,
            (None, Some(left)) => left > 0,
            (None, None) => false,
        };
        if !drawn || !free {
            return false;
        }
        self.left = self.left.map(|left| left - 1);
        self.hits += 1;
        true
    }
}

fn check(spec: &FaultSpec) -> Result<(), FaultError> {
    if spec.count.is_some() && spec.rate.is_some() {
        return Err(FaultError::CountAndRate);
    }
    if spec.rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
        return Err(FaultError::Rate);
    }
    if spec.count == Some(0) {
        return Err(FaultError::Count);
    }
    if spec.seed.is_some() && spec.rate.is_none() {
        return Err(FaultError::Seed);
    }
    if (spec.kind == FaultKind::Latency) != spec.milliseconds.is_some() {
        return Err(FaultError::Milliseconds);
    }
    if spec.milliseconds.is_some_and(|long| long > LONGEST_LATENCY_MILLISECONDS) {
        return Err(FaultError::TooLong);
    }
    let batch = spec.operation.is_none_or(|operation| operation == Operation::BatchMeterUsage);
    if spec.kind == FaultKind::Unprocessed && !batch {
        return Err(FaultError::Unprocessed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(kind: FaultKind) -> FaultSpec {
        FaultSpec { operation: None, kind, count: None, rate: None, seed: None, milliseconds: None }
    }

    fn faults(specs: &[FaultSpec]) -> Faults {
        let mut faults = Faults::default();
        for spec in specs {
            faults.add(spec.clone()).expect("valid");
        }
        faults
    }

    fn strikes(faults: &mut Faults, calls: usize) -> Vec<Option<FaultKind>> {
        (0..calls).map(|_| faults.strike(Operation::BatchMeterUsage, 1).instead).collect()
    }

    #[test]
    fn a_count_strikes_the_next_calls_and_waits_its_turn() {
        let mut faults = faults(&[
            FaultSpec { count: Some(1), ..spec(FaultKind::InternalError) },
            FaultSpec { count: Some(2), ..spec(FaultKind::Throttle) },
            spec(FaultKind::DropAfterCommit),
        ]);
        use FaultKind::{DropAfterCommit, InternalError, Throttle};
        assert_eq!(
            strikes(&mut faults, 5),
            [Some(Throttle), Some(Throttle), Some(InternalError), Some(DropAfterCommit), None]
        );
        let left: Vec<_> = faults.states().map(|state| (state.remaining, state.hits)).collect();
        assert_eq!(left, [(Some(0), 2), (Some(0), 1), (Some(0), 1)]);
    }

    #[test]
    fn a_rate_is_repeatable_by_its_seed() {
        let rate = FaultSpec { rate: Some(0.3), seed: Some(7), ..spec(FaultKind::Throttle) };
        let run = |seed| {
            let spec = FaultSpec { seed: Some(seed), ..rate.clone() };
            strikes(&mut faults(&[spec]), 1000)
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let hits = run(7).iter().flatten().count();
        assert!((250..350).contains(&hits), "{hits}");
        let never = FaultSpec { rate: Some(0.0), ..spec(FaultKind::Throttle) };
        assert_eq!(strikes(&mut faults(&[never]), 100), vec![None; 100]);
        let always = FaultSpec { rate: Some(1.0), ..spec(FaultKind::Throttle) };
        assert_eq!(strikes(&mut faults(&[always]), 100), vec![Some(FaultKind::Throttle); 100]);
    }

    #[test]
    fn unprocessed_counts_records() {
        let mut faults = faults(&[FaultSpec { count: Some(3), ..spec(FaultKind::Unprocessed) }]);
        let first = faults.strike(Operation::BatchMeterUsage, 2).unprocessed;
        assert_eq!(first, [0, 1].into());
        let second = faults.strike(Operation::BatchMeterUsage, 25).unprocessed;
        assert_eq!(second, [0].into());
        assert_eq!(faults.strike(Operation::BatchMeterUsage, 25), Strike::default());
    }

    #[test]
    fn an_operation_narrows_a_fault() {
        let only = Some(Operation::ResolveCustomer);
        let mut faults = faults(&[FaultSpec { operation: only, ..spec(FaultKind::Throttle) }]);
        assert_eq!(faults.strike(Operation::MeterUsage, 1), Strike::default());
        let strike = faults.strike(Operation::ResolveCustomer, 0);
        assert_eq!(strike.instead, Some(FaultKind::Throttle));
    }

    #[test]
    fn latencies_add_up_beside_another_fault() {
        let late = |milliseconds| FaultSpec {
            milliseconds: Some(milliseconds),
            ..spec(FaultKind::Latency)
        };
        let mut faults = faults(&[late(20), late(30), spec(FaultKind::DropBeforeCommit)]);
        let strike = faults.strike(Operation::MeterUsage, 1);
        assert_eq!(strike.latency_milliseconds, 50);
        assert_eq!(strike.instead, Some(FaultKind::DropBeforeCommit));
    }

    #[test]
    fn contradictions_are_refused() {
        let base = spec(FaultKind::Throttle);
        let batch = Some(Operation::MeterUsage);
        let cases = [
            (
                FaultSpec { count: Some(1), rate: Some(0.5), ..base.clone() },
                FaultError::CountAndRate,
            ),
            (FaultSpec { rate: Some(1.5), ..base.clone() }, FaultError::Rate),
            (FaultSpec { rate: Some(f64::NAN), ..base.clone() }, FaultError::Rate),
            (FaultSpec { count: Some(0), ..base.clone() }, FaultError::Count),
            (FaultSpec { seed: Some(1), ..base.clone() }, FaultError::Seed),
            (FaultSpec { milliseconds: Some(1), ..base }, FaultError::Milliseconds),
            (spec(FaultKind::Latency), FaultError::Milliseconds),
            (
                FaultSpec { milliseconds: Some(600_001), ..spec(FaultKind::Latency) },
                FaultError::TooLong,
            ),
            (
                FaultSpec { operation: batch, ..spec(FaultKind::Unprocessed) },
                FaultError::Unprocessed,
            ),
        ];
        for (spec, error) in cases {
            assert_eq!(Faults::default().add(spec), Err(error));
        }
    }
}

//! One request's fate: the emulator's decision, and what the weather makes of it.

use meterproof::Timestamp;
use meterproof::usage::{Outcome, Quantity, RecordEcho, RecordResult, RecordStatus, ServiceError};
use meterproof_emulator::faults::{FaultKind, FaultSpec, Faults, Strike};
use meterproof_emulator::service::Call;
use meterproof_emulator::wire::{
    self, BatchMeterUsageResult, ErrorName, Operation, UsageRecordResultStatus,
};

use super::{Aws, World};
use crate::Violation;
use crate::scenario::Kind;

/// What the weather does to one call.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate {
    pub(super) strike: Strike,
    /// An error that comes from before the service.
    pub(super) refusal: Option<&'static str>,
    is_denied: bool,
    is_disabled: bool,
    /// When the request arrives, though its sender has given up.
    pub(super) arrives_late_by: Option<i64>,
    leaves_one_out: bool,
    has_unknown_status: bool,
}

impl Fate {
    /// Draws the fate of a call that begins now.
    pub(super) fn draw(world: &World, records: usize) -> Self {
        let (sim, mut aws) = (&world.sim, world.aws());
        let now = sim.millis();
        let weather = &world.scenario.weather;
        let active: Vec<usize> =
            (0..weather.len()).filter(|place| weather[*place].covers(now)).collect();
        aws.arm(world, &active);
        let mut fate = Self::default();
        for phase in active.iter().map(|place| weather[*place]) {
            let strikes = sim.chance(phase.rate);
            match phase.kind {
                _ if !strikes => {}
                Kind::AccessDenied => fate.is_denied = true,
                Kind::DisabledApi => fate.is_disabled = true,
                Kind::ExpiredToken => fate.refusal = Some("ExpiredTokenException"),
                Kind::UnknownError => fate.refusal = Some("SomethingNewException"),
                Kind::DelayedDelivery => {
                    let timeout = world.scenario.call_timeout;
                    let late = sim.draw(|random| {
                        let longest = [60_000, 1_800_000, 4 * 3_600_000][random.usize(..3)];
                        random.i64(1..longest)
                    });
                    fate.arrives_late_by = Some(timeout + late);
                }
                Kind::Silence => fate.leaves_one_out = true,
                Kind::UnknownStatus => fate.has_unknown_status = true,
                Kind::Fault(_) | Kind::SendersDown | Kind::IngestDown | Kind::LedgerDown => {}
            }
        }
        fate.strike = aws.faults.1.strike(Operation::BatchMeterUsage, records);
        fate.count(world);
        fate
    }

    fn count(&self, world: &World) {
        let instead = self.strike.instead.map(|kind| match kind {
            FaultKind::Throttle => "fault.throttle",
            FaultKind::InternalError => "fault.internal_error",
            FaultKind::InternalFailure => "fault.internal_failure",
            FaultKind::ServiceUnavailable => "fault.service_unavailable",
            FaultKind::DropBeforeCommit => "fault.drop_before_commit",
            FaultKind::DropAfterCommit => "fault.drop_after_commit",
            FaultKind::Latency | FaultKind::Unprocessed => "fault.other",
        });
        let refusal = self.refusal.map(|name| match name {
            "ExpiredTokenException" => "fault.expired_token",
            _ => "fault.unknown_error",
        });
        let named = [
            (self.strike.latency_milliseconds > 0, "fault.latency"),
            (!self.strike.unprocessed.is_empty(), "fault.unprocessed"),
            (self.is_denied, "fault.access_denied"),
            (self.is_disabled, "fault.disabled_api"),
            (self.arrives_late_by.is_some(), "fault.delayed_delivery"),
            (self.leaves_one_out, "fault.silence"),
            (self.has_unknown_status, "fault.unknown_status"),
        ];
        let named = named.into_iter().filter(|(is, _)| *is).map(|(_, name)| name);
        for name in named.chain(instead).chain(refusal) {
            world.sim.count(name);
        }
    }
}

impl Aws {
    fn arm(&mut self, world: &World, active: &[usize]) {
        if self.faults.0 == active {
            return;
        }
        let mut faults = Faults::default();
        for place in active {
            let phase = world.scenario.weather[*place];
            let Kind::Fault(kind) = phase.kind else { continue };
            let seed = world.scenario.seed.wrapping_mul(31).wrapping_add(*place as u64);
            let milliseconds = (kind == FaultKind::Latency).then_some(8_000);
            let spec = FaultSpec {
                operation: None,
                kind,
                count: None,
                rate: Some(phase.rate),
                seed: Some(seed),
                milliseconds,
            };
            faults.add(spec).expect("a fault that can be injected");
        }
        self.faults = (active.to_vec(), faults);
    }
}

/// The request arrives.
pub(super) fn decide(world: &World, body: &str, fate: &Fate) -> Outcome {
    let lost = |reason: &str| Outcome::Unreachable { reason: reason.to_owned() };
    if let Some(name) = fate.refusal {
        return Outcome::Refused(ServiceError::new(name, "simulated"));
    }
    let instead = fate.strike.instead;
    if instead == Some(FaultKind::DropBeforeCommit) {
        return lost("connection closed");
    }
    if let Some(error) = instead.and_then(FaultKind::error) {
        return Outcome::Refused(ServiceError::new(error.name.as_str(), error.message));
    }
    let (now, mut aws) = (world.sim.now(), world.aws());
    let request: wire::BatchMeterUsageRequest =
        serde_json::from_str(body).expect("a request as the service reads it");
    let mut caller = aws.caller.clone();
    if fate.is_denied {
        caller.denied_operations.insert(Operation::BatchMeterUsage);
    }
    let disabled = fate.is_disabled.then_some(Operation::BatchMeterUsage);
    aws.service.settings_mut().disabled_apis = disabled.into_iter().collect();
    let unprocessed = fate.strike.unprocessed.clone();
    let call = Call { caller: &caller, now, unprocessed };
    let answer = aws.service.batch_meter_usage(&call, &request);
    drop(aws);
    world.sim.note("decided", || format!("{answer:?}"));
    if instead == Some(FaultKind::DropAfterCommit) {
        return lost("connection closed");
    }
    match answer {
        Ok(result) => answered(world, result, fate),
        Err(error) => {
            world.sim.count(error.name.as_str());
            if error.name == ErrorName::ValidationException {
                world.sim.fail(Violation::new("requests are valid", error.to_string()));
            }
            Outcome::Refused(ServiceError::new(error.name.as_str(), error.message))
        }
    }
}

fn answered(world: &World, result: BatchMeterUsageResult, fate: &Fate) -> Outcome {
    let mut results: Vec<RecordResult> = result
        .results
        .into_iter()
        .map(|result| RecordResult {
            record: Some(echo(&result.usage_record)),
            status: match result.status {
                UsageRecordResultStatus::Success => RecordStatus::Success,
                UsageRecordResultStatus::CustomerNotSubscribed => {
                    world.sim.count("status.customer_not_subscribed");
                    RecordStatus::CustomerNotSubscribed
                }
                UsageRecordResultStatus::DuplicateRecord => {
                    world.sim.count("status.duplicate_record");
                    RecordStatus::DuplicateRecord
                }
            },
            metering_record_id: result.metering_record_id,
        })
        .collect();
    if fate.leaves_one_out {
        results.pop();
    }
    if let Some(first) = results.first_mut().filter(|_| fate.has_unknown_status) {
        first.status = RecordStatus::parse("Pending");
    }
    world.sim.draw(|random| random.shuffle(&mut results));
    Outcome::Answered {
        results,
        unprocessed: result.unprocessed_records.iter().map(echo).collect(),
    }
}

fn echo(record: &wire::UsageRecord) -> RecordEcho {
    let whole = record.quantity.and_then(|units| Quantity::whole(u64::try_from(units).ok()?).ok());
    let decimal = record.quantity_as_decimal.as_deref();
    RecordEcho {
        license_arn: record.license_arn.clone(),
        customer_aws_account_id: record.customer_aws_account_id.clone(),
        customer_identifier: record.customer_identifier.clone(),
        dimension: record.dimension.clone().unwrap_or_default(),
        timestamp: record.timestamp.as_ref().map_or(epoch(), wire::EpochSeconds::at),
        quantity: whole.or_else(|| Quantity::parse_decimal(decimal?).ok()),
    }
}

fn epoch() -> Timestamp {
    Timestamp::from_unix_seconds(0).expect("within the calendar")
}

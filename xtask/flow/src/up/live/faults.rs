//! Faults that the page may inject: a fixed list, each within bounds.

use axum::http::StatusCode;
use meterproof_emulator::State;
use meterproof_emulator::faults::FaultKind;
use serde_json::{Map, Value, json};

use super::problem::Problem;

/// The kinds, by the emulator's names.
pub const KINDS: [(FaultKind, &str); 7] = [
    (FaultKind::Throttle, "throttle"),
    (FaultKind::InternalError, "internalError"),
    (FaultKind::ServiceUnavailable, "serviceUnavailable"),
    (FaultKind::Unprocessed, "unprocessed"),
    (FaultKind::Latency, "latency"),
    (FaultKind::DropBeforeCommit, "dropBeforeCommit"),
    (FaultKind::DropAfterCommit, "dropAfterCommit"),
];

/// Calls, or records for `unprocessed`, that one request may arm a fault for.
const MOST_CALLS: u64 = 100;
/// The agent gives a call up after 10 s: a longer wait would show nothing else.
const MOST_MILLISECONDS: u64 = 5_000;
/// Of one kind at once. More would keep the agent busy beyond the patience of whoever watches.
const MOST_IN_FORCE: u64 = 500;
/// What the emulator may hold, used-up faults too.
const MOST_SET: usize = 200;

/// A fault to inject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    kind: FaultKind,
    name: &'static str,
    count: u64,
    milliseconds: Option<u64>,
}

/// How often each kind will strike still, and how often it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    counts: [(u64, u64); KINDS.len()],
    set: usize,
}

impl Fault {
    /// Reads `{"kind": …, "count": 1 to 100}`, with `milliseconds` (1 to 5000) for `latency`.
    ///
    /// # Errors
    /// [`Problem`], which names the member and what it may be.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let members: Map<String, Value> = serde_json::from_slice(body).map_err(|error| {
            invalid("invalid_json", format!("a JSON object is needed: {error}"))
        })?;
        let known = ["kind", "count", "milliseconds"];
        if let Some(unknown) = members.keys().find(|name| !known.contains(&name.as_str())) {
            let unknown: String = unknown.chars().take(64).collect();
            let reason = format!("{unknown:?} is unknown: give kind, count and milliseconds");
            return Err(invalid("unknown_member", reason));
        }
        let named = members.get("kind").and_then(Value::as_str);
        let kind = KINDS.iter().find(|(_, name)| Some(*name) == named).ok_or_else(|| {
            let names = KINDS.map(|(_, name)| name).join(", ");
            invalid("unknown_fault", format!("kind must be one of {names}"))
        })?;
        let count = within(&members, "count", MOST_CALLS, Some(1))?.unwrap_or(1);
        let milliseconds = within(&members, "milliseconds", MOST_MILLISECONDS, None)?;
        if (kind.0 == FaultKind::Latency) != milliseconds.is_some() {
            let reason = "milliseconds goes with the kind latency, and with no other";
            return Err(invalid("fault_milliseconds", reason));
        }
        Ok(Self { kind: kind.0, name: kind.1, count, milliseconds })
    }

    /// Whether it may be set beside what is set already.
    ///
    /// # Errors
    /// [`Problem`] where too much is in force.
    pub fn fits(&self, standing: &Standing) -> Result<(), Problem> {
        let (remaining, _) = standing.of(self.kind);
        if remaining + self.count > MOST_IN_FORCE || standing.set >= MOST_SET {
            let reason = format!(
                "{remaining} of kind {} are in force, of at most {MOST_IN_FORCE}; take the faults away first",
                self.name
            );
            return Err(Problem::new(StatusCode::CONFLICT, "too_many_faults", reason));
        }
        Ok(())
    }

    /// As the emulator takes it.
    pub fn spec(&self) -> Value {
        let mut spec =
            json!({ "operation": "BatchMeterUsage", "kind": self.name, "count": self.count });
        if let Some(milliseconds) = self.milliseconds {
            spec["milliseconds"] = json!(milliseconds);
        }
        spec
    }

    /// In words.
    pub fn words(&self) -> String {
        let of = if self.kind == FaultKind::Unprocessed { "record" } else { "call" };
        let next = match self.count {
            1 => format!("next {of}"),
            count => format!("next {count} {of}s"),
        };
        let late = self.milliseconds.map(|late| format!(", {late} ms late")).unwrap_or_default();
        format!("fault injected: {} for the {next}{late}", self.name)
    }
}

impl Standing {
    /// As it is now.
    pub fn of_emulator(state: &State) -> Self {
        let mut standing = Self::default();
        for fault in state.faults().states() {
            standing.set += 1;
            let place = KINDS.iter().position(|(kind, _)| *kind == fault.spec.kind);
            if let Some((remaining, hits)) = place.and_then(|at| standing.counts.get_mut(at)) {
                *remaining += fault.remaining.unwrap_or(0);
                *hits += fault.hits;
            }
        }
        standing
    }

    /// By kind: `remaining` and `hits`.
    pub fn json(&self) -> Value {
        let kinds = KINDS.iter().zip(self.counts).map(|((_, name), (remaining, hits))| {
            ((*name).to_owned(), json!({ "remaining": remaining, "hits": hits }))
        });
        Value::Object(kinds.collect())
    }

    fn of(&self, wanted: FaultKind) -> (u64, u64) {
        let place = KINDS.iter().position(|(kind, _)| *kind == wanted);
        place.and_then(|at| self.counts.get(at)).copied().unwrap_or_default()
    }
}

fn within(
    members: &Map<String, Value>,
    name: &'static str,
    most: u64,
    usual: Option<u64>,
) -> Result<Option<u64>, Problem> {
    match members.get(name) {
        None => Ok(usual),
        Some(value) => match value.as_u64() {
            Some(number) if (1..=most).contains(&number) => Ok(Some(number)),
            _ => {
                let reason = format!("{name} must be a whole number from 1 to {most}");
                Err(invalid("fault_out_of_bounds", reason))
            }
        },
    }
}

fn invalid(code: &'static str, reason: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, reason)
}

#[cfg(test)]
mod tests {
    use meterproof_emulator::Config;
    use meterproof_emulator::faults::FaultSpec;

    use super::*;

    fn code(body: &str) -> &'static str {
        Fault::read(body.as_bytes()).map_or_else(|problem| problem.code(), |_| "none")
    }

    #[test]
    fn each_kind_reaches_the_emulator_as_it_was_asked_for() {
        for (kind, name) in KINDS {
            let late = if kind == FaultKind::Latency { r#","milliseconds":2000"# } else { "" };
            let fault = Fault::read(format!(r#"{{"kind":"{name}","count":5{late}}}"#).as_bytes());
            let spec: FaultSpec = serde_json::from_value(fault.unwrap().spec()).unwrap();
            assert_eq!((spec.kind, spec.count), (kind, Some(5)));
            assert_eq!(spec.milliseconds.is_some(), kind == FaultKind::Latency);
            let state = State::new(Config::default()).unwrap();
            state.faults().add(spec).unwrap();
            let standing = Standing::of_emulator(&state);
            assert_eq!(standing.of(kind), (5, 0));
            assert_eq!(standing.json()[name], json!({ "remaining": 5, "hits": 0 }));
        }
    }

    #[test]
    fn a_fault_out_of_bounds_is_refused_with_its_reason() {
        for (body, expected) in [
            ("", "invalid_json"),
            ("[]", "invalid_json"),
            (r#"{"kind":"throttle"}"#, "none"),
            (r#"{"kind":"internalFailure"}"#, "unknown_fault"),
            (r#"{"count":1}"#, "unknown_fault"),
            (r#"{"kind":"throttle","rate":1}"#, "unknown_member"),
            (r#"{"kind":"throttle","count":0}"#, "fault_out_of_bounds"),
            (r#"{"kind":"throttle","count":100}"#, "none"),
            (r#"{"kind":"throttle","count":101}"#, "fault_out_of_bounds"),
            (r#"{"kind":"throttle","count":1.5}"#, "fault_out_of_bounds"),
            (r#"{"kind":"throttle","count":"5"}"#, "fault_out_of_bounds"),
            (r#"{"kind":"latency"}"#, "fault_milliseconds"),
            (r#"{"kind":"latency","milliseconds":5000}"#, "none"),
            (r#"{"kind":"latency","milliseconds":5001}"#, "fault_out_of_bounds"),
            (r#"{"kind":"throttle","milliseconds":5}"#, "fault_milliseconds"),
        ] {
            assert_eq!(code(body), expected, "{body}");
        }
    }

    #[test]
    fn faults_do_not_pile_up_without_end() {
        let state = State::new(Config::default()).unwrap();
        let fault = Fault::read(br#"{"kind":"throttle","count":100}"#).unwrap();
        for _ in 0..5 {
            fault.fits(&Standing::of_emulator(&state)).unwrap();
            state.faults().add(serde_json::from_value(fault.spec()).unwrap()).unwrap();
        }
        let refused = fault.fits(&Standing::of_emulator(&state)).unwrap_err();
        assert_eq!(refused.code(), "too_many_faults");
        let other = Fault::read(br#"{"kind":"internalError"}"#).unwrap();
        assert_eq!(other.fits(&Standing::of_emulator(&state)), Ok(()));
    }
}

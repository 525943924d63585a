//! One message's body: its events, and what became of each.

use std::fmt::Write as _;

use meterproof_metering::{EventDefaults, UsageEvent, Verdict as EventVerdict, parse_events};

use crate::queue::Verdict;

/// A body's events, and what is wrong with the others.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Events to be added; taken out when they are.
    pub(super) events: Vec<UsageEvent>,
    /// Where each of them stands, as a JSON pointer (RFC 6901).
    pointers: Vec<String>,
    faults: Vec<Fault>,
    counts: Counts,
    /// Why its events are not added yet.
    left: Option<&'static str>,
}

/// What became of a body's events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) added: u64,
    pub(super) carried: u64,
    pub(super) duplicate: u64,
    pub(super) rejected: u64,
}

#[derive(Debug)]
struct Fault {
    pointer: String,
    code: &'static str,
    text: String,
}

impl Body {
    /// Reads a body; one bad event costs no other.
    pub(super) fn read(text: &str, defaults: &EventDefaults) -> Self {
        let mut body = Self::default();
        let entries = match parse_events(text.as_bytes(), defaults) {
            Ok(entries) => entries,
            Err(error) => {
                body.reject(String::new(), error.code(), error.to_string());
                return body;
            }
        };
        let is_array = text.trim_start().starts_with('[');
        for (index, entry) in entries.into_iter().enumerate() {
            match entry.event {
                Ok(event) => {
                    body.pointers.push(if is_array { format!("/{index}") } else { String::new() });
                    body.events.push(event);
                }
                Err(fault) => {
                    let (code, text) = (fault.code(), fault.problem.to_string());
                    body.reject(fault.pointer, code, text);
                }
            }
        }
        body
    }

    /// Notes the verdicts of the body's events, in their order.
    pub(super) fn settle(&mut self, verdicts: impl Iterator<Item = EventVerdict>) {
        for (pointer, verdict) in std::mem::take(&mut self.pointers).into_iter().zip(verdicts) {
            match verdict {
                EventVerdict::Added { .. } => self.counts.added += 1,
                EventVerdict::Carried { .. } => self.counts.carried += 1,
                EventVerdict::Duplicate { .. } => self.counts.duplicate += 1,
                EventVerdict::Rejected(rejection) => {
                    self.reject(pointer, rejection.code(), rejection.to_string());
                }
                other => self.reject(pointer, other.code(), "not added".into()),
            }
        }
    }

    /// Leaves the body's events to the next delivery.
    pub(super) fn leave(&mut self, code: &'static str) {
        self.left = Some(code);
    }

    /// What became of the events. Faults of a body that is left are found again, and counted then.
    pub(super) fn counts(&self) -> Counts {
        match self.left {
            Some(_) => Counts { rejected: 0, ..self.counts },
            None => self.counts,
        }
    }

    /// What becomes of the message.
    pub(super) fn verdict(&self) -> Verdict {
        match (self.left, self.faults.first()) {
            (Some(code), _) => Verdict::HandBack { code },
            (None, Some(first)) => Verdict::Reject { code: first.code, reason: self.reason() },
            (None, None) => Verdict::Done,
        }
    }

    fn reject(&mut self, pointer: String, code: &'static str, text: String) {
        self.counts.rejected += 1;
        self.faults.push(Fault { pointer, code, text });
    }

    /// How many events count, then each fault at its place.
    fn reason(&self) -> String {
        let counted = self.counts.added + self.counts.carried + self.counts.duplicate;
        let events = if counted == 1 { "event" } else { "events" };
        let mut reason = format!("{counted} {events} accepted; not accepted:");
        for Fault { pointer, code, text } in &self.faults {
            let place = if pointer.is_empty() { "the body" } else { pointer.as_str() };
            // Writing to a String cannot fail.
            let _ = write!(reason, " {place}: {code} ({text});");
        }
        reason.pop();
        reason
    }
}

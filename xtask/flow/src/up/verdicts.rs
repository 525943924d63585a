//! What the agent said of each event, held against what it had to say.

use std::collections::BTreeMap;

use meterproof::Timestamp;
use serde_json::Value;

use super::postings::{Batch, Entry};
use crate::error::FlowError;

/// The verdicts so far.
pub struct Verdicts {
    /// The hour each event counts in.
    hours: Vec<Option<Timestamp>>,
    /// Verdicts by their words; refusals by their codes.
    counts: BTreeMap<String, u64>,
    requests: u64,
    refused: u64,
}

impl Verdicts {
    /// None yet, for so many events.
    pub fn new(events: usize) -> Self {
        Self { hours: vec![None; events], counts: BTreeMap::new(), requests: 0, refused: 0 }
    }

    /// Takes a request's answer, and says how many of its events had been taken before although
    /// no answer said so.
    ///
    /// # Errors
    /// [`FlowError::Unexpected`] where an event has another verdict than it must have: a counted
    /// one refused, a refusal by another code, or one event in two hours.
    pub fn take(&mut self, batch: &Batch, answer: &str) -> Result<u64, FlowError> {
        let unexpected =
            |what: String| FlowError::Unexpected(format!("the agent's verdicts: {what}"));
        let answer: Value =
            serde_json::from_str(answer).map_err(|error| unexpected(error.to_string()))?;
        let verdicts = answer.get("verdicts").and_then(Value::as_array);
        let verdicts = verdicts.filter(|verdicts| verdicts.len() == batch.entries.len());
        let verdicts = verdicts.ok_or_else(|| {
            unexpected(format!("not one for each of {} events: {answer}", batch.entries.len()))
        })?;
        let mut before = 0;
        for (entry, verdict) in batch.entries.iter().zip(verdicts) {
            let text = |name: &str| verdict.get(name).and_then(Value::as_str).unwrap_or_default();
            let wrong = || unexpected(format!("{verdict}, expected for {entry:?}"));
            let word = text("verdict");
            let counted = match (entry, word) {
                (Entry::Event(index), "added" | "carried" | "duplicate") => {
                    let hour = Timestamp::parse_iso_8601(text("hour")).map_err(|_| wrong())?;
                    let known = self.hours.get_mut(*index).ok_or_else(wrong)?;
                    if known.is_some_and(|known| known != hour) {
                        return Err(wrong());
                    }
                    before += u64::from(word == "duplicate" && known.is_none());
                    *known = Some(hour);
                    word
                }
                (Entry::Refused(code), "rejected") if text("code") == *code => {
                    self.refused += 1;
                    code
                }
                _ => return Err(wrong()),
            };
            *self.counts.entry(counted.to_owned()).or_default() += 1;
        }
        self.requests += 1;
        Ok(before)
    }

    /// The hour that each event counts in.
    ///
    /// # Errors
    /// [`FlowError::Unexpected`] where an event has no verdict.
    pub fn hours(&self) -> Result<Vec<Timestamp>, FlowError> {
        let hours: Option<Vec<_>> = self.hours.iter().copied().collect();
        hours.ok_or_else(|| FlowError::Unexpected("an event was never posted".to_owned()))
    }

    /// Requests that were answered.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Verdicts in them.
    pub fn given(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Refusals among those.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// How often a verdict was given, by its word, or a refusal, by its code.
    pub fn count(&self, word: &str) -> u64 {
        self.counts.get(word).copied().unwrap_or(0)
    }

    /// The refusals by their codes, in words.
    pub fn refusals(&self) -> String {
        let counted = ["added", "carried", "duplicate"];
        let codes = self.counts.iter().filter(|(word, _)| !counted.contains(&word.as_str()));
        codes.map(|(code, times)| format!("{code} {times}")).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use hyper::body::Bytes;
    use serde_json::json;

    use super::*;

    fn batch(entries: &[Entry]) -> Batch {
        Batch { body: Bytes::new(), entries: entries.to_vec() }
    }

    fn answer(verdicts: &[(&str, &str, &str)]) -> String {
        let verdicts: Vec<Value> = verdicts
            .iter()
            .map(|(word, hour, code)| json!({ "verdict": word, "hour": hour, "code": code }))
            .collect();
        json!({ "verdicts": verdicts }).to_string()
    }

    const ONE: &str = "2026-11-21T02:00:00Z";
    const TWO: &str = "2026-11-21T03:00:00Z";

    #[test]
    fn an_event_counts_in_one_hour() {
        let mut verdicts = Verdicts::new(2);
        let both = batch(&[Entry::Event(0), Entry::Event(1)]);
        let first = answer(&[("added", ONE, ""), ("carried", TWO, "")]);
        assert_eq!(verdicts.take(&both, &first).unwrap(), 0);
        let again = answer(&[("duplicate", ONE, ""), ("duplicate", TWO, "")]);
        assert_eq!(verdicts.take(&both, &again).unwrap(), 0);
        assert_eq!(verdicts.hours().unwrap().len(), 2);
        let elsewhere = answer(&[("duplicate", TWO, ""), ("duplicate", TWO, "")]);
        assert!(verdicts.take(&both, &elsewhere).is_err());
    }

    #[test]
    fn a_duplicate_without_a_verdict_before_had_been_taken_unheard() {
        let mut verdicts = Verdicts::new(1);
        let event = batch(&[Entry::Event(0)]);
        let again = answer(&[("duplicate", ONE, "")]);
        assert_eq!(verdicts.take(&event, &again).unwrap(), 1);
        assert_eq!(verdicts.take(&event, &again).unwrap(), 0);
    }

    #[test]
    fn another_verdict_than_expected_is_an_error() {
        let mut verdicts = Verdicts::new(1);
        let refused = batch(&[Entry::Refused("missing_member")]);
        verdicts.take(&refused, &answer(&[("rejected", "", "missing_member")])).unwrap();
        assert_eq!((verdicts.refused(), verdicts.refusals()), (1, "missing_member 1".to_owned()));
        for wrong in [("rejected", "", "unknown_member"), ("added", ONE, "")] {
            assert!(verdicts.take(&refused, &answer(&[wrong])).is_err(), "{wrong:?}");
        }
        let event = batch(&[Entry::Event(0)]);
        assert!(verdicts.take(&event, &answer(&[("rejected", "", "event_too_old")])).is_err());
        assert!(verdicts.take(&event, "{\"verdicts\":[]}").is_err());
        assert!(verdicts.hours().is_err());
    }
}

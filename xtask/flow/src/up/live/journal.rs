//! What happened, in words: what became of buckets, and what was done from the page.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use meterproof::Timestamp;
use serde_json::{Value, json};

use super::amount::Amount;
use super::bucket::{Bucket, Line, Note, Stage};

/// Entries that are kept.
const MOST: usize = 100;

/// How an entry reads. What comes out well comes last: of one look, first what led to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// The ordinary course of things.
    Plain,
    /// Something failed that is expected to pass, or was made to.
    Trouble,
    /// Something was billed, or came back.
    Good,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counts up from 1.
    pub number: u64,
    at: Timestamp,
    tone: Tone,
    text: String,
}

/// The latest entries.
#[derive(Debug, Default)]
pub struct Journal {
    entries: VecDeque<Arc<Entry>>,
    last: u64,
}

impl Journal {
    /// Writes something down.
    pub fn write(&mut self, at: Timestamp, tone: Tone, text: impl Into<String>) {
        self.last += 1;
        if self.entries.len() >= MOST {
            self.entries.pop_front();
        }
        self.entries.push_back(Arc::new(Entry { number: self.last, at, tone, text: text.into() }));
    }

    /// Writes down what became of buckets, those of one hour and one fate together.
    pub fn compare(
        &mut self,
        at: Timestamp,
        before: &BTreeMap<Line, Arc<Bucket>>,
        after: &BTreeMap<Line, Arc<Bucket>>,
    ) {
        let mut fates: BTreeMap<(Timestamp, Tone, Fate), Group> = BTreeMap::new();
        for (line, bucket) in after {
            let known = before.get(line);
            if known.is_some_and(|known| Arc::ptr_eq(known, bucket)) {
                continue;
            }
            let is_new = |note: &&Note| known.is_none_or(|known| !known.notes.contains(note));
            for note in bucket.notes.iter().filter(is_new) {
                let Some((tone, fate)) = fate(note) else { continue };
                let group = fates.entry((line.hour, tone, fate)).or_default();
                group.count += 1;
                group.sum += bucket.quantity;
                group.one = Some(format!("{} of {}", line.dimension, line.short_license()));
            }
        }
        for ((hour, tone, fate), group) in fates {
            self.write(at, tone, fate.words(hour, &group));
        }
    }

    /// The latest entries, the oldest first.
    pub fn entries(&self) -> VecDeque<Arc<Entry>> {
        self.entries.clone()
    }
}

/// What became of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Frozen,
    Settled,
    Other(String),
}

#[derive(Default)]
struct Group {
    count: u64,
    sum: Amount,
    one: Option<String>,
}

fn fate(note: &Note) -> Option<(Tone, Fate)> {
    Some(match note.kind.as_str() {
        "opened" | "send_started" => return None,
        "frozen" => (Tone::Plain, Fate::Frozen),
        "settled" => (Tone::Good, Fate::Settled),
        "settled_by_resend" | "released" => (Tone::Good, Fate::Other(note.text.clone())),
        _ => (Tone::Trouble, Fate::Other(note.text.clone())),
    })
}

impl Fate {
    fn words(&self, hour: Timestamp, group: &Group) -> String {
        let hour = clock(hour);
        let (count, sum) = (&group.count, group.sum.grouped());
        let (records, have) = if *count == 1 { ("record", "it") } else { ("records", "them") };
        match self {
            Self::Frozen => {
                format!("{hour}: over, frozen into {count} {records} of {sum} together")
            }
            Self::Settled => format!("{hour}: {count} {records} of {sum} settled, AWS has {have}"),
            Self::Other(text) => {
                let who = match (&group.one, count) {
                    (Some(one), 1) => one.clone(),
                    _ => format!("{count} {records}"),
                };
                format!("{hour}: {who}: {text}")
            }
        }
    }
}

/// An hour of the day: entries are about the last few hours.
fn clock(hour: Timestamp) -> String {
    hour.to_string().get(11..16).map(str::to_owned).unwrap_or_default()
}

impl Entry {
    /// As the page shows it.
    pub fn json(&self) -> Value {
        let tone = match self.tone {
            Tone::Good => "good",
            Tone::Trouble => "trouble",
            Tone::Plain => "plain",
        };
        let at = self.at.to_string();
        json!({ "number": self.number, "at": at, "tone": tone, "text": self.text })
    }
}

/// How many buckets are on their way, and in doubt: what a crash has to leave as it is.
pub fn unsettled(buckets: &BTreeMap<Line, Arc<Bucket>>) -> usize {
    buckets
        .values()
        .filter(|bucket| matches!(bucket.stage, Stage::Open | Stage::Frozen | Stage::Held))
        .count()
}

#[cfg(test)]
mod tests {
    use super::super::bucket::testing::bucket;
    use super::*;

    const HOUR: &str = "2026-11-21T10:00:00Z";

    fn ledger(buckets: &[(&str, Stage, &str, &str)]) -> BTreeMap<Line, Arc<Bucket>> {
        let made = buckets.iter().map(|(license, stage, quantity, note)| {
            let one = bucket(license, HOUR, *stage, quantity, note);
            (one.line.clone(), Arc::new(one))
        });
        made.collect()
    }

    fn told(
        before: &[(&str, Stage, &str, &str)],
        after: &[(&str, Stage, &str, &str)],
    ) -> Vec<String> {
        let mut journal = Journal::default();
        let now = Timestamp::parse_iso_8601("2026-11-21T11:10:00Z").unwrap();
        journal.compare(now, &ledger(before), &ledger(after));
        journal.entries().iter().map(|entry| entry.text.clone()).collect()
    }

    #[test]
    fn buckets_of_one_fate_are_told_together() {
        let open = [("l-1", Stage::Open, "1.5", "opened"), ("l-2", Stage::Open, "2", "opened")];
        let frozen =
            [("l-1", Stage::Frozen, "1.5", "frozen"), ("l-2", Stage::Frozen, "2", "frozen")];
        let settled = [("l-1", Stage::Settled, "1.5", "settled"), frozen[1]];
        assert_eq!(told(&[], &open), [""; 0]);
        assert_eq!(told(&open, &frozen), ["10:00: over, frozen into 2 records of 3.5 together"]);
        assert_eq!(told(&frozen, &settled), ["10:00: 1 record of 1.5 settled, AWS has it"]);
        assert_eq!(told(&settled, &settled), [""; 0]);
    }

    #[test]
    fn what_happens_to_one_names_it() {
        let frozen = [("l-1", Stage::Frozen, "1.5", "frozen")];
        let held = [("l-1", Stage::Held, "1.5", "held")];
        assert_eq!(told(&frozen, &held), ["10:00: users of l-1: held, in words"]);
    }

    #[test]
    fn old_entries_make_room() {
        let mut journal = Journal::default();
        let now = Timestamp::parse_iso_8601(HOUR).unwrap();
        for number in 0..=MOST {
            journal.write(now, Tone::Plain, number.to_string());
        }
        let entries = journal.entries();
        assert_eq!((entries.len(), entries[0].number), (MOST, 2));
        assert_eq!(entries[0].json()["text"], "1");
    }
}

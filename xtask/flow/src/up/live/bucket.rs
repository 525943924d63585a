//! A bucket as the view shows it: what the agent tells of it, and what the emulator has billed.

use meterproof::Timestamp;
use serde_json::{Value, json};

use super::amount::Amount;

/// Digits at a license's end that tell it from others at a glance.
const LICENSE_DIGITS: usize = 4;

/// What makes two pieces of usage one line on the bill.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// First, so that lines are in the order of their hours.
    pub hour: Timestamp,
    /// The license's ARN.
    pub license: String,
    /// The dimension.
    pub dimension: String,
}

/// How far a bucket is, in the order of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Events are added.
    Open,
    /// A record on its way.
    Frozen,
    /// Billed.
    Settled,
    /// Not billed until something is done.
    Held,
    /// Somebody else has billed the hour.
    Conflict,
    /// The window closed.
    Expired,
}

/// A bucket of the agent's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its line.
    pub line: Line,
    /// How far it is.
    pub stage: Stage,
    /// What it comes to.
    pub quantity: Amount,
    /// What the emulator has billed for the line, whether the agent knows it or not.
    pub billed: Option<Amount>,
    /// Whether its usage is in a later hour now.
    pub is_carried: bool,
    /// What happened to it.
    pub notes: Vec<Note>,
    events: u64,
    attempts: u64,
    certainty: String,
}

/// Something that happened to a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: String,
    /// The stable word for it.
    pub kind: String,
    /// How often in a row.
    pub times: u64,
    /// A sentence.
    pub text: String,
}

impl Line {
    /// The license in few characters, as `l-…0002`.
    pub fn short_license(&self) -> String {
        let id = self.license.rsplit(':').next().unwrap_or(&self.license);
        let hidden = id.chars().count().saturating_sub(LICENSE_DIGITS);
        if hidden <= LICENSE_DIGITS {
            return id.to_owned();
        }
        format!("l-…{}", id.chars().skip(hidden).collect::<String>())
    }
}

impl Stage {
    /// All, in the order of the view.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Frozen, Self::Settled, Self::Held, Self::Conflict, Self::Expired];

    /// The agent's word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Frozen => "frozen",
            Self::Settled => "settled",
            Self::Held => "held",
            Self::Conflict => "conflict",
            Self::Expired => "expired",
        }
    }

    /// Whether time alone brings it further.
    pub fn is_moving(self) -> bool {
        matches!(self, Self::Open | Self::Frozen | Self::Held)
    }
}

impl Bucket {
    /// Reads one of `GET /v1/buckets`; `None` where it is not as expected.
    pub fn read(told: &Value) -> Option<Self> {
        let text = |name: &str| told.get(name)?.as_str();
        let number = |name: &str| told.get(name)?.as_u64();
        let state = text("state")?;
        let notes = told.get("notes")?.as_array()?;
        Some(Self {
            line: Line {
                hour: Timestamp::parse_iso_8601(text("hour")?).ok()?,
                license: text("licenseArn")?.to_owned(),
                dimension: text("dimension")?.to_owned(),
            },
            stage: Stage::ALL.into_iter().find(|stage| stage.code() == state)?,
            quantity: Amount::parse(text("quantity")?)?,
            billed: None,
            is_carried: told.get("carriedTo").is_some_and(|hour| !hour.is_null()),
            notes: notes.iter().map(Note::read).collect::<Option<_>>()?,
            events: number("events")?,
            attempts: number("attempts")?,
            certainty: text("certainty")?.to_owned(),
        })
    }

    /// The same bucket, with what is billed for its line.
    pub fn with_billed(&self, billed: Option<Amount>) -> Self {
        Self { billed, ..self.clone() }
    }

    /// What of it is not billed yet. Below zero where more is billed than was used.
    pub fn waiting(&self) -> Amount {
        let owed = if self.is_carried { Amount::ZERO } else { self.quantity };
        owed - self.billed.unwrap_or(Amount::ZERO)
    }

    /// What the view shows.
    pub fn json(&self) -> Value {
        let hour = self.line.hour.to_string();
        let mut told = json!({
            "id": format!("{hour} {} {}", self.line.license, self.line.dimension),
            "state": self.stage.code(),
            "hour": hour,
            "license": self.line.short_license(),
            "dimension": self.line.dimension,
            "quantity": self.quantity.to_string(),
            "waiting": self.waiting().to_string(),
            "events": self.events,
            "attempts": self.attempts,
            "certainty": self.certainty,
        });
        if let Some(note) = self.notes.last() {
            told["note"] = json!(note.text);
        }
        if let Some(billed) = self.billed {
            told["billed"] = json!(billed.to_string());
        }
        told
    }
}

impl Note {
    fn read(told: &Value) -> Option<Self> {
        let text = |name: &str| told.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            at: text("at")?,
            kind: text("note")?,
            times: told.get("times").and_then(Value::as_u64).unwrap_or(1),
            text: text("text")?,
        })
    }
}

#[cfg(test)]
pub mod testing {
    use super::*;

    /// A bucket with one note.
    pub fn bucket(license: &str, hour: &str, stage: Stage, quantity: &str, note: &str) -> Bucket {
        let told = json!({
            "hour": hour, "licenseArn": format!("arn:aws:license-manager::1:license:{license}"),
            "dimension": "users", "state": stage.code(), "quantity": quantity, "events": 2,
            "attempts": 1, "certainty": "unsent",
            "notes": [{ "at": hour, "note": note, "text": format!("{note}, in words") }],
        });
        Bucket::read(&told).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: &str = "2026-11-21T10:00:00Z";

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    #[test]
    fn what_waits_is_what_was_used_and_is_not_billed() {
        let mut bucket = testing::bucket("l-1", HOUR, Stage::Frozen, "17.5", "frozen");
        assert_eq!(bucket.waiting(), amount("17.5"));
        // The answer got lost: billed, and the agent does not know it.
        bucket.billed = Some(amount("17.5"));
        assert_eq!(bucket.waiting(), Amount::ZERO);
        bucket.billed = Some(amount("20"));
        assert_eq!(bucket.waiting(), amount("-2.5"));
        let carried = Bucket { billed: None, is_carried: true, ..bucket };
        assert_eq!(carried.waiting(), Amount::ZERO);
    }

    #[test]
    fn a_bucket_is_told_in_short() {
        let bucket = testing::bucket("l-1", HOUR, Stage::Open, "3", "opened");
        assert_eq!(
            bucket.json(),
            json!({
                "id": format!("{HOUR} arn:aws:license-manager::1:license:l-1 users"),
                "state": "open", "hour": HOUR, "license": "l-1",
                "dimension": "users", "quantity": "3", "waiting": "3", "events": 2, "attempts": 1,
                "certainty": "unsent", "note": "opened, in words",
            })
        );
        let long =
            testing::bucket("l-00000000000000000000000000000012", HOUR, Stage::Open, "3", "opened");
        assert_eq!(long.line.short_license(), "l-…0012");
        assert_eq!(Bucket::read(&json!({ "state": "open" })), None);
    }
}

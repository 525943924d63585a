//! Events in.

use std::fmt;
use std::time::Duration;

use meterproof::Timestamp;
use meterproof::usage::IdentityForm;
use meterproof::usage::limits::MAX_FUTURE;

use crate::hours::{candidate_hours, earlier, plus};
use crate::{Added, Addition, Ledger, LedgerError, Place, Policy, UsageEvent};

/// How long an event's id is kept after the event was added.
pub const EVENT_RETENTION: Duration = Duration::from_secs(48 * 3600);

/// How old an event may be when it comes. Less than [`EVENT_RETENTION`] by more than clocks
/// differ: an id is never forgotten while its event could still be taken a second time.
pub const MAX_EVENT_AGE: Duration = Duration::from_secs(47 * 3600);

/// What became of an event. Each is final but for the event's resend, which is a duplicate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It counts in its own hour.
    Added {
        /// The hour.
        hour: Timestamp,
    },
    /// Its hour is closed: it counts in a later one.
    Carried {
        /// Its own hour.
        from: Timestamp,
        /// The hour it counts in.
        to: Timestamp,
    },
    /// It was taken before, and counts once.
    Duplicate {
        /// The hour it counts in.
        hour: Timestamp,
    },
    /// It does not count.
    Rejected(IngestRejection),
}

/// Why an event does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IngestRejection {
    /// It names the customer in another form than this ledger's.
    OtherForm {
        /// The event's.
        actual: IdentityForm,
        /// The ledger's.
        expected: IdentityForm,
    },
    /// Its time lies ahead.
    InFuture {
        /// The event's time.
        time: Timestamp,
        /// The latest time that is taken now.
        latest: Timestamp,
    },
    /// It is older than ids are remembered.
    TooOld {
        /// The event's time.
        time: Timestamp,
        /// The earliest time that is taken now.
        earliest: Timestamp,
    },
    /// Its hour is closed, and policy refuses late events.
    Late {
        /// The event's hour.
        hour: Timestamp,
    },
    /// Another event came under this id before.
    IdTaken,
    /// It has a decimal quantity, and the edition of the rules takes whole numbers alone.
    DecimalNotTaken,
}

/// Adds events to their buckets, each exactly once. The verdicts stand in the order of the
/// events, and every one of them is durable.
///
/// # Errors
/// [`LedgerError`]: none of the events has a verdict; some may have been added. Call again with
/// the same events.
pub async fn ingest<L: Ledger>(
    ledger: &L,
    events: Vec<UsageEvent>,
    now: Timestamp,
) -> Result<Vec<Verdict>, LedgerError> {
    let (place, policy) = (ledger.place(), ledger.policy());
    let mut verdicts = Vec::with_capacity(events.len());
    let mut additions = Vec::with_capacity(events.len());
    let mut own_hours = Vec::with_capacity(events.len());
    for event in events {
        match judge(&event, place, policy, now) {
            Ok(hours) => {
                verdicts.push(None);
                own_hours.push(event.time().start_of_hour());
                additions.push(Addition { event, hours });
            }
            Err(rejection) => verdicts.push(Some(Verdict::Rejected(rejection))),
        }
    }
    let added = if additions.is_empty() { Vec::new() } else { ledger.add(additions, now).await? };
    let mut added = own_hours.into_iter().zip(added).map(|(own, added)| match added {
        Added::To(hour) if hour == own => Verdict::Added { hour },
        Added::To(hour) => Verdict::Carried { from: own, to: hour },
        Added::Before(hour) => Verdict::Duplicate { hour },
        Added::IdTaken => Verdict::Rejected(IngestRejection::IdTaken),
        Added::NoHour => Verdict::Rejected(IngestRejection::Late { hour: own }),
    });
    verdicts
        .into_iter()
        .map(|verdict| {
            verdict.or_else(|| added.next()).ok_or_else(|| LedgerError::Corrupt {
                what: "it answered fewer events than it was given".into(),
            })
        })
        .collect()
}

/// The hours an event may go to, or why it is refused whatever the ledger knows of it.
fn judge(
    event: &UsageEvent,
    place: &Place,
    policy: &Policy,
    now: Timestamp,
) -> Result<Vec<Timestamp>, IngestRejection> {
    let (time, form) = (event.time(), event.identity().form());
    if form != place.form {
        return Err(IngestRejection::OtherForm { actual: form, expected: place.form });
    }
    if event.quantity().is_decimal() && !policy.rules.has_decimals() {
        return Err(IngestRejection::DecimalNotTaken);
    }
    let latest = plus(now, MAX_FUTURE);
    if time > latest {
        return Err(IngestRejection::InFuture { time, latest });
    }
    let earliest = earlier(now, MAX_EVENT_AGE);
    if time < earliest {
        return Err(IngestRejection::TooOld { time, earliest });
    }
    // None where it is too late: then the ledger only says whether the event was added before.
    Ok(candidate_hours(time, now, policy))
}

impl Verdict {
    /// The codes of all variants but [`Rejected`](Self::Rejected), which has the code of its
    /// [`IngestRejection`].
    pub const ALL: &'static [&'static str] = &["added", "carried", "duplicate"];

    /// A stable word for programs: `added`, `carried`, `duplicate`, or the rejection's code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Added { .. } => "added",
            Self::Carried { .. } => "carried",
            Self::Duplicate { .. } => "duplicate",
            Self::Rejected(rejection) => rejection.code(),
        }
    }
}

impl IngestRejection {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "other_identity_form",
        "event_in_future",
        "event_too_old",
        "late_event",
        "event_id_taken",
        "decimal_not_taken",
    ];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherForm { .. } => "other_identity_form",
            Self::InFuture { .. } => "event_in_future",
            Self::TooOld { .. } => "event_too_old",
            Self::Late { .. } => "late_event",
            Self::IdTaken => "event_id_taken",
            Self::DecimalNotTaken => "decimal_not_taken",
        }
    }
}

impl fmt::Display for IngestRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherForm { actual, expected } => write!(
                f,
                "the event names its customer by {actual}, this ledger meters by {expected}: one product metered in two forms is billed twice, so send it in the ledger's form"
            ),
            Self::InFuture { time, latest } => write!(
                f,
                "the event's time {time} lies ahead, the latest taken now is {latest}: check the producer's clock"
            ),
            Self::TooOld { time, earliest } => write!(
                f,
                "the event's time {time} is too old, the earliest taken now is {earliest}: whether it was counted before is no longer known, so compare with the ledger first"
            ),
            Self::Late { hour } => write!(
                f,
                "the hour {hour} is closed and late events are refused: send it with a time in the current hour, or let the policy carry late events"
            ),
            Self::IdTaken => f.write_str(
                "another event with other usage was taken under this id: give every event an id of its own",
            ),
            Self::DecimalNotTaken => f.write_str(
                "the quantity is a decimal, and the edition of the rules takes whole numbers alone: send a whole number",
            ),
        }
    }
}

impl std::error::Error for IngestRejection {}

//! How far a bucket is.

use std::fmt;

use meterproof::Timestamp;
use meterproof::usage::{Quantity, UsageRecord};

/// How far a bucket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Events are added.
    Open,
    /// One record, which never changes again, on its way to AWS.
    Frozen {
        /// The record.
        record: UsageRecord,
    },
    /// AWS has it.
    Settled {
        /// The record.
        record: UsageRecord,
        /// `MeteringRecordId`, if told.
        metering_record_id: Option<String>,
        /// Since when that is known.
        at: Timestamp,
    },
    /// Not billed until somebody, or AWS, does something; tried again until the window closes.
    Held {
        /// The record.
        record: UsageRecord,
        /// Why.
        cause: HoldCause,
        /// Since when, for this cause.
        since: Timestamp,
    },
    /// AWS has billed another quantity for this hour: a person must compare.
    Conflict {
        /// The record; its quantity is ours.
        record: UsageRecord,
        /// What AWS has, where that is known.
        theirs: Option<Quantity>,
        /// Since when that is known.
        at: Timestamp,
    },
    /// The window closed before AWS took it.
    Expired {
        /// The record; `None` where the bucket was never frozen.
        record: Option<UsageRecord>,
        /// Why it was not billed in time.
        cause: ExpiryCause,
        /// The hour its usage was carried to; `None` where it stays unbilled.
        carried_to: Option<Timestamp>,
        /// When.
        at: Timestamp,
    },
}

/// A state's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateName {
    /// [`State::Open`].
    Open,
    /// [`State::Frozen`].
    Frozen,
    /// [`State::Settled`].
    Settled,
    /// [`State::Held`].
    Held,
    /// [`State::Conflict`].
    Conflict,
    /// [`State::Expired`].
    Expired,
}

/// Whether AWS may have the record already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// It has not: nothing was sent, or every send was refused.
    Unsent,
    /// A send is under way, or ended without its outcome being written.
    Underway,
    /// An earlier send got no answer: AWS may have it.
    InDoubt,
}

/// Why a bucket is held.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HoldCause {
    /// `CustomerNotSubscribed`: until the license is updated.
    CustomerNotSubscribed,
    /// The service blamed this very record.
    Refused {
        /// The error's name as on the wire.
        error: String,
    },
    /// Credentials, permission, region, product, or an unknown error: nothing is wrong with the
    /// record.
    Setup {
        /// The error's name as on the wire.
        error: String,
    },
    /// No request can hold the record.
    Oversized {
        /// Bytes of a request with it alone.
        bytes: u64,
    },
}

/// Why an attempt failed that is expected to pass.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransientCause {
    /// Throttling or an internal error, by its name.
    Service {
        /// The error's name as on the wire.
        error: String,
    },
    /// `UnprocessedRecords`.
    Unprocessed,
    /// The service answered, but not clearly about this record.
    Unclear,
    /// No answer: AWS may have it.
    Unreachable,
}

/// Why usage was not billed before its window closed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExpiryCause {
    /// Nothing was sent in time.
    Unsent,
    /// A send got no answer, and nor did those after it: AWS may have it or not.
    InDoubt,
    /// It was held to the end.
    Held(HoldCause),
    /// Every attempt failed in a way that passes.
    Failing,
}

impl State {
    /// The state's name.
    #[must_use]
    pub fn name(&self) -> StateName {
        match self {
            Self::Open => StateName::Open,
            Self::Frozen { .. } => StateName::Frozen,
            Self::Settled { .. } => StateName::Settled,
            Self::Held { .. } => StateName::Held,
            Self::Conflict { .. } => StateName::Conflict,
            Self::Expired { .. } => StateName::Expired,
        }
    }

    /// The frozen record, if there is one.
    #[must_use]
    pub fn record(&self) -> Option<&UsageRecord> {
        match self {
            Self::Open => None,
            Self::Frozen { record }
            | Self::Settled { record, .. }
            | Self::Held { record, .. }
            | Self::Conflict { record, .. } => Some(record),
            Self::Expired { record, .. } => record.as_ref(),
        }
    }
}

impl StateName {
    /// All states, in the order of a bucket's life.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Frozen, Self::Held, Self::Settled, Self::Conflict, Self::Expired];

    /// A stable name for programs.
    #[must_use]
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

    /// Reads the stable name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.code() == text)
    }
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Certainty {
    /// A stable name for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unsent => "unsent",
            Self::Underway => "underway",
            Self::InDoubt => "in_doubt",
        }
    }
}

impl HoldCause {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] =
        &["customer_not_subscribed", "refused", "setup", "record_too_large"];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CustomerNotSubscribed => "customer_not_subscribed",
            Self::Refused { .. } => "refused",
            Self::Setup { .. } => "setup",
            Self::Oversized { .. } => "record_too_large",
        }
    }
}

impl fmt::Display for HoldCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CustomerNotSubscribed => f.write_str(
                "the customer is not subscribed; it is sent again when AWS Marketplace says that the license is updated",
            ),
            Self::Refused { error } => write!(
                f,
                "AWS refuses this record with {error}; mend its cause, it is tried again until its window closes"
            ),
            Self::Setup { error } => write!(
                f,
                "AWS answers {error}; check credentials, permission, region and product, it is tried again until its window closes"
            ),
            Self::Oversized { bytes } => write!(
                f,
                "a request with this record alone has {bytes} bytes; no request may have as many"
            ),
        }
    }
}

impl TransientCause {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] =
        &["transient", "unprocessed", "unanswered", "unreachable"];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Service { .. } => "transient",
            Self::Unprocessed => "unprocessed",
            Self::Unclear => "unanswered",
            Self::Unreachable => "unreachable",
        }
    }
}

impl fmt::Display for TransientCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service { error } => write!(f, "AWS answered {error}"),
            Self::Unprocessed => f.write_str("AWS left it unprocessed"),
            Self::Unclear => f.write_str("AWS gave no clear answer about it"),
            Self::Unreachable => f.write_str("no answer came"),
        }
    }
}

impl ExpiryCause {
    /// The codes of all variants but [`Held`](Self::Held), which has the code of its
    /// [`HoldCause`].
    pub const ALL: &'static [&'static str] = &["unsent", "in_doubt", "failing"];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsent => "unsent",
            Self::InDoubt => "in_doubt",
            Self::Held(cause) => cause.code(),
            Self::Failing => "failing",
        }
    }
}

impl fmt::Display for ExpiryCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsent => f.write_str("nothing was sent in time"),
            Self::InDoubt => f.write_str(
                "a send got no answer and no later one could clear it up: compare with AWS's report",
            ),
            Self::Held(cause) => write!(f, "held to the end: {cause}"),
            Self::Failing => f.write_str("every attempt in its window failed"),
        }
    }
}

//! Deliberate bugs: how others lose or double-bill usage, put between the engine and the world.
//! The engine itself stays as it is; what surrounds it behaves as the buggy program would.

mod ledger;
mod service;

use std::fmt;

pub(crate) use ledger::BuggyLedger;
pub(crate) use service::BuggyService;

macro_rules! bugs {
    ($($(#[$doc:meta])* $bug:ident = $name:literal,)*) => {
        /// A deliberate bug.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Bug { $($(#[$doc])* $bug,)* }

        impl Bug {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$bug,)*];

            /// The name on the command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$bug => $name,)* }
            }
        }
    };
}

bugs! {
    /// Of what is due, one page is read; the rest is forgotten.
    OnePage = "one-page",
    /// Any error, throttling included, marks usage as done.
    ErrorIsDone = "error-is-done",
    /// `UnprocessedRecords` is never read.
    UnprocessedUnread = "unprocessed-unread",
    /// A record's time is the time of sending.
    TimestampNow = "timestamp-now",
    /// What is on its way is summed up once more.
    SummedAgain = "summed-again",
    /// A late event is acknowledged and dropped.
    LateDropped = "late-dropped",
    /// A refusal because of one record is taken as each record's own.
    GroupFails = "group-fails",
    /// An error of credentials or of a disabled API is final.
    CredentialsFinal = "credentials-final",
    /// Outcomes are written once all batches are sent, and what has none is summed up again.
    OutcomesForgotten = "outcomes-forgotten",
    /// `DuplicateRecord` counts as success, unseen.
    DuplicateIsSuccess = "duplicate-is-success",
    /// No answer counts as a refusal: nothing was billed.
    SilenceIsRefusal = "silence-is-refusal",
    /// One message that cannot be read fails those beside it.
    UnreadableFailsAll = "unreadable-fails-all",
    /// The queue keeps messages for a shorter time than an outage lasts.
    ShortRetention = "short-retention",
}

impl Bug {
    /// The bug of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bug| bug.name() == name)
    }
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

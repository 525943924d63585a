#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod bucket;
#[cfg(feature = "clock")]
mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod engine;
mod event;
mod hours;
mod ledger;
mod license;
mod memory;
mod place;
mod policy;
mod service;
#[cfg(feature = "sqlite")]
mod sqlite;
mod text;

pub use bucket::{
    Bucket, BucketKey, Carry, Certainty, Contents, CorruptBucket, ExpiryCause, HoldCause, Input,
    Note, NoteKind, Piece, State, StateName, Step, TransientCause, step,
};
#[cfg(feature = "clock")]
pub use clock::{ClockError, SystemClock};
pub use engine::{
    Backoff, EVENT_RETENTION, IngestRejection, MAX_EVENT_AGE, Pacer, Sending, Sweep, SweepReport,
    Verdict, ingest, license_event, send, sweep,
};
pub use event::{
    EventDefaults, EventEntry, EventError, EventFault, EventId, EventProblem, Fingerprint,
    MAX_BODY_BYTES, MAX_EVENT_BYTES, MAX_EVENTS, UsageEvent, parse_events,
};
pub use hours::{candidate_hours, close_time};
pub use ledger::{
    Added, Addition, Adopted, BucketFilter, Cursor, Ledger, LedgerError, Page, Tally,
};
pub use license::{
    License, LicenseChange, LicenseEvent, LicenseEventError, LicenseNews, parse_license_event,
};
pub use memory::MemoryLedger;
pub use place::{Place, Region, RegionError};
pub use policy::{Heartbeats, LatePolicy, Policy, PolicyError};
pub use service::{Clock, MeteringService};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteLedger;

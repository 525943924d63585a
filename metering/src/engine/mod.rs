//! The engine: events in, time passing, records out, news of licenses.
//!
//! Each is a function over a [`Ledger`](crate::Ledger) and the time. What a function returns is
//! already written down; a function that failed, or was cut off anywhere, is simply called again.

mod backoff;
mod ingest;
mod licenses;
mod pacer;
mod send;
mod sweep;

pub use backoff::Backoff;
pub use ingest::{EVENT_RETENTION, IngestRejection, MAX_EVENT_AGE, Verdict, ingest};
pub use licenses::license_event;
pub use pacer::Pacer;
pub use send::{Sending, send};
pub use sweep::{Sweep, SweepReport, sweep};

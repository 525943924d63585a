//! What must come out, reckoned apart from the engine: which events count, from the answers to
//! those who sent them, and where everything is in the end.

mod bill;
mod events;
mod expiry;
mod names;
mod sums;

pub(crate) use bill::{is_settled, reconcile};
pub(crate) use events::Model;
pub(crate) use names::state_name;

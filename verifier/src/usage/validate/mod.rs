//! One walk over a document, which finds every violation and every value that has none.
//!
//! `document` begins it and reads the text; `records` judges each record as it comes by. `usual`
//! knows records as nearly all are; what it does not know is left to `record` and to the rules of
//! the other files, one thing each. Nothing is copied of a record that keeps all rules.

mod allocations;
mod cursor;
mod document;
mod draft;
pub(super) mod duration;
mod habits;
mod identity;
mod members;
mod neighbours;
mod parts;
pub(super) mod place;
mod quantity;
mod record;
mod records;
mod request;
pub(super) mod seen;
pub(super) mod source;
pub(super) mod spelling;
mod tags;
mod time;
mod usual;
pub(super) mod walk;

pub(super) use document::{Task, document};

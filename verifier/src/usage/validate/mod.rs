//! One walk over a document, which finds every violation and every value that has none.
//!
//! `document` begins it and reads the text; records are judged as they come by, by the rules of
//! the other files, one thing each. Nothing is copied of a record that keeps all rules.

mod allocations;
mod document;
mod draft;
pub(super) mod duration;
mod identity;
mod members;
mod neighbours;
mod parts;
pub(super) mod place;
mod quantity;
mod record;
mod records;
mod request;
mod seen;
pub(super) mod source;
pub(super) mod spelling;
mod tags;
mod time;
mod vocabulary;
pub(super) mod walk;

pub(super) use document::{Task, document};

//! One walk over a document, which finds every violation and builds every value that has none.
//!
//! `document` begins it; each other file holds the rules of one thing.

mod allocations;
mod document;
mod duration;
mod identity;
mod members;
mod neighbours;
mod place;
mod quantity;
mod record;
mod request;
mod source;
mod spelling;
mod tags;
mod time;
mod walk;

pub(super) use document::document;

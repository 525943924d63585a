//! The plain way: a tree of the whole document, then the rules, one after the other.
//!
//! Slow and simple, and apart from how records are read otherwise: what the tests hold
//! [`read`](super::read) and [`check`](super::check) to. Not for programs.

mod allocations;
mod document;
mod identity;
mod members;
mod neighbours;
mod quantity;
mod record;
mod request;
mod tags;
mod time;

use super::identifiers::ProductCode;
use super::read::Reading;
use super::report::DocumentKind;
use super::rules::Rules;
use super::validate::{duration, place, source, spelling, walk};
use crate::Timestamp;

/// As [`read`](super::read); `kind` is the kind that the document has to be, if any.
pub fn read(
    json: &[u8],
    rules: &Rules,
    now: Timestamp,
    default_product: Option<&ProductCode>,
    kind: Option<DocumentKind>,
) -> Reading {
    document::document(json, rules, now, default_product, kind)
}

//! A strict JSON reader that remembers where each value stands.
//!
//! Tokens and usage records are both read with it, because both need what general readers
//! leave out: a name used twice in one object is refused (RFC 8259 §4 leaves its meaning
//! open, and two readers that disagree about it are how a signed claim is smuggled past a
//! check), a number keeps its digits as written, so that no quantity passes through a float,
//! and every value keeps its place in the text, so that a finding can point at it.
//!
//! Accepted is exactly RFC 8259 in UTF-8, without a byte order mark, nested at most
//! [`MAX_DEPTH`] deep.
//!
//! ```
//! use meterproof::json;
//!
//! let value = json::parse(br#"{"Quantity": 17}"#).unwrap();
//! let quantity = value.get("Quantity").unwrap();
//! assert_eq!(quantity.as_number(), Some("17"));
//! assert_eq!((quantity.span.start, quantity.span.end), (13, 15));
//!
//! let error = json::parse(br#"{"a": 1, "a": 2}"#).unwrap_err();
//! assert_eq!(error.to_string(), "the name \"a\" stands twice in one object: keep one of them");
//! ```

pub(crate) mod digits;
pub(crate) mod eight;
mod error;
mod index;
mod names;
mod position;
mod scan;
mod string;
#[cfg(test)]
mod tests;
mod tree;
mod unique;
mod value;

pub(crate) use index::{Index, Node, Text, Type};
pub(crate) use scan::{Opened, Scanner, Stop};

pub use error::JsonError;
pub use position::{Position, position};
pub use value::{Kind, Member, Span, Value};

/// How deeply arrays and objects may nest. A BatchMeterUsage request needs 7.
pub const MAX_DEPTH: usize = 32;

/// Reads one JSON text whole.
///
/// # Errors
/// The first place at which the text is not what [this module](self) accepts.
pub fn parse(text: &[u8]) -> Result<Value<'_>, JsonError> {
    let mut scanner = Scanner::new(text)?;
    let read = scanner.value(Text::NONE, 0).and_then(|()| scanner.finish());
    let index = scanner.index();
    match (read, index.get(0)) {
        (Ok(()), Some(root)) => Ok(tree::tree(index, 0, root)),
        _ => Err(scanner.error()),
    }
}

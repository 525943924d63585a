//! A limit on what a document may unfold to.

use alloc::string::String;

use crate::json::{decimal, wide};
use crate::refusal::Refusal;

/// Values in one document. The densest honest document of the length that JavaScript passes
/// (8 MiB of records without allocations) has fewer; a list of as many ones as fit in
/// that length would take half a gigabyte to read.
const MAX_VALUES: usize = 500_000;

/// Bytes of all dimension names together: a report repeats them in each of its violations.
const MAX_DIMENSION_BYTES: usize = 8 * 1024;

/// Refuses dimension names that would fill the report of a document with wrong ones.
pub fn check_dimensions(names: &[&str]) -> Result<(), Refusal> {
    let bytes: usize = names.iter().map(|name| name.len()).sum();
    if bytes <= MAX_DIMENSION_BYTES {
        return Ok(());
    }
    Err(Refusal::configuration(
        "input_too_large",
        over("the dimensions have ", bytes, " bytes", MAX_DIMENSION_BYTES),
    ))
}

/// Refuses a document that may hold too many values. Each value but the first stands behind a
/// comma or an opening bracket, so that counting those never counts too few; a document of fewer
/// bytes than that need not be counted.
pub fn check(document: &[u8]) -> Result<(), Refusal> {
    if document.len() <= MAX_VALUES {
        return Ok(());
    }
    let values = document.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
    if values <= MAX_VALUES {
        return Ok(());
    }
    Err(Refusal::configuration(
        "input_too_large",
        over("the document has about ", values, " values", MAX_VALUES) + ": split it",
    ))
}

fn over(subject: &str, actual: usize, unit: &str, limit: usize) -> String {
    let (actual, limit) = (decimal(wide(actual)), decimal(wide(limit)));
    [subject, &actual, unit, ", over the limit of ", &limit].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_can_be_values() {
        assert!(check(&b",".repeat(MAX_VALUES)).is_ok());
        assert!(check(&b"{".repeat(MAX_VALUES + 1)).is_err());
        assert!(check(&b"x".repeat(MAX_VALUES + 1)).is_ok());
    }
}

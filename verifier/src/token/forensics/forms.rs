//! The signature's bytes, as they may have been before its notation changed.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::notation::{self, read_hexadecimal};
use crate::text::{Hex, text};

/// A signature in bytes, and how it had to be read.
pub(super) struct Form {
    /// `None` where it was read as a token's.
    pub(super) how: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// The readings of a segment, the plain one first.
pub(super) fn readings(segment: &[u8]) -> Vec<Form> {
    let mut forms = Vec::new();
    if let Some(read) = notation::read(segment) {
        let how = read.oddities().map(|oddities| text!("once freed of ", oddities));
        forms.push(Form { how, bytes: read.bytes });
    }
    if let Some(bytes) = read_hexadecimal(segment) {
        forms.push(form("read as hexadecimal", bytes));
    }
    if let Some(bytes) = forms.first().and_then(|form| read_hexadecimal(&form.bytes)) {
        forms.push(form("decoded and then read as hexadecimal", bytes));
    }
    if let Some(read) = forms.first().and_then(|form| notation::read(&form.bytes)) {
        forms.push(form("decoded twice", read.bytes));
    }
    forms
}

/// The same signature, as it would fit a key whose modulus has `length` bytes: without bytes
/// before or after it, with zeros before it, with its last byte first.
pub(super) fn fit(form: &Form, length: usize) -> Vec<Form> {
    let bytes = form.bytes.as_slice();
    if bytes.len() == length {
        let reversed = bytes.iter().rev().copied().collect();
        return vec![
            Form { how: form.how.clone(), bytes: bytes.to_vec() },
            also(form, text!("with its last byte first"), reversed),
        ];
    }
    let mut forms = Vec::new();
    if let Some(more) = bytes.len().checked_sub(length) {
        let (before, last) = bytes.split_at(more);
        let (first, after) = bytes.split_at(length);
        for (side, cut, kept) in [("before", before, last), ("after", after, first)] {
            let shown = cut.get(..cut.len().min(MOST_SHOWN)).unwrap_or_default();
            let dots = if shown.len() < cut.len() { "…" } else { "" };
            let bytes = if more == 1 { text!("byte ") } else { text!(more, " bytes ") };
            let how = text!("without the ", bytes, side, " it (", Hex(shown), dots, ")");
            forms.push(also(form, how, kept.to_vec()));
        }
    } else if bytes.len() + MOST_ZEROS >= length {
        let mut padded = vec![0; length - bytes.len()];
        padded.extend_from_slice(bytes);
        forms.push(also(form, text!("with the zero bytes before it that are missing"), padded));
    }
    forms
}

/// Leading zero bytes that a signature can be without: one in 256 begins with one.
const MOST_ZEROS: usize = 3;
/// Bytes too many that are shown.
const MOST_SHOWN: usize = 8;

fn form(how: &str, bytes: Vec<u8>) -> Form {
    Form { how: Some(String::from(how)), bytes }
}

fn also(form: &Form, how: String, bytes: Vec<u8>) -> Form {
    let how = match &form.how {
        Some(before) => text!(*before, " and ", how),
        None => how,
    };
    Form { how: Some(how), bytes }
}

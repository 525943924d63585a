//! Header and payload as they may have been written when they were signed.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::error::quoted;
use super::super::jws::Segments;
use super::json_text::{Style, members};
use super::notation::{self, Notation};
use super::{Cause, CauseCode};
use crate::text::text;

/// A text beyond this many bytes is tried as it is alone: each of some 800 writings is hashed.
const MAX_LENGTH: usize = 4 * 1024;
/// An object with more members than this is not tried in other orders: six have 720.
const MAX_MEMBERS: usize = 6;

/// A way to write a segment.
enum Writing {
    /// In a base64 of others.
    Base64 { is_standard: bool, is_padded: bool },
    /// As JSON of another program, with or without a line feed after it.
    Json(Style, bool),
    /// Without white space after it.
    Trimmed,
    /// With a line feed after it.
    LineFeed,
}

impl Writing {
    const ALL: [(Self, &'static str); 10] = [
        (Self::base64(false, false), "in base64url without padding"),
        (Self::base64(false, true), "in base64url with padding"),
        (Self::base64(true, false), "in standard base64 without padding"),
        (Self::base64(true, true), "in standard base64 with padding"),
        (Self::Json(Style::Compact, false), "as JSON without white space"),
        (Self::Json(Style::Spaced, false), "as JSON with a space after each comma and colon"),
        (Self::Json(Style::Indented, false), "as JSON on indented lines"),
        (Self::Json(Style::Indented, true), "as JSON on indented lines, with a line feed after it"),
        (Self::Trimmed, "without white space after it"),
        (Self::LineFeed, "with a line feed after it"),
    ];

    const fn base64(is_standard: bool, is_padded: bool) -> Self {
        Self::Base64 { is_standard, is_padded }
    }

    /// The segment, of the bytes that it encodes.
    fn write(&self, bytes: &[u8]) -> Vec<u8> {
        let (mut text, line_feed) = match *self {
            Self::Base64 { is_standard, is_padded } => {
                return Notation { is_standard, is_padded }.write(bytes);
            }
            Self::Json(style, line_feed) => (style.write(bytes), line_feed),
            Self::Trimmed => (bytes.trim_ascii_end().to_vec(), false),
            Self::LineFeed => (bytes.to_vec(), true),
        };
        if line_feed {
            text.push(b'\n');
        }
        url_safe(&text)
    }
}

/// Headers that a token may have been signed with, the one of RegisterUsage first.
const HEADERS: [&str; 3] =
    [r#"{"alg":"PS256","typ":"JWT"}"#, r#"{"typ":"JWT","alg":"PS256"}"#, r#"{"alg":"PS256"}"#];

/// What was done to a text after it was signed: the first writing of it that fits.
pub(super) fn find(segments: &Segments<'_>, fits: &dyn Fn(&[u8]) -> bool) -> Option<Cause> {
    if segments.signing_input.len() > MAX_LENGTH {
        return None;
    }
    let header = notation::read(segments.header)?.bytes;
    let payload = notation::read(segments.payload)?.bytes;
    let fit = |header: &[u8], payload: &[u8]| fits(&[header, b".", payload].concat());
    for (writing, how) in Writing::ALL {
        let (new_header, new_payload) = (writing.write(&header), writing.write(&payload));
        for (what, header, payload) in [
            ("the payload is", segments.header, new_payload.as_slice()),
            ("the header is", &new_header, segments.payload),
            ("header and payload are", &new_header, &new_payload),
        ] {
            if fit(header, payload) {
                return Some(reencoded(text!("once ", what, " written ", how)));
            }
        }
    }
    for known in HEADERS {
        if fit(&url_safe(known.as_bytes()), segments.payload) {
            let evidence = text!("the header was changed: it fits ", known);
            return Some(Cause { code: CauseCode::TextChanged, evidence });
        }
    }
    let compact = Style::Compact.write(&payload);
    if let Some(members) = members(&compact).filter(|members| members.len() <= MAX_MEMBERS) {
        let order = find_order(&mut members.clone(), 0, &|members| {
            fit(segments.header, &url_safe(&object(members)))
        });
        if let Some(order) = order {
            let mut names = String::new();
            for member in order {
                let name = member.split(|byte| *byte == b'"').nth(1).unwrap_or_default();
                let comma = if names.is_empty() { " " } else { ", " };
                names = text!(names, comma, quoted(&String::from_utf8_lossy(name)));
            }
            return Some(reencoded(text!("once the payload's members are in the order", names)));
        }
    }
    let dot: &[u8] = b".";
    for (how, text) in [
        ("over the payload's segment alone", segments.payload.to_vec()),
        ("over the decoded payload alone", payload.clone()),
        ("over header and payload decoded", [&header, dot, &payload].concat()),
        ("over the payload unencoded, as by RFC 7797", [segments.header, dot, &payload].concat()),
        (
            "over the SHA-256 of header and payload, which was hashed once more",
            super::hash::Hash::Sha256.digest(&[segments.signing_input]),
        ),
    ] {
        if fits(&text) {
            return Some(reencoded(String::from(how)));
        }
    }
    None
}

fn reencoded(how: String) -> Cause {
    Cause { code: CauseCode::Reencoded, evidence: text!("it fits ", how) }
}

fn url_safe(bytes: &[u8]) -> Vec<u8> {
    Notation::URL_SAFE.write(bytes)
}

fn object(members: &[&[u8]]) -> Vec<u8> {
    [b"{", members.join(&b","[..]).as_slice(), b"}"].concat()
}

/// The first order of the members, from the one at `fixed` on, that fits.
fn find_order<'m>(
    members: &mut [&'m [u8]],
    fixed: usize,
    fits: &dyn Fn(&[&[u8]]) -> bool,
) -> Option<Vec<&'m [u8]>> {
    if fixed == members.len() {
        return fits(members).then(|| members.to_vec());
    }
    (fixed..members.len()).find_map(|at| {
        members.swap(fixed, at);
        let found = find_order(members, fixed + 1, fits);
        members.swap(fixed, at);
        found
    })
}

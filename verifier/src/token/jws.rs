//! The compact serialisation of a JWS (RFC 7515 §7.1): three canonical base64url segments.

use alloc::vec::Vec;
use core::fmt;

use base64::DecodeError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::{EncodingFault, VerifyError};

/// One of the three parts of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// The first: the JOSE header.
    Header,
    /// The second: the claims.
    Payload,
    /// The third: the signature.
    Signature,
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

/// The segments of a token, still encoded.
pub(super) struct Segments<'t> {
    pub(super) header: &'t [u8],
    pub(super) payload: &'t [u8],
    pub(super) signature: &'t [u8],
    /// The bytes that are signed: header and payload with the dot between them, as received
    /// (RFC 7515 §5.2 step 8).
    pub(super) signing_input: &'t [u8],
}

/// Cuts a token at its dots.
pub(super) fn split(token: &[u8]) -> Result<Segments<'_>, VerifyError> {
    let mut parts = token.split(|byte| *byte == b'.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        let actual = token.split(|byte| *byte == b'.').count();
        return Err(VerifyError::SegmentCount { actual });
    };
    for (segment, text) in
        [(Segment::Header, header), (Segment::Payload, payload), (Segment::Signature, signature)]
    {
        if text.is_empty() {
            return Err(VerifyError::EmptySegment { segment });
        }
    }
    let signing_input = token.get(..header.len() + 1 + payload.len()).unwrap_or_default();
    Ok(Segments { header, payload, signature, signing_input })
}

/// The segments, each decoded or with its fault.
pub(super) struct Decoded {
    pub(super) header: Result<Vec<u8>, VerifyError>,
    pub(super) payload: Result<Vec<u8>, VerifyError>,
    pub(super) signature: Result<Vec<u8>, VerifyError>,
}

impl Decoded {
    /// The first fault, in the order of the token.
    pub(super) fn check(&self) -> Result<(), VerifyError> {
        for segment in [&self.header, &self.payload, &self.signature] {
            if let Err(error) = segment {
                return Err(error.clone());
            }
        }
        Ok(())
    }
}

impl Segments<'_> {
    pub(super) fn decode(&self) -> Decoded {
        let payload_at = self.header.len() + 1;
        let signature_at = self.signing_input.len() + 1;
        Decoded {
            header: decode(Segment::Header, self.header, 0),
            payload: decode(Segment::Payload, self.payload, payload_at),
            signature: decode(Segment::Signature, self.signature, signature_at),
        }
    }
}

/// Canonical base64url. The engine refuses padding and stray bits; what is left is to say
/// which fault it met.
fn decode(segment: Segment, text: &[u8], starts_at: usize) -> Result<Vec<u8>, VerifyError> {
    let fault_at = |fault, at| VerifyError::Encoding { segment, fault, at: starts_at + at };
    // A character outside the alphabet explains more than the length error it may cause.
    if let Some(at) = text.iter().position(|byte| !is_base64url(*byte)) {
        let fault = match text.get(at) {
            Some(b'=') => EncodingFault::Padding,
            Some(b' ' | b'\t' | b'\r' | b'\n') => EncodingFault::Whitespace,
            _ => EncodingFault::Alphabet,
        };
        return Err(fault_at(fault, at));
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|error| match error {
        DecodeError::InvalidLastSymbol { offset, .. } => fault_at(EncodingFault::StrayBits, offset),
        DecodeError::InvalidByte(at, _) => fault_at(EncodingFault::Alphabet, at),
        DecodeError::InvalidPadding => fault_at(EncodingFault::Padding, text.len()),
        DecodeError::InvalidLength(_) => fault_at(EncodingFault::Length, text.len()),
    })
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<(EncodingFault, usize)> {
        match decode(Segment::Header, text.as_bytes(), 10) {
            Err(VerifyError::Encoding { fault, at, .. }) => Some((fault, at)),
            _ => None,
        }
    }

    #[test]
    fn each_byte_string_has_one_encoding() {
        assert_eq!(decode(Segment::Header, b"-_8", 0).unwrap(), [0xfb, 0xff]);
        assert_eq!(fault("-_8="), Some((EncodingFault::Padding, 13)));
        assert_eq!(fault("-_8\n"), Some((EncodingFault::Whitespace, 13)));
        assert_eq!(fault("+/8"), Some((EncodingFault::Alphabet, 10)));
        assert_eq!(fault("-_8é"), Some((EncodingFault::Alphabet, 13)));
        assert_eq!(fault("-_8-A"), Some((EncodingFault::Length, 15)));
        assert_eq!(fault("-_9"), Some((EncodingFault::StrayBits, 12)));
    }

    #[test]
    fn the_signing_input_ends_before_the_second_dot() {
        let segments = split(b"aa.bb.cc").unwrap();
        assert_eq!(segments.signing_input, b"aa.bb");
        assert_eq!(split(b"aa.bb").err(), Some(VerifyError::SegmentCount { actual: 2 }));
        assert_eq!(split(b"a.b.c.d.e").err(), Some(VerifyError::SegmentCount { actual: 5 }));
        let segment = Segment::Payload;
        assert_eq!(split(b"aa..cc").err(), Some(VerifyError::EmptySegment { segment }));
    }
}

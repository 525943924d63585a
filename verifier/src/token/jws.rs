//! The compact serialisation of a JWS (RFC 7515 §7.1): three canonical base64url segments.

use alloc::vec::Vec;
use core::fmt;

use super::base64;
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

impl Segment {
    /// Its name, in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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

/// The segments, decoded.
pub(super) struct Decoded {
    pub(super) header: Vec<u8>,
    pub(super) payload: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl Segments<'_> {
    /// All three, or the first fault in the order of the token.
    pub(super) fn decode(&self) -> Result<Decoded, VerifyError> {
        Ok(Decoded {
            header: self.decode_header()?,
            payload: self.decode_payload()?,
            signature: self.decode_signature()?,
        })
    }

    pub(super) fn decode_header(&self) -> Result<Vec<u8>, VerifyError> {
        decode(Segment::Header, self.header, 0)
    }

    pub(super) fn decode_payload(&self) -> Result<Vec<u8>, VerifyError> {
        decode(Segment::Payload, self.payload, self.header.len() + 1)
    }

    pub(super) fn decode_signature(&self) -> Result<Vec<u8>, VerifyError> {
        decode(Segment::Signature, self.signature, self.signing_input.len() + 1)
    }
}

/// Canonical base64url, without padding and without stray bits (RFC 4648 §3.5, RFC 7515 §2).
fn decode(segment: Segment, text: &[u8], starts_at: usize) -> Result<Vec<u8>, VerifyError> {
    base64::decode(&base64::URL_SAFE, text).map_err(|(fault, at)| {
        let fault = match fault {
            // A character outside the alphabet explains more than the length it may spoil.
            base64::Fault::Character => match text.get(at) {
                Some(b'=') => EncodingFault::Padding,
                Some(b' ' | b'\t' | b'\r' | b'\n') => EncodingFault::Whitespace,
                _ => EncodingFault::Alphabet,
            },
            base64::Fault::Length => EncodingFault::Length,
            base64::Fault::StrayBits => EncodingFault::StrayBits,
        };
        VerifyError::Encoding { segment, fault, at: starts_at + at }
    })
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

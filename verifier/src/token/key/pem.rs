//! PEM as RFC 7468 prints it, without the leniency that RFC grants to parsers: no text before
//! the header, no white space inside, one block.

use alloc::vec::Vec;

use super::KeyError;
use crate::text::beginning;
use crate::token::base64;

/// What a PEM text holds, by its label.
pub(super) enum Block {
    /// `PUBLIC KEY`: a SubjectPublicKeyInfo (RFC 7468 §13).
    Spki(Vec<u8>),
    /// `RSA PUBLIC KEY`: an RSAPublicKey (RFC 8017 §A.1.1).
    Pkcs1(Vec<u8>),
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Most characters of a label that an error shows.
const LABEL_SHOWN: usize = 64;

pub(super) fn decode(text: &str) -> Result<Block, KeyError> {
    let after_begin =
        text.as_bytes().strip_prefix(BEGIN).ok_or_else(|| no_header(text.as_bytes()))?;
    let (label, rest) = split(after_begin, DASHES)
        .filter(|(label, _)| !label.contains(&b'\n'))
        .ok_or(KeyError::MalformedPem { problem: "its header line does not end in five dashes" })?;
    if label.ends_with(b"PRIVATE KEY") {
        return Err(KeyError::PrivateKey);
    }
    let as_block = match label {
        b"PUBLIC KEY" => Block::Spki,
        b"RSA PUBLIC KEY" => Block::Pkcs1,
        _ => {
            // It was cut out of a text at ASCII characters.
            let label = core::str::from_utf8(label).unwrap_or_default();
            return Err(KeyError::PemLabel { label: beginning(label, LABEL_SHOWN).into() });
        }
    };
    let footer = [END, label, DASHES].concat();
    let (body, after) = split(rest, &footer).ok_or(KeyError::MalformedPem {
        problem: "the footer line that belongs to its header line is missing",
    })?;
    if !after.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
        return Err(KeyError::TextAfterFooter);
    }
    Ok(as_block(decode_body(body)?))
}

/// The text between header and footer: lines of base64, each ended by a line break.
fn decode_body(body: &[u8]) -> Result<Vec<u8>, KeyError> {
    if split(body, b"\\n").is_some() {
        let problem = "it has a backslash and an n where line breaks belong";
        return Err(KeyError::MalformedPem { problem });
    }
    let lines = body
        .strip_prefix(b"\r\n")
        .or_else(|| body.strip_prefix(b"\n"))
        .and_then(|lines| lines.strip_suffix(b"\n"))
        .ok_or(KeyError::MalformedPem {
            problem: "its header and footer need lines of their own",
        })?;
    let mut characters = Vec::with_capacity(lines.len());
    for line in lines.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() || !line.iter().all(is_base64) {
            return Err(KeyError::MalformedPem {
                problem: "a line between header and footer is not base64 alone",
            });
        }
        characters.extend_from_slice(line);
    }
    decode_padded(&characters)
        .ok_or(KeyError::MalformedPem { problem: "its base64 is cut off or altered" })
}

/// Base64 with its padding (RFC 4648 §4): whole groups of four, the last one filled up by at
/// most two signs.
fn decode_padded(characters: &[u8]) -> Option<Vec<u8>> {
    if !characters.len().is_multiple_of(4) {
        return None;
    }
    let once = characters.strip_suffix(b"=").unwrap_or(characters);
    let unpadded = once.strip_suffix(b"=").unwrap_or(once);
    base64::decode(&base64::STANDARD, unpadded).ok()
}

fn is_base64(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn no_header(text: &[u8]) -> KeyError {
    match split(text, BEGIN) {
        Some((before, _)) => KeyError::TextBeforeHeader { bytes: before.len() },
        None if text.is_empty() => KeyError::Empty,
        None => KeyError::UnknownFormat,
    }
}

/// What stands before and after the first appearance.
fn split<'t>(text: &'t [u8], separator: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let at = text.windows(separator.len()).position(|window| window == separator)?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

//! PEM as RFC 7468 prints it, without the leniency that RFC grants to parsers: no text before
//! the header, no white space inside, one block.

use alloc::vec::Vec;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::KeyError;

/// What a PEM text holds, by its label.
pub(super) enum Block {
    /// `PUBLIC KEY`: a SubjectPublicKeyInfo (RFC 7468 §13).
    Spki(Vec<u8>),
    /// `RSA PUBLIC KEY`: an RSAPublicKey (RFC 8017 §A.1.1).
    Pkcs1(Vec<u8>),
}

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

pub(super) fn decode(text: &str) -> Result<Block, KeyError> {
    let after_begin = text.strip_prefix(BEGIN).ok_or_else(|| no_header(text))?;
    let (label, rest) =
        after_begin.split_once(DASHES).filter(|(label, _)| !label.contains('\n')).ok_or(
            KeyError::MalformedPem { problem: "its header line does not end in five dashes" },
        )?;
    if label.ends_with("PRIVATE KEY") {
        return Err(KeyError::PrivateKey);
    }
    let as_block = match label {
        "PUBLIC KEY" => Block::Spki,
        "RSA PUBLIC KEY" => Block::Pkcs1,
        _ => return Err(KeyError::PemLabel { label: label.chars().take(64).collect() }),
    };
    let footer = alloc::format!("-----END {label}-----");
    let (body, after) = rest.split_once(footer.as_str()).ok_or(KeyError::MalformedPem {
        problem: "the footer line that belongs to its header line is missing",
    })?;
    if !after.bytes().all(|byte| matches!(byte, b'\r' | b'\n')) {
        return Err(KeyError::TextAfterFooter);
    }
    Ok(as_block(decode_body(body)?))
}

/// The text between header and footer: lines of base64, each ended by a line break.
fn decode_body(body: &str) -> Result<Vec<u8>, KeyError> {
    if body.contains("\\n") {
        let problem = "it has a backslash and an n where line breaks belong";
        return Err(KeyError::MalformedPem { problem });
    }
    let lines = strip_line_break(body).filter(|lines| lines.ends_with('\n')).ok_or(
        KeyError::MalformedPem { problem: "its header and footer need lines of their own" },
    )?;
    let mut base64 = Vec::with_capacity(lines.len());
    for line in lines.lines() {
        if line.is_empty() || !line.bytes().all(is_base64) {
            return Err(KeyError::MalformedPem {
                problem: "a line between header and footer is not base64 alone",
            });
        }
        base64.extend_from_slice(line.as_bytes());
    }
    STANDARD
        .decode(base64)
        .map_err(|_| KeyError::MalformedPem { problem: "its base64 is cut off or altered" })
}

fn strip_line_break(text: &str) -> Option<&str> {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n'))
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn no_header(text: &str) -> KeyError {
    match text.find(BEGIN) {
        Some(bytes) => KeyError::TextBeforeHeader { bytes },
        None if text.is_empty() => KeyError::Empty,
        None => KeyError::UnknownFormat,
    }
}

//! SubjectPublicKeyInfo and RSAPublicKey in DER, both ways.
//!
//! Strictness comes from encoding the result again: what differs in one byte (parameters other
//! than NULL, bytes after the end, a length in a longer form) is refused. So reading may be
//! simple, for a misreading cannot encode to the same bytes.

use alloc::string::String;
use alloc::vec::Vec;

use super::{KeyError, Parts};
use crate::text::text;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// rsaEncryption, 1.2.840.113549.1.1.1 (RFC 8017 §A.1), without tag and length.
const RSA_ENCRYPTION: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// Its AlgorithmIdentifier, whose parameters are NULL.
const RSA_ALGORITHM: [u8; 15] =
    [0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Decodes a SubjectPublicKeyInfo.
pub(super) fn spki(der: &[u8]) -> Result<Parts, KeyError> {
    let (info, _) = element(SEQUENCE, der)?;
    let (algorithm, rest) = element(SEQUENCE, info)?;
    let (oid, _) = element(OBJECT_IDENTIFIER, algorithm)?;
    let (key, _) = element(BIT_STRING, rest)?;
    if oid != RSA_ENCRYPTION {
        return Err(KeyError::NotRsa { algorithm: algorithm_name(oid) });
    }
    // The first byte counts the unused bits of the last one: none.
    let parts = parts(key.strip_prefix(&[0]).ok_or(KeyError::MalformedDer)?)?;
    if encode_spki(&parts) == der { Ok(parts) } else { Err(KeyError::MalformedDer) }
}

/// Decodes an RSAPublicKey (RFC 8017 §A.1.1).
pub(super) fn pkcs1(der: &[u8]) -> Result<Parts, KeyError> {
    let parts = parts(der)?;
    if encode_pkcs1(&parts) == der { Ok(parts) } else { Err(KeyError::MalformedDer) }
}

/// The one SubjectPublicKeyInfo of a key.
pub(super) fn encode_spki(parts: &Parts) -> Vec<u8> {
    let mut bits = Vec::from([0]);
    bits.extend(encode_pkcs1(parts));
    let mut info = RSA_ALGORITHM.to_vec();
    push(&mut info, BIT_STRING, &bits);
    sequence(&info)
}

fn encode_pkcs1(parts: &Parts) -> Vec<u8> {
    let mut key = Vec::new();
    for integer in [&parts.modulus, &parts.exponent] {
        // A sign bit of its own where the first byte would be taken for a negative one; zero is
        // one zero byte.
        let mut signed = Vec::with_capacity(integer.len() + 1);
        if integer.first().is_none_or(|first| *first >= 0x80) {
            signed.push(0);
        }
        signed.extend_from_slice(integer);
        push(&mut key, INTEGER, &signed);
    }
    sequence(&key)
}

fn parts(der: &[u8]) -> Result<Parts, KeyError> {
    let (key, _) = element(SEQUENCE, der)?;
    let (modulus, rest) = element(INTEGER, key)?;
    let (exponent, _) = element(INTEGER, rest)?;
    let unsigned = |integer: &[u8]| {
        let zeros = integer.iter().take_while(|byte| **byte == 0).count();
        integer.get(zeros..).unwrap_or_default().to_vec()
    };
    Ok(Parts { modulus: unsigned(modulus), exponent: unsigned(exponent) })
}

/// The contents of the element at the start, and what follows it.
fn element(tag: u8, der: &[u8]) -> Result<(&[u8], &[u8]), KeyError> {
    let [first, length, rest @ ..] = der else { return Err(KeyError::MalformedDer) };
    let (length, rest) = match (*length, rest) {
        (short @ 0..=0x7f, rest) => (usize::from(short), rest),
        (0x81, [length, rest @ ..]) => (usize::from(*length), rest),
        (0x82, [high, low, rest @ ..]) => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return Err(KeyError::MalformedDer),
    };
    match rest.split_at_checked(length) {
        Some(split) if *first == tag => Ok(split),
        _ => Err(KeyError::MalformedDer),
    }
}

fn sequence(contents: &[u8]) -> Vec<u8> {
    let mut der = Vec::with_capacity(contents.len() + 4);
    push(&mut der, SEQUENCE, contents);
    der
}

/// Contents beyond 65,535 bytes get a length that no reader here can have read.
fn push(der: &mut Vec<u8>, tag: u8, contents: &[u8]) {
    let length = contents.len().to_be_bytes();
    let [.., high, low] = length;
    der.push(tag);
    match contents.len() {
        0..=0x7f => der.push(low),
        0x80..=0xff => der.extend([0x81, low]),
        _ => der.extend([0x82, high, low]),
    }
    der.extend_from_slice(contents);
}

fn algorithm_name(oid: &[u8]) -> String {
    let name = match oid {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a] => {
            "RSASSA-PSS (a key bound to its own parameters)"
        }
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01] => "an elliptic curve key",
        [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01] => "a DSA key",
        [0x2b, 0x65, 0x70] => "an Ed25519 key",
        _ => return dotted(oid),
    };
    String::from(name)
}

/// An object identifier as numbers (X.690 §8.19): seven bits a byte, the first number two arcs.
fn dotted(oid: &[u8]) -> String {
    let mut text = String::new();
    let mut number = 0_u64;
    for byte in oid.iter().take(32) {
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let arc = (number / 40).min(2);
            text = text!(arc);
            number -= 40 * arc;
        }
        text = text!(text, ".", number);
        number = 0;
    }
    text
}

//! SubjectPublicKeyInfo and RSAPublicKey in DER, both ways.

use alloc::string::ToString;
use alloc::vec::Vec;

use rsa::pkcs1::RsaPublicKeyRef;
use rsa::pkcs1::UintRef;
use rsa::pkcs1::der::asn1::{AnyRef, BitStringRef};
use rsa::pkcs1::der::{Decode, Encode};
use rsa::pkcs8::ObjectIdentifier;
use rsa::pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::{KeyError, Parts};

/// rsaEncryption (RFC 8017 §A.1).
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Decodes a SubjectPublicKeyInfo.
///
/// Strictness comes from encoding the result again: what differs in one byte (parameters other
/// than NULL, bytes after the end, a length in a longer form) is refused.
pub(super) fn spki(der: &[u8]) -> Result<Parts, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::MalformedDer)?;
    if info.algorithm.oid != RSA_ENCRYPTION {
        return Err(KeyError::NotRsa { algorithm: algorithm_name(info.algorithm.oid) });
    }
    let key = info.subject_public_key.as_bytes().ok_or(KeyError::MalformedDer)?;
    let parts = pkcs1(key)?;
    if encode_spki(&parts)? != der {
        return Err(KeyError::MalformedDer);
    }
    Ok(parts)
}

/// Decodes an RSAPublicKey (RFC 8017 §A.1.1).
pub(super) fn pkcs1(der: &[u8]) -> Result<Parts, KeyError> {
    let key = RsaPublicKeyRef::from_der(der).map_err(|_| KeyError::MalformedDer)?;
    Ok(Parts {
        modulus: key.modulus.as_bytes().to_vec(),
        exponent: key.public_exponent.as_bytes().to_vec(),
    })
}

/// The one SubjectPublicKeyInfo of a key.
pub(super) fn encode_spki(parts: &Parts) -> Result<Vec<u8>, KeyError> {
    let encode = || {
        let key = RsaPublicKeyRef {
            modulus: UintRef::new(&parts.modulus)?,
            public_exponent: UintRef::new(&parts.exponent)?,
        }
        .to_der()?;
        SubjectPublicKeyInfoRef {
            algorithm: AlgorithmIdentifierRef {
                oid: RSA_ENCRYPTION,
                parameters: Some(AnyRef::NULL),
            },
            subject_public_key: BitStringRef::from_bytes(&key)?,
        }
        .to_der()
    };
    encode().map_err(|_| KeyError::MalformedDer)
}

fn algorithm_name(oid: ObjectIdentifier) -> alloc::string::String {
    let oid = oid.to_string();
    let name = match oid.as_str() {
        "1.2.840.113549.1.1.10" => "RSASSA-PSS (a key bound to its own parameters)",
        "1.2.840.10045.2.1" => "an elliptic curve key",
        "1.2.840.10040.4.1" => "a DSA key",
        "1.3.101.112" => "an Ed25519 key",
        _ => return oid,
    };
    name.to_string()
}

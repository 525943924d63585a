//! Public keys in each notation, and what is no key to trust.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use meterproof::{KeyError, PublicKey};
use rsa::pkcs1::{EncodeRsaPublicKey, LineEnding};
use rsa::pkcs8::{DecodePublicKey, EncodePublicKey};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, RsaPublicKey};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::vector_file::VectorFile;

fn pem() -> String {
    VectorFile::read("crafted.json").keys["rsa3072"].clone()
}

fn rsa_key() -> RsaPublicKey {
    RsaPublicKey::from_public_key_pem(&pem()).unwrap()
}

fn code(text: &str) -> &'static str {
    PublicKey::parse(text).unwrap_err().code()
}

/// A SubjectPublicKeyInfo of any modulus and exponent, as PEM.
fn pem_of(n: &[u8], e: &[u8]) -> String {
    let key = rsa::pkcs1::RsaPublicKeyRef {
        modulus: rsa::pkcs1::UintRef::new(n).unwrap(),
        public_exponent: rsa::pkcs1::UintRef::new(e).unwrap(),
    };
    let der = rsa::pkcs1::der::Encode::to_der(&key).unwrap();
    format!(
        "-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n",
        STANDARD.encode(der)
    )
}

fn modulus_of(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] >>= 8 * modulus.len() - bits;
    modulus
}

#[test]
fn four_notations_make_one_key() {
    let (text, rsa) = (pem(), rsa_key());
    let key = PublicKey::parse(&text).unwrap();
    assert_eq!(key.bits(), 3072);
    let der = rsa.to_public_key_der().unwrap();
    assert_eq!(key.fingerprint(), <[u8; 32]>::from(Sha256::digest(&der)));

    assert_eq!(PublicKey::from_spki_der(der.as_bytes()).unwrap(), key);
    let pkcs1 = rsa.to_pkcs1_pem(LineEnding::LF).unwrap();
    assert_eq!(PublicKey::parse(&pkcs1).unwrap(), key);
    let n = URL_SAFE_NO_PAD.encode(rsa.n_bytes());
    for jwk in [
        json!({"kty": "RSA", "n": n, "e": "AQAB"}),
        json!({"kty": "RSA", "n": n, "e": "AQAB", "kid": "1", "use": "sig", "alg": "PS256", "key_ops": ["verify"]}),
    ] {
        let key_of_jwk = PublicKey::parse(&format!(" {jwk}\n")).unwrap();
        assert_eq!((key_of_jwk.fingerprint(), &key_of_jwk), (key.fingerprint(), &key));
    }
    assert_eq!(PublicKey::parse(&text.replace('\n', "\r\n")).unwrap(), key);
    assert_eq!(PublicKey::parse(text.trim_end()).unwrap(), key);
    let one_line = text.lines().filter(|line| !line.starts_with('-')).collect::<String>();
    let one_line = format!("-----BEGIN PUBLIC KEY-----\n{one_line}\n-----END PUBLIC KEY-----\n");
    assert_eq!(PublicKey::parse(&one_line).unwrap(), key);
}

#[test]
fn debug_shows_size_and_fingerprint_alone() {
    let key = PublicKey::parse(&pem()).unwrap();
    let hex: String = key.fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(format!("{key:?}"), format!("PublicKey(RSA-3072, SHA-256 {hex})"));
}

#[test]
fn published_keys_are_refused_whatever_their_notation() {
    // The three of jwt.io as it printed them, and three printed with their private halves in RFCs.
    let jwt_io = [
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDdlatRjRjogo3WojgGHFHYLugdUWAY9iR3fy4arWNA1KoS8kVw33cJibXr8bvwUAUparCwlvdbH6dvEOfou0/gCFQsHUfQrSDv+MuSUMAe8jzKE4qW+jK+xQU9a03GUnKHkkle+Q0pX/g6jXZ7r1/xAK5Do2kQ+X5xK9cipRgEKwIDAQAB",
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAnzyis1ZjfNB0bBgKFMSvvkTtwlvBsaJq7S5wA+kzeVOVpVWwkWdVha4s38XM/pa/yr47av7+z3VTmvDRyAHcaT92whREFpLv9cj5lTeJSibyr/Mrm/YtjCZVWgaOYIhwrXwKLqPr/11inWsAkfIytvHWTxZYEcXLgAXFuUuaS3uF9gEiNQwzGTU1v0FqkqTBr4B8nW3HCN47XUu0t8Y0e+lf4s4OxQawWD79J9/5d3Ry0vbV3Am1FtGJiJvOwRsIfVChDpYStTcHTCMqtvWbV6L11BWkpzGXSW4Hv43qa+GSYOD2QU68Mb59oSk2OB+BtOLpJofmbGEGgvmwyCI9MwIDAQAB",
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u+qKhbwKfBstIs+bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW/VDL5AaWTg0nLVkjRo9z+40RQzuVaE8AkAFmxZzow3x+VJYKdjykkJ0iT9wCS0DRTXu269V264Vf/3jvredZiKRkgwlL9xNAwxXFg0x/XFw005UWVRIkdgcKWTjpBP2dPwVZ4WWC+9aGVd+Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbcmwIDAQAB",
    ];
    for spki in jwt_io {
        let der = STANDARD.decode(spki).unwrap();
        let rsa = RsaPublicKey::from_public_key_der(&der).unwrap();
        let jwk = json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(rsa.n_bytes()), "e": "AQAB"});
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n");
        for error in [
            PublicKey::from_spki_der(&der).unwrap_err(),
            PublicKey::parse(&pem).unwrap_err(),
            PublicKey::parse(&rsa.to_pkcs1_pem(LineEnding::CRLF).unwrap()).unwrap_err(),
            PublicKey::parse(&jwk.to_string()).unwrap_err(),
        ] {
            assert_eq!(error.code(), "key_is_published");
            assert!(
                matches!(error, KeyError::DemoKey { published_in } if published_in.contains("jwt.io"))
            );
        }
    }
    for (rfc, n) in [
        (
            "RFC 7515 appendix A.2",
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
        ),
        (
            "RFC 7517 appendix A.2",
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        ),
        (
            "RFC 7520 section 3.4",
            "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw",
        ),
    ] {
        let error = PublicKey::parse(&json!({"kty": "RSA", "n": n, "e": "AQAB"}).to_string());
        assert_eq!(error, Err(KeyError::DemoKey { published_in: rfc }));
    }
    let spki = jwt_io[0];
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n");
    assert_eq!(
        PublicKey::parse(&pem).unwrap_err().to_string(),
        "the private half of this key is published by jwt.io (its former 1024-bit demo key), so \
         that anybody can sign with it: use the key that AWS Marketplace showed"
    );
}

#[test]
fn sizes_and_exponents() {
    let e = [1, 0, 1];
    for (bits, expected) in [
        (512, "key_too_small"),
        (1024, "key_too_small"),
        (2047, "key_too_small"),
        (4097, "key_too_large"),
        (16384, "key_too_large"),
    ] {
        assert_eq!(code(&pem_of(&modulus_of(bits), &e)), expected, "{bits}");
    }
    for bits in [2048, 2049, 3072, 4095, 4096] {
        let key = PublicKey::parse(&pem_of(&modulus_of(bits), &e)).unwrap();
        assert_eq!(key.bits() as usize, bits);
    }
    let n = modulus_of(3072);
    for (exponent, expected) in [
        (&[1][..], "key_exponent_too_small"),
        (&[3], "key_exponent_too_small"),
        (&[0xff, 0xff], "key_exponent_too_small"),
        (&[1, 0, 2], "key_exponent_even"),
        (&[2, 0, 0, 0, 1], "key_exponent_too_large"),
        (&[1, 0, 0, 0, 0, 0, 0, 0, 1], "key_exponent_too_large"),
        (&n, "key_exponent_too_large"),
    ] {
        assert_eq!(code(&pem_of(&n, exponent)), expected, "{exponent:x?}");
    }
    assert!(PublicKey::parse(&pem_of(&n, &[1, 0xff, 0xff, 0xff, 0xff])).is_ok());
    let mut even = n.clone();
    *even.last_mut().unwrap() = 0xfe;
    assert_eq!(code(&pem_of(&even, &e)), "key_modulus_even");
    assert_eq!(
        PublicKey::parse(&pem_of(&modulus_of(1024), &e)).unwrap_err().to_string(),
        "the key has 1024 bits, expected at least 2048: use the key that AWS Marketplace showed"
    );
}

#[test]
fn pem_must_be_one_block_and_nothing_else() {
    let pem = pem();
    let body = pem.lines().nth(1).unwrap();
    for (what, text, expected) in [
        ("nothing", String::new(), "key_empty"),
        ("white space", " \n".to_owned(), "key_empty"),
        ("a word", "key".to_owned(), "key_format_unknown"),
        ("the base64 alone", body.to_owned(), "key_format_unknown"),
        ("a space before", format!(" {pem}"), "key_text_before_header"),
        ("a line break before", format!("\n{pem}"), "key_text_before_header"),
        ("a byte order mark before", format!("\u{feff}{pem}"), "key_text_before_header"),
        ("a comment before", format!("Marketplace key\n{pem}"), "key_text_before_header"),
        ("another key type before", format!("ssh-rsa AAAA\n{pem}"), "key_text_before_header"),
        ("text after", format!("{pem}x"), "key_text_after_footer"),
        ("a space after", format!("{pem} "), "key_text_after_footer"),
        ("two keys", format!("{pem}{pem}"), "key_text_after_footer"),
        ("a certificate", pem.replace("PUBLIC KEY", "CERTIFICATE"), "key_pem_label"),
        ("an EC key", pem.replace("PUBLIC KEY", "EC PUBLIC KEY"), "key_pem_label"),
        ("a lower-case label", pem.replace("PUBLIC KEY", "public key"), "key_pem_label"),
        ("a private key", pem.replace("PUBLIC", "PRIVATE"), "key_is_private"),
        ("a PKCS#1 private key", pem.replace("PUBLIC", "RSA PRIVATE"), "key_is_private"),
        ("an encrypted key", pem.replace("PUBLIC", "ENCRYPTED PRIVATE"), "key_is_private"),
        ("another footer", pem.replace("END PUBLIC", "END RSA PUBLIC"), "key_pem_malformed"),
        ("no footer", pem.replace("-----END PUBLIC KEY-----\n", ""), "key_pem_malformed"),
        ("four dashes", pem.replacen("KEY-----", "KEY----", 1), "key_pem_malformed"),
        ("all on one line", pem.replace('\n', ""), "key_pem_malformed"),
        ("escaped line breaks", pem.trim_end().replace('\n', "\\n"), "key_pem_malformed"),
        ("indented", pem.replace('\n', "\n  ").trim_end().to_owned(), "key_pem_malformed"),
        ("an empty line", pem.replacen('\n', "\n\n", 1), "key_pem_malformed"),
        ("a header field", pem.replacen('\n', "\nProc-Type: 4\n", 1), "key_pem_malformed"),
        ("a space in a line", pem.replacen("IB", "I B", 1), "key_pem_malformed"),
        ("base64url", pem.replacen("IB", "I_", 1), "key_pem_malformed"),
        ("a character lost", pem.replacen("IB", "I", 1), "key_pem_malformed"),
        ("a line lost", pem.replacen(&format!("{body}\n"), "", 1), "key_der_malformed"),
        (
            "nothing inside",
            "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n".to_owned(),
            "key_pem_malformed",
        ),
        (
            "PKCS#1 inside PUBLIC KEY",
            pem_of(&modulus_of(2048), &[1, 0, 1]).replace("RSA ", ""),
            "key_der_malformed",
        ),
        ("SPKI inside RSA PUBLIC KEY", pem.replace("PUBLIC", "RSA PUBLIC"), "key_der_malformed"),
    ] {
        assert_eq!(PublicKey::parse(&text).map_err(|error| error.code()), Err(expected), "{what}");
    }
}

#[test]
fn spki_der_must_be_the_one_encoding() {
    let der = rsa_key().to_public_key_der().unwrap().into_vec();
    let code = |der: &[u8]| PublicKey::from_spki_der(der).unwrap_err().code();
    assert_eq!(code(&[]), "key_der_malformed");
    for length in 0..der.len() {
        assert!(PublicKey::from_spki_der(&der[..length]).is_err(), "{length}");
    }
    assert_eq!(code(&[&der[..], &[0]].concat()), "key_der_malformed");
    // The algorithm identifier begins at byte 4: 30 0d 06 09 (OID of nine bytes) 05 00.
    assert_eq!(der[4..8], [0x30, 0x0d, 0x06, 0x09]);
    let mut pss = der.clone();
    pss[16] = 10;
    assert_eq!(code(&pss), "key_not_rsa");
    let mut no_null = der.clone();
    no_null[17] = 4;
    assert_eq!(code(&no_null), "key_der_malformed");
    let ed25519 = STANDARD.decode("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
    assert_eq!(
        PublicKey::from_spki_der(&ed25519.unwrap()).unwrap_err().to_string(),
        "the key's algorithm is an Ed25519 key, expected RSA (rsaEncryption): use the key that \
         AWS Marketplace showed"
    );
}

#[test]
fn a_jwk_must_be_an_rsa_key_for_ps256() {
    let n = URL_SAFE_NO_PAD.encode(rsa_key().n_bytes());
    let zero = URL_SAFE_NO_PAD.encode([&[0], &*rsa_key().n_bytes()].concat());
    for (jwk, expected) in [
        (json!([]), "key_jwk_member"),
        (json!({}), "key_jwk_member"),
        (json!({"keys": [{"kty": "RSA", "n": n, "e": "AQAB"}]}), "key_jwk_set"),
        (json!({"kty": "EC", "crv": "P-256", "x": "", "y": ""}), "key_not_rsa"),
        (json!({"kty": "oct", "k": "AA"}), "key_is_private"),
        (json!({"kty": "RSA", "n": n, "e": "AQAB", "d": "AA"}), "key_is_private"),
        (json!({"kty": "RSA", "n": n}), "key_jwk_member"),
        (json!({"kty": "RSA", "e": "AQAB"}), "key_jwk_member"),
        (json!({"kty": "RSA", "n": n, "e": 65537}), "key_jwk_member"),
        (json!({"kty": "RSA", "n": n, "e": ""}), "key_jwk_member"),
        (json!({"kty": "RSA", "n": n, "e": "AAEAAQ"}), "key_jwk_member"),
        (json!({"kty": "RSA", "n": zero, "e": "AQAB"}), "key_jwk_member"),
        (json!({"kty": "RSA", "n": n + "=", "e": "AQAB"}), "key_jwk_member"),
        (json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"}), "key_too_small"),
    ] {
        assert_eq!(code(&jwk.to_string()), expected, "{jwk}");
    }
    let n = URL_SAFE_NO_PAD.encode(rsa_key().n_bytes());
    for (member, value) in [
        ("use", json!("enc")),
        ("alg", json!("RS256")),
        ("alg", json!("RSA-OAEP")),
        ("key_ops", json!(["encrypt"])),
        ("key_ops", json!("verify")),
    ] {
        let mut jwk = json!({"kty": "RSA", "n": n, "e": "AQAB"});
        jwk[member] = value;
        let error = PublicKey::parse(&jwk.to_string()).unwrap_err();
        assert!(matches!(error, KeyError::JwkMember { member: found, .. } if found == member));
    }
    assert_eq!(code("{\"kty\":\"RSA\""), "key_jwk_not_json");
    assert_eq!(code("{\"kty\":\"RSA\",\"kty\":\"RSA\"}"), "key_jwk_not_json");
}

#[test]
fn the_library_under_it_takes_what_we_take() {
    let n = BoxedUint::from_be_slice_vartime(&modulus_of(4096));
    assert!(RsaPublicKey::new(n, BoxedUint::from(meterproof::MAX_EXPONENT)).is_ok());
}

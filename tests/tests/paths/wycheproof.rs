//! Project Wycheproof's RSASSA-PSS signatures, all sets, by each path.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meterproof::{PublicKey, ps256};
use rsa::hazmat::rsa_encrypt;
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, RsaPublicKey, pkcs1::DecodeRsaPublicKey as _};
use wycheproof::rsa_pss_verify::{TestGroup, TestName, TestSet};
use wycheproof::{HashFunction, TestResult};

use crate::{F4, apply, operation, paths};

/// What the signature turns into (EM, RFC 8017 §8.1.2 step 2) is the same number on each path, for
/// good and bad signatures of any parameters.
#[test]
fn every_signature_becomes_the_same_number() {
    let (mut numbers, mut refused) = (0, 0);
    for group in groups() {
        let key = RsaPublicKey::from_pkcs1_der(&group.asn_key).unwrap();
        let modulus = key.n_bytes();
        let operations: Vec<_> = paths()
            .filter(|path| *path != meterproof::rsa::Path::Reference)
            .map(|path| (path, operation(path, &modulus, F4).unwrap()))
            .collect();
        assert_eq!(key.e(), &BoxedUint::from(F4));
        for test in &group.tests {
            let signature: &[u8] = &test.sig;
            if signature.len() != modulus.len() {
                refused += 1;
                continue;
            }
            let below = signature < &*modulus;
            let expected = below.then(|| {
                let precision = 8 * u32::try_from(modulus.len()).unwrap();
                let number = BoxedUint::from_be_slice(signature, precision).unwrap();
                let bytes = rsa_encrypt(&key, &number).unwrap().to_be_bytes();
                bytes[bytes.len() - modulus.len()..].to_vec()
            });
            *if below { &mut numbers } else { &mut refused } += 1;
            for (path, operation) in &operations {
                assert_eq!(apply(operation, signature), expected, "{path:?} {}", test.tc_id);
            }
        }
    }
    assert_eq!((numbers, refused), (3353, 144));
}

/// The verdicts of the sets with PS256's parameters.
#[test]
fn verdicts_on_ps256_agree() {
    let sha_256 = HashFunction::Sha2_256;
    let is_ps256 = |group: &TestGroup| {
        group.hash == sha_256 && group.mgf_hash == Some(sha_256) && group.salt_size == 32
    };
    for path in paths() {
        let (mut accepted, mut refused) = (0, 0);
        for group in groups().filter(is_ps256) {
            let pkcs1 = format!(
                "-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n",
                STANDARD.encode(&*group.asn_key)
            );
            let key = PublicKey::parse(&pkcs1).unwrap().on_path(path).unwrap();
            for test in &group.tests {
                let valid = ps256::verify(&key, &test.msg, &test.sig).is_ok();
                assert_eq!(valid, test.result == TestResult::Valid, "{path:?} {}", test.comment);
                *if valid { &mut accepted } else { &mut refused } += 1;
            }
        }
        // The five sets of PS256, and two signatures of a mixed one.
        assert_eq!((accepted, refused), (5 * 63 + 2, 5 * 45), "{path:?}");
    }
}

fn groups() -> impl Iterator<Item = TestGroup> {
    TestName::all().into_iter().flat_map(|name| TestSet::load(name).unwrap().test_groups)
}

//! Project Wycheproof's RSASSA-PSS sets: verdicts equal where the parameters are those of
//! PS256, everything refused where they are others.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meterproof::{PublicKey, ps256};
use wycheproof::rsa_pss_verify::{TestGroup, TestName, TestSet};
use wycheproof::{HashFunction, TestResult, rsa_pkcs1_verify};

#[derive(Debug, Default, PartialEq)]
struct Tally {
    accepted: usize,
    refused: usize,
}

#[test]
fn verdicts_agree_on_ps256() {
    for name in [
        TestName::RsaPss2048Sha256Mgf1SaltLen32,
        TestName::RsaPss2048Sha256Mgf1SaltLen32WithParams,
        TestName::RsaPss3072Sha256Mgf1SaltLen32,
        TestName::RsaPss3072Sha256Mgf1SaltLen32WithParams,
        TestName::RsaPss4096Sha256Mgf1SaltLen32,
    ] {
        let groups = TestSet::load(name).unwrap().test_groups;
        assert!(groups.iter().all(is_ps256), "{name:?}");
        assert_eq!(run(&groups), Tally { accepted: 63, refused: 45 }, "{name:?}");
    }
}

/// Signatures with other parameters, most of them valid there. What gets through are the ones
/// a set spoils by giving them the salt length that is PS256's.
#[test]
fn each_other_parameter_is_refused() {
    let (mut valid, mut invalid, mut accepted) = (0, 0, Vec::new());
    for name in TestName::all() {
        for group in TestSet::load(name).unwrap().test_groups {
            if is_ps256(&group) {
                continue;
            }
            let key = key(&group);
            for test in &group.tests {
                *if test.result == TestResult::Valid { &mut valid } else { &mut invalid } += 1;
                if ps256::verify(&key, &test.msg, &test.sig).is_ok() {
                    accepted.push((name, test.result, test.comment.clone()));
                }
            }
        }
    }
    assert_eq!((valid, invalid), (2091, 864));
    let spoilt = |name| (name, TestResult::Invalid, "s_len changed to 32".to_owned());
    assert_eq!(
        accepted,
        [
            spoilt(TestName::RsaPss2048Sha256Mgf1SaltLen0WithParams),
            spoilt(TestName::RsaPss2048Sha256Mgf1SaltLen0),
        ]
    );
}

/// Its PKCS #1 v1.5 sets have keys of other sizes, and keys with the exponent 3.
#[test]
fn keys_are_taken_by_size_and_exponent() {
    let mut groups: BTreeMap<_, usize> = BTreeMap::new();
    for name in rsa_pkcs1_verify::TestName::all() {
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let verdict = PublicKey::parse(&group.pem).map(|key| key.bits());
            let verdict = verdict.map_err(|error| error.code());
            *groups.entry((group.key_size, verdict)).or_default() += 1;
        }
    }
    let groups: Vec<_> = groups.into_iter().map(|((bits, key), n)| (bits, key, n)).collect();
    assert_eq!(
        groups,
        [
            (2048, Ok(2048), 10),
            (2048, Err("key_exponent_too_small"), 3),
            (3072, Ok(3072), 7),
            (3072, Err("key_exponent_too_small"), 2),
            (4096, Ok(4096), 4),
            (8192, Err("key_too_large"), 3),
        ]
    );
}

fn is_ps256(group: &TestGroup) -> bool {
    let sha_256 = HashFunction::Sha2_256;
    group.hash == sha_256 && group.mgf_hash == Some(sha_256) && group.salt_size == 32
}

fn run(groups: &[TestGroup]) -> Tally {
    let mut tally = Tally::default();
    for group in groups {
        let key = key(group);
        for test in &group.tests {
            let accepted = ps256::verify(&key, &test.msg, &test.sig).is_ok();
            let valid = test.result == TestResult::Valid;
            assert_eq!(accepted, valid, "{} {}", test.tc_id, test.comment);
            *if accepted { &mut tally.accepted } else { &mut tally.refused } += 1;
        }
    }
    tally
}

/// The sets "with parameters" name the algorithm RSASSA-PSS in the key, which is refused: a
/// Marketplace key says rsaEncryption. Their modulus and exponent go in as PKCS #1.
fn key(group: &TestGroup) -> PublicKey {
    let pkcs1 = format!(
        "-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n",
        STANDARD.encode(&*group.asn_key)
    );
    let key = PublicKey::parse(&pkcs1).unwrap();
    match PublicKey::from_spki_der(&group.der) {
        Ok(from_spki) => assert_eq!(from_spki, key),
        Err(error) => assert_eq!(error.code(), "key_not_rsa"),
    }
    key
}

//! Why a signature does not verify: what the `rsa` crate signs in other ways is told apart, and
//! nothing that is found ever changes a verdict.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use meterproof::usage::ProductCode;
use meterproof::{
    CauseCode, CheckName, Diagnosis, ExpectedNonce, KeySet, KeyVersion, PublicKey,
    RegistrationVerifier, Status, Timestamp, Verdict,
};
use proptest::prelude::*;
use proptest::sample::Index;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::rand_core::UnwrapErr;
use rsa::{Pss, RsaPrivateKey};
use sha2::digest::common::getrandom::SysRng;
use sha2::digest::{Digest, FixedOutputReset};
use sha2::{Sha256, Sha384, Sha512};

const HEADER: &str = r#"{"alg":"PS256","typ":"JWT"}"#;
const PAYLOAD: &str = r#"{"productCode":"p","publicKeyVersion":1,"iat":1795257000}"#;

static KEYS: LazyLock<[RsaPrivateKey; 2]> =
    LazyLock::new(|| [(); 2].map(|()| RsaPrivateKey::new(&mut UnwrapErr(SysRng), 2048).unwrap()));

static VERIFIER: LazyLock<RegistrationVerifier> = LazyLock::new(|| {
    let keys = (1..).zip(KEYS.iter()).fold(KeySet::new(), |keys, (version, key)| {
        let pem = key.to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
        keys.with(KeyVersion::new(version).unwrap(), PublicKey::parse(&pem).unwrap())
    });
    RegistrationVerifier::new(ProductCode::parse("p").unwrap(), keys)
});

fn input() -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(PAYLOAD))
}

fn token(signature: &[u8]) -> String {
    format!("{}.{}", input(), URL_SAFE_NO_PAD.encode(signature))
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_795_257_000).unwrap()
}

/// A signature by PSS with one function for message and mask.
fn sign<D: Digest + FixedOutputReset>(key: usize, message: &[u8], salt: usize) -> Vec<u8> {
    let scheme = Pss::<D>::new_with_salt(salt);
    KEYS[key].sign_with_rng(&mut UnwrapErr(SysRng), scheme, &D::digest(message)).unwrap()
}

/// The diagnosis, which comes to the same end as `verify` and finds causes of no good signature.
fn diagnose(token: &[u8]) -> Diagnosis {
    let nonce = ExpectedNonce::NotSent;
    let diagnosis = VERIFIER.diagnose(token, &nonce, now());
    assert_eq!(diagnosis.outcome(), VERIFIER.verify(token, &nonce, now()).as_ref());
    let signature = diagnosis.check(CheckName::Signature).unwrap().status;
    if signature == Status::Pass {
        assert_eq!(diagnosis.causes(), []);
    } else {
        assert_eq!(diagnosis.verdict(), Verdict::Refused);
    }
    diagnosis
}

fn causes(diagnosis: &Diagnosis) -> Vec<(CauseCode, &str)> {
    diagnosis.causes().iter().map(|cause| (cause.code, cause.evidence.as_str())).collect()
}

#[test]
fn every_salt_length_is_told() {
    for salt in 0..=222 {
        let diagnosis = diagnose(token(&sign::<Sha256>(0, input().as_bytes(), salt)).as_bytes());
        let evidence = format!(
            "the key of version 1 signed this token with a salt of {salt} bytes, where PS256 has 32"
        );
        let expected: &[_] =
            if salt == 32 { &[] } else { &[(CauseCode::OtherSaltLength, evidence.as_str())] };
        assert_eq!(causes(&diagnosis), expected, "{salt}");
        assert_eq!(diagnosis.registration().is_some(), salt == 32);
    }
}

#[test]
fn other_hashes_are_told() {
    for salt in [0, 32, 48, 64, 100, 190] {
        let by = |bits: u32| {
            format!(
                "the key of version 1 signed this token by PSS with SHA-{bits}, MGF1 with \
                 SHA-{bits} and a salt of {salt} bytes"
            )
        };
        let with_384 = token(&sign::<Sha384>(0, input().as_bytes(), salt));
        let diagnosis = diagnose(with_384.as_bytes());
        assert_eq!(causes(&diagnosis), [(CauseCode::OtherPssHash, by(384).as_str())]);
        let with_512 = token(&sign::<Sha512>(0, input().as_bytes(), salt));
        let diagnosis = diagnose(with_512.as_bytes());
        assert_eq!(causes(&diagnosis), [(CauseCode::OtherPssHash, by(512).as_str())]);
    }
}

#[test]
fn every_cause_has_a_remedy_and_a_short_evidence() {
    for signature in [
        sign::<Sha256>(0, input().as_bytes(), 20),
        sign::<Sha256>(0, b"something else", 32),
        sign::<Sha256>(1, input().as_bytes(), 32),
        vec![7; 256],
        vec![7; 100],
    ] {
        let diagnosis = diagnose(token(&signature).as_bytes());
        assert_eq!(diagnosis.causes().len(), 1);
        let cause = &diagnosis.causes()[0];
        assert!(cause.remedy().len() > 20 && cause.evidence.len() < 200, "{cause:?}");
    }
}

#[test]
fn of_a_large_set_the_named_key_and_63_more_are_tried() {
    let key = |at: usize| VERIFIER.keys().get(KeyVersion::new(at as u32).unwrap()).unwrap().clone();
    let set = |second_at: u32| {
        (1..=200).fold(KeySet::new(), |keys, version| {
            let which = if version == second_at { 2 } else { 1 };
            keys.with(KeyVersion::new(version).unwrap(), key(which))
        })
    };
    let by_second = token(&sign::<Sha256>(1, input().as_bytes(), 32));
    let codes = |second_at| {
        let product = VERIFIER.product_code().clone();
        let diagnosis = RegistrationVerifier::new(product, set(second_at)).diagnose(
            &by_second,
            &ExpectedNonce::NotSent,
            now(),
        );
        diagnosis.causes().iter().map(|cause| cause.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(64), [CauseCode::SignedByOtherKey]);
    assert_eq!(codes(65), [CauseCode::UnknownKey]);
}

proptest! {
    #[test]
    fn another_text_of_any_key_is_told(which in 0..2_usize, other: Vec<u8>, salt in 0..200_usize) {
        prop_assume!(other != input().as_bytes());
        let diagnosis = diagnose(token(&sign::<Sha256>(which, &other, salt)).as_bytes());
        let codes: Vec<_> = diagnosis.causes().iter().map(|cause| cause.code).collect();
        let mut expected = Vec::new();
        expected.extend((which == 1).then_some(CauseCode::SignedByOtherKey));
        expected.extend((salt != 32).then_some(CauseCode::OtherSaltLength));
        expected.push(CauseCode::TextChanged);
        prop_assert_eq!(codes, expected);
    }

    #[test]
    fn no_change_of_a_token_gets_a_better_verdict(at: Index, with: u8, edit in 0..3, count in 1..40_usize) {
        static GOOD: LazyLock<Vec<u8>> =
            LazyLock::new(|| token(&sign::<Sha256>(0, input().as_bytes(), 32)).into_bytes());
        let mut bytes = GOOD.clone();
        let at = at.index(bytes.len());
        match edit {
            0 => bytes[at] = with,
            1 => bytes.insert(at, with),
            _ => { bytes.drain(at..bytes.len().min(at + count)); }
        }
        let is_changed = bytes != *GOOD;
        prop_assert_eq!(diagnose(&bytes).verdict() == Verdict::Verified, !is_changed);
    }

    #[test]
    fn any_signature_gets_an_answer(
        header in "[ -~]{0,40}|[A-Za-z0-9+/_=-]{0,40}",
        payload in "[ -~]{0,40}|[A-Za-z0-9+/_=-]{0,40}",
        signature: Vec<u8>,
        text in "[ -~]{0,400}|[0-9a-f]{500,520}|[A-Za-z0-9+/_=-]{340,350}",
        is_text: bool,
    ) {
        let segment = if is_text { text } else { URL_SAFE_NO_PAD.encode(signature) };
        diagnose(format!("{header}.{payload}.{segment}").as_bytes());
        diagnose(format!("{}.{segment}", input()).as_bytes());
    }
}

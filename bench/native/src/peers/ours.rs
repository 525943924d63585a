//! The core, on each of its paths.

use meterproof::rsa::{Modulus, Path, PublicOperation, Words};
use meterproof::usage::{ProductCode, Rules};
use meterproof::{
    ExpectedNonce, KeySet, KeyVersion, Nonce, PublicKey, RegistrationVerifier, Timestamp, ps256,
};
use meterproof_bench_harness::{Expected, NOW_SECONDS, Token, public_key_pem};

use super::{Fault, Raw, Verify, VerifySignature};

/// The core with one key on one path.
pub struct Ours {
    path: &'static str,
    key: PublicKey,
}

impl Ours {
    /// The paths that programs take on machines like this one.
    pub fn all(bits: u32) -> Result<Vec<Self>, Fault> {
        let key = PublicKey::parse(public_key_pem(bits))?;
        let paths = [
            #[cfg(target_arch = "x86_64")]
            ("avx2", Path::Avx2),
            ("portable", Path::Limbs64),
        ];
        Ok(paths
            .into_iter()
            .filter_map(|(path, of)| Some(Self { path, key: key.on_path(of)? }))
            .collect())
    }

    pub fn name(&self) -> String {
        format!("meterproof {}", self.path)
    }

    pub fn verify<'t>(&self, tokens: &'t [Token]) -> Verify<'t> {
        let expected = Expected::of(0);
        let product = ProductCode::parse(&expected.product_code).expect("a product code");
        let version = KeyVersion::new(expected.public_key_version).expect("versions count from 1");
        let verifier =
            RegistrationVerifier::new(product, KeySet::new().with(version, self.key.clone()));
        let now = now();
        // A container makes its nonce before it registers.
        let nonces: Vec<ExpectedNonce> = tokens
            .iter()
            .map(|token| Nonce::new(&token.expected.nonce).expect("a UUID"))
            .map(ExpectedNonce::Exactly)
            .collect();
        Box::new(move |number| verifier.verify(&tokens[number].text, &nonces[number], now).is_ok())
    }

    pub fn verify_signature(&self) -> VerifySignature {
        let key = self.key.clone();
        Box::new(move |message, signature| ps256::verify(&key, message, signature).is_ok())
    }
}

/// The public operation on every path that was compiled and that this machine can take, but for
/// WebAssembly's `fma`, whose vectors are numbers one by one here.
pub fn raw(modulus: &[u8]) -> Result<Vec<(String, Raw)>, Fault> {
    let modulus = Modulus::from_be_bytes(modulus).ok_or("no modulus that is allowed")?;
    let mut all: Vec<(String, Raw)> = Vec::new();
    for path in Path::ALL.iter().filter(|path| **path != Path::Fma) {
        let Some(operation) = PublicOperation::with_path(*path, modulus.clone(), 65_537) else {
            continue;
        };
        let name = match path {
            Path::Limbs64 => "portable".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        };
        let raw: Raw = Box::new(move |base| {
            let base = Words::from_be_bytes(base).expect("the base is as long as the modulus");
            let operation = operation.clone();
            Box::new(move || {
                let power = operation.apply(&base).expect("the base is below the modulus");
                power.as_slice().first().map_or(0, |word| word.to_le_bytes()[0])
            })
        });
        all.push((format!("meterproof {name}"), raw));
    }
    Ok(all)
}

/// Whether a usage document is right in every respect.
pub fn check_usage(document: &[u8]) -> bool {
    let report = meterproof::usage::validate(document, &Rules::CURRENT, now());
    report.violations.is_empty()
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(NOW_SECONDS).expect("a time in 2026")
}

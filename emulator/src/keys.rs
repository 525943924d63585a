use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, LineEnding};
use rsa::pss::{Signature, SigningKey};
use rsa::rand_core::UnwrapErr;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde_json::json;
use sha2::Sha256;
use sha2::digest::common::getrandom::SysRng;
use tokio::sync::OnceCell;

use crate::config::ClaimStyle;
use crate::service::Grant;

/// The keys that sign `RegisterUsage`, one for each product and version. Each is made when it
/// is first needed, off the threads that serve.
#[derive(Default)]
pub(crate) struct Keys {
    cells: Mutex<HashMap<(String, u32), Cell>>,
}

/// A key that is there, or being made, or neither.
type Cell = Arc<OnceCell<Arc<Key>>>;

/// A private key with its public half.
pub(crate) struct Key {
    signing: SigningKey<Sha256>,
    public_pem: String,
}

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyError {
    /// The file cannot be read.
    File(String),
    /// The file holds no RSA key of 2048 to 4096 bits in PKCS #8 PEM.
    NotAKey(String),
    /// The machine gave no key.
    Generation(String),
}

/// "Known genuine keys are RSA-3072."
const BITS: usize = 3072;
const ACCEPTED_BITS: std::ops::RangeInclusive<u32> = 2048..=4096;

impl Keys {
    /// The key of a version of a product, from its file or new.
    pub(crate) async fn get(
        &self,
        product_code: &str,
        version: u32,
        file: Option<String>,
    ) -> Result<Arc<Key>, KeyError> {
        let cell = {
            let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
            cells.entry((product_code.into(), version)).or_default().clone()
        };
        cell.get_or_try_init(|| async move {
            let made =
                tokio::task::spawn_blocking(move || file.map_or_else(Key::generate, Key::read));
            made.await.map_err(|error| KeyError::Generation(error.to_string()))?.map(Arc::new)
        })
        .await
        .cloned()
    }
}

impl Key {
    fn generate() -> Result<Self, KeyError> {
        let mut random = UnwrapErr(SysRng);
        let failed = |error: rsa::Error| KeyError::Generation(error.to_string());
        Self::new(RsaPrivateKey::new(&mut random, BITS).map_err(failed)?)
    }

    fn read(file: String) -> Result<Self, KeyError> {
        let pem = std::fs::read_to_string(&file)
            .map_err(|error| KeyError::File(format!("{file}: {error}")))?;
        let key = RsaPrivateKey::from_pkcs8_pem(&pem)
            .map_err(|error| KeyError::NotAKey(format!("{file}: {error}")))?;
        let bits = key.n().bits();
        if !ACCEPTED_BITS.contains(&bits) {
            return Err(KeyError::NotAKey(format!("{file}: it has {bits} bits")));
        }
        Self::new(key)
    }

    fn new(key: RsaPrivateKey) -> Result<Self, KeyError> {
        let public_pem = RsaPublicKey::from(&key)
            .to_public_key_pem(LineEnding::LF)
            .map_err(|error| KeyError::Generation(error.to_string()))?;
        Ok(Self { signing: SigningKey::new(key), public_pem })
    }

    /// PEM SPKI, as the Marketplace shows it.
    pub(crate) fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// The compact JWS of a grant: `PS256`, salt of 32 bytes.
    pub(crate) fn sign(&self, grant: &Grant, style: ClaimStyle) -> Result<String, KeyError> {
        let header = json!({ "alg": "PS256", "typ": "JWT" });
        let encode = |json: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        let input = format!("{}.{}", encode(header), encode(claims(grant, style)));
        let signature: Signature = self
            .signing
            .try_sign(input.as_bytes())
            .map_err(|error| KeyError::Generation(error.to_string()))?;
        Ok(format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes())))
    }
}

fn claims(grant: &Grant, style: ClaimStyle) -> serde_json::Value {
    let rotation = grant.public_key_rotation_timestamp.map(|at| at.unix_seconds());
    match style {
        ClaimStyle::CamelCase => {
            let mut claims = json!({
                "productCode": grant.product_code,
                "publicKeyVersion": grant.public_key_version,
                "iat": grant.issued_at.unix_seconds(),
            });
            if let Some(nonce) = &grant.nonce {
                claims["nonce"] = json!(nonce);
            }
            if let Some(rotation) = rotation {
                claims["publicKeyRotationTimestamp"] = json!(rotation);
            }
            claims
        }
        // The members of the reference's sample, which has no `iat`.
        ClaimStyle::PascalCase => json!({
            "ProductCode": grant.product_code,
            "PublicKeyVersion": grant.public_key_version,
            "Nonce": grant.nonce,
            "PublicKeyRotationTimestamp": rotation,
        }),
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(why) => write!(f, "cannot read the private key {why}"),
            Self::NotAKey(why) => {
                write!(f, "not an RSA private key of 2048 to 4096 bits in PKCS #8 PEM: {why}")
            }
            Self::Generation(why) => write!(f, "the key could not be made or used: {why}"),
        }
    }
}

impl std::error::Error for KeyError {}

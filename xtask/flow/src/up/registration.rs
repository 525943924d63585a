//! RegisterUsage by the AWS SDK, and the signature verified by `meterproof`.

use aws_credential_types::Credentials;
use aws_sdk_marketplacemetering::Client;
use aws_sdk_marketplacemetering::config::{BehaviorVersion, Config, Region};
use aws_sdk_marketplacemetering::error::DisplayErrorContext;
use aws_smithy_http_client::{Builder, tls};
use meterproof::usage::ProductCode;
use meterproof::{
    ExpectedNonce, KeySet, KeyVersion, Nonce, PublicKey, Registration, RegistrationVerifier,
    Timestamp,
};

use crate::error::FlowError;

/// A client of the emulator with its credentials.
pub fn client(endpoint: &str, access_key: &str, secret_key: &str) -> Client {
    let http = Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new(access_key, secret_key, None, None, "flow"))
        .endpoint_url(endpoint)
        .http_client(http)
        .build();
    Client::from_conf(config)
}

/// Registers as a container would at its start, and verifies what came back.
///
/// # Errors
/// [`FlowError::Unexpected`] where the call fails or the token does not verify, and where the
/// same token verifies for another nonce.
pub async fn register(
    client: &Client,
    product_code: &str,
    key_version: u32,
    pem: &str,
    now: Timestamp,
) -> Result<Registration, FlowError> {
    let nonce = format!("{:032x}", fastrand::u128(..));
    let answer = client
        .register_usage()
        .product_code(product_code)
        .public_key_version(i32::try_from(key_version).map_err(unexpected)?)
        .nonce(&nonce)
        .send()
        .await
        .map_err(|error| unexpected(DisplayErrorContext(error)))?;
    let token = answer.signature().ok_or_else(|| unexpected("the answer has no Signature"))?;
    let version =
        KeyVersion::new(key_version).ok_or_else(|| unexpected("a key version is 1 or more"))?;
    let verifier = RegistrationVerifier::new(
        ProductCode::parse(product_code).map_err(unexpected)?,
        KeySet::new().with(version, PublicKey::parse(pem).map_err(unexpected)?),
    );
    let expect = |nonce: &str| Nonce::new(nonce).map(ExpectedNonce::Exactly).map_err(unexpected);
    let registration = verifier.verify(token, &expect(&nonce)?, now).map_err(unexpected)?;
    if verifier.verify(token, &expect("of another container")?, now).is_ok() {
        return Err(unexpected("the token verifies for a nonce it was not issued for"));
    }
    Ok(registration)
}

fn unexpected(error: impl std::fmt::Display) -> FlowError {
    FlowError::Unexpected(format!("RegisterUsage: {error}"))
}

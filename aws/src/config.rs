//! Credentials, region, endpoints and timeouts of all clients.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

/// How long the AWS clients wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For one attempt at one call, from the request's first byte to the response's last.
    pub attempt: Duration,
}

/// Credentials, region and endpoints for every service, as the SDKs read them from the
/// environment (`AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` included).
pub async fn shared_config(timeouts: Timeouts) -> SdkConfig {
    config_loader(timeouts).load().await
}

/// What [`shared_config`] loads, for a caller that has credentials or an endpoint of its own.
pub fn config_loader(timeouts: Timeouts) -> ConfigLoader {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(timeouts.connect)
        .operation_attempt_timeout(timeouts.attempt)
        .build();
    aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).timeout_config(timeouts)
}

//! The AWS clients: the only part of this crate that knows the SDK.

mod dynamodb;
mod exact_body;
mod failure;
mod metering;
mod sqs;

pub use dynamodb::DynamoDbCustomers;
pub use metering::SdkMetering;
pub use sqs::SqsRejects;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

use crate::env::Timeouts;

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

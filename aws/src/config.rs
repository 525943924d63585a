//! Credentials, region, endpoints and timeouts of all clients.

use std::env;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::sdk_config::SharedCredentialsProvider;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// How long the AWS clients wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For one attempt at one call, from the request's first byte to the response's last.
    pub attempt: Duration,
}

/// Credentials, region and endpoints for every service, wherever the SDKs look for them
/// (`AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` included).
pub async fn shared_config(timeouts: Timeouts) -> SdkConfig {
    config_loader(timeouts).load().await
}

/// What [`shared_config`] loads, for a caller that has credentials or an endpoint of its own.
pub fn config_loader(timeouts: Timeouts) -> ConfigLoader {
    aws_config::defaults(behavior_version())
        .http_client(http_client())
        .timeout_config(timeout_config(timeouts))
}

/// What every client of a Lambda function takes from its environment: credentials
/// (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`), `AWS_REGION`,
/// `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_USE_FIPS_ENDPOINT` and
/// `AWS_USE_DUALSTACK_ENDPOINT`.
///
/// Lambda gives a function its role's credentials in these variables. [`shared_config`] looks in
/// files, at STS and on the network too, which makes a program larger for places that a function
/// does not have.
#[must_use]
pub fn function_config(timeouts: Timeouts) -> SdkConfig {
    let credentials = EnvironmentVariableCredentialsProvider::new();
    SdkConfig::builder()
        .behavior_version(behavior_version())
        .region(variable("AWS_REGION").map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .use_fips(is_true("AWS_USE_FIPS_ENDPOINT"))
        .use_dual_stack(is_true("AWS_USE_DUALSTACK_ENDPOINT"))
        .service_config(Endpoints)
        .http_client(http_client())
        .timeout_config(timeout_config(timeouts))
        .build()
}

fn behavior_version() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

fn timeout_config(timeouts: Timeouts) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(timeouts.connect)
        .operation_attempt_timeout(timeouts.attempt)
        .build()
}

/// A variable that is set to something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn is_true(name: &str) -> bool {
    variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// A service's own variable, else the one for all services. What else a client may ask for here
/// (the SDKs' shared configuration files have the same keys) is read the same way.
#[derive(Debug)]
struct Endpoints;

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace(' ', "_");
        variable(&format!("{}_{service}", key.env())).or_else(|| variable(key.env()))
    }
}

//! What the two programs do at start.

use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_http::{Request, service_fn};
use lambda_runtime::{Error, LambdaEvent};
use meterproof::Timestamp;
use meterproof_aws::{SdkMetering, shared_config};

use crate::aws::{DynamoDbCustomers, SqsRejects};
use crate::env::{ConfigError, Variables};
use crate::forward::{ForwardConfig, Forwarder, SqsEvent};
use crate::log;
use crate::resolve::{
    self, CustomerStore, CustomersLocation, FileCustomers, RegistrationConfig, ResolveConfig,
};

/// Runs `forward_usage` for as long as Lambda keeps the process. What ends it is in the log.
pub async fn forward_usage() -> ExitCode {
    exit_code(run_forward_usage().await)
}

/// Runs `resolve_customer` for as long as Lambda keeps the process. What ends it is in the log.
pub async fn resolve_customer() -> ExitCode {
    exit_code(run_resolve_customer().await)
}

/// One line says why the process ends: Lambda shows little else of a failed start.
fn exit_code(outcome: Result<(), Error>) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    match error.downcast_ref::<ConfigError>() {
        Some(error) => {
            tracing::error!(event = "start", outcome = error.code(), cause = %error);
        }
        None => tracing::error!(event = "end", outcome = "runtime_error", cause = %error),
    }
    ExitCode::FAILURE
}

async fn run_forward_usage() -> Result<(), Error> {
    let config = configured(ForwardConfig::from_env)?;
    let aws = shared_config(config.timeouts).await;
    let metering = SdkMetering::for_usage(&aws, &config.region);
    let rejects = SqsRejects::new(&aws, config.rejects_queue_url);
    let forwarder = &Forwarder::new(metering, rejects, config.policy);
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<SqsEvent>| {
        let time_left =
            event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        forwarder.handle(&event.payload, now()?, time_left).await.map_err(Error::from)
    }))
    .await
}

async fn run_resolve_customer() -> Result<(), Error> {
    let config = configured(ResolveConfig::from_env)?;
    let aws = shared_config(config.timeouts).await;
    let marketplace = SdkMetering::for_registrations(&aws, &config.region, config.attempts);
    match config.customers {
        CustomersLocation::DynamoDb(table) => {
            serve(&marketplace, &DynamoDbCustomers::new(&aws, table), &config.registration).await
        }
        CustomersLocation::File(path) => {
            serve(&marketplace, &FileCustomers::new(path), &config.registration).await
        }
    }
}

async fn serve<C: CustomerStore + Sync>(
    marketplace: &SdkMetering,
    customers: &C,
    registration: &RegistrationConfig,
) -> Result<(), Error> {
    lambda_http::run(service_fn(async move |request: Request| {
        resolve::handle(&request, marketplace, customers, registration, now()?).await
    }))
    .await
}

/// Starts the log and reads the configuration.
fn configured<C>(
    read: impl Fn(&Variables<'_>) -> Result<C, ConfigError>,
) -> Result<C, ConfigError> {
    let lookup = |name: &str| std::env::var(name).ok();
    let variables = Variables::new(&lookup);
    log::start(&variables).and_then(|()| read(&variables))
}

fn now() -> Result<Timestamp, Error> {
    let since_epoch: Duration = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let millis = i64::try_from(since_epoch.as_millis())?;
    Timestamp::from_unix_millis(millis)
        .ok_or_else(|| Error::from("the clock is beyond the year 9999"))
}

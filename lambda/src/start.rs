//! What the programs do at start.

use std::pin::Pin;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_http::{Request, service_fn};
use lambda_runtime::{Context, Error, LambdaEvent};
use meterproof::Timestamp;
use meterproof_aws::{SdkMetering, function_config};
use meterproof_metering::{Clock as _, EventDefaults, LedgerError};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::aws::{DynamoDbCustomers, DynamoDbLedger, SqsQueue};
use crate::close::{CloseConfig, Closer};
use crate::env::{ConfigError, Variables};
use crate::forward::{ForwardConfig, Forwarder};
use crate::ingest::{IngestConfig, Ingester};
use crate::licenses::{LicenseKeeper, LicensesConfig};
use crate::log;
use crate::policy::MeteringConfig;
use crate::queue::SqsEvent;
use crate::resolve::{
    self, CustomerStore, CustomersLocation, FileCustomers, RegistrationConfig, ResolveConfig,
};

/// Runs `ingest_events` for as long as Lambda keeps the process. What ends it is in the log.
pub async fn ingest_events() -> ExitCode {
    exit_code(run_ingest_events().await)
}

/// Runs `close_hour` for as long as Lambda keeps the process. What ends it is in the log.
pub async fn close_hour() -> ExitCode {
    exit_code(run_close_hour().await)
}

/// Runs `forward_usage` for as long as Lambda keeps the process. What ends it is in the log.
pub async fn forward_usage() -> ExitCode {
    exit_code(run_forward_usage().await)
}

/// Runs `license_events` for as long as Lambda keeps the process. What ends it is in the log.
pub async fn license_events() -> ExitCode {
    exit_code(run_license_events().await)
}

/// Runs `resolve_customer` for as long as Lambda keeps the process. What ends it is in the log.
pub async fn resolve_customer() -> ExitCode {
    exit_code(run_resolve_customer().await)
}

/// One line says why the process ends: Lambda shows little else of a failed start.
fn exit_code(outcome: Result<(), Error>) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    if let Some(error) = error.downcast_ref::<ConfigError>() {
        tracing::error!(event = "start", outcome = error.code(), cause = %error);
    } else if let Some(error) = error.downcast_ref::<LedgerError>() {
        tracing::error!(event = "start", outcome = error.code(), cause = %error);
    } else {
        tracing::error!(event = "end", outcome = "runtime_error", cause = %error);
    }
    ExitCode::FAILURE
}

async fn run_ingest_events() -> Result<(), Error> {
    let IngestConfig { rejects_queue_url, metering } = configured(IngestConfig::from_env)?;
    let aws = function_config(metering.timeouts);
    let MeteringConfig { ledger_table, clock, safety_margin, .. } = &metering;
    let ledger = open_ledger(&aws, &metering).await?;
    let ingester = &Ingester::new(
        &ledger,
        SqsQueue::new(&aws, rejects_queue_url),
        clock.clone(),
        EventDefaults { product_code: metering.default_product.clone() },
        *safety_margin,
    );
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<SqsEvent>| {
        let handled = boxed(ingester.handle(&event.payload, time_left(&event.context))).await?;
        handled.metrics.print(ledger_table, clock.now());
        Ok::<_, Error>(handled.response)
    }))
    .await
}

async fn run_close_hour() -> Result<(), Error> {
    let CloseConfig { metering_queue_url, metering } = configured(CloseConfig::from_env)?;
    let aws = function_config(metering.timeouts);
    let MeteringConfig { ledger_table, clock, safety_margin, .. } = &metering;
    let ledger = open_ledger(&aws, &metering).await?;
    let closer = &Closer::new(
        &ledger,
        SqsQueue::new(&aws, metering_queue_url),
        clock.clone(),
        *safety_margin,
    );
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<IgnoredAny>| {
        let closed = boxed(closer.handle(time_left(&event.context))).await;
        closed.metrics.print(ledger_table, clock.now());
        // A failure counts among the function's errors; the next minute goes on from here.
        closed.failure.map_or(Ok(()), |failure| Err(Error::from(failure)))
    }))
    .await
}

async fn run_forward_usage() -> Result<(), Error> {
    let ForwardConfig { rejects_queue_url, metering } = configured(ForwardConfig::from_env)?;
    let aws = function_config(metering.timeouts);
    let MeteringConfig { ledger_table, clock, safety_margin, .. } = &metering;
    let ledger = open_ledger(&aws, &metering).await?;
    let forwarder = &Forwarder::new(
        &ledger,
        SdkMetering::for_usage(&aws, &metering.region),
        SqsQueue::new(&aws, rejects_queue_url),
        clock.clone(),
        metering.default_product.clone(),
        *safety_margin,
    );
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<SqsEvent>| {
        let handled = boxed(forwarder.handle(&event.payload, time_left(&event.context))).await?;
        handled.metrics.print(ledger_table, clock.now());
        Ok::<_, Error>(handled.response)
    }))
    .await
}

async fn run_license_events() -> Result<(), Error> {
    let LicensesConfig { metering } = configured(LicensesConfig::from_env)?;
    let aws = function_config(metering.timeouts);
    let ledger = open_ledger(&aws, &metering).await?;
    let licenses = &LicenseKeeper::new(&ledger, metering.clock);
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<Value>| {
        let event = event.payload.to_string();
        boxed(licenses.handle(event.as_bytes())).await.map(drop).map_err(Error::from)
    }))
    .await
}

async fn open_ledger(
    aws: &aws_config::SdkConfig,
    metering: &MeteringConfig,
) -> Result<DynamoDbLedger, LedgerError> {
    if metering.clock.is_shifted() {
        tracing::warn!(
            event = "start",
            outcome = "shifted_clock",
            cause = "CLOCK is set: hours close and usage is dated by another time than the machine's, for tests alone"
        );
    }
    let MeteringConfig { ledger_table, place, policy, .. } = metering;
    let client = aws_sdk_dynamodb::Client::new(aws);
    DynamoDbLedger::open(client, ledger_table, place.clone(), policy.clone()).await
}

async fn run_resolve_customer() -> Result<(), Error> {
    let config = configured(ResolveConfig::from_env)?;
    let aws = function_config(config.timeouts);
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

/// One future of its own: from the runtime to a call of AWS they lie deeper in each other than the
/// compiler looks.
fn boxed<'a, T>(future: impl Future<Output = T> + 'a) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(future)
}

/// Starts the log and reads the configuration.
fn configured<C>(
    read: impl Fn(&Variables<'_>) -> Result<C, ConfigError>,
) -> Result<C, ConfigError> {
    let lookup = |name: &str| std::env::var(name).ok();
    let variables = Variables::new(&lookup);
    log::start(&variables).and_then(|()| read(&variables))
}

/// How long Lambda leaves the invocation, by the machine's clock, as its deadline is.
fn time_left(context: &Context) -> Duration {
    context.deadline().duration_since(SystemTime::now()).unwrap_or_default()
}

fn now() -> Result<Timestamp, Error> {
    let since_epoch: Duration = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let millis = i64::try_from(since_epoch.as_millis())?;
    Timestamp::from_unix_millis(millis)
        .ok_or_else(|| Error::from("the clock is beyond the year 9999"))
}

//! The Metering Service by the SDK: the one file that holds the metering SDK's types.

use std::error::Error;

use aws_config::SdkConfig;
use aws_sdk_marketplacemetering::Client;
use aws_sdk_marketplacemetering::config::retry::RetryConfig;
use aws_sdk_marketplacemetering::config::{Builder, Region};
use aws_sdk_marketplacemetering::operation::batch_meter_usage::BatchMeterUsageOutput;
use aws_sdk_marketplacemetering::types::{UsageRecord, UsageRecordResult};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use meterproof::Timestamp;
use meterproof::usage::{
    BatchMeterUsageRequest, Outcome, Quantity, RecordEcho, RecordResult, RecordStatus, ServiceError,
};
use meterproof_metering::MeteringService;

use crate::begun::Begun;
use crate::exact_body::ExactBody;
use crate::{Failure, MeteringRegion};

/// The SDK's client, pinned to one region.
#[derive(Clone, Debug)]
pub struct SdkMetering {
    client: Client,
}

impl SdkMetering {
    /// For usage: every call is one attempt, as only the caller knows how long it may go on and
    /// what a second attempt must hold.
    #[must_use]
    pub fn for_usage(config: &SdkConfig, region: &MeteringRegion) -> Self {
        Self::new(Builder::from(config).retry_config(RetryConfig::disabled()), region)
    }

    /// For registrations: throttling and failures are retried by the SDK, up to `attempts` in all.
    #[must_use]
    pub fn for_registrations(config: &SdkConfig, region: &MeteringRegion, attempts: u32) -> Self {
        Self::new(
            Builder::from(config).retry_config(RetryConfig::standard().with_max_attempts(attempts)),
            region,
        )
    }

    fn new(config: Builder, region: &MeteringRegion) -> Self {
        let config = config.region(Region::new(region.as_str().to_owned())).build();
        Self { client: Client::from_conf(config) }
    }

    /// ResolveCustomer.
    ///
    /// # Errors
    /// [`Failure`] after the last attempt.
    pub async fn resolve_customer(&self, token: &str) -> Result<ResolvedCustomer, Failure> {
        let begun = Begun::default();
        let call = self.client.resolve_customer().registration_token(token);
        match call.customize().interceptor(begun.clone()).send().await {
            Ok(output) => Ok(ResolvedCustomer {
                product_code: output.product_code,
                license_arn: output.license_arn,
                customer_aws_account_id: output.customer_aws_account_id,
                customer_identifier: output.customer_identifier,
                agreement_id: output.metadata.and_then(|metadata| metadata.agreement_id),
            }),
            Err(error) => Err(failure(&error, &begun)),
        }
    }
}

impl MeteringService for SdkMetering {
    async fn batch_meter_usage(&self, request: &BatchMeterUsageRequest) -> Outcome {
        let begun = Begun::default();
        // The records travel in the exact body alone. Were it not applied, the request would hold
        // none and could bill nothing wrong.
        let answer = self
            .client
            .batch_meter_usage()
            .set_usage_records(Some(Vec::new()))
            .customize()
            .interceptor(ExactBody::new(request.to_json()))
            .interceptor(begun.clone())
            .send()
            .await;
        match answer {
            Ok(output) => answered(&output),
            Err(error) => match failure(&error, &begun) {
                Failure::Named { name, message } => {
                    Outcome::Refused(ServiceError::new(&name, message))
                }
                Failure::Unnamed { reason } => Outcome::Unreachable { reason },
            },
        }
    }
}

/// What the service answered to ResolveCustomer, as received.
///
/// <https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_ResolveCustomer.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolvedCustomer {
    /// `ProductCode`.
    pub product_code: Option<String>,
    /// `LicenseArn`: names the purchase; every product published since June 2026 has one.
    pub license_arn: Option<String>,
    /// `CustomerAWSAccountId`.
    pub customer_aws_account_id: Option<String>,
    /// `CustomerIdentifier`: older integrations only.
    pub customer_identifier: Option<String>,
    /// `Metadata.AgreementId`.
    pub agreement_id: Option<String>,
}

/// What a call came to. One that was never sent did nothing, however the SDK calls its failure.
fn failure<E>(error: &SdkError<E, HttpResponse>, begun: &Begun) -> Failure
where
    E: Error + ProvideErrorMetadata + 'static,
{
    if begun.is_noted() { Failure::of(error) } else { Failure::unsent(error) }
}

fn answered(output: &BatchMeterUsageOutput) -> Outcome {
    Outcome::Answered {
        results: output.results().iter().map(result).collect(),
        unprocessed: output.unprocessed_records().iter().map(echo).collect(),
    }
}

fn result(result: &UsageRecordResult) -> RecordResult {
    RecordResult {
        record: result.usage_record().map(echo),
        status: RecordStatus::parse(result.status().map_or("", |status| status.as_str())),
        metering_record_id: result.metering_record_id().map(str::to_owned),
    }
}

/// The SDK drops a decimal quantity from an echoed record, so an absent one says nothing.
fn echo(record: &UsageRecord) -> RecordEcho {
    RecordEcho {
        license_arn: record.license_arn().map(str::to_owned),
        customer_aws_account_id: record.customer_aws_account_id().map(str::to_owned),
        customer_identifier: Some(record.customer_identifier().to_owned()),
        dimension: record.dimension().to_owned(),
        timestamp: timestamp(record),
        quantity: record
            .quantity()
            .and_then(|quantity| Quantity::whole(u64::try_from(quantity).ok()?).ok()),
    }
}

fn timestamp(record: &UsageRecord) -> Timestamp {
    // What lies outside the years 0000 to 9999 matches no record that was sent, and neither does 0.
    let epoch = Timestamp::from_unix_seconds(0).expect("1970 lies within the years 0000 to 9999");
    record.timestamp().to_millis().ok().and_then(Timestamp::from_unix_millis).unwrap_or(epoch)
}

//! What happens outside the agent: a customer leaves, or other software bills an hour first.

use aws_sdk_marketplacemetering::error::ProvideErrorMetadata;
use aws_sdk_marketplacemetering::primitives::DateTime;
use aws_sdk_marketplacemetering::types::{UsageRecord, UsageRecordResultStatus};
use axum::http::StatusCode;
use meterproof_emulator::config as emulator;
use serde_json::json;

use super::super::metering::PRODUCT;
use super::super::{registration, usage};
use super::bucket::{Bucket, Stage};
use super::journal::Tone;
use super::problem::Problem;
use super::shared::Shared;

/// The customer that can leave and come back.
pub const LEAVES: u32 = 2;

/// What the other software bills.
const ELSEWHERE: i32 = 1;

/// Ends the customer's subscription, or begins it again.
///
/// # Errors
/// [`Problem`] where the emulator does not take it.
pub async fn subscribe(shared: &Shared, subscribed: bool) -> Result<(), Problem> {
    let path = format!("/_emulator/customers/{}", usage::account(LEAVES));
    let change = json!({ "productCode": PRODUCT, "subscribed": subscribed });
    shared.emulator.put(&path, &change).await.map_err(unexpected)?;
    shared.set_subscribed(subscribed);
    let who = format!("the customer of license l-…{LEAVES:04x}");
    let text = if subscribed {
        format!("{who} is subscribed again: what is held is tried again, and billed")
    } else {
        format!(
            "{who} is not subscribed any more: AWS bills none of its records, the agent holds them"
        )
    };
    shared.write(if subscribed { Tone::Good } else { Tone::Trouble }, text);
    Ok(())
}

/// Bills another quantity for an hour that is open, as a second agent by mistake would.
///
/// # Errors
/// [`Problem`] where no bucket is open, or AWS takes the record no more.
pub async fn bill(shared: &Shared) -> Result<(), Problem> {
    let scene = shared.scene();
    let is_open =
        |bucket: &&std::sync::Arc<Bucket>| bucket.stage == Stage::Open && bucket.billed.is_none();
    let bucket = scene.buckets.values().rev().find(is_open).ok_or_else(|| {
        let reason = "no bucket is open: let usage flow, and try again";
        Problem::new(StatusCode::CONFLICT, "no_open_bucket", reason)
    })?;
    let line = &bucket.line;
    let number = (1..=usage::LICENSES).find(|number| usage::license(*number) == line.license);
    let account = usage::account(number.unwrap_or(1));
    let record = UsageRecord::builder()
        .timestamp(DateTime::from_secs(line.hour.unix_seconds()))
        .license_arn(&line.license)
        .customer_aws_account_id(account)
        .dimension(&line.dimension)
        .quantity(ELSEWHERE)
        .build()
        .map_err(unexpected)?;
    let client = registration::client(
        &shared.emulator_url,
        emulator::ACCESS_KEY_ID,
        emulator::SECRET_ACCESS_KEY,
    );
    let answer =
        client.batch_meter_usage().usage_records(record).send().await.map_err(|error| {
            let what = error.code().unwrap_or("no answer").to_owned();
            let reason = format!("the other software got {what}, as by a fault: try again");
            Problem::new(StatusCode::CONFLICT, "not_billed_elsewhere", reason)
        })?;
    let status = answer.results().first().and_then(|result| result.status());
    if status != Some(&UsageRecordResultStatus::Success) {
        let what = format!("the other software's record came to {status:?}: try again");
        return Err(Problem::new(StatusCode::CONFLICT, "not_billed_elsewhere", what));
    }
    shared.write(
        Tone::Trouble,
        format!(
            "other software billed {ELSEWHERE} for {} of {} in an hour that is open here: two amounts for one line, which a person must compare",
            line.dimension,
            line.short_license()
        ),
    );
    Ok(())
}

fn unexpected(error: impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY, "emulator_refused", error.to_string())
}

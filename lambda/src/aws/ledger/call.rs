//! What a call to DynamoDB came to, and waiting for another try.
//!
//! The SDK's futures hold whole requests and are large; wherever one is awaited it is boxed, so that
//! the operations around it stay small enough for any stack.

use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};
use meterproof_metering::LedgerError;

use super::DynamoDbLedger;
use super::item::Item;
use super::texts::text_keys;

/// What became of a transaction.
pub(super) enum Written {
    /// All of it is written.
    Done,
    /// Nothing is: conditions did not hold. One answer for each of its items.
    Refused(Vec<Refusal>),
    /// Nothing is: another transaction was at the same items, or too many were. Try again.
    Conflict,
}

/// Whether an item's condition kept the transaction from being written.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    No,
    /// It did; the item as it is, where that was asked for and there is one.
    Yes(Option<Item>),
}

impl Refusal {
    pub(super) fn is_yes(&self) -> bool {
        matches!(self, Self::Yes(_))
    }
}

impl DynamoDbLedger {
    /// Writes all of the items or none.
    ///
    /// The SDK sends each attempt of one call with one token, so an attempt whose answer was lost
    /// is not written a second time by the next one.
    pub(super) async fn transact(
        &self,
        items: Vec<TransactWriteItem>,
    ) -> Result<Written, LedgerError> {
        let texts: Vec<_> = items
            .iter()
            .filter_map(|item| item.put())
            .flat_map(|put| text_keys(put.item()))
            .collect();
        let sent = self.client.transact_write_items().set_transact_items(Some(items)).send();
        let sent = Box::pin(sent).await;
        match sent {
            Ok(_) => Ok(Written::Done),
            Err(error) => match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    // What they belong to is not written.
                    self.delete(texts).await?;
                    reason(cancelled.cancellation_reasons())
                }
                _ if is_passing(&error) => Ok(Written::Conflict),
                _ => Err(failed("TransactWriteItems", &error)),
            },
        }
    }
}

fn reason(reasons: &[CancellationReason]) -> Result<Written, LedgerError> {
    let code = |reason: &CancellationReason| reason.code().unwrap_or("None").to_owned();
    if reasons.iter().any(|reason| reason.code() == Some("ConditionalCheckFailed")) {
        let refusals = reasons.iter().map(|reason| match reason.code() {
            Some("ConditionalCheckFailed") => Refusal::Yes(reason.item().cloned()),
            _ => Refusal::No,
        });
        return Ok(Written::Refused(refusals.collect()));
    }
    let passes = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    match reasons.iter().map(code).find(|code| code != "None") {
        Some(code) if !passes.contains(&code.as_str()) => {
            Err(LedgerError::Unavailable { cause: format!("TransactWriteItems: {code}") })
        }
        _ => Ok(Written::Conflict),
    }
}

/// A write of one item: `Ok(None)` where its condition did not hold. Tries again while a
/// transaction is at the item.
pub(super) async fn write_one<T, E, R, F>(
    operation: &'static str,
    write: impl Fn() -> F,
) -> Result<Option<T>, LedgerError>
where
    F: Future<Output = Result<T, SdkError<E, R>>>,
    E: ProvideErrorMetadata,
{
    let mut patience = Patience::new(operation);
    loop {
        match Box::pin(write()).await {
            Ok(output) => return Ok(Some(output)),
            Err(error) if code(&error) == Some("ConditionalCheckFailedException") => {
                return Ok(None);
            }
            Err(error) if is_passing(&error) => patience.wait().await?,
            Err(error) => return Err(failed(operation, &error)),
        }
    }
}

/// A failure that another try may not meet; throttling among them, which the SDK has waited for
/// already, but shorter.
fn is_passing<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    matches!(
        code(error),
        Some(
            "TransactionConflictException"
                | "TransactionInProgressException"
                | "ProvisionedThroughputExceededException"
                | "RequestLimitExceeded"
                | "ThrottlingException"
        )
    )
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<&str> {
    error.as_service_error().and_then(ProvideErrorMetadata::code)
}

/// The error's name alone: DynamoDB's messages may quote what was sent.
pub(super) fn failed<E: ProvideErrorMetadata, R>(
    operation: &'static str,
    error: &SdkError<E, R>,
) -> LedgerError {
    let what = match error {
        SdkError::ConstructionFailure(_) => {
            "the request could not be made; check credentials, region and endpoint"
        }
        SdkError::TimeoutError(_) => "no answer in time",
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "no answer in time",
        SdkError::DispatchFailure(failure) if failure.is_io() => "the connection failed",
        SdkError::DispatchFailure(_) => "the request could not be sent",
        SdkError::ResponseError(_) => "unreadable answer",
        SdkError::ServiceError(_) => code(error).unwrap_or("an error without a name"),
        _ => "unknown failure",
    };
    LedgerError::Unavailable { cause: format!("{operation}: {what}") }
}

/// A request that could not be built: a mistake of this program, not of its input.
pub(super) fn unbuilt(error: aws_sdk_dynamodb::error::BuildError) -> LedgerError {
    LedgerError::Unavailable { cause: error.to_string() }
}

/// Waits between tries at what others are at, longer each time and never for as long as they.
pub(super) struct Patience {
    operation: &'static str,
    tries: u32,
}

impl Patience {
    /// About four seconds in all.
    const TRIES: u32 = 12;
    const FIRST: Duration = Duration::from_millis(10);
    const LONGEST: Duration = Duration::from_secs(1);

    pub(super) fn new(operation: &'static str) -> Self {
        Self { operation, tries: 0 }
    }

    pub(super) fn tries(&self) -> u32 {
        self.tries
    }

    pub(super) async fn wait(&mut self) -> Result<(), LedgerError> {
        if self.tries >= Self::TRIES {
            let cause =
                format!("{}: others were at the same items {} times", self.operation, self.tries);
            return Err(LedgerError::Unavailable { cause });
        }
        let ceiling = (Self::FIRST * 2_u32.saturating_pow(self.tries)).min(Self::LONGEST);
        self.tries += 1;
        tokio::time::sleep(ceiling.mul_f64(fastrand::f64())).await;
        Ok(())
    }
}

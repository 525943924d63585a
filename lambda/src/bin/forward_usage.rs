//! The Lambda function `forward_usage`.

#![forbid(unsafe_code)]

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    meterproof_lambda::start::forward_usage().await
}

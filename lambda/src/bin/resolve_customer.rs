//! The Lambda function `resolve_customer`.

#![forbid(unsafe_code)]

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    meterproof_lambda::start::resolve_customer().await
}

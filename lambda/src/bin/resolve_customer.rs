//! The Lambda function `resolve_customer`.

#![forbid(unsafe_code)]

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    meterproof_lambda::start::resolve_customer().await
}

//! The Lambda function `forward_usage`.

#![forbid(unsafe_code)]

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    meterproof_lambda::start::forward_usage().await
}

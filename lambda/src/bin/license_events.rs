//! The Lambda function `license_events`.

#![forbid(unsafe_code)]

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    meterproof_lambda::start::license_events().await
}

//! The Lambda function `close_hour`.

#![forbid(unsafe_code)]

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    meterproof_lambda::start::close_hour().await
}

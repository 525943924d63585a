//! `xtask-flow up [--once]` and `xtask-flow stack [--once]`: see `cargo xtask help`.
//! `xtask-flow live [--hour SECONDS]` is what stays up after `up`, with an empty ledger and without
//! the flow; an hour takes so many seconds.
//! `xtask-flow ministack COMMAND...` runs a command with a MiniStack at `DYNAMODB_ENDPOINT`.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use xtask_flow::error::FlowError;
use xtask_flow::signals::Signals;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["up"] => up(false).await,
        ["up", "--once"] => up(true).await,
        ["live"] => live(None).await,
        ["live", "--hour", seconds] if seconds.parse::<u32>().is_ok() => {
            live(seconds.parse().ok()).await
        }
        ["stack"] => stack(false).await,
        ["stack", "--once"] => stack(true).await,
        ["ministack", command @ ..] => beside(command).await,
        _ => {
            eprintln!(
                "usage: xtask-flow up|stack [--once], xtask-flow live [--hour SECONDS], or xtask-flow ministack COMMAND..."
            );
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(FlowError::Interrupted) => {
            eprintln!("\ninterrupted: everything that was started has ended");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn up(once: bool) -> Result<(), FlowError> {
    xtask_flow::up::up(once, &mut Signals::listen()?).await
}

async fn live(hour_seconds: Option<u32>) -> Result<(), FlowError> {
    xtask_flow::up::live(hour_seconds, &mut Signals::listen()?).await
}

async fn stack(once: bool) -> Result<(), FlowError> {
    xtask_flow::stack::stack(once, &mut Signals::listen()?).await
}

async fn beside(command: &[&str]) -> Result<(), FlowError> {
    xtask_flow::ministack::beside(command, &mut Signals::listen()?).await
}

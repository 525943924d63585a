//! `meterproof-emulator`: reads its arguments, binds, and serves until Ctrl-C.

#![forbid(unsafe_code)]

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use meterproof_emulator::{Config, State, serve};
use tokio::net::TcpListener;

const USAGE: &str = "\
meterproof-emulator: the AWS Marketplace Metering Service on loopback

Usage: meterproof-emulator [OPTIONS]

Options:
  --listen ADDRESS        loopback address and port [default: 127.0.0.1:8790]; port 0 takes any
  --config FILE           TOML file with products, customers and credentials
  --no-verify-signatures  take unsigned calls, and those whose signature does not match
  --help                  print this
";

const DEFAULT_ADDRESS: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8790);

struct Arguments {
    listen: SocketAddr,
    config: Option<PathBuf>,
    verify_signatures: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()),
        )
        .init();
    match arguments(std::env::args_os().skip(1)) {
        Ok(Some(arguments)) => match run(arguments).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("meterproof-emulator: {error}");
                ExitCode::FAILURE
            }
        },
        Ok(None) => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("meterproof-emulator: {error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let mut config = match arguments.config {
        Some(file) => Config::from_file(&file)?,
        None => Config::default(),
    };
    config.verify_signatures &= arguments.verify_signatures;
    let state = State::new(config)?;
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", arguments.listen))?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}");
    std::io::stdout().flush()?;
    serve(listener, state, async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a signal handler there is no Ctrl-C to wait for.
            std::future::pending::<()>().await;
        }
    })
    .await?;
    Ok(())
}

fn arguments(
    mut given: impl Iterator<Item = std::ffi::OsString>,
) -> Result<Option<Arguments>, String> {
    let mut arguments =
        Arguments { listen: DEFAULT_ADDRESS, config: None, verify_signatures: true };
    while let Some(option) = given.next() {
        let mut value =
            || given.next().ok_or_else(|| format!("{} needs a value", option.display()));
        match option.to_str() {
            Some("--help" | "-h") => return Ok(None),
            Some("--listen") => arguments.listen = address(&value()?)?,
            Some("--config") => arguments.config = Some(value()?.into()),
            Some("--no-verify-signatures") => arguments.verify_signatures = false,
            _ => return Err(format!("unknown option {}", option.display())),
        }
    }
    Ok(Some(arguments))
}

/// Only loopback, before anything is bound.
fn address(text: &std::ffi::OsStr) -> Result<SocketAddr, String> {
    let shown = text.display();
    let address: SocketAddr = text
        .to_str()
        .and_then(|text| text.replace("localhost:", "127.0.0.1:").parse().ok())
        .ok_or_else(|| {
            format!("--listen {shown}: give an address and a port, as 127.0.0.1:8790")
        })?;
    if !address.ip().is_loopback() {
        return Err(format!("--listen {shown}: the emulator listens on loopback only"));
    }
    Ok(address)
}

//! `meterproof`: reads its arguments, runs a command, and says how it ended.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use meterproof_cli::agent::{self, AgentConfig};
use meterproof_cli::args::{ArgsError, help};
use meterproof_cli::buckets::{self, BucketsOptions};

const USAGE: &str = "\
meterproof: bills every unit of usage exactly once, for AWS Marketplace sellers

Usage: meterproof COMMAND [OPTIONS]

Commands:
  agent    takes usage events on this machine, and bills each once
  buckets  what a ledger holds, and what became of it

meterproof COMMAND --help lists a command's options; --version prints the version.
";

/// A command line that cannot be followed (sysexits.h has 64; shells and people know 2).
const MISUSE: u8 = 2;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let command = arguments.next();
    match command.as_ref().and_then(|command| command.to_str()) {
        Some("agent") => agent(arguments),
        Some("buckets") => buckets(arguments),
        Some("--help" | "-h" | "help") => print(USAGE),
        Some("--version" | "-V") => print(concat!("meterproof ", env!("CARGO_PKG_VERSION"), "\n")),
        None => misuse(&ArgsError::NoCommand, "meterproof"),
        Some(_) => {
            let actual = command.unwrap_or_default().display().to_string();
            misuse(&ArgsError::UnknownCommand { actual }, "meterproof")
        }
    }
}

fn agent(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let usage = || {
        format!(
            "meterproof agent: takes usage events on this machine, and bills each once\n\n\
             Usage: meterproof agent --ledger FILE --region REGION [OPTIONS]\n\n\
             Each option can also be set as METERPROOF_ and its name: METERPROOF_TICK_MS.\n\
             Credentials and endpoints are read as the AWS SDKs read them.\n\nOptions:\n{}",
            help(agent::OPTIONS)
        )
    };
    match AgentConfig::read(arguments, &|name| std::env::var_os(name)) {
        Ok(None) => print(&usage()),
        Ok(Some(config)) => match runtime(tokio::runtime::Builder::new_multi_thread()) {
            Ok(runtime) => ended(runtime.block_on(agent::run(config)).map_err(|e| (e.code(), e))),
            Err(code) => code,
        },
        Err(error) => misuse(&error, "meterproof agent"),
    }
}

fn buckets(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    match BucketsOptions::read(arguments, &|name| std::env::var_os(name)) {
        Ok(None) => print(&buckets::usage()),
        Ok(Some(options)) => match runtime(tokio::runtime::Builder::new_current_thread()) {
            Ok(runtime) => {
                let out = &mut io::BufWriter::new(io::stdout().lock());
                ended(runtime.block_on(buckets::run(&options, out)).map_err(|e| (e.code(), e)))
            }
            Err(code) => code,
        },
        Err(error) => misuse(&error, "meterproof buckets"),
    }
}

fn runtime(mut builder: tokio::runtime::Builder) -> Result<tokio::runtime::Runtime, ExitCode> {
    builder.enable_all().build().map_err(|error| {
        complain("internal", &error);
        ExitCode::FAILURE
    })
}

fn ended(outcome: Result<(), (&'static str, impl std::fmt::Display)>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, error)) => {
            complain(code, &error);
            ExitCode::FAILURE
        }
    }
}

fn misuse(error: &ArgsError, command: &str) -> ExitCode {
    complain(error.code(), error);
    // Nothing can be done where standard error is closed.
    let _ = writeln!(io::stderr(), "{command} --help says more");
    ExitCode::from(MISUSE)
}

fn complain(code: &str, why: &dyn std::fmt::Display) {
    let _ = writeln!(io::stderr(), "meterproof: {why} ({code})");
}

fn print(text: &str) -> ExitCode {
    // A reader that has gone, as with `| head`, has read what it wanted.
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

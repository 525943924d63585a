//! How small the functions are and how fast they start.
//!
//! ```text
//! cargo build --release -p meterproof-lambda --bins
//! cargo run -p meterproof-lambda --example lambda_cold -- [--quick] [--binaries DIRECTORY]
//! ```
//!
//! prints, for each function, a JSON line with its size in bytes, one with the time from its spawn
//! to its first poll of the runtime API, and one with the most memory it has had resident by then.
//! The runtime API is on a loopback port of this program, and so is what the function asks of
//! DynamoDB before it polls: a ledger says where it is metered. That is one HTTP request without
//! TLS; the way to a real table comes on top. Functions start in turn, round by round.

use std::collections::HashMap;
use std::error::Error;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const FUNCTIONS: [&str; 5] =
    ["forward_usage", "ingest_events", "close_hour", "license_events", "resolve_customer"];
const ROUNDS: usize = 25;
const QUICK_ROUNDS: usize = 5;
/// A function that has not polled by then never will.
const LONGEST: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (rounds, binaries) = options()?;
    let (polls, mut polled) = unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let server = tokio::spawn(axum::serve(listener, host(polls)).into_future());

    let mut starts = HashMap::<&str, Vec<Start>>::new();
    // The first round brings the files into memory.
    for round in 0..=rounds {
        eprint!("\rround {round} of {rounds}");
        for function in FUNCTIONS {
            let start = start(&binaries.join(function), &address, &mut polled).await?;
            if round > 0 {
                starts.entry(function).or_default().push(start);
            }
        }
    }
    eprintln!();
    server.abort();
    for function in FUNCTIONS {
        let size = std::fs::metadata(binaries.join(function))?.len();
        print(json!({ "suite": "size", "subject": function, "unit": "bytes", "median": size }));
        let of = |value: fn(&Start) -> u64| starts[function].iter().map(value).collect();
        let nanoseconds = of(|start| start.elapsed.as_nanos() as u64);
        print(cold(function, "exec to first poll", "ns", nanoseconds));
        print(cold(function, "resident", "bytes", of(|start| start.resident)));
    }
    Ok(())
}

fn options() -> Result<(usize, PathBuf), Box<dyn Error>> {
    // This program is in target/debug/examples.
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(3).ok_or("a target directory")?;
    let (mut rounds, mut binaries) = (ROUNDS, target.join("release"));
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => rounds = QUICK_ROUNDS,
            "--binaries" => {
                binaries = arguments.next().ok_or("give --binaries a directory")?.into()
            }
            _ => return Err(format!("give --quick or --binaries, not {argument}").into()),
        }
    }
    if let Some(missing) = FUNCTIONS.iter().find(|function| !binaries.join(function).is_file()) {
        let build = "cargo build --release -p meterproof-lambda --bins";
        return Err(format!("no {missing} in {}: {build}", binaries.display()).into());
    }
    Ok((rounds, binaries))
}

/// One start of one function.
struct Start {
    elapsed: Duration,
    /// Bytes.
    resident: u64,
}

async fn start(
    binary: &Path,
    address: &str,
    polled: &mut UnboundedReceiver<Instant>,
) -> Result<Start, Box<dyn Error>> {
    let mut command = command(binary, address);
    let started = Instant::now();
    let mut function = Ended(command.spawn()?);
    let poll = tokio::time::timeout(LONGEST, polled.recv()).await;
    let Ok(Some(poll)) = poll else {
        let state = function.0.try_wait()?;
        return Err(format!("{} never polled: {state:?}", binary.display()).into());
    };
    Ok(Start { elapsed: poll - started, resident: most_resident(function.0.id())? })
}

/// The environment that Lambda and the template give, and nothing else.
fn command(binary: &Path, address: &str) -> Command {
    let queue = format!("http://{address}/000000000000/queue");
    let url = format!("http://{address}");
    let mut command = Command::new(binary);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::inherit());
    command.envs([
        ("AWS_LAMBDA_RUNTIME_API", address),
        ("AWS_LAMBDA_FUNCTION_NAME", "function"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "any"),
        ("AWS_SESSION_TOKEN", "any"),
        ("AWS_ENDPOINT_URL", url.as_str()),
        ("LOG_LEVEL", "warn"),
        ("LEDGER_TABLE", "ledger"),
        ("METERING_QUEUE_URL", queue.as_str()),
        ("REJECTS_QUEUE_URL", queue.as_str()),
        ("CUSTOMERS", "dynamodb:customers"),
        ("SIGN_UP_URL", "https://seller.example/sign-up"),
        ("REGISTRATION_SECRET", "a secret of at least 32 characters"),
    ]);
    command
}

/// A process that ends with this value.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _already_gone = self.0.kill();
        let _status = self.0.wait();
    }
}

/// The high-water mark that Linux keeps: the function itself waits for its event.
fn most_resident(process: u32) -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(1024 * kibibytes)
}

/// The runtime API, which reports each poll and never has an event, and DynamoDB.
fn host(polls: UnboundedSender<Instant>) -> Router {
    let next = async |State(polls): State<UnboundedSender<Instant>>| -> StatusCode {
        let _measured = polls.send(Instant::now());
        pending().await
    };
    let runtime = Router::new().route("/2018-06-01/runtime/invocation/next", get(next));
    let table = Router::new().route("/", post(dynamodb)).with_state(Arc::default());
    runtime.with_state(polls).merge(table)
}

/// A table of one item: what was put last is what is got.
async fn dynamodb(
    State(item): State<Arc<Mutex<Option<Value>>>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.strip_prefix("DynamoDB_20120810."));
    let request: Value = serde_json::from_str(&body).unwrap_or_default();
    let mut item = item.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let answer = match operation {
        Some("GetItem") => item.as_ref().map_or(json!({}), |item| json!({ "Item": item })),
        Some("PutItem") => {
            *item = Some(request["Item"].clone());
            json!({})
        }
        _ => {
            eprintln!("\n{operation:?} was not expected before the first poll");
            return StatusCode::NOT_IMPLEMENTED.into_response();
        }
    };
    ([("content-type", "application/x-amz-json-1.0")], answer.to_string()).into_response()
}

fn cold(function: &str, what: &str, unit: &str, mut samples: Vec<u64>) -> Value {
    samples.sort_unstable();
    let median = samples[samples.len() / 2];
    json!({
        "suite": "cold", "subject": format!("{function} {what}"), "unit": unit,
        "median": median, "min": samples[0], "rounds": samples.len(),
    })
}

fn print(mut line: Value) {
    line["engine"] = "lambda".into();
    println!("{line}");
}

//! How many events a second the agent takes, each on disk before it is acknowledged.
//!
//! Starts the real agent on a new ledger for each row, posts events over a number of connections,
//! and checks that the ledger holds the sum of what was acknowledged. A row's syncs are counted by
//! `strace` in a run of their own, where it is installed; memory is the agent's peak.
//!
//! ```console
//! $ cargo build --release -p meterproof-cli --bins --examples
//! $ target/release/examples/agent_throughput [--largest 1000000] [--connections 32]
//! ```

#![allow(missing_docs, reason = "a program")]

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

type Failure = Box<dyn Error + Send + Sync>;

const BATCHES: [usize; 4] = [1, 10, 100, 1000];
const LICENSES: usize = 50;
/// Events of a run whose syncs are counted: tracing slows it down.
const TRACED: usize = 2_000;

struct Settings {
    largest: usize,
    connections: usize,
}

struct Row {
    events: usize,
    batch: usize,
    seconds: f64,
    /// Sorted.
    latencies: Vec<Duration>,
    told_to_wait: usize,
    peak_kib: u64,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let settings = settings()?;
    println!(
        "{} connections, {LICENSES} licenses, a new ledger for each row\n",
        settings.connections
    );
    println!(
        "| batch | events | events/s | requests/s | p50 ms | p99 ms | told to wait | agent's peak MiB |"
    );
    println!(
        "|------:|-------:|---------:|-----------:|-------:|-------:|-------------:|-----------------:|"
    );
    for batch in BATCHES {
        let mut events = 1_000;
        while events <= settings.largest {
            let row = measure(events, batch, settings.connections).await?;
            println!("{}", line(&row));
            events *= 10;
        }
    }
    if !has_strace() {
        println!("\nstrace is not installed: syncs are not counted");
        return Ok(());
    }
    println!("\n| batch | connections | events | syncs | events a sync |");
    println!("|------:|------------:|-------:|------:|--------------:|");
    for batch in BATCHES {
        for connections in [1, settings.connections] {
            let events = TRACED.max(batch * connections);
            let syncs = count_syncs(events, batch, connections).await?;
            let each = events as f64 / syncs as f64;
            println!("| {batch} | {connections} | {events} | {syncs} | {each:.1} |");
        }
    }
    Ok(())
}

fn settings() -> Result<Settings, Failure> {
    let mut settings = Settings { largest: 1_000_000, connections: 32 };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or("every option has a value")?.parse()?;
        match name.as_str() {
            "--largest" => settings.largest = value,
            "--connections" => settings.connections = value,
            _ => return Err(format!("no option {name}").into()),
        }
    }
    Ok(settings)
}

fn line(row: &Row) -> String {
    let at = |share: f64| {
        let index = ((row.latencies.len() - 1) as f64 * share) as usize;
        row.latencies[index].as_secs_f64() * 1000.0
    };
    format!(
        "| {} | {} | {:.0} | {:.0} | {:.1} | {:.1} | {} | {} |",
        row.batch,
        row.events,
        row.events as f64 / row.seconds,
        row.latencies.len() as f64 / row.seconds,
        at(0.5),
        at(0.99),
        row.told_to_wait,
        row.peak_kib / 1024,
    )
}

async fn measure(events: usize, batch: usize, connections: usize) -> Result<Row, Failure> {
    let folder = tempfile::tempdir()?;
    let mut agent = Agent::start(Command::new(Agent::binary()?), folder.path())?;
    let began = Instant::now();
    let (mut latencies, told_to_wait) = post(&agent.url, events, batch, connections).await?;
    let seconds = began.elapsed().as_secs_f64();
    let held = sum(&agent.url).await?;
    if held != events as u64 {
        return Err(format!("the ledger holds {held} of {events}").into());
    }
    let peak_kib = peak(agent.process)?;
    agent.terminate()?;
    latencies.sort_unstable();
    Ok(Row { events, batch, seconds, latencies, told_to_wait, peak_kib })
}

/// Posts all events; the time of each request, and how often one was told to wait.
async fn post(
    url: &str,
    events: usize,
    batch: usize,
    connections: usize,
) -> Result<(Vec<Duration>, usize), Failure> {
    let client: Client<HttpConnector, Body> = Client::builder(TokioExecutor::new()).build_http();
    let (next, waits) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let progress = tokio::spawn(show(next.clone(), events, batch));
    let producers: Vec<_> = (0..connections)
        .map(|_| {
            let (client, next, waits) = (client.clone(), next.clone(), waits.clone());
            let url = format!("{url}/v1/events");
            tokio::spawn(async move { produce(&client, &url, events, batch, &next, &waits).await })
        })
        .collect();
    let mut latencies = Vec::with_capacity(events / batch + 1);
    for producer in producers {
        latencies.extend(producer.await??);
    }
    progress.abort();
    eprint!("\r{:50}\r", "");
    Ok((latencies, waits.load(Ordering::Relaxed)))
}

async fn produce(
    client: &Client<HttpConnector, Body>,
    url: &str,
    events: usize,
    batch: usize,
    next: &AtomicUsize,
    waits: &AtomicUsize,
) -> Result<Vec<Duration>, Failure> {
    let mut latencies = Vec::new();
    loop {
        let first = next.fetch_add(batch, Ordering::Relaxed);
        if first >= events {
            return Ok(latencies);
        }
        let body = body(first, (first + batch).min(events))?;
        loop {
            let began = Instant::now();
            let request = Request::post(url).body(Body::from(body.clone()))?;
            let response = client.request(request).await?;
            let status = response.status();
            let answer = response.into_body().collect().await?.to_bytes();
            if status == StatusCode::TOO_MANY_REQUESTS {
                waits.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
            if status != StatusCode::ACCEPTED {
                return Err(format!("{status}: {}", String::from_utf8_lossy(&answer)).into());
            }
            latencies.push(began.elapsed());
            break;
        }
    }
}

fn body(first: usize, end: usize) -> Result<String, Failure> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut body = String::from("[");
    for number in first..end {
        let comma = if number == first { "" } else { "," };
        write!(
            body,
            r#"{comma}{{"EventId":"{number}","Source":"bench","Timestamp":{now},"LicenseArn":"arn:aws:license-manager::294406891311:license:l-{:032x}","CustomerAWSAccountId":"444455556666","Dimension":"users","Quantity":1}}"#,
            number % LICENSES
        )?;
    }
    body.push(']');
    Ok(body)
}

async fn show(next: Arc<AtomicUsize>, events: usize, batch: usize) {
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let sent = next.load(Ordering::Relaxed).min(events);
        eprint!("\r  {sent} of {events} events, {batch} a request ");
    }
}

/// What all buckets hold together.
async fn sum(url: &str) -> Result<u64, Failure> {
    let client: Client<HttpConnector, Body> = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::get(format!("{url}/v1/buckets")).body(Body::empty())?;
    let bytes = client.request(request).await?.into_body().collect().await?.to_bytes();
    let page: Value = serde_json::from_slice(&bytes)?;
    // Two hours of 50 licenses are on the first page.
    let buckets = page["buckets"].as_array().ok_or("no buckets")?;
    let quantity = |bucket: &Value| bucket["quantity"].as_str()?.parse::<u64>().ok();
    Ok(buckets.iter().filter_map(quantity).sum())
}

async fn count_syncs(events: usize, batch: usize, connections: usize) -> Result<usize, Failure> {
    let folder = tempfile::tempdir()?;
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o"]).arg(&trace);
    strace.arg(Agent::binary()?);
    let mut agent = Agent::start(strace, folder.path())?;
    let before = syncs(&trace)?;
    post(&agent.url, events, batch, connections).await?;
    let after = syncs(&trace)?;
    agent.terminate()?;
    Ok(after - before)
}

/// Calls that have begun; one that another thread's call came in between has two lines.
fn syncs(trace: &Path) -> Result<usize, Failure> {
    let text = std::fs::read_to_string(trace)?;
    Ok(text.lines().filter(|line| line.contains("sync(")).count())
}

fn has_strace() -> bool {
    let found = Command::new("strace").arg("-V").stdout(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

struct Agent {
    child: Child,
    process: u32,
    url: String,
}

impl Agent {
    /// Beside this program's own folder.
    fn binary() -> Result<PathBuf, Failure> {
        let own = std::env::current_exe()?;
        let binary = own.parent().and_then(Path::parent).map(|folder| folder.join("meterproof"));
        let binary = binary.filter(|path| path.exists());
        binary.ok_or_else(|| "build the agent first, with --bins --examples".into())
    }

    fn start(mut command: Command, folder: &Path) -> Result<Self, Failure> {
        let ledger = folder.join("usage.db");
        let mut child = command
            .args(["agent", "--region", "us-east-1", "--listen", "127.0.0.1:0", "--ledger"])
            .arg(&ledger)
            .args(["--log-level", "error"])
            // Nothing closes within a run; were it to, nothing is there to send it to.
            .env("AWS_ENDPOINT_URL_MARKETPLACE_METERING", "http://127.0.0.1:1")
            .env("AWS_ACCESS_KEY_ID", "none")
            .env("AWS_SECRET_ACCESS_KEY", "none")
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().ok_or("no output")?;
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line)?;
        let url = line.trim_end().strip_prefix("listening on ").ok_or("the agent has ended")?;
        // Not the child's own number where that is strace.
        let process = std::fs::read_to_string(folder.join("usage.db.lock"))?.trim().parse()?;
        Ok(Self { child, process, url: url.to_owned() })
    }

    fn terminate(&mut self) -> Result<(), Failure> {
        let id = self.process.to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        self.child.wait()?;
        std::io::stdout().flush()?;
        Ok(())
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // Ended already, unless something failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The most memory that a process ever had, in KiB (Linux).
fn peak(process: u32) -> Result<u64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.ok_or("no VmHWM")?.trim().trim_end_matches(" kB").parse()?)
}

//! `stack`: template.yaml deployed on MiniStack, the emulator in place of AWS Marketplace,
//! and a public client (tests/stack/stack.py, boto3) that drives it.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;

use crate::child::Child;
use crate::error::FlowError;
use crate::ministack::{ACCOUNT, MiniStack, Place, SECRET};
use crate::paths;
use crate::progress::Step;
use crate::signals::Signals;

/// The emulator starts in milliseconds; a busy machine may need more.
const PATIENCE: Duration = Duration::from_secs(120);
/// Every binary that the template deploys.
const FUNCTIONS: [&str; 5] =
    ["resolve_customer", "ingest_events", "close_hour", "forward_usage", "license_events"];

/// Runs the stack. With `once` it ends after the flow, else at Ctrl-C.
///
/// # Errors
/// [`FlowError`]; what was started has ended by then.
pub async fn stack(once: bool, signals: &mut Signals) -> Result<(), FlowError> {
    let parts = Parts::find()?;
    let mut running = Running::default();
    let outcome = tokio::select! {
        outcome = flow(&parts, &mut running) => outcome,
        () = signals.next() => Err(FlowError::Interrupted),
    };
    if outcome.is_ok() && !once {
        running.print_addresses(&parts);
        signals.next().await;
        println!();
    }
    running.stop().await;
    outcome
}

struct Parts {
    root: PathBuf,
    binaries: PathBuf,
    place: Place,
    emulator: PathBuf,
}

impl Parts {
    fn find() -> Result<Self, FlowError> {
        let emulator = paths::binary("meterproof-emulator")?;
        for function in FUNCTIONS {
            paths::binary(function)?;
        }
        let binaries = emulator.parent().map(PathBuf::from).unwrap_or_default();
        Ok(Self { root: paths::root(), binaries, place: Place::find()?, emulator })
    }
}

/// What was started so far.
#[derive(Default)]
struct Running {
    emulator: Option<(Child, String)>,
    ministack: Option<MiniStack>,
}

impl Running {
    fn print_addresses(&self, parts: &Parts) {
        let ministack = self.ministack.as_ref().map_or("", |ministack| &ministack.url);
        let emulator = self.emulator.as_ref().map_or("", |(_, url)| url);
        println!("\nUp until Ctrl-C, on the machine's clock and without faults:");
        println!("    AWS (MiniStack) {ministack}");
        println!(
            "                    aws --endpoint-url {ministack} cloudformation describe-stacks"
        );
        println!("    the emulator    {emulator}");
        println!("    its ledger      {emulator}/_emulator/ledger");
        println!("    logs            {}", parts.place.work.display());
    }

    /// Ends MiniStack, which ends its functions, and then what they call.
    async fn stop(self) {
        let ministack = self.ministack.map(|ministack| ministack.process);
        let emulator = self.emulator.map(|(emulator, _)| emulator);
        for child in [ministack, emulator].into_iter().flatten() {
            child.stop().await;
        }
    }
}

async fn flow(parts: &Parts, running: &mut Running) -> Result<(), FlowError> {
    let started = Instant::now();
    let step = Step::start("start the emulator");
    let (_, emulator) = running.emulator.insert(start_emulator(parts).await?);
    step.done(&*emulator);

    let step = Step::start("start MiniStack");
    let variables = [("AWS_ENDPOINT_URL_MARKETPLACE_METERING", emulator.as_str())];
    let ministack = running.ministack.insert(parts.place.start(&variables).await?);
    step.done(&ministack.url);

    let id = ministack.process.id().ok_or_else(|| ministack.process.failed("it has ended"))?;
    let status = Command::new(&parts.place.python)
        .arg("-B")
        .arg(parts.root.join("tests/stack/stack.py"))
        .args(["--ministack", &ministack.url, "--ministack-pid", &id.to_string()])
        .args(["--emulator", emulator, "--functions"])
        .arg(&parts.binaries)
        .arg("--template")
        .arg(parts.root.join("template.yaml"))
        .arg("--work")
        .arg(&parts.place.work)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await
        .map_err(|error| FlowError::Setup(format!("tests/stack/stack.py: {error}")))?;
    if status.success() {
        return Ok(());
    }
    let seconds = started.elapsed().as_secs();
    let logs = parts.place.work.display();
    Err(FlowError::Unexpected(format!(
        "the stack failed after {seconds} s; the logs are in {logs}"
    )))
}

async fn start_emulator(parts: &Parts) -> Result<(Child, String), FlowError> {
    let work = &parts.place.work;
    let config = work.join("emulator.toml");
    let credentials = format!(
        "[[credentials]]\naccess_key_id = \"{ACCOUNT}\"\nsecret_access_key = \"{SECRET}\"\naccount = \"{ACCOUNT}\"\n"
    );
    std::fs::write(&config, credentials)
        .map_err(|error| FlowError::Setup(format!("{}: {error}", config.display())))?;
    let mut command = Command::new(&parts.emulator);
    command.args(["--listen", "127.0.0.1:0", "--config"]).arg(&config);
    let none: [(&str, &str); 0] = [];
    let mut child = Child::start("emulator", command, none, &work.join("emulator.log"), true)?;
    let line = child.first_line(PATIENCE).await?;
    match line.trim().strip_prefix("listening on ") {
        Some(url) => Ok((child, url.to_owned())),
        None => Err(child.failed(&format!("it said \"{line}\""))),
    }
}

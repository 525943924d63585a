//! `stack`: template.yaml deployed on MiniStack, the emulator in place of AWS Marketplace,
//! and a public client (tests/stack/stack.py, boto3) that drives it.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;

use crate::child::Child;
use crate::error::FlowError;
use crate::http::Http;
use crate::paths;
use crate::progress::Step;
use crate::signals::Signals;

/// Where people expect a local AWS.
const PORT: u16 = 4566;
/// Starting takes a second or two; a busy machine may need more.
const PATIENCE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(100);
/// MiniStack gives its functions their account as access key, and reads a client's account
/// from the access key.
const ACCOUNT: &str = "111122223333";
/// What MiniStack hands to its functions as secret, and the emulator checks signatures with.
const SECRET: &str = "stack-secret-access-key";

/// Runs the stack. With `once` it ends after the flow, else at Ctrl-C.
///
/// # Errors
/// [`FlowError`]; what was started has ended by then.
pub async fn stack(once: bool, signals: &mut Signals) -> Result<(), FlowError> {
    let places = Places::find()?;
    let mut running = Running::default();
    let outcome = tokio::select! {
        outcome = flow(&places, &mut running) => outcome,
        () = signals.next() => Err(FlowError::Interrupted),
    };
    if outcome.is_ok() && !once {
        running.print_addresses(&places);
        signals.next().await;
        println!();
    }
    running.stop().await;
    outcome
}

struct Places {
    root: PathBuf,
    binaries: PathBuf,
    work: PathBuf,
    port: u16,
    python: PathBuf,
    ministack: PathBuf,
    emulator: PathBuf,
}

impl Places {
    fn find() -> Result<Self, FlowError> {
        let target = paths::target()?;
        let environment = target.join("venv-ministack/bin");
        let (python, ministack) = (environment.join("python3"), environment.join("ministack"));
        if !ministack.is_file() {
            let what =
                format!("{} is missing; `cargo xtask stack` installs it", ministack.display());
            return Err(FlowError::Setup(what));
        }
        let emulator = paths::binary("meterproof-emulator")?;
        let forward_usage = paths::binary("forward_usage")?;
        paths::binary("resolve_customer")?;
        let port = free_port()?;
        // Two of these may run at once, each with a port and a folder of its own.
        let work = target.join("stack").join(port.to_string());
        std::fs::create_dir_all(work.join("tmp"))
            .map_err(|error| FlowError::Setup(format!("{}: {error}", work.display())))?;
        let binaries = forward_usage.parent().map(PathBuf::from).unwrap_or_default();
        Ok(Self { root: paths::root(), binaries, work, port, python, ministack, emulator })
    }
}

/// What was started so far, and where it listens.
#[derive(Default)]
struct Running {
    emulator: Option<Child>,
    ministack: Option<Child>,
    emulator_url: String,
    ministack_url: String,
}

impl Running {
    fn print_addresses(&self, places: &Places) {
        println!("\nUp until Ctrl-C:");
        println!("    AWS (MiniStack) {}", self.ministack_url);
        println!(
            "                    aws --endpoint-url {} cloudformation describe-stacks",
            self.ministack_url
        );
        println!("    the emulator    {}", self.emulator_url);
        println!("    its ledger      {}/_emulator/ledger", self.emulator_url);
        println!("    logs            {}", places.work.display());
    }

    /// Ends MiniStack, which ends its functions, and then what they call.
    async fn stop(self) {
        for child in [self.ministack, self.emulator].into_iter().flatten() {
            child.stop().await;
        }
    }
}

async fn flow(places: &Places, running: &mut Running) -> Result<(), FlowError> {
    let started = Instant::now();
    let step = Step::start("start the emulator");
    let emulator = start_emulator(places, running).await?;
    step.done(&emulator);
    running.emulator_url.clone_from(&emulator);

    let step = Step::start("start MiniStack");
    let ministack = start_ministack(places, running, &emulator).await?;
    step.done(&ministack);
    running.ministack_url.clone_from(&ministack);

    let status = Command::new(&places.python)
        .arg("-B")
        .arg(places.root.join("tests/stack/stack.py"))
        .args(["--ministack", &ministack, "--emulator", &emulator, "--functions"])
        .arg(&places.binaries)
        .arg("--template")
        .arg(places.root.join("template.yaml"))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await
        .map_err(|error| FlowError::Setup(format!("tests/stack/stack.py: {error}")))?;
    if status.success() {
        return Ok(());
    }
    let seconds = started.elapsed().as_secs();
    let logs = places.work.display();
    Err(FlowError::Unexpected(format!(
        "the stack failed after {seconds} s; the logs are in {logs}"
    )))
}

async fn start_emulator(places: &Places, running: &mut Running) -> Result<String, FlowError> {
    let config = places.work.join("emulator.toml");
    let credentials = format!(
        "[[credentials]]\naccess_key_id = \"{ACCOUNT}\"\nsecret_access_key = \"{SECRET}\"\naccount = \"{ACCOUNT}\"\n"
    );
    std::fs::write(&config, credentials)
        .map_err(|error| FlowError::Setup(format!("{}: {error}", config.display())))?;
    let mut command = Command::new(&places.emulator);
    command.args(["--listen", "127.0.0.1:0", "--config"]).arg(&config);
    let log = places.work.join("emulator.log");
    let none: [(&str, &str); 0] = [];
    let child = running.emulator.insert(Child::start("emulator", command, none, &log, true)?);
    let line = child.first_line(PATIENCE).await?;
    line.trim()
        .strip_prefix("listening on ")
        .map(str::to_owned)
        .ok_or_else(|| child.failed(&format!("it said \"{line}\"")))
}

async fn start_ministack(
    places: &Places,
    running: &mut Running,
    emulator: &str,
) -> Result<String, FlowError> {
    let url = format!("http://127.0.0.1:{}", places.port);
    let work = places.work.display().to_string();
    let environment = [
        // Its defaults listen on all addresses, and its functions would call AWS itself.
        ("BIND_HOST", "127.0.0.1".to_owned()),
        ("GATEWAY_PORT", places.port.to_string()),
        ("IOT_MTLS_ENABLED", "0".to_owned()),
        ("AWS_ENDPOINT_URL", url.clone()),
        ("AWS_ENDPOINT_URL_MARKETPLACE_METERING", emulator.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("HOME", work.clone()),
        ("TMPDIR", format!("{work}/tmp")),
    ];
    let log = places.work.join("ministack.log");
    let command = Command::new(&places.ministack);
    let child =
        running.ministack.insert(Child::start("MiniStack", command, environment, &log, false)?);
    let http = Http::new(&url);
    let end = Instant::now() + PATIENCE;
    while http.get_text("/_ministack/health").await.is_err() {
        if let Some(status) = child.ended() {
            return Err(child.failed(&format!("it ended with {status}")));
        }
        if Instant::now() > end {
            return Err(child.failed("it is not ready in time"));
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(url)
}

/// The known port, or a free one. It is free again when this returns, so another program could
/// take it; MiniStack would say so and end.
fn free_port() -> Result<u16, FlowError> {
    let port = |wanted: u16| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted))?;
        Ok::<u16, std::io::Error>(listener.local_addr()?.port())
    };
    port(PORT).or_else(|_| {
        let free = port(0).map_err(|error| FlowError::Setup(error.to_string()))?;
        println!("    port {PORT} is taken: MiniStack uses {free} instead");
        Ok(free)
    })
}

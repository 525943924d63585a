//! MiniStack, a local AWS: started on loopback with a clean environment, and a command beside it.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
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
pub const ACCOUNT: &str = "111122223333";
/// What MiniStack hands to its functions as secret.
pub const SECRET: &str = "stack-secret-access-key";

/// Where one MiniStack works, and what it is started from.
pub struct Place {
    /// Its folder of logs and temporary files.
    pub work: PathBuf,
    /// The Python of its virtual environment.
    pub python: PathBuf,
    program: PathBuf,
    port: u16,
}

/// A running MiniStack.
pub struct MiniStack {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    /// Its process; the functions are children of it.
    pub process: Child,
}

impl Place {
    /// A free port, and a folder of its own.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where MiniStack is not installed.
    pub fn find() -> Result<Self, FlowError> {
        let target = paths::target()?;
        let environment = target.join("venv-ministack/bin");
        let (python, program) = (environment.join("python3"), environment.join("ministack"));
        if !program.is_file() {
            let what = format!("{} is missing; `cargo xtask stack` installs it", program.display());
            return Err(FlowError::Setup(what));
        }
        let port = free_port()?;
        // Two of these may run at once, each with a port and a folder of its own.
        let work = target.join("stack").join(port.to_string());
        // What an earlier run left behind would be taken for this one's.
        let _ = std::fs::remove_dir_all(&work);
        std::fs::create_dir_all(work.join("tmp"))
            .map_err(|error| FlowError::Setup(format!("{}: {error}", work.display())))?;
        Ok(Self { work, python, program, port })
    }

    /// Starts MiniStack, with these variables beside its own, and waits until it is ready.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where it ends or is not ready in time.
    pub async fn start(&self, variables: &[(&str, &str)]) -> Result<MiniStack, FlowError> {
        let url = format!("http://127.0.0.1:{}", self.port);
        let work = self.work.display().to_string();
        let own = [
            // Its defaults listen on all addresses, and its functions would call AWS itself.
            ("BIND_HOST", "127.0.0.1".to_owned()),
            ("GATEWAY_PORT", self.port.to_string()),
            ("IOT_MTLS_ENABLED", "0".to_owned()),
            ("AWS_ENDPOINT_URL", url.clone()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("HOME", work.clone()),
            ("TMPDIR", format!("{work}/tmp")),
        ];
        let more = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let log = self.work.join("ministack.log");
        let command = Command::new(&self.program);
        let mut process =
            Child::start("MiniStack", command, own.into_iter().chain(more), &log, false)?;
        let http = Http::new(&url);
        let end = Instant::now() + PATIENCE;
        while http.get_text("/_ministack/health").await.is_err() {
            if let Some(status) = process.ended() {
                return Err(process.failed(&format!("it ended with {status}")));
            }
            if Instant::now() > end {
                return Err(process.failed("it is not ready in time"));
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(MiniStack { url, process })
    }
}

/// Runs a command with a MiniStack of its own, whose address it finds in `DYNAMODB_ENDPOINT`.
///
/// # Errors
/// [`FlowError`]; MiniStack has ended by then.
pub async fn beside(command: &[&str], signals: &mut Signals) -> Result<(), FlowError> {
    let place = Place::find()?;
    let step = Step::start("start MiniStack");
    let ministack = tokio::select! {
        started = place.start(&[]) => started?,
        () = signals.next() => return Err(FlowError::Interrupted),
    };
    step.done(&ministack.url);
    let outcome = tokio::select! {
        outcome = run(command, &ministack.url) => outcome,
        () = signals.next() => Err(FlowError::Interrupted),
    };
    ministack.process.stop().await;
    outcome
}

async fn run(command: &[&str], url: &str) -> Result<(), FlowError> {
    let shown = command.join(" ");
    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| FlowError::Setup("no command to run beside MiniStack".to_owned()))?;
    let status = Command::new(Path::new(program))
        .args(arguments)
        .env("DYNAMODB_ENDPOINT", url)
        .kill_on_drop(true)
        .status()
        .await
        .map_err(|error| FlowError::Setup(format!("{shown}: {error}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(FlowError::Unexpected(format!("`{shown}` ended with {status}")))
    }
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

//! The real agent: started, killed without warning, and started again on the same ledger.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use meterproof_emulator::config as emulator;
use tokio::process::Command;
use tokio::sync::watch;

use crate::child::Child;
use crate::error::FlowError;
use crate::{http, paths};

/// A start reads the ledger, which takes milliseconds; a busy machine may need more.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often the agent looks for what is due: often, since hours pass in seconds here.
const TICK_MS: u32 = 100;

/// The agent, and what it runs again with.
pub struct Agent {
    binary: PathBuf,
    address: SocketAddr,
    ledger: PathBuf,
    log: PathBuf,
    clock: String,
    emulator_url: String,
    process: Option<Child>,
    starts: watch::Sender<u32>,
}

impl Agent {
    /// An agent that does not run yet, with a ledger in `work`, at the port people know or a free
    /// one.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where it is not built, or no port can be had.
    pub async fn new(
        work: &Path,
        port: u16,
        clock: String,
        emulator_url: String,
    ) -> Result<Self, FlowError> {
        // Free again when this returns; the agent says so where another program takes it.
        let (_, address) = http::listen("the agent", port).await?;
        Ok(Self {
            binary: paths::binary("meterproof")?,
            address,
            ledger: work.join("ledger.sqlite"),
            log: work.join("agent.log"),
            clock,
            emulator_url,
            process: None,
            starts: watch::Sender::new(0),
        })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What lists the ledger in a shell.
    pub fn buckets_command(&self) -> String {
        format!("{} buckets --ledger {}", self.binary.display(), self.ledger.display())
    }

    /// Counts up whenever the agent is up again.
    pub fn starts(&self) -> watch::Receiver<u32> {
        self.starts.subscribe()
    }

    /// Ends the agent as a crash would.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where it was not running.
    pub async fn kill(&mut self) -> Result<(), FlowError> {
        let mut process = self
            .process
            .take()
            .ok_or_else(|| FlowError::Setup("the agent is not running".to_owned()))?;
        if let Some(status) = process.ended() {
            return Err(process.failed(&format!("it ended by itself, with {status}")));
        }
        process.kill().await
    }

    /// Starts the agent on its ledger, and waits until it takes events.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where it does not come up.
    pub async fn run(&mut self) -> Result<(), FlowError> {
        let mut command = Command::new(&self.binary);
        command.args(["agent", "--region", "us-east-1", "--clock", &self.clock]);
        command.args(["--listen", &self.address.to_string(), "--tick-ms", &TICK_MS.to_string()]);
        command.arg("--ledger").arg(&self.ledger);
        // Whatever has no endpoint of its own goes to the emulator, which knows no such service:
        // nothing can reach AWS.
        let environment = [
            ("AWS_ACCESS_KEY_ID", emulator::ACCESS_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", emulator::SECRET_ACCESS_KEY),
            ("AWS_ENDPOINT_URL", &self.emulator_url),
            ("AWS_ENDPOINT_URL_MARKETPLACE_METERING", &self.emulator_url),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        let mut process = Child::start("the agent", command, environment, &self.log, true)?;
        let line = process.first_line(PATIENCE).await?;
        if line.trim() != format!("listening on {}", self.url()) {
            return Err(process.failed(&format!("it said \"{line}\"")));
        }
        self.process = Some(process);
        self.starts.send_modify(|starts| *starts += 1);
        Ok(())
    }

    /// Lets the agent end what it has begun.
    pub async fn stop(self) {
        if let Some(process) = self.process {
            process.stop().await;
        }
    }
}

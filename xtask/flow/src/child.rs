//! A program of a flow: started with a clean environment, ended by its id.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child as Process, Command};
use tokio::time::timeout;

use crate::error::FlowError;

/// How long a program may take to end when asked to.
const GRACE: Duration = Duration::from_secs(10);

/// A running program. Dropping it kills it; [`Child::stop`] asks first and waits.
pub struct Child {
    name: &'static str,
    log: PathBuf,
    process: Process,
}

impl Child {
    /// Starts a program; its standard error is added to the log, its output too unless it is read.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where it does not start.
    pub fn start<K: AsRef<OsStr>, V: AsRef<OsStr>>(
        name: &'static str,
        mut command: Command,
        environment: impl IntoIterator<Item = (K, V)>,
        log: &Path,
        read_output: bool,
    ) -> Result<Self, FlowError> {
        let setup = |error: std::io::Error| FlowError::Setup(format!("{name}: {error}"));
        // Added to: a program that is started again tells the rest of one story.
        let file = OpenOptions::new().create(true).append(true).open(log).map_err(setup)?;
        let output =
            if read_output { Stdio::piped() } else { file.try_clone().map_err(setup)?.into() };
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(file)
            .kill_on_drop(true);
        // Of its own, so that Ctrl-C reaches the driver alone, which ends the stack in order.
        #[cfg(unix)]
        command.process_group(0);
        let process = command.spawn().map_err(setup)?;
        Ok(Self { name, log: log.to_owned(), process })
    }

    /// Waits for the first line the program prints.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where it ends or stays silent instead.
    pub async fn first_line(&mut self, patience: Duration) -> Result<String, FlowError> {
        let Some(output) = self.process.stdout.take() else {
            return Err(self.failed("its output is not read"));
        };
        let mut lines = BufReader::new(output).lines();
        let line = match timeout(patience, lines.next_line()).await {
            Ok(Ok(Some(line))) => line,
            Ok(_) => return Err(self.failed("it ended before it said anything")),
            Err(_) => return Err(self.failed("it said nothing in time")),
        };
        // Keep reading: a full pipe would stop the program.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(line)
    }

    /// How the program ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().ok().flatten()
    }

    /// An error about this program that names its log.
    pub fn failed(&self, what: &str) -> FlowError {
        FlowError::Setup(format!("{}: {what}; see {}", self.name, self.log.display()))
    }

    /// The id of the running process; `None` once it has ended.
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Kills the program at once, with the signal that no program can handle, and waits until it
    /// is gone.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where it cannot be killed.
    pub async fn kill(mut self) -> Result<(), FlowError> {
        self.process.kill().await.map_err(|error| self.failed(&error.to_string()))
    }

    /// Asks the program and what it started to end, kills what does not, and waits.
    ///
    /// MiniStack leaves its functions behind when it ends, so the whole process group goes.
    pub async fn stop(mut self) {
        #[cfg(unix)]
        if let Some(id) = self.process.id() {
            signal_group("TERM", id).await;
            let ended = timeout(GRACE, self.process.wait()).await.is_ok();
            signal_group("KILL", id).await;
            if ended {
                return;
            }
        }
        // An error means that it has ended already.
        let _ = self.process.kill().await;
    }
}

/// Sends a signal to every process of a group; std has no safe call for it.
///
/// Fails where the group has no process left, which is what is wanted.
#[cfg(unix)]
async fn signal_group(signal: &str, group: u32) {
    let _ = Command::new("kill")
        .args([format!("-{signal}"), "--".to_owned(), format!("-{group}")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await;
}

//! The real agent as a process of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use meterproof::Timestamp;
use meterproof_emulator::Clock as EmulatorClock;
use meterproof_emulator::config::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::Emulator;
use super::client::Client;

/// `meterproof agent` with nothing of this process's environment.
pub fn command(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meterproof"));
    command.env_clear().arg("agent").args(arguments).kill_on_drop(true);
    command
}

/// An agent that takes events.
pub struct Agent {
    pub client: Client,
    pub url: String,
    child: Child,
}

/// What an agent is started with.
pub struct Setup {
    folder: tempfile::TempDir,
    pub ledger: PathBuf,
}

impl Setup {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let setup = Self { ledger: folder.path().join("usage.db"), folder };
        setup.write_offset(0);
        setup
    }

    fn offset_file(&self) -> PathBuf {
        self.folder.path().join("offset")
    }

    fn write_offset(&self, seconds: i64) {
        // Replaced as a whole: the agent may look at any time.
        let next = self.folder.path().join("offset.next");
        std::fs::write(&next, seconds.to_string()).unwrap();
        std::fs::rename(next, self.offset_file()).unwrap();
    }

    /// Makes it this time now, for the service and for the agent.
    pub fn set_time(&self, emulator: &Emulator, time: Timestamp) {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let seconds = time.unix_seconds() - i64::try_from(now.as_secs()).unwrap();
        emulator.set_clock(EmulatorClock::Shifted(seconds));
        self.write_offset(seconds);
    }

    /// The arguments that every agent here has.
    pub fn arguments(&self) -> Vec<String> {
        let clock = format!("offset-file:{}", self.offset_file().display());
        let ledger = self.ledger.display().to_string();
        let arguments = [
            "--ledger",
            &ledger,
            "--region",
            "us-east-1",
            "--listen",
            "127.0.0.1:0",
            "--tick-ms",
            "20",
            "--clock",
            &clock,
        ];
        arguments.map(str::to_owned).into()
    }

    pub async fn start(&self, emulator: &Emulator) -> Agent {
        self.start_with(emulator, &[]).await
    }

    pub async fn start_with(&self, emulator: &Emulator, more: &[&str]) -> Agent {
        let mut child = command(self.arguments())
            .args(more)
            .env("AWS_ENDPOINT_URL_MARKETPLACE_METERING", &emulator.url)
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).await.unwrap();
        let Some(url) = line.trim_end().strip_prefix("listening on ") else {
            let status = child.wait().await.unwrap();
            panic!("{line:?}, and the agent has ended: {status}");
        };
        let url = url.to_owned();
        Agent { client: Client::new(&url), url, child }
    }
}

impl Agent {
    /// Ends it as a power cut would, as far as a process can.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to end.
    pub async fn terminate(&self) {
        let id = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        assert!(sent.success());
    }

    /// Waits until it has ended by itself; whether it ended well.
    pub async fn ended(mut self) -> bool {
        self.child.wait().await.unwrap().success()
    }

    /// All buckets, of all pages.
    pub async fn buckets(&self, query: &str) -> Vec<serde_json::Value> {
        let (mut buckets, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.client.get(&format!("/v1/buckets?{query}{after}")).await;
            assert_eq!(page.status, 200, "{}", page.text());
            let page = page.json();
            buckets.extend(page["buckets"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={}", percent(next)),
                None => return buckets,
            }
        }
    }

    /// Waits until no bucket is open, frozen or held.
    pub async fn settled(&self) {
        let patience = std::time::Duration::from_secs(120);
        let all = async {
            while !self.buckets("state=open,frozen,held").await.is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(patience, all).await.expect("buckets are settled in two minutes");
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Runs an agent that is not expected to begin: its exit code and what it said last.
pub async fn refused(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> (i32, String) {
    let output = command(arguments).output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let text = String::from_utf8_lossy(&output.stderr);
    let said = text.lines().find(|line| line.starts_with("meterproof: ")).unwrap_or_default();
    (output.status.code().unwrap(), said.to_owned())
}

/// Where the ledger's folder is.
pub fn folder(ledger: &Path) -> &Path {
    ledger.parent().unwrap()
}

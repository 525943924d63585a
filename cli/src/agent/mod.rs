//! `meterproof agent`: takes usage events over HTTP on this machine, keeps them in one SQLite
//! file, and bills each of them once.

mod app;
mod body;
mod config;
mod events;
mod gate;
mod health;
mod licenses;
mod listing;
mod lock;
mod log;
mod metrics;
mod problem;
mod serve;
mod signals;
mod state;
mod worker;

use std::fmt;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

use meterproof_aws::{SdkMetering, shared_config};
use meterproof_metering::{LedgerError, SqliteLedger, SystemClock};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

pub use app::app;
pub use config::{AgentConfig, OPTIONS};
pub use health::HEALTH_CODES;
pub use lock::{LedgerLock, LockError};
pub use metrics::Metrics;
pub use problem::Problem;
pub use serve::serve;
pub use state::AgentState;
pub use worker::Worker;

/// Runs the agent until SIGINT or SIGTERM. Prints `listening on http://ADDRESS` to standard
/// output once it takes events; its log goes to standard error.
///
/// # Errors
/// [`AgentError`] where it cannot begin, or its loop fails.
pub async fn run(config: AgentConfig) -> Result<(), AgentError> {
    log::start(config.log_level);
    // Before anything is opened, so that a signal at any time ends the agent in good order.
    let mut signals = signals::Signals::listen().map_err(AgentError::Signals)?;
    let lock = LedgerLock::take(&config.ledger)?;
    let ledger = open(&config).await?;
    let (listener, address) = listen(config.listen).await?;
    let aws = shared_config(config.timeouts).await;
    let service = SdkMetering::for_usage(&aws, &config.region);
    let clock = config.clock.clone();
    if clock.is_shifted() {
        tracing::warn!(event = "start", outcome = "shifted_clock", "the clock is for tests");
    }
    let product = config.product_code.clone();
    let state = AgentState::new(ledger, clock, product, config.max_requests, config.tick)?;
    let (stop, stopped) = watch::channel(false);
    let mut begun = stopped.clone();
    let (worker, gone) = start(Worker::new(state.clone(), service), stopped);
    let watched = state.clone();
    announce(address)?;
    let shutdown = async move {
        tokio::select! {
            () = signals.next() => tracing::info!(event = "stop", outcome = "began"),
            // Events that are taken and never billed would be worse than none.
            _ = gone => tracing::error!(event = "stop", outcome = "worker_gone"),
        }
        watched.pulse().is_stopping = true;
        // Nobody listens where the worker has panicked.
        let _ = stop.send(true);
    };
    // For requests and the send alike the grace begins with the signal.
    let (served, worked) =
        tokio::join!(serve(listener, app(state.clone()), shutdown, config.shutdown), async {
            let _ = begun.wait_for(|has_begun| *has_begun).await;
            end(worker, config.shutdown).await
        });
    let worked = worked?;
    // The last handle: the ledger finishes what it was given, and closes its file.
    drop(state);
    drop(lock);
    let outcome = if served && worked { "ended" } else { "cut_off" };
    tracing::info!(event = "stop", outcome);
    Ok(())
}

/// Opening may wait for another program that writes to the file.
async fn open(config: &AgentConfig) -> Result<SqliteLedger, AgentError> {
    let (path, place, policy) =
        (config.ledger.clone(), config.place.clone(), config.policy.clone());
    let opening = tokio::task::spawn_blocking(move || SqliteLedger::open(path, place, policy));
    let opened = opening.await.map_err(|error| AgentError::Internal(error.to_string()))?;
    opened.map_err(AgentError::Ledger)
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), AgentError> {
    let failed = |cause| AgentError::Listen { address, cause };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn announce(address: SocketAddr) -> Result<(), AgentError> {
    tracing::info!(event = "start", outcome = "listening", address = %address);
    let mut out = io::stdout();
    writeln!(out, "listening on http://{address}")
        .and_then(|()| out.flush())
        .map_err(|error| AgentError::Internal(format!("standard output: {error}")))
}

/// Starts the worker; the receiver fails once it has ended, be it by a panic.
fn start(
    worker: Worker<SqliteLedger, SystemClock, SdkMetering>,
    stopped: watch::Receiver<bool>,
) -> (JoinHandle<()>, oneshot::Receiver<()>) {
    let (alive, gone) = oneshot::channel();
    let run = async move {
        let _alive = alive;
        worker.run(stopped).await;
    };
    (tokio::spawn(run), gone)
}

/// Waits for the round that the worker is in; says whether it came to its end. What is cut off is
/// sent again at the next start.
async fn end(mut worker: JoinHandle<()>, grace: Duration) -> Result<bool, AgentError> {
    match tokio::time::timeout(grace, &mut worker).await {
        Ok(Ok(())) => Ok(true),
        Ok(Err(error)) => Err(AgentError::Internal(format!("the engine's loop: {error}"))),
        Err(_) => {
            worker.abort();
            // Whatever it was at is over before the ledger is closed.
            let _ = worker.await;
            Ok(false)
        }
    }
}

/// Why an agent cannot begin, or go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum AgentError {
    /// The ledger cannot be locked.
    Lock(LockError),
    /// The ledger cannot be opened.
    Ledger(LedgerError),
    /// The address cannot be listened on.
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        cause: io::Error,
    },
    /// Signals cannot be listened for.
    Signals(io::Error),
    /// The program itself is at fault, or the system fails it.
    Internal(String),
}

impl AgentError {
    /// The codes of all variants but those that have another error's code.
    pub const ALL: &'static [&'static str] = &["cannot_listen", "no_signals", "internal"];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lock(error) => error.code(),
            Self::Ledger(error) => error.code(),
            Self::Listen { .. } => "cannot_listen",
            Self::Signals(_) => "no_signals",
            Self::Internal(_) => "internal",
        }
    }
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock(error) => error.fmt(f),
            Self::Ledger(error) => write!(f, "the ledger cannot be opened: {error}"),
            Self::Listen { address, cause } => write!(
                f,
                "cannot listen on {address} ({cause}); end what does, or give another --listen"
            ),
            Self::Signals(cause) => write!(f, "cannot listen for signals: {cause}"),
            Self::Internal(cause) => write!(f, "the agent cannot go on: {cause}"),
        }
    }
}

impl std::error::Error for AgentError {}

impl From<LockError> for AgentError {
    fn from(error: LockError) -> Self {
        Self::Lock(error)
    }
}

impl From<prometheus::Error> for AgentError {
    fn from(error: prometheus::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

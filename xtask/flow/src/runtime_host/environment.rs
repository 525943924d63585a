//! One execution environment: a process of the function, and the Runtime API it talks to.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::api::{Answer, Invocation, RuntimeApi, Stage};
use super::identifiers::{request_id, trace_id, unix_ms};

/// The least a function gets until its first `/next`. Lambda gives it 10 seconds, and where those
/// do not suffice starts it once more with the function's timeout; here it gets the longer one at
/// once, so that a busy machine does not fail a healthy function.
const INIT_LIMIT: Duration = Duration::from_secs(10);
/// The account all ARNs of the host name.
const ACCOUNT: &str = "111122223333";
/// The region all ARNs of the host name.
const REGION: &str = "us-east-1";

/// Which binary to run, and how.
#[derive(Debug, Clone)]
pub struct FunctionSpec {
    /// `AWS_LAMBDA_FUNCTION_NAME`.
    pub name: String,
    /// The binary that Lambda would call `bootstrap`.
    pub bootstrap: PathBuf,
    /// The function's own environment variables; nothing else of this process is passed on.
    pub environment: BTreeMap<String, String>,
    /// The function's timeout; a process that overruns it is killed.
    pub timeout: Duration,
    /// `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`; told, not enforced.
    pub memory_mb: u32,
    /// Where standard output and error go, in place of CloudWatch Logs.
    pub log: PathBuf,
}

/// Why an invocation has no answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum InvocationError {
    /// The function answered with an error of its own; the process lives on.
    Function {
        /// `Lambda-Runtime-Function-Error-Type`.
        error_type: String,
        /// The error document, as sent.
        body: String,
    },
    /// The process ended before it answered.
    Crashed {
        /// How it ended.
        status: ExitStatus,
    },
    /// The function's timeout ran out; the process was killed.
    TimedOut {
        /// The timeout.
        after: Duration,
    },
    /// The process reported that it cannot start, ended, or took too long to.
    Init {
        /// What is known.
        reason: String,
    },
    /// The process could not be started at all.
    Spawn {
        /// The path of the binary.
        bootstrap: PathBuf,
        /// The system's reason.
        error: std::io::Error,
    },
    /// The event is larger than Lambda accepts.
    EventTooLarge {
        /// The event's bytes.
        bytes: usize,
    },
    /// The function was stopped.
    Stopped,
}

impl std::fmt::Display for InvocationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Function { error_type, body } => {
                write!(f, "the function answered with {error_type}: {body}")
            }
            Self::Crashed { status } => {
                write!(f, "the function ended before it answered: {status}")
            }
            Self::TimedOut { after } => {
                write!(f, "the function timed out after {} s", after.as_secs_f64())
            }
            Self::Init { reason } => write!(f, "the function did not start: {reason}"),
            Self::Spawn { bootstrap, error } => {
                write!(f, "cannot run {}: {error}", bootstrap.display())
            }
            Self::EventTooLarge { bytes } => {
                write!(f, "the event has {bytes} bytes, at most 6291456")
            }
            Self::Stopped => f.write_str("the function was stopped"),
        }
    }
}

impl std::error::Error for InvocationError {}

/// A running process that waits for its next event.
///
/// Dropping it kills the process; [`Environment::stop`] also waits until it is gone.
pub(super) struct Environment {
    child: Child,
    api: Arc<RuntimeApi>,
    server: JoinHandle<()>,
}

impl Environment {
    /// Starts the process and waits until it asks for its first event.
    pub async fn start(spec: &FunctionSpec) -> Result<Self, InvocationError> {
        let api = RuntimeApi::new();
        let spawn_error =
            |error| InvocationError::Spawn { bootstrap: spec.bootstrap.clone(), error };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(spawn_error)?;
        let address = listener.local_addr().map_err(spawn_error)?;
        let router = api.router();
        let server = tokio::spawn(async move {
            // Serving ends only by being aborted with its environment.
            let _ = axum::serve(listener, router).await;
        });
        let child = match spawn(spec, &address.to_string()) {
            Ok(child) => child,
            Err(error) => {
                server.abort();
                return Err(spawn_error(error));
            }
        };
        let mut environment = Self { child, api, server };
        match environment.wait_until_ready(spec.timeout.max(INIT_LIMIT)).await {
            Ok(()) => Ok(environment),
            Err(error) => {
                environment.stop().await;
                Err(error)
            }
        }
    }

    /// Whether the process is still there.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Hands one event to the process and waits for its answer.
    ///
    /// After [`InvocationError::Crashed`] and [`InvocationError::TimedOut`] the environment
    /// must be stopped and not used again.
    pub async fn invoke(
        &mut self,
        spec: &FunctionSpec,
        payload: Bytes,
    ) -> Result<Bytes, InvocationError> {
        let limit = u64::try_from(spec.timeout.as_millis()).unwrap_or(u64::MAX);
        let deadline_unix_ms = unix_ms().saturating_add(limit);
        let answer = self.api.offer(Invocation {
            request_id: request_id(),
            payload,
            deadline_unix_ms,
            function_arn: format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}", spec.name),
            trace_id: trace_id(),
        });
        tokio::select! {
            // An answer counts even if the process ended right after giving it.
            biased;
            answer = answer => match answer {
                Ok(Answer::Response(body)) => Ok(body),
                Ok(Answer::Error { error_type, body }) => Err(InvocationError::Function {
                    error_type,
                    body: String::from_utf8_lossy(&body).into_owned(),
                }),
                Err(_) => Err(InvocationError::Stopped),
            },
            status = self.child.wait() => match status {
                Ok(status) => Err(InvocationError::Crashed { status }),
                Err(error) => Err(InvocationError::Init { reason: error.to_string() }),
            },
            () = tokio::time::sleep(spec.timeout) => {
                Err(InvocationError::TimedOut { after: spec.timeout })
            }
        }
    }

    /// Kills the process and waits until it is gone.
    pub async fn stop(mut self) {
        // An error means that it has ended already.
        let _ = self.child.kill().await;
    }

    async fn wait_until_ready(&mut self, limit: Duration) -> Result<(), InvocationError> {
        let mut stage = self.api.stage();
        let settled = stage.wait_for(|stage| *stage != Stage::Starting);
        let init = |reason: String| InvocationError::Init { reason };
        tokio::select! {
            biased;
            settled = timeout(limit, settled) => match settled {
                Ok(Ok(stage)) => match &*stage {
                    Stage::InitFailed { error_type, body } => {
                        Err(init(format!("{error_type}: {body}")))
                    }
                    Stage::Starting | Stage::Ready => Ok(()),
                },
                Ok(Err(closed)) => Err(init(closed.to_string())),
                Err(_) => Err(init(format!(
                    "it asked for no event within {} s",
                    limit.as_secs()
                ))),
            },
            status = self.child.wait() => match status {
                Ok(status) => Err(init(format!("it ended with {status}"))),
                Err(error) => Err(init(error.to_string())),
            },
        }
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn spawn(spec: &FunctionSpec, runtime_api: &str) -> std::io::Result<Child> {
    if let Some(folder) = spec.log.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let log = OpenOptions::new().create(true).append(true).open(&spec.log)?;
    let task_root = spec.bootstrap.parent().map(PathBuf::from).unwrap_or_default();
    let mut command = Command::new(&spec.bootstrap);
    command
        .env_clear()
        .envs(&spec.environment)
        .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
        .env("AWS_LAMBDA_FUNCTION_NAME", &spec.name)
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", spec.memory_mb.to_string())
        .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", spec.name))
        .env("AWS_LAMBDA_LOG_STREAM_NAME", request_id())
        .env("AWS_REGION", REGION)
        .env("AWS_DEFAULT_REGION", REGION)
        .env("LAMBDA_TASK_ROOT", &task_root)
        .env("LANG", "en_US.UTF-8")
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("TZ", ":UTC")
        .env("_HANDLER", "bootstrap")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true);
    // Of its own, so that Ctrl-C reaches the host alone, which ends its functions in order.
    #[cfg(unix)]
    command.process_group(0);
    command.spawn()
}

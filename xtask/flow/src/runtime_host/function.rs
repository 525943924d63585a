//! A function: as many execution environments as are needed at once, each reused while it lives.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use tokio::sync::Semaphore;

use super::api::MAX_PAYLOAD_BYTES;
use super::environment::{Environment, FunctionSpec, InvocationError};

/// What a function has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FunctionCounts {
    /// Processes started.
    pub starts: u64,
    /// Events handed over.
    pub invocations: u64,
    /// Invocations without an answer: errors, crashes, timeouts.
    pub failures: u64,
}

/// A Lambda function on this machine.
///
/// An environment that crashed, timed out or failed to start is thrown away and the next
/// invocation starts another, as Lambda does. Dropping the function kills every process.
pub struct Function {
    spec: FunctionSpec,
    permits: Semaphore,
    idle: Mutex<Vec<Environment>>,
    starts: AtomicU64,
    invocations: AtomicU64,
    failures: AtomicU64,
}

impl Function {
    /// A function with at most `concurrency` processes. Starts none yet.
    pub fn new(spec: FunctionSpec, concurrency: usize) -> Self {
        Self {
            spec,
            permits: Semaphore::new(concurrency),
            idle: Mutex::default(),
            starts: AtomicU64::new(0),
            invocations: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        }
    }

    /// What it was made from.
    pub fn spec(&self) -> &FunctionSpec {
        &self.spec
    }

    /// Invokes the function once and waits for its answer.
    ///
    /// # Errors
    /// [`InvocationError`]; an invocation is never repeated by itself.
    pub async fn invoke(&self, event: impl Into<Bytes>) -> Result<Bytes, InvocationError> {
        let event = event.into();
        if event.len() > MAX_PAYLOAD_BYTES {
            return Err(InvocationError::EventTooLarge { bytes: event.len() });
        }
        let permit = self.permits.acquire().await.map_err(|_| InvocationError::Stopped)?;
        let result = self.run(event).await;
        if result.is_err() {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
        drop(permit);
        result
    }

    /// The counts so far.
    pub fn counts(&self) -> FunctionCounts {
        FunctionCounts {
            starts: self.starts.load(Ordering::Relaxed),
            invocations: self.invocations.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
        }
    }

    /// Refuses further invocations, kills the idle processes and waits until they are gone.
    pub async fn stop(&self) {
        self.permits.close();
        let environments = std::mem::take(&mut *self.idle());
        for environment in environments {
            environment.stop().await;
        }
    }

    async fn run(&self, event: Bytes) -> Result<Bytes, InvocationError> {
        let mut environment = self.environment().await?;
        self.invocations.fetch_add(1, Ordering::Relaxed);
        let result = environment.invoke(&self.spec, event).await;
        match &result {
            Ok(_) | Err(InvocationError::Function { .. }) if !self.permits.is_closed() => {
                self.idle().push(environment);
            }
            _ => environment.stop().await,
        }
        result
    }

    async fn environment(&self) -> Result<Environment, InvocationError> {
        loop {
            let Some(mut environment) = self.idle().pop() else {
                self.starts.fetch_add(1, Ordering::Relaxed);
                return Environment::start(&self.spec).await;
            };
            if environment.is_alive() {
                return Ok(environment);
            }
        }
    }

    // A push and a pop are whole or not at all, so a poisoned lock still holds a whole list.
    fn idle(&self) -> MutexGuard<'_, Vec<Environment>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The threads that read, each on a connection of its own: they see what is committed, and hold
//! up nobody who writes.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::failure::{Failure, unavailable};
use super::file;
use super::queue::{self, Inbox, Sender};
use crate::LedgerError;

/// A long list shall not hold up the sender of usage.
const THREADS: usize = 2;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

pub(super) struct Readers {
    /// `None` once the threads are to end.
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(super) fn start(path: &Path) -> Result<Self, LedgerError> {
        let (jobs, inbox) = queue::queue();
        let inbox = Arc::new(Mutex::new(inbox));
        let mut readers = Self { jobs: Some(jobs), threads: Vec::new() };
        for _ in 0..THREADS {
            let (file, inbox) = (file::open_for_reading(path)?, inbox.clone());
            let thread = std::thread::Builder::new()
                .name("ledger-reader".into())
                .spawn(move || serve(file, &inbox))
                .map_err(|error| unavailable(error.to_string()))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Reads, all from one state of the file.
    pub(super) async fn read<T, F>(&self, run: F) -> Result<T, LedgerError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |file| {
            let found = look(file, run).map_err(|failure| match failure {
                Failure::Ledger(error) => error,
                #[cfg(feature = "conformance")]
                Failure::Crashed => queue::ended(),
            });
            // Nobody listens where the caller has gone.
            let _ = sender.send(found);
        });
        self.jobs.as_ref().ok_or_else(queue::ended)?.send(job, 0)?;
        queue::answer(receiver).await
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has told its callers by then.
            let _ = thread.join();
        }
    }
}

fn serve(mut file: Connection, inbox: &Mutex<Inbox<Job>>) {
    loop {
        // Whoever waits here holds the lock; the others wait for it. Nothing panics in between.
        let job = inbox.lock().unwrap_or_else(PoisonError::into_inner).next();
        match job {
            Some(job) => job(&mut file),
            None => return,
        }
    }
}

fn look<T>(
    file: &mut Connection,
    run: impl FnOnce(&Connection) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let transaction = file.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let found = run(&transaction)?;
    transaction.commit()?;
    Ok(found)
}

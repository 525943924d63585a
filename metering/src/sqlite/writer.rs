//! The one thread that writes.

use std::sync::Arc;
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::Opened;
use super::crash::Steps;
use super::failure::{Failure, ledger_error, unavailable};
use super::queue::{self, Inbox, Sender};
use super::work::Work;
use crate::LedgerError;

/// How many pieces of work one transaction takes at most: so that the first of them does not
/// wait for ever.
const MAX_GROUP: usize = 512;

/// Writes what is sent to it. All work that waits becomes one transaction: one sync of the disk
/// for many requests. Each is answered once it is durable.
pub(super) struct Writer {
    /// `None` once the thread is to end.
    jobs: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

/// A piece of work. It may run more than once; only the run that is committed counts.
trait Job: Send {
    fn run(&mut self, work: &mut Work<'_>) -> Result<(), Failure>;

    /// Passes on what the last run found, or why nothing was done.
    fn answer(self: Box<Self>, outcome: Result<(), LedgerError>);
}

struct Task<T, F> {
    run: F,
    found: Option<T>,
    answer: oneshot::Sender<Result<T, LedgerError>>,
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: FnMut(&mut Work<'_>) -> Result<T, Failure> + Send,
{
    fn run(&mut self, work: &mut Work<'_>) -> Result<(), Failure> {
        self.found = Some((self.run)(work)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), LedgerError>) {
        let answer = match (outcome, self.found) {
            (Ok(()), Some(found)) => Ok(found),
            (Ok(()), None) => Err(queue::ended()),
            (Err(error), _) => Err(error),
        };
        // Nobody listens where the caller has gone; what is written stays written.
        let _ = self.answer.send(answer);
    }
}

impl Writer {
    pub(super) fn start(
        file: Connection,
        opened: Arc<Opened>,
        steps: Steps,
    ) -> Result<Self, LedgerError> {
        let (jobs, inbox) = queue::queue();
        let thread = std::thread::Builder::new()
            .name("ledger-writer".into())
            .spawn(move || serve(file, &opened, &steps, &inbox))
            .map_err(|error| unavailable(error.to_string()))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Does some work in a transaction, and answers once that is durable.
    pub(super) async fn write<T, F>(&self, weight: usize, run: F) -> Result<T, LedgerError>
    where
        T: Send + 'static,
        F: FnMut(&mut Work<'_>) -> Result<T, Failure> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let task = Task { run, found: None, answer: sender };
        self.jobs.as_ref().ok_or_else(queue::ended)?.send(Box::new(task), weight)?;
        queue::answer(receiver).await
    }
}

impl Drop for Writer {
    /// Waits until all that was sent is written.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has told its callers by then.
            let _ = thread.join();
        }
    }
}

/// Works until nobody can send any more, or the program is to end for a test. Work that is left
/// then is dropped, and whoever waits for it is told.
fn serve(mut file: Connection, opened: &Opened, steps: &Steps, inbox: &Inbox<Box<dyn Job>>) {
    while let Some(first) = inbox.next() {
        let mut group = vec![first];
        while group.len() < MAX_GROUP
            && let Some(job) = inbox.next_waiting()
        {
            group.push(job);
        }
        if serve_group(&mut file, opened, steps, group).is_err() {
            return;
        }
    }
}

/// The program ends.
struct Ended;

fn serve_group(
    file: &mut Connection,
    opened: &Opened,
    steps: &Steps,
    mut group: Vec<Box<dyn Job>>,
) -> Result<(), Ended> {
    // Immediate: no other program changes what is read here before it is written.
    let transaction = match file.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(transaction) => transaction,
        Err(error) => {
            // None of them is to blame, and each alone would wait as long again.
            let error = ledger_error(&error);
            group.into_iter().for_each(|job| job.answer(Err(error.clone())));
            return Ok(());
        }
    };
    let outcome = commit(transaction, opened, steps, &mut group);
    let is_one = group.len() == 1;
    match outcome {
        Ok(()) => group.into_iter().for_each(|job| job.answer(Ok(()))),
        Err(Failure::Ledger(error)) if is_one => {
            group.into_iter().for_each(|job| job.answer(Err(error.clone())));
        }
        // Nothing is written: one of them fails, and the others shall not suffer for it.
        Err(Failure::Ledger(_)) => {
            for job in group {
                serve_group(file, opened, steps, vec![job])?;
            }
        }
        #[cfg(feature = "conformance")]
        Err(Failure::Crashed) => return Err(Ended),
    }
    Ok(())
}

/// Runs a group in one transaction; on a failure nothing of it is written.
fn commit(
    transaction: Transaction<'_>,
    opened: &Opened,
    steps: &Steps,
    group: &mut [Box<dyn Job>],
) -> Result<(), Failure> {
    let mut work = Work::new(&transaction, opened, steps);
    for job in group {
        job.run(&mut work)?;
    }
    work.finish()?;
    steps.take(|| transaction.commit())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use meterproof::usage::IdentityForm;

    use super::*;
    use crate::{Place, Policy, Region};

    /// How often SQLite asked whether to wait for the other program.
    static LOOKS: AtomicUsize = AtomicUsize::new(0);

    #[test]
    fn a_group_waits_once_for_another_program() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.db");
        let place =
            Place { region: Region::parse("us-east-1").unwrap(), form: IdentityForm::License };
        let mut file = crate::sqlite::file::open_for_writing(&path, &place).unwrap();
        let look = |_| {
            LOOKS.fetch_add(1, Ordering::Relaxed);
            false
        };
        file.busy_handler(Some(look)).unwrap();
        let opened = Opened { place, policy: Policy::default() };
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (group, answers): (Vec<_>, Vec<_>) = (0..5)
            .map(|n| {
                let (answer, receiver) = oneshot::channel();
                let run = move |_: &mut Work<'_>| Ok(n);
                (Box::new(Task { run, found: None, answer }) as Box<dyn Job>, receiver)
            })
            .unzip();
        assert!(serve_group(&mut file, &opened, &Steps::default(), group).is_ok());
        for mut answer in answers {
            assert_eq!(answer.try_recv().unwrap().unwrap_err().code(), "ledger_unavailable");
        }
        assert_eq!(LOOKS.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_thread_that_panics_leaves_nobody_waiting() {
        let directory = tempfile::tempdir().unwrap();
        let place =
            Place { region: Region::parse("us-east-1").unwrap(), form: IdentityForm::License };
        let path = directory.path().join("ledger.db");
        let file = crate::sqlite::file::open_for_writing(&path, &place).unwrap();
        let opened = Arc::new(Opened { place, policy: Policy::default() });
        let writer = Writer::start(file, opened, Steps::default()).unwrap();
        assert_eq!(writer.write(1, |_| Ok(5)).await, Ok(5));
        let outcome: Result<(), _> = writer.write(1, |_| panic!("as this test wants it")).await;
        assert_eq!(outcome, Err(queue::ended()));
        assert_eq!(writer.write(1, |_| Ok(5)).await, Err(queue::ended()));
    }
}

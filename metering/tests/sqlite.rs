//! What only the ledger in a file promises.

use std::fs;
use std::path::Path;
use std::time::Duration;

use futures_util::future::{join, join_all};
use meterproof_metering::{
    Added, BucketFilter, Input, Ledger, LedgerError, Place, Policy, Region, SqliteLedger, sweep,
};
use rusqlite::Connection;
use tempfile::tempdir;

mod usage;

use usage::{addition, at, key, open, place, sum_and_events};

#[tokio::test]
async fn where_too_much_waits_more_is_refused_at_once() {
    const CALLS: usize = 2_000;
    let directory = tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let ledger = open(&path);
    // Another program holds the file, so that work queues up.
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let calls = (0..CALLS).map(|n| ledger.add(vec![addition(n)], at(0)));
    let release = async { other.execute_batch("COMMIT").unwrap() };
    // Every call is begun before the other program lets go.
    let (answers, ()) = join(join_all(calls), release).await;
    let (added, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert!(refused.iter().all(|answer| *answer == Err(LedgerError::Busy)));
    assert!(refused.len() >= CALLS - 512 - 1_024, "{} were refused", refused.len());
    assert_eq!(sum_and_events(&ledger).await, (added.len() as u128, added.len() as u64));
    // What was refused may be sent again; nothing counts twice.
    for start in (0..CALLS).step_by(500) {
        let again = (start..start + 500).map(addition).collect();
        ledger.add(again, at(0)).await.unwrap();
    }
    assert_eq!(sum_and_events(&ledger).await, (CALLS as u128, CALLS as u64));
}

#[tokio::test]
async fn a_reader_looks_on_beside_a_writer() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let error = SqliteLedger::open_read_only(&path).unwrap_err();
    assert_eq!(error.code(), "ledger_unavailable", "there is no file: {error}");
    assert!(!path.exists(), "and none is made");

    let writer = open(&path);
    let reader = SqliteLedger::open_read_only(&path).unwrap();
    assert_eq!(reader.place(), &place());
    assert_eq!(reader.path(), path);
    for n in 0..3 {
        writer.add(vec![addition(n)], at(0)).await.unwrap();
        assert_eq!(sum_and_events(&reader).await.1, n as u64 + 1);
    }
    let refused = LedgerError::Unavailable { cause: "it is open for reading only".into() };
    assert_eq!(reader.add(vec![addition(9)], at(0)).await, Err(refused.clone()));
    assert_eq!(reader.apply(vec![(key(0), Input::Tick)], at(0)).await, Err(refused));
    drop((writer, reader));
    // Nor does it take a program that works on it.
    let reader = SqliteLedger::open_read_only(&path).unwrap();
    assert_eq!(sum_and_events(&reader).await.1, 3);
    assert_eq!(reader.list(&BucketFilter::default(), None).await.unwrap().buckets.len(), 3);
}

#[tokio::test]
async fn a_damaged_bucket_holds_up_no_other() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let ledger = open(&path);
    ledger.add((0..3).map(addition).collect(), at(0)).await.unwrap();
    let file = Connection::open(&path).unwrap();
    let sql = "UPDATE buckets SET bucket = '{\"key\":1}' WHERE key = ?1";
    assert_eq!(file.execute(sql, [key(1).digest()]).unwrap(), 1);

    let calls = (3..9).map(|n| ledger.add(vec![addition(n)], at(0)));
    for (n, answer) in (3..9).zip(join_all(calls).await) {
        match answer {
            Ok(added) => assert_eq!(added, [Added::To(key(n).hour())]),
            Err(LedgerError::Corrupt { what }) => {
                assert_eq!(n % 3, 1, "{what}");
                assert!(what.starts_with("bucket 2: "), "{what}");
            }
            Err(error) => panic!("{error}"),
        }
    }
    let error = ledger.get(vec![key(1)]).await.unwrap_err();
    assert_eq!(error.code(), "corrupt_ledger");
    let others = ledger.get(vec![key(0), key(2)]).await.unwrap();
    for bucket in others {
        assert_eq!(bucket.unwrap().contents.events(), 3);
    }
}

/// Buckets that were opened under a shorter lateness become due before they close, and there may be
/// more of them than a round takes.
#[tokio::test]
async fn hours_that_wait_longer_after_a_restart_hold_up_no_record() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let ledger = open(&path);
    ledger.add((0..2).map(addition).collect(), at(0)).await.unwrap();
    drop(ledger);
    let policy = Policy { lateness: Duration::from_secs(2 * 3600), ..Policy::default() };
    let ledger = SqliteLedger::open(&path, place(), policy).unwrap();
    // Ten minutes past the hour those two were due; this one is frozen a minute later.
    ledger.add(vec![addition(2)], at(0)).await.unwrap();
    let ends = Input::LicenseEnds { at: at(3_660) };
    ledger.apply(vec![(key(2), ends)], at(3_660)).await.unwrap();
    let now = at(3_660 + 600);
    let mut ready = Vec::new();
    for _ in 0..2 {
        ready.extend(sweep(&ledger, now, 2).await.unwrap().ready);
    }
    let ready: Vec<_> = ready.into_iter().map(|bucket| bucket.key).collect();
    assert_eq!(ready, [key(2)]);
    let open = ledger.get(vec![key(0), key(1)]).await.unwrap();
    assert!(open.into_iter().flatten().all(|bucket| bucket.due_at == Some(at(3 * 3600))));
}

#[test]
fn a_file_of_another_kind_is_left_alone() {
    let directory = tempdir().unwrap();
    let text = directory.path().join("notes.txt");
    fs::write(&text, "not a database, and longer than the header of one: ".repeat(40)).unwrap();
    let kept = fs::read(&text).unwrap();
    let what = "the file is not a ledger; name a ledger's file, or a new one";
    assert_eq!(open_error(&text), LedgerError::Corrupt { what: what.into() });
    assert_eq!(fs::read(&text).unwrap(), kept);

    let others = directory.path().join("others.db");
    let file = Connection::open(&others).unwrap();
    file.execute_batch("CREATE TABLE theirs (name TEXT)").unwrap();
    drop(file);
    let kept = fs::read(&others).unwrap();
    let what = "the file is another program's database; name a ledger's file, or a new one";
    assert_eq!(open_error(&others), LedgerError::Corrupt { what: what.into() });
    assert_eq!(fs::read(&others).unwrap(), kept);
    let error = SqliteLedger::open_read_only(&others).unwrap_err();
    let what = "the file is not a ledger; name a ledger's file";
    assert_eq!(error, LedgerError::Corrupt { what: what.into() });

    let nowhere = open_error(&directory.path().join("missing").join("ledger.db"));
    assert_eq!(nowhere.code(), "ledger_unavailable");
    assert!(nowhere.to_string().contains("missing/ledger.db"), "{nowhere}");
}

#[test]
fn many_may_make_one_file_at_once() {
    for _ in 0..20 {
        let directory = tempdir().unwrap();
        let path = directory.path().join("ledger.db");
        let start = std::sync::Barrier::new(6);
        let errors: Vec<LedgerError> = std::thread::scope(|scope| {
            let open = || {
                start.wait();
                SqliteLedger::open(&path, place(), Policy::default()).err()
            };
            let threads: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(errors, []);
    }
}

#[test]
fn a_newer_schema_is_left_to_a_newer_program() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    drop(open(&path));
    let file = Connection::open(&path).unwrap();
    file.execute("UPDATE meta SET value = '2' WHERE name = 'schema_version'", []).unwrap();
    drop(file);
    let what = "the file's schema has version 2, this program knows up to 1: run the program that made it, or a newer one";
    let expected = LedgerError::Corrupt { what: what.into() };
    assert_eq!(open_error(&path), expected);
    assert_eq!(SqliteLedger::open_read_only(&path).unwrap_err(), expected);
}

#[test]
fn a_store_is_made_for_one_place() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    drop(open(&path));
    let elsewhere = Place { region: Region::parse("eu-west-1").unwrap(), ..place() };
    let error = SqliteLedger::open(&path, elsewhere, Policy::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the ledger was made for LicenseArn with CustomerAWSAccountId in us-east-1, not for LicenseArn with CustomerAWSAccountId in eu-west-1: metering one product in two places bills twice, so take the one it was made for or a new ledger"
    );
}

/// A machine that lost power may have lost the end of the log: what is left is a beginning of
/// what was done, whole operations each.
#[tokio::test]
async fn a_log_that_is_cut_off_opens() {
    const EVENTS: usize = 40;
    let directory = tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let ledger = open(&path);
    for n in 0..EVENTS {
        ledger.add(vec![addition(n)], at(0)).await.unwrap();
    }
    let log = fs::read(directory.path().join("ledger.db-wal")).unwrap();
    let page_and_header = 4_096 + 24;
    assert!(log.len() > EVENTS * page_and_header, "nothing has left the log yet");
    let mut known = None;
    let cuts =
        [0, 10, 32, log.len() / 7, log.len() / 3, log.len() / 2, log.len() - page_and_header];
    for (number, cut) in cuts.into_iter().chain([log.len() - 1, log.len()]).enumerate() {
        let copy = directory.path().join(format!("{number}.db"));
        fs::copy(&path, &copy).unwrap();
        fs::write(directory.path().join(format!("{number}.db-wal")), &log[..cut]).unwrap();
        let ledger = open(&copy);
        let (sum, events) = sum_and_events(&ledger).await;
        assert_eq!(sum, u128::from(events), "each event is one unit");
        assert!(known <= Some(events), "more of the log holds no less");
        known = Some(events);
        let kept = usize::try_from(events).unwrap();
        let again = ledger.add((0..EVENTS).map(addition).collect(), at(0)).await.unwrap();
        for (n, added) in again.into_iter().enumerate() {
            let hour = key(n).hour();
            let expected = if n < kept { Added::Before(hour) } else { Added::To(hour) };
            assert_eq!(added, expected, "event {n} of {kept} with {cut} bytes of the log");
        }
        assert_eq!(sum_and_events(&ledger).await, (EVENTS as u128, EVENTS as u64));
    }
    assert_eq!(known, Some(EVENTS as u64), "all of the log holds everything");
}

fn open_error(path: &Path) -> LedgerError {
    SqliteLedger::open(path, place(), Policy::default()).unwrap_err()
}

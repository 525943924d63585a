//! Several processes, and processes that are killed.
//!
//! A child is this very test binary, told to run [`child`] alone.

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use futures_util::future::join_all;
use meterproof_metering::{Added, Ledger};
use tempfile::tempdir;

mod usage;

use usage::{addition, at, open, sum_and_events};

const LEDGER: &str = "METERPROOF_TEST_LEDGER";
const FIRST: &str = "METERPROOF_TEST_FIRST";
const EVENTS: &str = "METERPROOF_TEST_EVENTS";

/// Adds events to a ledger, some calls at once, and acknowledges each on a line: its number, and
/// whether it was new.
#[tokio::test]
#[ignore = "a part of the other tests"]
async fn child() {
    let number = |name: &str| env::var(name).unwrap().parse::<usize>().unwrap();
    let ledger = open(Path::new(&env::var(LEDGER).unwrap()));
    let (first, events) = (number(FIRST), number(EVENTS));
    let mut calls = (first..first + events).step_by(7).map(|start| start..start + 7);
    while let Some(call) = calls.next() {
        let together = [call].into_iter().chain(calls.by_ref().take(3));
        let answers = join_all(together.map(|call| {
            let additions = call.clone().map(addition).collect();
            async { (call, ledger.add(additions, at(0)).await.unwrap()) }
        }));
        let mut lines = String::new();
        for (call, added) in answers.await {
            for (n, added) in call.zip(added) {
                lines += &match added {
                    Added::To(_) => format!("ack {n} new\n"),
                    Added::Before(_) => format!("ack {n} known\n"),
                    other => panic!("event {n} was answered {other:?}"),
                };
            }
        }
        let mut out = std::io::stdout().lock();
        out.write_all(lines.as_bytes()).unwrap();
        out.flush().unwrap();
    }
}

fn start_child(path: &Path, first: usize, events: usize) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture", "--test-threads", "1"])
        .env(LEDGER, path)
        .env(FIRST, first.to_string())
        .env(EVENTS, events.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The acknowledgements of a child: the event's number, and whether it was new. A line that was
/// cut off is none.
fn acknowledgements(child: &mut Child) -> impl Iterator<Item = (usize, bool)> + use<> {
    let out = BufReader::new(child.stdout.take().unwrap());
    out.split(b'\n').filter_map(|line| {
        let line = String::from_utf8(line.unwrap()).unwrap();
        let mut words = line.split(' ').skip_while(|word| *word != "ack").skip(1);
        let number = words.next()?.parse().ok()?;
        match words.next()? {
            "new" => Some((number, true)),
            "known" => Some((number, false)),
            _ => None,
        }
    })
}

#[tokio::test]
async fn what_a_killed_process_acknowledged_is_there() {
    const ROUNDS: usize = 12;
    /// More than a child gets done before it is killed.
    const PLENTY: usize = 70_000;
    let directory = tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let mut random = fastrand::Rng::with_seed(9);
    let (mut first, mut acknowledged) = (0, Vec::new());
    for round in 0..ROUNDS {
        let mut child = start_child(&path, first, PLENTY);
        let mut lines = acknowledgements(&mut child);
        let patience = random.usize(1..600);
        let seen: Vec<usize> = lines.by_ref().take(patience).map(|(n, _)| n).collect();
        assert_eq!(seen.len(), patience, "round {round}: the child ended by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        // What stands in the pipe was acknowledged too.
        let seen: Vec<usize> = seen.into_iter().chain(lines.map(|(n, _)| n)).collect();
        let last = *seen.iter().max().unwrap();
        acknowledged.extend(seen);

        let ledger = open(&path);
        for n in &acknowledged {
            assert!(*n <= last, "events come in order");
        }
        let again: Vec<usize> = acknowledged.clone();
        for some in again.chunks(2_000) {
            let added = ledger.add(some.iter().map(|n| addition(*n)).collect(), at(0)).await;
            for (n, added) in some.iter().zip(added.unwrap()) {
                assert!(matches!(added, Added::Before(_)), "round {round}: event {n} is lost");
            }
        }
        // Some more may be there, for which the acknowledgement did not get out: up to four
        // calls. Sent again, each counts once.
        first = last + 1 + 4 * 7;
        let all: Vec<usize> = (0..first).collect();
        for some in all.chunks(2_000) {
            ledger.add(some.iter().map(|n| addition(*n)).collect(), at(0)).await.unwrap();
        }
        assert_eq!(sum_and_events(&ledger).await, (first as u128, first as u64), "round {round}");
    }
}

#[tokio::test]
async fn two_processes_share_a_ledger() {
    const TOGETHER: usize = 1_400;
    let directory = tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    // Both make the file, add the same events to it at the same time, and some of their own.
    let mut children =
        [start_child(&path, 0, TOGETHER), start_child(&path, TOGETHER / 2, TOGETHER)];
    let mut times_new: BTreeMap<usize, u32> = BTreeMap::new();
    let streams: Vec<_> = children.iter_mut().map(acknowledgements).collect();
    let threads: Vec<_> = streams
        .into_iter()
        .map(|stream| std::thread::spawn(move || stream.collect::<Vec<_>>()))
        .collect();
    for thread in threads {
        let answers = thread.join().unwrap();
        assert_eq!(answers.len(), TOGETHER);
        for (n, is_new) in answers {
            *times_new.entry(n).or_default() += u32::from(is_new);
        }
    }
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    let all = TOGETHER + TOGETHER / 2;
    assert_eq!(times_new.len(), all);
    for (n, times) in times_new {
        assert_eq!(times, 1, "event {n} was new so often");
    }
    let ledger = open(&path);
    assert_eq!(sum_and_events(&ledger).await, (all as u128, all as u64));
}

//! Events in, the bill out: the real agent, its SQLite file, and the emulator as AWS.

use meterproof_emulator::Config;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::process::{Agent, Setup};
use crate::support::{Emulator, at, event};

const HOUR: &str = "2026-11-21T10:00:00Z";

#[tokio::test(flavor = "multi_thread")]
async fn batches_duplicates_and_bad_neighbours_become_one_right_bill() {
    let emulator = Emulator::start(3, Config::default()).await;
    let setup = Setup::new();
    setup.set_time(&emulator, at("2026-11-21T10:30:00Z"));
    let agent = setup.start(&emulator).await;
    // The service is disturbed in ways that pass.
    for fault in [
        json!({ "kind": "throttle", "count": 2 }),
        json!({ "kind": "unprocessed" }),
        json!({ "kind": "dropAfterCommit" }),
    ] {
        emulator.fault(fault);
    }

    let one = event("single", 1, "2026-11-21T10:01:00Z", 1).to_string();
    assert_eq!(agent.client.post("/v1/events", one.clone()).await.verdicts(), ["added"]);
    let batch = json!([
        event("a", 1, "2026-11-21T10:02:00Z", 10),
        event("b", 2, "2026-11-21T10:03:00Z", 100),
        { "EventId": "bad" },
        event("c", 3, "2026-11-21T10:04:00Z", 1000),
    ])
    .to_string();
    let verdicts = agent.client.post("/v1/events", batch.clone()).await.verdicts();
    assert_eq!([&verdicts[0], &verdicts[1], &verdicts[3]], ["added"; 3]);
    assert!(verdicts[2].starts_with("rejected "));
    let again = agent.client.post("/v1/events", batch).await.verdicts();
    assert_eq!([&again[0], &again[1], &again[3]], ["duplicate"; 3]);
    assert_eq!(agent.client.post("/v1/events", one).await.verdicts(), ["duplicate"]);

    setup.set_time(&emulator, at("2026-11-21T11:10:01Z"));
    agent.settled().await;
    let billed: Vec<_> = [(1, "11"), (2, "100"), (3, "1000")]
        .map(|(license, quantity)| (license, HOUR.to_owned(), quantity.to_owned()))
        .into();
    assert_eq!(emulator.billed(), billed);

    let late = event("late", 2, "2026-11-21T10:59:00Z", 7).to_string();
    let answer = agent.client.post("/v1/events", late).await.json();
    assert_eq!(answer["verdicts"][0]["verdict"], "carried");
    assert_eq!(answer["verdicts"][0]["hour"], "2026-11-21T11:00:00Z");

    let text = agent.client.get("/metrics").await;
    let has = |line: &str| text.text().lines().any(|have| have == format!("meterproof_{line}"));
    assert!(has("throttles_total 2"), "{}", text.text());
    assert!(has("calls_total{outcome=\"throttled\"} 2"));
    assert!(has("calls_total{outcome=\"unreachable\"} 1"));
    assert!(has("bucket_changes_total{change=\"settled\"} 3"));
    assert!(has("buckets{state=\"settled\"} 3") && has("buckets{state=\"open\"} 1"));
    let health = agent.client.get("/healthz").await.json();
    assert_eq!((&health["status"], &health["reasons"]), (&json!("ok"), &json!([])));
    agent.terminate().await;
    assert!(agent.ended().await);
}

/// Every event that was acknowledged is billed once; those that were not are sent again until
/// they are, as a producer does.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_time_the_agent_forgets_nothing_and_bills_nothing_twice() {
    /// Acknowledged before each kill, and after the last one.
    const SHARE: usize = 300;
    const KILLS: usize = 3;
    let emulator = Emulator::start(4, Config::default()).await;
    let setup = Setup::new();
    setup.set_time(&emulator, at("2026-11-21T10:30:00Z"));
    emulator.fault(json!({ "kind": "dropAfterCommit", "rate": 0.2, "seed": 7 }));
    let mut agent = setup.start(&emulator).await;

    let (told, mut acknowledged) = watch::channel(0);
    let mut next = 0;
    for _kill in 0..KILLS {
        // It sends until no answer comes: however late the kill, it falls among the events.
        let producer = tokio::spawn(produce(agent_client(&agent), next, usize::MAX, told.clone()));
        let enough = next + SHARE;
        acknowledged.wait_for(|count| *count >= enough).await.unwrap();
        agent.kill().await;
        next = producer.await.unwrap();
        agent = setup.start(&emulator).await;
    }
    let events = next + SHARE;
    assert_eq!(produce(agent_client(&agent), next, events, told).await, events);

    setup.set_time(&emulator, at("2026-11-21T11:10:01Z"));
    // Once more while records are on their way.
    let began = async {
        while emulator.billed().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(120), began).await.unwrap();
    agent.kill().await;
    let agent = setup.start(&emulator).await;
    agent.settled().await;

    let mut used = [0_usize; 4];
    for number in 0..events {
        used[number % 4] += number;
    }
    let billed: Vec<_> = (1..=4)
        .zip(used)
        .map(|(license, quantity)| (license, HOUR.to_owned(), quantity.to_string()))
        .collect();
    assert_eq!(emulator.billed(), billed);
}

fn agent_client(agent: &Agent) -> crate::support::client::Client {
    agent.client.clone()
}

/// Sends events from `first` on, ten at a time, until `end` or until no answer comes. Returns the
/// first that has no verdict.
async fn produce(
    client: crate::support::client::Client,
    first: usize,
    end: usize,
    acknowledged: watch::Sender<usize>,
) -> usize {
    let mut next = first;
    while next < end {
        let until = (next + 10).min(end);
        let events: Vec<Value> = (next..until)
            .map(|number| {
                let license = u32::try_from(number % 4).unwrap() + 1;
                let quantity = u64::try_from(number).unwrap();
                event(&number.to_string(), license, "2026-11-21T10:05:00Z", quantity)
            })
            .collect();
        let body = Value::from(events).to_string();
        let Ok(answer) = client.send("POST".parse().unwrap(), "/v1/events", body.into()).await
        else {
            return next;
        };
        for verdict in answer.verdicts() {
            assert!(["added", "duplicate"].contains(&verdict.as_str()), "{verdict}");
        }
        next = until;
        acknowledged.send_replace(next);
    }
    next
}

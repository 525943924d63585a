//! Never more than there is room for.

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use meterproof_metering::{MemoryLedger, Policy, SqliteLedger};
use tokio::sync::mpsc;

use super::requests::{agent, ask, get, place, post};
use crate::support::event;

/// A body whose end is still to come.
fn open_body() -> (mpsc::Sender<Bytes>, Body) {
    let (sender, receiver) = mpsc::channel::<Bytes>(1);
    let stream = futures_util::stream::unfold(receiver, |mut receiver| async {
        let bytes = receiver.recv().await?;
        Some((Ok::<_, std::io::Error>(bytes), receiver))
    });
    (sender, Body::from_stream(stream))
}

fn request(body: Body) -> Request<Body> {
    Request::post("/v1/events").header("host", "localhost").body(body).unwrap()
}

#[tokio::test]
async fn when_as_many_requests_are_under_way_as_allowed_the_next_is_told_to_wait() {
    let agent = agent(MemoryLedger::new(place(), Policy::default()), 1);
    let (sender, body) = open_body();
    let first = tokio::spawn({
        let agent = agent.clone();
        async move { ask(&agent, request(body)).await }
    });
    // It is being read once its first bytes were taken and the next ones are waited for.
    sender.send(Bytes::from_static(b"[")).await.unwrap();
    sender.send(Bytes::from_static(b" ")).await.unwrap();
    let one = event("e1", 1, "2026-11-21T10:00:00Z", 1).to_string();
    let answer = post(&agent, "/v1/events", one.clone()).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(answer.json()["code"], "too_many_requests");
    // Those who watch are let through.
    assert_eq!(get(&agent, "/healthz").await.status, StatusCode::OK);
    assert!(get(&agent, "/metrics").await.text().contains("meterproof_requests_under_way 2"));

    sender.send(format!("{one}]").into()).await.unwrap();
    drop(sender);
    assert_eq!(first.await.unwrap().verdicts(), ["added"]);
    assert_eq!(post(&agent, "/v1/events", one).await.verdicts(), ["duplicate"]);
}

/// Another program holds the file, so that the ledger's queue fills up.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_ledger_tells_requests_to_wait_and_forgets_none_that_it_took() {
    const REQUESTS: usize = 4_000;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usage.db");
    let ledger = SqliteLedger::open(&file, place(), Policy::default()).unwrap();
    let agent = agent(ledger, REQUESTS);
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let (told, mut refusals) = mpsc::unbounded_channel();
    let body = |number: usize| event(&number.to_string(), 1, "2026-11-21T10:00:00Z", 1).to_string();
    let asked: Vec<_> = (0..REQUESTS)
        .map(|number| {
            let (agent, told, body) = (agent.clone(), told.clone(), body(number));
            tokio::spawn(async move {
                let answer = post(&agent, "/v1/events", body).await;
                if answer.status == StatusCode::TOO_MANY_REQUESTS {
                    assert_eq!(answer.headers["retry-after"], "1");
                    assert_eq!(answer.json()["code"], "ledger_busy");
                    told.send(number).unwrap();
                } else {
                    assert_eq!(answer.verdicts(), ["added"]);
                }
            })
        })
        .collect();
    drop(told);
    let mut again = vec![refusals.recv().await.expect("the queue is full before the ledger works")];
    other.execute_batch("ROLLBACK").unwrap();
    for request in asked {
        request.await.unwrap();
    }
    while let Some(number) = refusals.recv().await {
        again.push(number);
    }
    // What was refused was not taken; what was taken is there.
    for number in again {
        assert_eq!(post(&agent, "/v1/events", body(number)).await.verdicts(), ["added"]);
    }
    let buckets = get(&agent, "/v1/buckets").await.json();
    assert_eq!(buckets["buckets"][0]["quantity"], REQUESTS.to_string());
}

#[tokio::test]
async fn bodies_together_have_a_limit_too() {
    let agent = agent(MemoryLedger::new(place(), Policy::default()), 64);
    // Without a length a body may be as long as any: six of those fill 32 MiB to 2 MiB.
    let mut open = Vec::new();
    for _ in 0..6 {
        let (sender, body) = open_body();
        let agent = agent.clone();
        let asked = tokio::spawn(async move { ask(&agent, request(body)).await });
        sender.send(Bytes::from_static(b"[")).await.unwrap();
        sender.send(Bytes::from_static(b" ")).await.unwrap();
        open.push((sender, asked));
    }
    let (_sender, body) = open_body();
    let answer = ask(&agent, request(body)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    // A small one still has room.
    assert_eq!(post(&agent, "/v1/events", "[]").await.status, StatusCode::ACCEPTED);
    for (sender, asked) in open {
        sender.send(Bytes::from_static(b"]")).await.unwrap();
        drop(sender);
        assert_eq!(asked.await.unwrap().status, StatusCode::ACCEPTED);
    }
}

#[tokio::test]
async fn a_body_is_no_longer_than_five_mebibytes() {
    let agent = agent(MemoryLedger::new(place(), Policy::default()), 1);
    let limit = 5 * 1024 * 1024;
    let spaces = |count: usize| [vec![b'['], vec![b' '; count], vec![b']']].concat();
    let answer = post(&agent, "/v1/events", spaces(limit - 2)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let answer = post(&agent, "/v1/events", spaces(limit - 1)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["code"], "body_too_large");
    assert_eq!(answer.headers["connection"], "close");
    let many = format!("[{}]", vec!["1"; 10_001].join(","));
    let answer = post(&agent, "/v1/events", many).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["code"], "too_many_events");
    let packed = Request::post("/v1/events")
        .header("host", "localhost")
        .header("content-encoding", "gzip")
        .body(Body::from("[]"));
    let answer = ask(&agent, packed.unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(answer.json()["code"], "body_encoded");
}

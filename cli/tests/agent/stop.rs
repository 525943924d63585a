//! An end in good order.

use std::time::Duration;

use meterproof_emulator::Config;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::process::Setup;
use crate::support::{Emulator, at, event};

const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn what_has_begun_is_finished_and_nothing_new_is_taken() {
    let emulator = Emulator::start(1, Config::default()).await;
    let setup = Setup::new();
    setup.set_time(&emulator, at("2026-11-21T10:30:00Z"));
    let agent = setup.start_with(&emulator, &["--shutdown-seconds", "60"]).await;
    let address = agent.url.strip_prefix("http://").unwrap().to_owned();

    let body = event("e1", 1, "2026-11-21T10:01:00Z", 3).to_string();
    let (begin, end) = body.split_at(20);
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nhost: {address}\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The agent asks for the body: the request has begun.
    let mut told = [0; 25];
    stream.read_exact(&mut told).await.unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(begin.as_bytes()).await.unwrap();

    agent.terminate().await;
    // It takes nothing new from then on.
    let refused = async {
        while TcpStream::connect(&address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, refused).await.expect("it stops listening");
    stream.write_all(end.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202 Accepted\r\n"), "{answer}");
    assert!(answer.contains("\"verdict\":\"added\""), "{answer}");
    assert!(agent.ended().await);

    let agent = setup.start(&emulator).await;
    assert_eq!(agent.client.post("/v1/events", body).await.verdicts(), ["duplicate"]);
    agent.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_under_way_gets_its_answer_before_the_end() {
    let emulator = Emulator::start(1, Config::default()).await;
    let setup = Setup::new();
    setup.set_time(&emulator, at("2026-11-21T10:30:00Z"));
    let more = ["--shutdown-seconds", "60", "--attempt-timeout-ms", "60000"];
    let agent = setup.start_with(&emulator, &more).await;
    let body = event("e1", 1, "2026-11-21T10:01:00Z", 3).to_string();
    assert_eq!(agent.client.post("/v1/events", body).await.verdicts(), ["added"]);
    // Long enough to be seen under way, and told to end, on a machine that is busy.
    emulator.fault(json!({ "kind": "latency", "milliseconds": 5_000 }));
    setup.set_time(&emulator, at("2026-11-21T11:10:01Z"));
    let sending = async {
        while agent.buckets("").await[0]["certainty"] != "underway" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, sending).await.expect("the send begins");
    agent.terminate().await;
    assert!(agent.ended().await);
    let agent = setup.start(&emulator).await;
    let bucket = &agent.buckets("").await[0];
    assert_eq!((&bucket["state"], &bucket["attempts"]), (&json!("settled"), &json!(1)));
    agent.kill().await;
}

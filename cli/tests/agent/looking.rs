//! `meterproof buckets` beside a running agent, and without one.

use std::process::Output;

use meterproof_emulator::Config;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::process::Setup;
use crate::support::{Emulator, at, event};

async fn buckets(setup: &Setup, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meterproof"));
    command.arg("buckets").arg("--ledger").arg(&setup.ledger).args(arguments);
    command.output().await.unwrap()
}

async fn lines(setup: &Setup, arguments: &[&str]) -> Vec<String> {
    let output = buckets(setup, arguments).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_reads_beside_a_running_agent_and_narrows_what_it_shows() {
    let emulator = Emulator::start(2, Config::default()).await;
    let setup = Setup::new();
    setup.set_time(&emulator, at("2026-11-21T10:03:00Z"));
    let agent = setup.start(&emulator).await;
    let mut other = event("c", 1, "2026-11-21T10:02:00Z", 9);
    other["Dimension"] = json!("requests");
    let events =
        [event("a", 1, "2026-11-21T10:01:00Z", 3), event("b", 2, "2026-11-21T09:50:00Z", 4), other];
    let taken = agent.client.post("/v1/events", Value::from(events.to_vec()).to_string()).await;
    assert_eq!(taken.verdicts(), ["added"; 3]);

    let all = lines(&setup, &[]).await;
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(all[1].starts_with("2026-11-21T09:00Z  open   l-00000000000000000000000000000002"));
    let quantity = |line: &str| line.split_whitespace().nth(4).unwrap().to_owned();
    for (arguments, quantities) in [
        (&["--license", "l-00000000000000000000000000000001"][..], &["3", "9"][..]),
        (&["--license", &crate::support::license(2)], &["4"]),
        (&["--dimension", "requests"], &["9"]),
        (&["--account", "444455556666", "--to", "2026-11-21T10"], &["4"]),
        (&["--from", "2026-11-21T10:00Z", "--state", "open,held"], &["3", "9"]),
        (&["--hour", "2026-11-21T10"], &["3", "9"]),
    ] {
        let mut found: Vec<_> =
            lines(&setup, arguments).await.iter().skip(1).map(|line| quantity(line)).collect();
        found.sort();
        assert_eq!(found, quantities, "{arguments:?}");
    }
    assert_eq!(lines(&setup, &["--state", "conflict"]).await, ["no bucket matches"]);
    assert!(lines(&setup, &["--state", "conflict", "--json"]).await.is_empty());
    let one = ["--hour", "2026-11-21T09", "--json"];
    let one: Value = serde_json::from_str(&lines(&setup, &one).await[0]).unwrap();
    assert_eq!(one["parts"], json!([{ "tags": [], "quantity": "4" }]));
    let listed = agent.buckets("to=2026-11-21T10").await.remove(0);
    assert_eq!(one["notes"], listed["notes"]);

    agent.kill().await;
    assert_eq!(lines(&setup, &[]).await, all);
}

#[tokio::test]
async fn what_cannot_be_shown_is_said() {
    let setup = Setup::new();
    let output = buckets(&setup, &[]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    let path = setup.ledger.display();
    let expected = format!(
        "meterproof: there is no ledger {path}; give the file that the agent was started with (no_ledger)\n"
    );
    assert_eq!(said, expected);
    assert!(!setup.ledger.exists());
    let output = buckets(&setup, &["--states", "open"]).await;
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "meterproof: --states is no option of this command; --help lists them (unknown_option)\nmeterproof buckets --help says more\n"
    );
}

//! One bucket through a late event, an outage, a duplicate and its settlement: the real engine,
//! the SQLite ledger and the emulator over HTTP, at times that the test sets.

mod support;

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use aws_credential_types::Credentials;
use meterproof::Timestamp;
use meterproof::usage::IdentityForm;
use meterproof_aws::{MeteringRegion, SdkMetering, Timeouts, config_loader};
use meterproof_emulator::config::{ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY};
use meterproof_emulator::{Clock as EmulatorClock, Config};
use meterproof_metering::{
    Clock, EventDefaults, Pacer, Place, Policy, Region, SqliteLedger, Verdict, ingest,
    parse_events, send, sweep,
};
use serde_json::{Value, json};
use support::{Emulator, assert_in_file, at, event, license};

/// Stands where it is put, and goes on by itself only where somebody waits for it.
struct SetClock(Mutex<Timestamp>);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        let mut now = self.0.lock().unwrap();
        let millis = i64::try_from(duration.as_millis()).unwrap();
        *now = Timestamp::from_unix_millis(now.unix_millis() + millis).unwrap();
    }
}

struct World {
    ledger: SqliteLedger,
    emulator: Emulator,
    service: SdkMetering,
    clock: SetClock,
    pacer: Pacer,
}

impl World {
    async fn start(file: &Path) -> Self {
        let config = Config { duplicate_on_identical_resend: true, ..Config::default() };
        let emulator = Emulator::start(2, config).await;
        let place = Place { region: Region::parse(REGION).unwrap(), form: IdentityForm::License };
        let ledger = SqliteLedger::open(file, place, Policy::default()).unwrap();
        let patience = Duration::from_secs(60);
        let aws = config_loader(Timeouts { connect: patience, attempt: patience })
            .region(aws_config::Region::new(REGION))
            .credentials_provider(Credentials::new(
                ACCESS_KEY_ID,
                SECRET_ACCESS_KEY,
                None,
                None,
                "test",
            ))
            .endpoint_url(&emulator.url)
            .load()
            .await;
        let service = SdkMetering::for_usage(&aws, &MeteringRegion::parse(REGION).unwrap());
        let clock = SetClock(Mutex::new(at("2026-11-21T00:00:00Z")));
        Self { ledger, emulator, service, clock, pacer: Pacer::new(8) }
    }

    fn set(&self, time: &str) -> Timestamp {
        *self.clock.0.lock().unwrap() = at(time);
        self.emulator.set_clock(EmulatorClock::Fixed(at(time)));
        at(time)
    }

    async fn take(&self, time: &str, events: &[Value]) -> Vec<&'static str> {
        let now = self.set(time);
        let body = Value::from(events).to_string();
        let entries = parse_events(body.as_bytes(), &EventDefaults::default()).unwrap();
        let events = entries.into_iter().map(|entry| entry.event.unwrap()).collect();
        let verdicts = ingest(&self.ledger, events, now).await.unwrap();
        verdicts.iter().map(Verdict::code).collect()
    }

    /// What the agent does at each tick, until nothing is left to do at this time.
    async fn tick(&self, time: &str) {
        self.set(time);
        loop {
            let now = self.clock.now();
            let found = sweep(&self.ledger, now, 200).await.unwrap();
            if found.ready.is_empty() && !found.more {
                return;
            }
            let deadline = now.plus_seconds(60).unwrap();
            let (ledger, service, clock) = (&self.ledger, &self.service, &self.clock);
            send(ledger, service, clock, &self.pacer, found.ready, deadline).await.unwrap();
        }
    }
}

fn buckets(file: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_meterproof"))
        .arg("buckets")
        .arg("--ledger")
        .arg(file)
        .args(arguments)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_through_late_event_outage_duplicate_and_settlement() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usage.db");
    let world = World::start(&file).await;

    let early = [event("e1", 1, "2026-11-21T09:20:00Z", 30)];
    assert_eq!(world.take("2026-11-21T09:20:01Z", &early).await, ["added"]);
    let first = [
        event("e2", 1, "2026-11-21T10:02:30Z", 17),
        event("e3", 1, "2026-11-21T10:02:31Z", 12),
        event("o1", 2, "2026-11-21T10:02:31Z", 100),
    ];
    assert_eq!(world.take("2026-11-21T10:02:32Z", &first).await, ["added"; 3]);
    world.tick("2026-11-21T10:10:00Z").await;
    // The producer got no answer, and sends again: counted once.
    assert_eq!(world.take("2026-11-21T10:14:00Z", &first).await, ["duplicate"; 3]);
    // 09:00 froze at 10:10: what comes now for it is counted in 10:00.
    let late = [event("e4", 1, "2026-11-21T09:59:58Z", 5)];
    assert_eq!(world.take("2026-11-21T10:31:07Z", &late).await, ["carried"]);
    // 10:00 is over, and waits ten minutes for the last of its events.
    let last = [event("e5", 1, "2026-11-21T10:58:00Z", 8)];
    assert_eq!(world.take("2026-11-21T11:04:00Z", &last).await, ["added"]);

    // AWS takes the record, but the connection breaks before its answer; then AWS is out.
    world.emulator.fault(json!({ "kind": "dropAfterCommit" }));
    world.tick("2026-11-21T11:10:00Z").await;
    world.emulator.fault(json!({ "kind": "serviceUnavailable", "rate": 1.0 }));
    for minute in 11..180 {
        let (hour, minute) = (11 + minute / 60, minute % 60);
        world.tick(&format!("2026-11-21T{hour:02}:{minute:02}:00Z")).await;
    }
    world.emulator.state.faults().clear();
    world.tick("2026-11-21T14:02:00Z").await;

    let id = license(1);
    let id = id.rsplit(':').next().unwrap();
    let account = buckets(&file, &["--license", id, "--hour", "2026-11-21T10"]);
    let list = buckets(&file, &[]);
    // The README shows exactly this.
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert_in_file(&readme, &format!("```text\n{account}```\n"));
    assert_in_file(&readme, &format!("```text\n{list}```\n"));

    // The bill says the same: each hour once, with what the bucket says.
    let line = |number, hour: &str, quantity: &str| {
        (number, format!("2026-11-21T{hour}:00:00Z"), quantity.to_owned())
    };
    let billed = [line(1, "09", "30"), line(1, "10", "42"), line(2, "10", "100")];
    assert_eq!(world.emulator.billed(), billed);
}

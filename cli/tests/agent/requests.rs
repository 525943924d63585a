//! Requests and answers, without a socket.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use meterproof::Timestamp;
use meterproof::usage::IdentityForm;
use meterproof_cli::agent::{AgentState, app};
use meterproof_metering::{
    Clock, LatePolicy, Ledger, MemoryLedger, Place, Policy, Region, SqliteLedger,
};
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt as _;

use crate::support::client::{Answer, answer};
use crate::support::{ACCOUNT, at, event, license};

/// Stands still.
pub(crate) struct StandingClock(pub(crate) Timestamp);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

pub(crate) fn place() -> Place {
    Place { region: Region::parse("us-east-1").unwrap(), form: IdentityForm::License }
}

pub(crate) fn agent<L: Ledger + 'static>(ledger: L, max_requests: usize) -> Router {
    let clock = StandingClock(at("2026-11-21T10:20:00Z"));
    let tick = Duration::from_secs(1);
    app(AgentState::new(ledger, clock, None, max_requests, tick).unwrap())
}

fn in_memory(policy: Policy) -> Router {
    agent(MemoryLedger::new(place(), policy), 8)
}

pub(crate) async fn ask(agent: &Router, request: Request<Body>) -> Answer {
    answer(agent.clone().oneshot(request).await.unwrap()).await.unwrap()
}

pub(crate) async fn post(agent: &Router, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path).header("host", "127.0.0.1:8793").body(body.into());
    ask(agent, request.unwrap()).await
}

pub(crate) async fn get(agent: &Router, path: &str) -> Answer {
    let request = Request::get(path).header("host", "localhost").body(Body::empty());
    ask(agent, request.unwrap()).await
}

#[tokio::test]
async fn each_event_has_its_verdict_in_order_and_bad_ones_leave_their_neighbours() {
    let agent = in_memory(Policy::default());
    let cloud_event = json!({
        "specversion": "1.0",
        "id": "c1",
        "source": "api-7",
        "type": "usage",
        "time": "2026-11-21T10:19:00Z",
        "data": {
            "LicenseArn": license(1),
            "CustomerAWSAccountId": ACCOUNT,
            "Dimension": "users",
            "QuantityAsDecimal": "0.25",
        },
    });
    let mut other_form = event("e5", 1, "2026-11-21T10:00:00Z", 1);
    other_form.as_object_mut().unwrap().remove("LicenseArn");
    other_form["ProductCode"] = json!("saas1");
    let body = json!([
        event("e1", 1, "2026-11-21T10:00:00Z", 3),
        event("e2", 1, "2026-11-21T10:00:00Z", 3_000_000_000),
        cloud_event,
        event("e1", 1, "2026-11-21T10:00:00Z", 3),
        event("e1", 1, "2026-11-21T10:00:00Z", 4),
        event("e3", 1, "2026-11-21T11:00:00Z", 1),
        event("e4", 1, "2026-11-19T10:00:00Z", 1),
        other_form,
        17,
    ]);
    let answer = post(&agent, "/v1/events", body.to_string()).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let told = answer.json();
    let told = told["verdicts"].as_array().unwrap();
    let hour = "2026-11-21T10:00:00Z";
    assert_eq!(told[0], json!({ "id": "e1", "verdict": "added", "hour": hour }));
    assert_eq!(
        told[1],
        json!({
            "id": "e2",
            "verdict": "rejected",
            "code": "quantity_too_large",
            "reason": told[1]["reason"],
        })
    );
    assert!(told[1]["reason"].as_str().unwrap().starts_with("/1/Quantity: quantity 3000000000"));
    let added = json!({ "id": "c1", "source": "api-7", "verdict": "added", "hour": hour });
    assert_eq!(told[2], added);
    assert_eq!(told[3], json!({ "id": "e1", "verdict": "duplicate", "hour": hour }));
    let codes: Vec<_> = told[4..].iter().map(|verdict| verdict["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes[..4],
        ["event_id_taken", "event_in_future", "event_too_old", "other_identity_form"]
    );
    assert_eq!((told.len(), &told[8]["id"]), (9, &Value::Null));

    let buckets = get(&agent, "/v1/buckets").await.json();
    let bucket = &buckets["buckets"][0];
    assert_eq!(bucket["quantity"], "3.25");
    assert_eq!(bucket["events"], 2);
    assert_eq!(bucket["licenseArn"], license(1));
}

#[tokio::test]
async fn a_late_event_is_carried_or_refused_by_policy() {
    let late = json!([event("e1", 1, "2026-11-20T09:10:00Z", 5)]).to_string();
    let agent = in_memory(Policy::default());
    let answer = post(&agent, "/v1/events", late.clone()).await.json();
    assert_eq!(
        answer["verdicts"][0],
        json!({
            "id": "e1",
            "verdict": "carried",
            "hour": "2026-11-21T10:00:00Z",
            "from": "2026-11-20T09:00:00Z",
        })
    );
    let agent = in_memory(Policy { late: LatePolicy::Reject, ..Policy::default() });
    assert_eq!(post(&agent, "/v1/events", late).await.verdicts(), ["rejected late_event"]);
}

#[tokio::test]
async fn what_is_no_list_of_events_is_refused_as_a_whole() {
    let agent = in_memory(Policy::default());
    for (body, status, code) in [
        ("", 400, "not_json"),
        ("17", 400, "not_events"),
        ("[{}", 400, "not_json"),
        ("\u{feff}[]", 400, "not_json"),
    ] {
        let answer = post(&agent, "/v1/events", body).await;
        let told = answer.json();
        assert_eq!(answer.status, status, "{body}: {told}");
        if code != "not_json" {
            assert_eq!(told["code"], code, "{body}");
        }
        assert!(told["reason"].as_str().unwrap().len() > 20, "{told}");
    }
    let empty = post(&agent, "/v1/events", "[]").await;
    assert_eq!((empty.status, empty.json()), (StatusCode::ACCEPTED, json!({ "verdicts": [] })));
}

#[tokio::test]
async fn only_this_machine_and_no_page_of_another_site() {
    let agent = in_memory(Policy::default());
    let with = |name: &'static str, value: &'static str| {
        let mut request = Request::get("/v1/buckets").body(Body::empty()).unwrap();
        if name != "host" {
            request.headers_mut().insert("host", "127.0.0.1:8793".parse().unwrap());
        }
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    for (name, value, status) in [
        ("host", "localhost:8793", 200),
        ("host", "[::1]:8793", 200),
        ("host", "evil.example:8793", 403),
        ("host", "192.168.0.10:8793", 403),
        ("origin", "http://localhost:3000", 200),
        ("origin", "https://127.0.0.1", 200),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", "", 403),
    ] {
        let answer = ask(&agent, with(name, value)).await;
        assert_eq!(answer.status, status, "{name}: {value}");
        if status == 403 {
            assert_eq!(answer.json()["code"], format!("{name}_not_loopback"));
        }
    }
    let bare = Request::get("/healthz").body(Body::empty()).unwrap();
    assert_eq!(ask(&agent, bare).await.json()["code"], "host_not_loopback");
    let mut two = with("host", "localhost");
    two.headers_mut().append("host", "evil.example".parse().unwrap());
    assert_eq!(ask(&agent, two).await.json()["code"], "host_not_loopback");
    let absolute = Request::get("http://evil.example/v1/buckets").header("host", "localhost");
    let answer = ask(&agent, absolute.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.json()["code"], "host_not_loopback");
}

#[tokio::test]
async fn buckets_come_page_by_page_and_narrowed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usage.db");
    let agent = agent(SqliteLedger::open(file, place(), Policy::default()).unwrap(), 8);
    // More than a page holds.
    let events: Vec<_> = (1..=450)
        .map(|number| event(&number.to_string(), number, "2026-11-21T10:00:00Z", number.into()))
        .collect();
    let answer = post(&agent, "/v1/events", Value::from(events).to_string()).await;
    assert_eq!(answer.verdicts(), ["added"; 450]);
    let (mut quantities, mut path) = (Vec::new(), "/v1/buckets?state=open,frozen".to_owned());
    loop {
        let page = get(&agent, &path).await.json();
        let buckets = page["buckets"].as_array().unwrap();
        let quantity =
            |bucket: &Value| bucket["quantity"].as_str().unwrap().parse::<u64>().unwrap();
        quantities.extend(buckets.iter().map(quantity));
        let Some(next) = page["next"].as_str() else { break };
        assert!(!buckets.is_empty());
        let next: String = next.bytes().map(|byte| format!("%{byte:02X}")).collect();
        path = format!("/v1/buckets?state=open,frozen&after={next}");
    }
    quantities.sort_unstable();
    assert_eq!(quantities, (1..=450).collect::<Vec<_>>());

    let count = async |query: &str| {
        let page = get(&agent, &format!("/v1/buckets?{query}")).await.json();
        page["buckets"].as_array().unwrap().len()
    };
    let of_one = format!("license={}", license(7));
    assert_eq!(count(&of_one).await, 1);
    assert_eq!(count(&format!("{of_one}&state=settled")).await, 0);
    assert_eq!(count(&format!("{of_one}&from=2026-11-21T10&to=2026-11-21T11")).await, 1);
    assert_eq!(count(&format!("{of_one}&from=2026-11-21T11")).await, 0);
    for query in
        ["state=shut", "license=l-7", "from=ten", "colour=red", "state=open&state=held", "after=x"]
    {
        let answer = get(&agent, &format!("/v1/buckets?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text());
        assert_eq!(answer.json()["code"], "invalid_query");
        assert_eq!(get(&agent, "/healthz").await.json()["status"], "ok", "{query}");
    }
}

#[tokio::test]
async fn a_ledger_that_fails_is_said_and_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usage.db");
    drop(SqliteLedger::open(&file, place(), Policy::default()).unwrap());
    // Open for reading only, every change fails as on a disk that takes no more.
    let agent = agent(SqliteLedger::open_read_only(&file).unwrap(), 8);
    assert_eq!(get(&agent, "/healthz").await.json()["status"], "ok");
    let body = event("e1", 1, "2026-11-21T10:00:00Z", 1).to_string();
    let answer = post(&agent, "/v1/events", body).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(answer.json()["code"], "ledger_unavailable");
    let health = get(&agent, "/healthz").await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    let told = health.json();
    assert_eq!(told["status"], "degraded");
    assert_eq!(told["reasons"][0]["code"], "ledger_unavailable");
}

#[tokio::test]
async fn license_events_are_taken_as_eventbridge_sends_them() {
    let agent = in_memory(Policy::default());
    let news = |kind: &str, time: &str| {
        json!({
            "version": "0",
            "source": "aws.agreement-marketplace",
            "detail-type": format!("{kind} - Manufacturer"),
            "time": time,
            "detail": { "license": { "arn": license(1) } },
        })
        .to_string()
    };
    let taken = post(&agent, "/v1/events", event("e1", 1, "2026-11-21T10:01:00Z", 2).to_string());
    assert_eq!(taken.await.verdicts(), ["added"]);
    let ended = news("License Deprovisioned", "2026-11-21T10:05:00Z");
    let answer = post(&agent, "/v1/license-events", ended).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let stands = json!({
        "license": license(1),
        "change": "deprovisioned",
        "since": "2026-11-21T10:05:00Z",
    });
    assert_eq!(answer.json(), stands);
    // What is older changes nothing, whenever it comes.
    let updated = news("License Updated", "2026-11-21T10:00:00Z");
    assert_eq!(post(&agent, "/v1/license-events", updated).await.json(), stands);
    let buckets = get(&agent, "/v1/buckets").await.json();
    assert_eq!(buckets["buckets"][0]["dueAt"], "2026-11-21T10:15:00Z");
    let agreement = news("Purchase Agreement Created", "2026-11-21T10:06:00Z");
    assert_eq!(post(&agent, "/v1/license-events", agreement).await.json()["change"], "none");
    let answer = post(&agent, "/v1/license-events", "{}").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["code"], "missing_member");
}

#[tokio::test]
async fn other_paths_and_methods_are_refused_with_what_there_is() {
    let agent = in_memory(Policy::default());
    let answer = get(&agent, "/v1/event").await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (StatusCode::NOT_FOUND, Some("no_such_path"))
    );
    let answer = get(&agent, "/v1/events").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers["allow"], "POST");
    assert_eq!(answer.json()["code"], "no_such_method");
    let answer = post(&agent, "/metrics", "").await;
    assert_eq!(answer.headers["allow"], "GET, HEAD");
}

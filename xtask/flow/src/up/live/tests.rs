//! The routes over the real emulator and the real agent's parts, in one process.

use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_marketplacemetering::config::Region as AwsRegion;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use meterproof::usage::IdentityForm;
use meterproof_aws::{MeteringRegion, SdkMetering, Timeouts, config_loader};
use meterproof_cli::agent::{AgentState, Worker, app};
use meterproof_emulator::{Config, State, config as emulator};
use meterproof_metering::{Place, Policy, Region, SqliteLedger, SystemClock};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;

use super::super::clock::SimulatedClock;
use super::super::metering;
use super::scene::Scene;
use super::*;
use crate::http::{self, Server};

/// For machines that are busy with something else.
const PATIENCE: Duration = Duration::from_secs(120);

/// Emulator, agent and routes; everything ends with it.
struct World {
    live: Live,
    page: Server,
    parts: JoinSet<()>,
    _servers: [Server; 2],
    _stop: watch::Sender<bool>,
    _folder: TempDir,
}

impl World {
    async fn start() -> Self {
        let kept = tempfile::tempdir().unwrap();
        let folder = kept.path();
        let state = State::new(Config::default()).unwrap();
        let (listener, address) = http::listen("the emulator", 0).await.unwrap();
        let served = state.clone();
        let metering = Server::run(address, async move {
            let _ = meterproof_emulator::serve(listener, served, std::future::pending()).await;
        });
        let clock = Arc::new(SimulatedClock::create(&folder.join("clock")).unwrap());

        let place =
            Place { region: Region::parse("us-east-1").unwrap(), form: IdentityForm::License };
        let ledger =
            SqliteLedger::open(folder.join("ledger.sqlite"), place, Policy::default()).unwrap();
        let agent_clock = SystemClock::parse(&clock.argument()).unwrap();
        let tick = Duration::from_millis(20);
        let agent = AgentState::new(ledger, agent_clock, None, 64, tick).unwrap();
        let timeouts =
            Timeouts { connect: Duration::from_secs(10), attempt: Duration::from_secs(60) };
        let (id, secret) = (emulator::ACCESS_KEY_ID, emulator::SECRET_ACCESS_KEY);
        let aws = config_loader(timeouts)
            .credentials_provider(Credentials::new(id, secret, None, None, "test"))
            .region(AwsRegion::new("us-east-1"))
            .endpoint_url(metering.url())
            .load()
            .await;
        let region = MeteringRegion::parse("us-east-1").unwrap();
        let worker = Worker::new(agent.clone(), SdkMetering::for_usage(&aws, &region));
        let (stop, stopped) = watch::channel(false);
        let mut parts = JoinSet::new();
        parts.spawn(worker.run(stopped));
        let agent = Server::start("the agent", 0, app(agent)).await.unwrap();

        let live = Live::new(state, metering.url(), agent.url(), clock).unwrap();
        let page = Router::new().nest("/live", live.routes());
        let page = Server::start("the page", 0, page).await.unwrap();
        Self { live, page, parts, _servers: [metering, agent], _stop: stop, _folder: kept }
    }

    /// Lets usage flow for whoever watches.
    async fn begin(&mut self) {
        let shared = &self.live.shared;
        shared.emulator.post("/_emulator/products", &metering::product()).await.unwrap();
        shared.enter(Phase::Live);
        let (seller, observer) = (Arc::clone(shared), Arc::clone(shared));
        // This agent does not crash.
        let starts = watch::Sender::new(1).subscribe();
        self.parts.spawn(async move { seller::sell(&seller, starts).await });
        self.parts.spawn(async move { observe(&observer).await });
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response<Incoming> {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let mut request =
            Request::builder().method(method).uri(format!("{}/live{path}", self.page.url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Full::new(Bytes::from(body.to_owned()));
        client.request(request.body(body).unwrap()).await.unwrap()
    }

    /// The status, and the code or the whole answer.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, Value) {
        let answer = self.send(method, path, headers, body).await;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let told = serde_json::from_slice(&body).unwrap_or(Value::Null);
        (status, told)
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(Method::POST, path, &JSON, &body.to_string()).await
    }

    /// Lets an hour pass every few looks, until a scene is as wanted.
    async fn until(&self, wanted: impl Fn(&Scene) -> bool) -> Arc<Scene> {
        let shared = &self.live.shared;
        let mut scenes = shared.watch();
        let seen = async {
            loop {
                let scene = scenes.borrow_and_update().clone();
                if wanted(&scene) {
                    return scene;
                }
                shared.clock.pass(&shared.emulator, 600).await.unwrap();
                scenes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.expect("what was awaited never came")
    }
}

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// The next event of a stream: its name and its data.
async fn event(body: &mut Incoming) -> Option<(String, Value)> {
    let mut text = String::new();
    loop {
        while let Some((one, rest)) = text.split_once("\n\n") {
            let field = |name: &str| one.lines().find_map(|line| line.strip_prefix(name));
            if let (Some(name), Some(data)) = (field("event: "), field("data: ")) {
                return Some((name.to_owned(), serde_json::from_str(data).unwrap()));
            }
            text = rest.to_owned();
        }
        let frame = tokio::time::timeout(PATIENCE, body.frame()).await.unwrap()?.unwrap();
        text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
    }
}

#[tokio::test]
async fn only_this_machine_may_ask_and_only_in_json() {
    let world = World::start().await;
    let refused = async |headers: &[(&str, &str)]| {
        let (status, told) = world.ask(Method::GET, "/totals", headers, "").await;
        (status, told["code"].clone())
    };
    assert_eq!(refused(&[("host", "example.com")]).await, (403, json!("host_not_loopback")));
    let elsewhere = [("origin", "https://example.com")];
    assert_eq!(refused(&elsewhere).await, (403, json!("origin_not_loopback")));
    assert_eq!(refused(&[("origin", "null")]).await, (403, json!("origin_not_loopback")));
    for site in ["cross-site", "same-site", "", "anything"] {
        assert_eq!(refused(&[("sec-fetch-site", site)]).await, (403, json!("site_not_own")));
    }
    let twice = [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")];
    assert_eq!(refused(&twice).await, (403, json!("site_not_own")));
    for site in ["same-origin", "none"] {
        let (status, _) = world.ask(Method::GET, "/totals", &[("sec-fetch-site", site)], "").await;
        assert_eq!(status, 200, "{site}");
    }
    let (status, told) =
        world.ask(Method::GET, "/totals", &[("origin", "http://localhost:1")], "").await;
    assert_eq!((status, &told["phase"]), (200, &json!("driven")));

    for (method, path, headers, body, expected) in [
        (Method::POST, "/faults", &[][..], r#"{"kind":"throttle"}"#, (415, "not_json")),
        (Method::POST, "/crash", &[("content-type", "text/plain")][..], "{}", (415, "not_json")),
        (Method::POST, "/faults", &JSON[..], r#"{"kind":"throttle"}"#, (503, "not_live_yet")),
        (Method::DELETE, "/faults", &[][..], "", (503, "not_live_yet")),
        (Method::GET, "/nothing", &[][..], "", (404, "no_such_path")),
        (Method::PUT, "/faults", &JSON[..], "{}", (405, "no_such_method")),
    ] {
        let (status, told) = world.ask(method, path, headers, body).await;
        assert_eq!((status, told["code"].as_str().unwrap()), expected, "{path} {told}");
    }
}

#[tokio::test]
async fn usage_is_billed_through_faults_and_every_change_is_told() {
    let mut world = World::start().await;
    let answer = world.send(Method::GET, "/events", &[], "").await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let mut stream = answer.into_body();
    let (name, told) = event(&mut stream).await.unwrap();
    assert_eq!((name.as_str(), &told["phase"]), ("scene", &json!("driven")));

    world.begin().await;
    let (name, told) = event(&mut stream).await.unwrap();
    assert_eq!((name.as_str(), &told["phase"]), ("scene", &json!("live")));
    for (kind, milliseconds) in
        [("throttle", None), ("dropAfterCommit", None), ("latency", Some(5))]
    {
        let mut fault = json!({ "kind": kind, "count": 2 });
        if let Some(milliseconds) = milliseconds {
            fault["milliseconds"] = json!(milliseconds);
        }
        let (status, told) = world.post("/faults", fault).await;
        assert_eq!((status, &told["faults"][kind]["remaining"]), (201, &json!(2)));
    }
    let (status, told) = world.post("/faults", json!({ "kind": "throttle", "count": 101 })).await;
    assert_eq!((status, &told["code"]), (400, &json!("fault_out_of_bounds")));

    let struck = world.until(|scene| {
        let faults = scene.faults.json();
        ["throttle", "dropAfterCommit", "latency"].iter().all(|kind| faults[kind]["hits"] == 2)
    });
    let scene = struck.await;
    assert_eq!(scene.totals.as_ref().unwrap().unexplained(), Amount::ZERO);

    assert_eq!(world.post("/usage", json!({ "flows": "no" })).await.0, 400);
    assert_eq!(world.post("/usage", json!({ "flows": false })).await.0, 204);
    let settled = world.until(|scene| {
        let tally = world.live.shared.tally.mark();
        !scene.flows
            && !tally.is_posting
            && scene
                .totals
                .as_ref()
                .is_some_and(|totals| totals.used == tally.used && !totals.is_moving())
    });
    let totals = settled.await.totals.clone().unwrap();
    assert!(totals.used > Amount::ZERO);
    assert_eq!((totals.billed, totals.waiting), (totals.used, Amount::ZERO));

    let (_, told) = world.ask(Method::GET, "/buckets", &[], "").await;
    let buckets = told["buckets"].as_array().unwrap();
    let sum =
        buckets.iter().map(|bucket| Amount::parse(bucket["quantity"].as_str().unwrap()).unwrap());
    assert_eq!(sum.sum::<Amount>(), totals.used);
    assert!(buckets.iter().all(|bucket| bucket["state"] == "settled"));

    // What the stream told adds up to the same, and it ends with a word.
    world.live.end();
    let mut last = Value::Null;
    let mut told = std::collections::BTreeMap::new();
    let end = loop {
        let (name, data) = event(&mut stream).await.unwrap();
        for bucket in data["buckets"].as_array().into_iter().flatten() {
            told.insert(bucket["id"].to_string(), bucket.clone());
        }
        match name.as_str() {
            "change" => last = data.get("totals").cloned().unwrap_or(last),
            name => break name.to_owned(),
        }
    };
    assert_eq!(end, "end");
    assert_eq!(event(&mut stream).await, None);
    assert_eq!(last["used"], json!(totals.used.to_string()));
    assert_eq!(last["billed"], last["used"]);
    assert_eq!(told.len(), buckets.len());
}

#[tokio::test]
async fn one_crash_at_a_time() {
    let mut world = World::start().await;
    world.live.shared.enter(Phase::Live);
    let (done, asked) = {
        let first = world.live.shared.clone();
        let first = tokio::spawn(async move { first.crash().await });
        // The flow has it in hand from here on.
        let done = world.live.crashes.recv().await.unwrap();
        (done, first)
    };
    let second = world.live.shared.clone();
    let second = tokio::spawn(async move { second.crash().await });
    while world.live.crashes.is_empty() {
        tokio::task::yield_now().await;
    }
    let (status, told) = world.post("/crash", json!({})).await;
    assert_eq!((status, &told["code"]), (409, &json!("crash_under_way")));
    done.send(Ok(())).unwrap();
    assert_eq!(asked.await.unwrap(), Ok(()));
    world.live.crashes.recv().await.unwrap().send(Err("it stays away".to_owned())).unwrap();
    assert_eq!(second.await.unwrap().unwrap_err().code(), "agent_is_down");
}

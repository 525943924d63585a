//! Logs tell what happened by ids, counts and codes, and nothing of whom it happened to.

mod emulated;
mod support;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use meterproof_emulator::config::LICENSE_PRODUCT_CODE;
use meterproof_lambda::resolve::{
    FileCustomers, RegistrationConfig, RegistrationSecret, SignUpUrl, handle,
};
use serde_json::{Value, json};

use emulated::Emulator;
use support::{Rejects, Service, TestClock, batch, event, forwarder, ledger, now, record};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// Everything logged by anything on this thread while the guard lives, the SDK included.
    fn capture() -> (Self, tracing::subscriber::DefaultGuard) {
        let lines = Self::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_max_level(tracing::Level::INFO)
            .with_writer(move || writer.clone())
            .finish();
        (lines, tracing::subscriber::set_default(subscriber))
    }

    fn read(&self) -> (String, Vec<Value>) {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (text, lines)
    }
}

fn of<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

#[tokio::test(start_paused = true)]
async fn forwarding_logs_one_line_an_outcome_and_no_customer() {
    let (lines, _guard) = Lines::capture();
    let (ledger, service, rejects) = (ledger(), Service::new(1, 0), Rejects::default());
    let clock = TestClock::at(now());
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let several = batch(&[record("users", 1, 41_414), record("poison", 2, 42_424)]);
    let messages = event([("good", several.as_str()), ("bad", "{\"secret\": ")]);
    forwarder.handle(&messages, Duration::from_secs(60)).await.unwrap();

    let (text, lines) = lines.read();
    for secret in
        ["444455556666", "license-manager", "l-0000", "41414", "42424", "secret", "poison"]
    {
        assert!(!text.contains(secret), "{secret} is in the log:\n{text}");
    }
    let batches = of(&lines, "batch");
    assert_eq!(batches.len(), 3);
    assert_eq!(batches[0]["answer"], "blames_record");
    assert_eq!(batches[0]["error"], "InvalidUsageDimensionException");
    assert_eq!(batches[0]["records"], 2);
    let messages = of(&lines, "message");
    let outcomes: Vec<_> = messages
        .iter()
        .map(|line| (&line["message_id"], &line["outcome"], &line["code"]))
        .collect();
    assert_eq!(outcomes[0], (&json!("good"), &json!("done"), &json!("")));
    assert_eq!((outcomes[1].0, outcomes[1].1), (&json!("bad"), &json!("rejected")));
    let held = of(&lines, "held");
    assert_eq!(held.len(), 1);
    assert_eq!((&held[0]["message_id"], &held[0]["code"]), (&json!("good"), &json!("refused")));
    let totals = of(&lines, "invocation");
    let total = |name: &str| totals[0][name].clone();
    assert_eq!(
        [total("accepted"), total("held"), total("rejected")],
        [json!(1), json!(1), json!(0)]
    );
}

#[tokio::test]
async fn a_registration_logs_neither_token_nor_customer() {
    let (lines, _guard) = Lines::capture();
    let emulator = Emulator::start().await;
    let token = emulator
        .admin("POST", "registration-tokens", json!({ "productCode": LICENSE_PRODUCT_CODE }))
        .await["registrationToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let folder = std::env::temp_dir().join(format!("meterproof-logs-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let marketplace = emulator.registration_client(1).await;
    let customers = FileCustomers::new(folder.join("customers.jsonl"));
    let registration = RegistrationConfig {
        sign_up_url: SignUpUrl::parse("https://seller.example/").unwrap(),
        secret: RegistrationSecret::new(&[9; 32]).unwrap(),
        ttl_seconds: 900,
    };
    let encoded: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
    for body in [
        format!("x-amzn-marketplace-token={encoded}"),
        "x-amzn-marketplace-token=forged".to_owned(),
    ] {
        let request =
            lambda_http::http::Request::post("/").body(lambda_http::Body::from(body)).unwrap();
        handle(&request, &marketplace, &customers, &registration, now()).await.unwrap();
    }
    std::fs::remove_dir_all(folder).unwrap();

    let (text, lines) = lines.read();
    for secret in
        [token.as_str(), encoded.as_str(), "forged", "444455556666", "license-manager", "agmt-"]
    {
        assert!(!text.contains(secret), "{secret} is in the log:\n{text}");
    }
    let outcomes: Vec<_> =
        of(&lines, "registration").iter().map(|line| line["outcome"].clone()).collect();
    assert_eq!(outcomes, ["registered", "invalid_token"]);
}

//! The runtime host with a real process: answers, errors, crashes, timeouts, batches.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use xtask_flow::runtime_host::{
    Broker, EventSource, EventSourceSettings, Function, FunctionSpec, InvocationError, QueueCounts,
    QueueSettings, Redrive,
};

const PATIENCE: Duration = Duration::from_secs(60);

fn spec(name: &str, environment: &[(&str, &str)]) -> FunctionSpec {
    FunctionSpec {
        name: name.to_owned(),
        bootstrap: PathBuf::from(env!("CARGO_BIN_EXE_probe-function")),
        environment: environment
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        timeout: Duration::from_secs(30),
        memory_mb: 128,
        log: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.log")),
    }
}

async fn ask(function: &Function, order: Value) -> Result<Value, InvocationError> {
    let answer = function.invoke(order.to_string()).await?;
    Ok(serde_json::from_slice(&answer).expect("the probe answers in JSON"))
}

#[tokio::test]
async fn one_process_serves_one_event_after_the_other_in_a_clean_environment() {
    let function = Function::new(spec("describe", &[("PROBE_NAME", "given")]), 1);
    let first = ask(&function, json!({ "do": "describe" })).await.unwrap();
    let second = ask(&function, json!({ "do": "describe" })).await.unwrap();
    assert_eq!(first["pid"], second["pid"]);
    assert_eq!((&first["served"], &second["served"]), (&json!(1), &json!(2)));
    let variables = first["variables"].as_object().unwrap();
    assert_eq!(variables["PROBE_NAME"], "given");
    assert_eq!(variables["AWS_LAMBDA_FUNCTION_NAME"], "describe");
    assert_eq!(variables["AWS_REGION"], "us-east-1");
    assert!(!variables.contains_key("HOME"), "{variables:?}");
    let headers = first["headers"].as_object().unwrap();
    assert_eq!(
        headers["lambda-runtime-invoked-function-arn"],
        "arn:aws:lambda:us-east-1:111122223333:function:describe"
    );
    assert!(headers["lambda-runtime-trace-id"].as_str().unwrap().starts_with("Root=1-"));
    let deadline: u64 = headers["lambda-runtime-deadline-ms"].as_str().unwrap().parse().unwrap();
    assert!(deadline > 1_700_000_000_000, "{deadline}");
    assert_eq!(function.counts().starts, 1);
    function.stop().await;
    assert!(matches!(ask(&function, json!({})).await, Err(InvocationError::Stopped)));
}

#[tokio::test]
async fn an_error_of_the_function_leaves_its_process_alive() {
    let function = Function::new(spec("error", &[]), 1);
    match ask(&function, json!({ "do": "error" })).await {
        Err(InvocationError::Function { error_type, body }) => {
            assert_eq!(error_type, "Probe.Refused");
            assert!(body.contains("as ordered"), "{body}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(ask(&function, json!({ "a": 1 })).await.unwrap(), json!({ "a": 1 }));
    let counts = function.counts();
    assert_eq!((counts.starts, counts.invocations, counts.failures), (1, 2, 1));
}

#[tokio::test]
async fn a_crashed_function_is_started_again() {
    let function = Function::new(spec("crash", &[]), 1);
    match ask(&function, json!({ "do": "crash" })).await {
        Err(InvocationError::Crashed { status }) => assert_eq!(status.code(), Some(9)),
        other => panic!("{other:?}"),
    }
    assert_eq!(ask(&function, json!({ "a": 2 })).await.unwrap(), json!({ "a": 2 }));
    assert_eq!(function.counts().starts, 2);
}

#[tokio::test]
async fn a_function_that_overruns_its_timeout_is_killed_and_replaced() {
    let mut slow = spec("hang", &[]);
    slow.timeout = Duration::from_millis(50);
    let function = Function::new(slow, 1);
    match ask(&function, json!({ "do": "hang" })).await {
        Err(InvocationError::TimedOut { after }) => assert_eq!(after.as_millis(), 50),
        other => panic!("{other:?}"),
    }
    assert_eq!(function.counts().starts, 1);
}

#[tokio::test]
async fn a_function_that_cannot_start_says_why() {
    let function = Function::new(spec("init", &[("PROBE_START", "init_error")]), 1);
    let error = ask(&function, json!({})).await.unwrap_err().to_string();
    assert!(error.contains("Probe.NotConfigured"), "{error}");
    let function = Function::new(spec("exit", &[("PROBE_START", "exit")]), 1);
    let error = ask(&function, json!({})).await.unwrap_err().to_string();
    assert_eq!(error, "the function did not start: it ended with exit status: 7");
    let mut missing = spec("missing", &[]);
    missing.bootstrap = PathBuf::from("/nonexistent/bootstrap");
    let error = ask(&Function::new(missing, 1), json!({})).await.unwrap_err();
    assert!(matches!(error, InvocationError::Spawn { .. }), "{error}");
}

#[tokio::test]
async fn a_second_answer_to_one_event_is_refused() {
    let function = Function::new(spec("twice", &[]), 1);
    assert_eq!(ask(&function, json!({ "do": "twice" })).await.unwrap(), json!({}));
    assert_eq!(ask(&function, json!({ "a": 3 })).await.unwrap(), json!({ "a": 3 }));
    assert_eq!(function.counts().starts, 1);
}

const HIDDEN: Duration = Duration::from_secs(3600);

/// A queue, its dead-letter queue, and an event source that feeds the probe.
///
/// Messages stay hidden for an hour, and the test moves the queues' clock: how fast this
/// machine is changes nothing.
struct Rig {
    broker: Arc<Broker>,
    failures: mpsc::UnboundedReceiver<String>,
    _source: EventSource,
}

fn rig(name: &str, bodies: &[Value]) -> Rig {
    let usage = QueueSettings {
        visibility_timeout: u64::try_from(HIDDEN.as_millis()).unwrap(),
        redrive: Some(Redrive { dead_letter_queue: "dead".to_owned(), max_receive_count: 3 }),
    };
    let queues = [("usage".to_owned(), usage), ("dead".to_owned(), QueueSettings::default())];
    let broker = Arc::new(Broker::new(queues).unwrap());
    for body in bodies {
        broker.send("usage", body.to_string(), BTreeMap::new()).unwrap();
    }
    let (report, failures) = mpsc::unbounded_channel();
    let source = EventSource::start(
        EventSourceSettings { queue: "usage".to_owned(), batch_size: 10, concurrency: 2 },
        Arc::clone(&broker),
        Arc::new(Function::new(spec(name, &[]), 2)),
        move |failure| report.send(failure).unwrap_or(()),
    )
    .unwrap();
    Rig { broker, failures, _source: source }
}

impl Rig {
    /// Waits until the counts of the usage queue and the dead-letter queue are as wanted.
    async fn until(&self, wanted: impl Fn(QueueCounts, QueueCounts) -> bool) -> QueueCounts {
        let mut changes = self.broker.subscribe();
        tokio::time::timeout(PATIENCE, async {
            loop {
                changes.borrow_and_update();
                let usage = self.broker.counts("usage").unwrap();
                if wanted(usage, self.broker.counts("dead").unwrap()) {
                    return usage;
                }
                changes.changed().await.unwrap();
            }
        })
        .await
        .expect("the queues come to the wanted counts")
    }

    async fn failure(&mut self) -> String {
        tokio::time::timeout(PATIENCE, self.failures.recv())
            .await
            .expect("a batch fails")
            .expect("the source runs")
    }
}

#[tokio::test]
async fn only_the_failed_items_of_a_batch_come_back_and_end_in_the_dead_letter_queue() {
    let bodies: Vec<Value> =
        (0..10).map(|n| json!({ "do": "fail_items", "n": n, "fail": n == 4 })).collect();
    let mut rig = rig("fail_items", &bodies);
    rig.until(|usage, _| usage.deleted == 9 && usage.in_flight == 1).await;
    for time in 1..=2 {
        rig.broker.advance(HIDDEN);
        rig.until(|usage, _| usage.redelivered == time).await;
    }
    rig.broker.advance(HIDDEN);
    let usage = rig.until(|_, dead| dead.visible == 1).await;
    assert_eq!((usage.visible, usage.in_flight, usage.deleted), (0, 0, 9));
    assert!(rig.broker.peek("dead").unwrap()[0].body.contains("\"n\":4"));
    assert!(rig.failures.try_recv().is_err());
}

#[tokio::test]
async fn a_batch_whose_answer_cannot_be_read_comes_back_whole() {
    let order = json!({ "do": "malformed" });
    let mut rig = rig("malformed", &[order.clone(), order]);
    for _ in 1..=3 {
        let failure = rig.failure().await;
        assert!(failure.starts_with("batch response cannot be read: not JSON"), "{failure}");
        rig.broker.advance(HIDDEN);
    }
    let usage = rig.until(|_, dead| dead.visible == 2).await;
    assert_eq!((usage.deleted, usage.redelivered), (0, 4));
}

#[tokio::test]
async fn a_batch_that_crashes_its_function_comes_back_and_others_go_through() {
    let mut rig = rig("batch_crash", &[json!({ "do": "crash" })]);
    for _ in 1..=3 {
        let failure = rig.failure().await;
        assert_eq!(failure, "the function ended before it answered: exit status: 9");
        rig.broker.advance(HIDDEN);
    }
    rig.until(|_, dead| dead.visible == 1).await;
    let order = json!({ "do": "fail_items" });
    rig.broker.send("usage", order.to_string(), BTreeMap::new()).unwrap();
    rig.until(|usage, _| usage.deleted == 1).await;
}

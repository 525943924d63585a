//! The runtime host with a real process: answers, errors, crashes, timeouts.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use xtask_flow::runtime_host::{Function, FunctionSpec, InvocationError};

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

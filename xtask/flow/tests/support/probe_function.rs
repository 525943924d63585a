//! A function that does what its event says: the runtime host's counterpart in tests.
//!
//! It speaks the Runtime API over plain HTTP, one connection a request, with nothing but the
//! standard library, so that it shares no code with what it tests. The event is one
//! order: `{"do": "echo" | "describe" | "error" | "crash" | "hang" | "twice"}`.
#![forbid(unsafe_code)]

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

fn main() {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").expect("AWS_LAMBDA_RUNTIME_API");
    match std::env::var("PROBE_START").as_deref() {
        Ok("exit") => std::process::exit(7),
        Ok("init_error") => {
            let body = r#"{"errorType":"Probe.NotConfigured","errorMessage":"no table"}"#;
            post(&api, "/2018-06-01/runtime/init/error", body, Some("Probe.NotConfigured"));
            std::process::exit(1);
        }
        _ => {}
    }
    let mut served = 0;
    loop {
        let (headers, event) = get(&api, "/2018-06-01/runtime/invocation/next");
        served += 1;
        answer(&api, &headers, &event, served);
    }
}

fn answer(api: &str, headers: &[(String, String)], event: &str, served: u32) {
    let header = |name: &str| {
        headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let id = header("lambda-runtime-aws-request-id");
    let response = format!("/2018-06-01/runtime/invocation/{id}/response");
    let order: Value = serde_json::from_str(event).expect("an event is JSON");
    match order["do"].as_str().unwrap_or("echo") {
        "describe" => {
            let variables: Vec<(String, String)> = std::env::vars().collect();
            let body = json!({
                "served": served,
                "pid": std::process::id(),
                "variables": variables.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
                "headers": headers.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            });
            post(api, &response, &body.to_string(), None);
        }
        "error" => {
            let body = r#"{"errorType":"Probe.Refused","errorMessage":"as ordered"}"#;
            let path = format!("/2018-06-01/runtime/invocation/{id}/error");
            post(api, &path, body, Some("Probe.Refused"));
        }
        "crash" => std::process::exit(9),
        "hang" => loop {
            std::thread::park();
        },
        "twice" => {
            post(api, &response, "{}", None);
            let second = post(api, &response, "{}", None);
            assert!(second.starts_with("HTTP/1.1 400"), "{second}");
        }
        _ => {
            post(api, &response, event, None);
        }
    }
}

fn get(api: &str, path: &str) -> (Vec<(String, String)>, String) {
    let reply =
        exchange(api, &format!("GET {path} HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\n\r\n"));
    let (head, body) = reply.split_once("\r\n\r\n").expect("a head and a body");
    let headers = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    (headers, body.to_owned())
}

fn post(api: &str, path: &str, body: &str, error_type: Option<&str>) -> String {
    let error_type = error_type
        .map_or(String::new(), |name| format!("Lambda-Runtime-Function-Error-Type: {name}\r\n"));
    exchange(
        api,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\nContent-Type: application/json\r\n{error_type}Content-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    )
}

fn exchange(api: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(api).expect("the Runtime API is there");
    stream.write_all(request.as_bytes()).expect("a request is sent");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("a reply is read");
    reply
}

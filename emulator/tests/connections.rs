//! What needs a socket: dropped connections, loopback only, shutdown.

use std::net::SocketAddr;

use meterproof::Timestamp;
use meterproof_emulator::config::LICENSE_ARN;
use meterproof_emulator::faults::{FaultKind, FaultSpec};
use meterproof_emulator::{Clock, Config, State, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// 2026-11-21T10:00:00Z
const NOW: i64 = 1_795_255_200;

struct Server {
    state: State,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn start() -> Server {
    // No container product: nothing here needs a key, and making one takes seconds.
    let mut config = Config { verify_signatures: false, ..Config::default() };
    config.products.truncate(1);
    let state = State::new(config).expect("a valid configuration");
    // Standing still: no record and its retry lie on two sides of an hour's end.
    *state.clock() = Clock::Fixed(Timestamp::from_unix_seconds(NOW).expect("in range"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let shutdown = async {
        let _ = stopped.await;
    };
    let done = tokio::spawn(serve(listener, state.clone(), shutdown));
    Server { state, address, stop, done }
}

/// Everything the server sends before it closes the connection.
async fn exchange(address: SocketAddr) -> Vec<u8> {
    let body = format!(
        r#"{{"UsageRecords":[{{"Timestamp":{NOW},"Dimension":"users","Quantity":1,"LicenseArn":"{LICENSE_ARN}","CustomerAWSAccountId":"444455556666"}}]}}"#
    );
    let mut stream = TcpStream::connect(address).await.expect("connected");
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/x-amz-json-1.1\r\n\
         x-amz-target: AWSMPMeteringService.BatchMeterUsage\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    // Closed or reset: both are an end without an answer.
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

fn fault(state: &State, kind: FaultKind) {
    let spec = FaultSpec {
        operation: None,
        kind,
        count: None,
        rate: None,
        seed: None,
        milliseconds: None,
    };
    state.faults().add(spec).expect("valid");
}

fn billed(state: &State) -> usize {
    state.service().ledger().entries().count()
}

#[tokio::test]
async fn a_dropped_connection_brings_not_a_byte() {
    let server = start().await;
    fault(&server.state, FaultKind::DropBeforeCommit);
    assert_eq!(exchange(server.address).await, b"");
    assert_eq!(billed(&server.state), 0);

    fault(&server.state, FaultKind::DropAfterCommit);
    assert_eq!(exchange(server.address).await, b"");
    assert_eq!(billed(&server.state), 1);

    // The client's retry finds its record metered.
    let answer = String::from_utf8(exchange(server.address).await).expect("text");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains(r#""Status":"Success""#), "{answer}");
    assert_eq!(billed(&server.state), 1);
}

#[tokio::test]
async fn a_shutdown_ends_it() {
    let server = start().await;
    assert!(!exchange(server.address).await.is_empty());
    server.stop.send(()).expect("it runs");
    server.done.await.expect("no panic").expect("no error");
    TcpStream::connect(server.address).await.expect_err("nothing listens");
}

#[tokio::test]
async fn other_addresses_than_loopback_are_refused() {
    let listener = TcpListener::bind("0.0.0.0:0").await.expect("a port");
    let state = State::new(Config::default()).expect("a valid configuration");
    let error = serve(listener, state, std::future::pending()).await.expect_err("refused");
    let message = error.to_string();
    assert!(
        message.ends_with("is not a loopback address: listen on 127.0.0.1 or [::1]"),
        "{message}"
    );
}

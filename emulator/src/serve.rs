use std::convert::Infallible;
use std::fmt;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::app::{ConnectionDropped, app};
use crate::state::State;

/// How long open calls may go on after the shutdown.
const GRACE: Duration = Duration::from_secs(5);

/// Serves until `shutdown` is ready; then lets open calls end. A connection that a fault drops
/// is closed without a byte of an answer.
///
/// # Errors
/// When the listener's address is not loopback: what the emulator signs and tells is for one
/// machine only.
pub async fn serve(
    listener: TcpListener,
    state: State,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        let why = format!("{address} is not a loopback address: listen on 127.0.0.1 or [::1]");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    tokio::spawn(state.clone().prepare_keys());
    let app = app(state);
    let connections = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connect(stream, app.clone(), &connections),
                Err(error) => {
                    // Out of file descriptors, say: it passes when connections close.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    // What is still open after that is cut off.
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
    Ok(())
}

fn connect(stream: TcpStream, app: Router, connections: &GracefulShutdown) {
    let service = hyper::service::service_fn(move |request| call(app.clone(), request));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection closed");
        }
    });
}

/// An error makes hyper close the connection without an answer.
async fn call(app: Router, request: Request<Incoming>) -> Result<Response<Body>, Dropped> {
    let response = app.oneshot(request).await.unwrap_or_else(|never: Infallible| match never {});
    match response.extensions().get::<ConnectionDropped>() {
        Some(ConnectionDropped) => Err(Dropped),
        None => Ok(response),
    }
}

#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dropped by an injected fault")
    }
}

impl std::error::Error for Dropped {}

//! Connections: a bounded number, none of them idle for ever, all of them let go in the end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

/// Connections at once. More wait in the listener's queue until one is free.
const CONNECTIONS: usize = 256;

/// How long a client may take to send a request's head.
const HEAD_PATIENCE: Duration = Duration::from_secs(30);

/// The most bytes of a request's head, with room to read a body in.
const BUFFER: usize = 64 * 1024;

/// Serves until `shutdown` is ready, then takes no more connections and lets requests that have
/// begun end, for `grace` at most. Says whether all of them did.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()>,
    grace: Duration,
) -> bool {
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => {
                if let Some((stream, place)) = accepted {
                    connect(stream, place, app.clone(), &connections);
                }
            }
        }
    }
    drop(listener);
    tokio::time::timeout(grace, connections.shutdown()).await.is_ok()
}

/// Waits for a free place, then for a connection; `None` where that failed.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    // The semaphore is never closed.
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            // Out of file descriptors, say: it passes when connections close.
            tracing::warn!(event = "accept", outcome = "failed", cause = %error);
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

fn connect(
    stream: TcpStream,
    place: OwnedSemaphorePermit,
    app: Router,
    connections: &GracefulShutdown,
) {
    // Answers are small: without this each waits for the client's acknowledgement of the last.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request| call(app.clone(), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(event = "connection", outcome = "closed", cause = %error);
        }
        drop(place);
    });
}

async fn call(app: Router, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    app.oneshot(request).await
}

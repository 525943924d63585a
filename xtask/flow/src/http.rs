//! Loopback HTTP: a listener, and a small JSON client.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::RETRY_AFTER;
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::error::FlowError;

/// A server in this process; it ends with this value.
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves a router at the port people know, or at a free one if that is taken.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where no port can be had.
    pub async fn start(what: &str, port: u16, router: Router) -> Result<Self, FlowError> {
        let (listener, address) = listen(what, port).await?;
        // Serving ends only by being aborted with its `Server`.
        Ok(Self::run(address, async move { axum::serve(listener, router).await.unwrap_or(()) }))
    }

    /// Runs what serves the listener of this address.
    pub fn run(address: SocketAddr, serve: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { address, task: tokio::spawn(serve) }
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Listens on 127.0.0.1 at the port people know, or at a free one if that is taken.
///
/// # Errors
/// [`FlowError::Setup`] where no port can be had.
pub async fn listen(what: &str, port: u16) -> Result<(TcpListener, SocketAddr), FlowError> {
    let setup = |error: std::io::Error| FlowError::Setup(format!("{what}: {error}"));
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(setup)?,
    };
    let address = listener.local_addr().map_err(setup)?;
    if address.port() != port {
        println!("    port {port} is taken: {what} uses {} instead", address.port());
    }
    Ok((listener, address))
}

/// A client of one server on loopback.
pub struct Http {
    base: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Http {
    /// A client of the server at this URL.
    pub fn new(base: impl Into<String>) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { base: base.into(), client }
    }

    /// GETs a text.
    ///
    /// # Errors
    /// [`FlowError::Unexpected`] with the status and the answer, unless it is a success.
    pub async fn get_text(&self, path: &str) -> Result<String, FlowError> {
        self.request(Method::GET, path, None).await
    }

    /// GETs a JSON document.
    ///
    /// # Errors
    /// As [`Http::get_text`]; also where the answer is not JSON.
    pub async fn get(&self, path: &str) -> Result<Value, FlowError> {
        json(path, &self.request(Method::GET, path, None).await?)
    }

    /// POSTs a JSON document; an empty answer is null.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, FlowError> {
        let answer = self.request(Method::POST, path, Some(body)).await?;
        if answer.is_empty() { Ok(Value::Null) } else { json(path, &answer) }
    }

    /// PUTs a JSON document.
    ///
    /// # Errors
    /// As [`Http::get_text`].
    pub async fn put(&self, path: &str, body: &Value) -> Result<(), FlowError> {
        self.request(Method::PUT, path, Some(body)).await.map(|_| ())
    }

    /// DELETEs a resource.
    ///
    /// # Errors
    /// As [`Http::get_text`].
    pub async fn delete(&self, path: &str) -> Result<(), FlowError> {
        self.request(Method::DELETE, path, None).await.map(|_| ())
    }

    /// Sends a body of JSON as it is, and returns the answer whatever its status.
    ///
    /// # Errors
    /// [`FlowError::Unexpected`] where no whole answer came.
    pub async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Answer, FlowError> {
        let failed = |what: String| FlowError::Unexpected(format!("{path}: {what}"));
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .body(Full::new(body))
            .map_err(|error| failed(error.to_string()))?;
        let response =
            self.client.request(request).await.map_err(|error| failed(error.to_string()))?;
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|seconds| seconds.to_str().ok()?.parse().ok());
        let bytes = response
            .into_body()
            .collect()
            .await
            .map_err(|error| failed(error.to_string()))?
            .to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Answer { status, retry_after, text })
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<String, FlowError> {
        let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let answer = self.exchange(method, path, bytes).await?;
        if answer.status.is_success() {
            Ok(answer.text)
        } else {
            let Answer { status, text, .. } = answer;
            Err(FlowError::Unexpected(format!("{path}: {status}: {text}")))
        }
    }
}

/// A server's answer.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// `Retry-After`, where it is a number of seconds.
    pub retry_after: Option<u64>,
    /// Its body.
    pub text: String,
}

fn json(path: &str, text: &str) -> Result<Value, FlowError> {
    serde_json::from_str(text)
        .map_err(|error| FlowError::Unexpected(format!("{path}: not JSON: {error}")))
}

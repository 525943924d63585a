//! A client of the agent.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client as Legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The verdicts' words, a rejection's with its code.
    pub fn verdicts(&self) -> Vec<String> {
        assert_eq!(self.status, StatusCode::ACCEPTED, "{}", self.text());
        let body = self.json();
        let verdicts = body["verdicts"].as_array().unwrap().iter();
        let word = |verdict: &Value| match &verdict["code"] {
            Value::Null => verdict["verdict"].as_str().unwrap().to_owned(),
            code => format!("{} {}", verdict["verdict"].as_str().unwrap(), code.as_str().unwrap()),
        };
        verdicts.map(word).collect()
    }
}

/// A client that keeps its connections.
#[derive(Clone)]
pub struct Client {
    url: String,
    client: Legacy<HttpConnector, Body>,
}

impl Client {
    pub fn new(url: &str) -> Self {
        let client = Legacy::builder(TokioExecutor::new()).build_http();
        Self { url: url.to_owned(), client }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await.unwrap()
    }

    pub async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(Method::POST, path, body.into()).await.unwrap()
    }

    /// # Errors
    /// Where no whole answer came: the agent has ended, say.
    pub async fn send(&self, method: Method, path: &str, body: Body) -> Result<Answer, String> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .body(body)
            .map_err(|error| error.to_string())?;
        let response = self.client.request(request).await.map_err(|error| error.to_string())?;
        answer(response).await
    }
}

/// Reads a response to its end.
///
/// # Errors
/// Where it ends before.
pub async fn answer<B>(response: axum::http::Response<B>) -> Result<Answer, String>
where
    B: axum::body::HttpBody,
    B::Error: std::fmt::Display,
{
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    Ok(Answer { status: parts.status, headers: parts.headers, body })
}

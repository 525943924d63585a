//! Posts batches of events to the agent, several at once, until each has been acknowledged.

use std::sync::Arc;
use std::time::Duration;

use hyper::{Method, StatusCode};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::postings::Batch;
use crate::error::FlowError;
use crate::http::Http;

/// Requests at once.
const POSTERS: usize = 4;
/// Between attempts at an agent that is up and gives no whole answer.
const PAUSE: Duration = Duration::from_millis(200);

/// A batch that has been acknowledged.
pub struct Posted {
    /// The batch.
    pub batch: Batch,
    /// The answer with its verdicts.
    pub answer: String,
    /// How often it was posted without an answer.
    pub unanswered: u64,
}

/// Batches under way.
pub struct Producer(JoinSet<Result<Posted, FlowError>>);

impl Producer {
    /// Posts these batches to the agent at `url`, which counts its `starts`.
    pub fn start(url: &str, starts: &watch::Receiver<u32>, batches: Vec<Batch>) -> Self {
        let http = Arc::new(Http::new(url));
        let posters = Arc::new(Semaphore::new(POSTERS));
        let mut under_way = JoinSet::new();
        for batch in batches {
            let (http, posters) = (Arc::clone(&http), Arc::clone(&posters));
            let starts = starts.clone();
            under_way.spawn(async move {
                let _poster = posters.acquire_owned().await.map_err(failed)?;
                post(&http, starts, batch).await
            });
        }
        Self(under_way)
    }

    /// The next batch that is acknowledged; `None` once all are.
    ///
    /// # Errors
    /// [`FlowError`] where the agent refuses a batch.
    pub async fn next(&mut self) -> Result<Option<Posted>, FlowError> {
        match self.0.join_next().await {
            Some(posted) => posted.map_err(failed)?.map(Some),
            None => Ok(None),
        }
    }
}

/// Posts one batch, with the same bytes each time.
async fn post(
    http: &Http,
    mut starts: watch::Receiver<u32>,
    batch: Batch,
) -> Result<Posted, FlowError> {
    let mut unanswered = 0;
    loop {
        starts.borrow_and_update();
        let Ok(answer) = http.exchange(Method::POST, "/v1/events", batch.body.clone()).await else {
            unanswered += 1;
            // Until the agent is up again. A connection can also be cut short for other reasons.
            let _ = tokio::time::timeout(PAUSE, starts.changed()).await;
            continue;
        };
        match (answer.status, answer.retry_after) {
            (StatusCode::ACCEPTED, _) => {
                return Ok(Posted { batch, answer: answer.text, unanswered });
            }
            (StatusCode::TOO_MANY_REQUESTS, Some(seconds)) => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
            }
            (status, _) => {
                return Err(FlowError::Unexpected(format!(
                    "/v1/events: {status}: {}",
                    answer.text
                )));
            }
        }
    }
}

fn failed(error: impl std::fmt::Display) -> FlowError {
    FlowError::Unexpected(format!("posting events: {error}"))
}

//! Server-Sent Events: the whole scene first, then what changes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use serde_json::Value;
use tokio::sync::watch;

use super::scene::{Phase, Scene};

/// A comment this often, so that either side notices where the other is gone.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// When a browser comes back after the stream has ended, in milliseconds.
const RETRY: Duration = Duration::from_secs(1);

/// One watcher: what was sent last, and what comes. Bounded: a slow one skips scenes.
struct Watcher {
    scenes: watch::Receiver<Arc<Scene>>,
    sent: Option<Arc<Scene>>,
}

/// The events `scene`, `change` and, last of all, `end`.
pub fn stream(
    scenes: watch::Receiver<Arc<Scene>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = unfold(Some(Watcher { scenes, sent: None }), |watcher| async {
        let (event, watcher) = next(watcher?).await?;
        Some((Ok(event), watcher))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// The next event, and the watcher unless it was the last.
async fn next(mut watcher: Watcher) -> Option<(Event, Option<Watcher>)> {
    loop {
        if let Some(sent) = watcher.sent.as_deref() {
            if sent.phase == Phase::Ended {
                return Some((event("end", &sent.summary()), None));
            }
            watcher.scenes.changed().await.ok()?;
        }
        let scene = watcher.scenes.borrow_and_update().clone();
        let told = match watcher.sent.as_deref() {
            // The driven flow's end is a beginning. Before the end comes what changed until then.
            Some(sent) if sent.phase == scene.phase || scene.phase == Phase::Ended => {
                scene.since(sent).map(|told| ("change", told))
            }
            _ => Some(("scene", scene.json())),
        };
        watcher.sent = match &told {
            Some(_) => Some(scene),
            None => watcher.sent,
        };
        if let Some((name, told)) = told {
            return Some((event(name, &told), Some(watcher)));
        }
    }
}

fn event(name: &str, told: &Value) -> Event {
    Event::default().event(name).retry(RETRY).data(told.to_string())
}

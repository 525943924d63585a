//! Structured logs: one JSON line an outcome, to standard error.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Writes this crate's lines from `level` on. Only this crate's: the SDK's lower levels print
/// requests and responses, and those hold customer data.
pub(super) fn start(level: LevelFilter) {
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_writer(std::io::stderr)
        .with_filter(Targets::new().with_target(env!("CARGO_CRATE_NAME"), level));
    // A second start in one process (tests) keeps the first one's subscriber.
    let _already_started = tracing_subscriber::registry().with(lines).try_init();
}

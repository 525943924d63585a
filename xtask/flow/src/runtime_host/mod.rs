//! Runs the project's Lambda binaries on this machine: the Runtime API they speak, the
//! queues that feed them, and the part of SQS they call.
//!
//! ```text
//! producer -> Broker (queue) -> EventSource -> Function -> Environment (process + Runtime API)
//!                ^                                             |
//!                +--------------- sqs_api (SendMessage) <------+
//! ```
//!
//! # What it imitates
//! - The Runtime API 2018-06-01: `/next`, `/response`, `/error`, `/init/error`, the headers
//!   with request id, deadline, function ARN and trace id, the 6 MB limit on both payloads.
//! - Execution environments: a process runs one event at a time and is reused; one that
//!   crashes or overruns its timeout is killed and replaced; ten seconds, or the timeout if that is longer, for the start.
//! - A clean environment: only Lambda's own variables and those of the function.
//! - The SQS event: records with receive count, times, attributes and MD5 of the body.
//! - The event source: batch size, concurrency, partial batch responses by Lambda's rules,
//!   visibility timeout, `maxReceiveCount` and the dead-letter queue.
//!
//! # What it does not
//! - IAM, memory and CPU limits, freezing between events, extensions, layers, response
//!   streaming, the shape of `/var/task`, CloudWatch (output goes to a log file).
//! - Batching windows, filters, FIFO queues, retention, backing off on errors: a failed batch
//!   waits for its visibility timeout and nothing more.
//! - Anything that survives the process: all queues are in memory.

mod api;
mod batch_response;
mod broker;
mod environment;
mod event_source;
mod function;
mod queue;
mod sqs_api;

pub use batch_response::{BatchVerdict, read_batch_response};
pub use broker::{Broker, NoSuchQueue};
pub use environment::{FunctionSpec, InvocationError};
pub use event_source::{EventSource, EventSourceSettings};
pub use function::{Function, FunctionCounts};
pub use queue::{
    Delivery, Message, MessageAttribute, Millis, Queue, QueueCounts, QueueSettings, Received,
    Redrive,
};
pub use sqs_api::router as sqs_router;

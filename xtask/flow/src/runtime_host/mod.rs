//! Runs the project's Lambda binaries on this machine, by the Runtime API they speak.
//!
//! ```text
//! event -> Function -> Environment (process + Runtime API) -> answer
//! ```
//!
//! # What it imitates
//! - The Runtime API 2018-06-01: `/next`, `/response`, `/error`, `/init/error`, the headers
//!   with request id, deadline, function ARN and trace id, the 6 MB limit on both payloads.
//! - Execution environments: a process runs one event at a time and is reused; one that
//!   crashes or overruns its timeout is killed and replaced; ten seconds, or the timeout if that
//!   is longer, for the start.
//! - A clean environment: only Lambda's own variables and those of the function.
//!
//! # What it does not
//! - IAM, memory and CPU limits, freezing between events, extensions, layers, response
//!   streaming, the shape of `/var/task`, CloudWatch (output goes to a log file).
//! - Event sources: whoever has an event invokes the function.

mod api;
mod environment;
mod function;
mod identifiers;

pub use environment::{FunctionSpec, InvocationError};
pub use function::{Function, FunctionCounts};

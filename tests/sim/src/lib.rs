#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod bugs;
mod executor;
mod model;
mod run;
mod scenario;
mod shells;
mod violation;
mod world;

pub use bugs::Bug;
pub use run::{Run, Tracing, run, run_seed};
pub use scenario::{Scenario, Shell};
pub use violation::Violation;

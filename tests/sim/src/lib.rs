#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod bugs;
mod campaign;
pub mod coverage;
mod crash_points;
mod executor;
mod model;
mod run;
mod scenario;
mod shells;
mod violation;
mod world;

pub use bugs::Bug;
pub use campaign::{Totals, campaign};
pub use crash_points::{SHELLS, crash_everywhere};
pub use run::{Run, Tracing, run, run_seed};
pub use scenario::{Scenario, Shell};
pub use violation::Violation;

//! What is measured. One file a suite, each with its own words on what a figure of it says.

mod grow;
mod many;
mod raw;
mod signature;
mod usage;
mod verify;

use std::error::Error;

use meterproof_bench_harness::Effort;

/// Measures and prints.
type Suite = fn(Effort) -> Result<(), Box<dyn Error>>;

/// All of them, with the names that `--suite` takes.
pub const ALL: [(&str, Suite); 6] = [
    ("verify", verify::run),
    ("verify-many", many::run),
    ("signature", signature::run),
    ("raw", raw::run),
    ("usage", usage::run),
    ("grow", grow::run),
];

/// A subject that was asked to take what is right and refused it measures nothing.
fn refused(name: &str, what: &str) -> Box<dyn Error> {
    format!("{name} refuses {what}: it would be measured at something else").into()
}

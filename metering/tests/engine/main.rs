//! The engine on the ledger in memory, against the emulator's own decisions.

mod ingesting;
mod licenses;
mod sending;
mod support;

//! The wire, without a socket: exact bodies, statuses and headers.

mod control;
mod metering;
mod registration;
mod support;

//! The service's decisions, without HTTP and without a clock.

mod batch_meter_usage;
mod hosted;
mod support;

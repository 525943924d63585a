#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod begun;
mod config;
mod exact_body;
mod failure;
mod metering;
mod region;

pub use config::{Timeouts, config_loader, function_config, shared_config};
pub use failure::Failure;
pub use metering::{ResolvedCustomer, SdkMetering};
pub use region::{MeteringRegion, RegionError};

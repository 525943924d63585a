//! The usage API as its callers see it.

mod bisection;
mod documents;
mod generate;
mod messages;
mod plans;
mod quantities;
mod requests;
mod round_trips;
mod rules;
mod settling;

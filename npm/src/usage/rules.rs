//! Editions, dimensions and the window of acceptance, as JavaScript names them.

use alloc::string::String;
use alloc::vec::Vec;

use meterproof::Timestamp;
use meterproof::usage::{Edition, Rules, Window};

use super::size;
use crate::fields::Fields;
use crate::json::{Json, Object};
use crate::refusal::Refusal;

/// The rules of an edition by its name, for a product with the dimensions that follow it where
/// there are said to be any.
pub fn rules(mut names: Fields<'_>, has_dimensions: bool) -> Result<Rules, Refusal> {
    let rules = edition(names.text().ok_or_else(Refusal::options)?)?;
    if !has_dimensions {
        return Ok(rules);
    }
    let mut dimensions = Vec::new();
    while !names.is_empty() {
        dimensions.push(names.text().ok_or_else(Refusal::options)?);
    }
    size::check_dimensions(&dimensions)?;
    rules
        .with_dimensions(&dimensions)
        .map_err(|error| Refusal::configuration("invalid_dimensions", error.message()))
}

/// The times of usage that are accepted, in milliseconds, as JSON.
pub fn window(rules: &Rules, now: Timestamp) -> String {
    let window = rules.window(now);
    let closed = window.month_end().filter(|end| end.has_passed);
    Json::object(|object| {
        object.number("oldest", window.oldest().unix_millis());
        object.number("newest", window.newest().unix_millis());
        object.number_or_null("monthCutoff", closed.map(|end| end.month.unix_millis()));
    })
}

/// A window as a plan shows it: its two ends, and the month's where it lies between them or at
/// the start.
pub fn write_plan_window(object: &mut Object<'_>, window: &Window) {
    object.number("from", window.oldest().unix_millis());
    object.number("to", window.newest().unix_millis());
    let month_end = window.month_end().map(|end| end.month.unix_millis());
    object.number_or_null("monthEnd", month_end);
}

fn edition(name: &str) -> Result<Rules, Refusal> {
    match Edition::ALL.iter().find(|edition| edition.code() == name) {
        Some(Edition::Current) => Ok(Rules::CURRENT),
        Some(Edition::Of2024) => Ok(Rules::EDITION_2024),
        Some(Edition::Of2019) => Ok(Rules::EDITION_2019),
        None => Err(Refusal::configuration(
            "invalid_rules",
            ["there are no rules \"", name, "\": pass \"current\", \"2024\" or \"2019\""].concat(),
        )),
    }
}

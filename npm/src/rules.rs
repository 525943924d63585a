//! Editions, times and the window of acceptance, as JavaScript names them.

use meterproof::Timestamp;
use meterproof::usage::{Edition, Rules, Window};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::size;

/// What [`window`] is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowOptions {
    rules: String,
    now: i64,
}

/// The times of usage that are accepted, in milliseconds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowAnswer {
    oldest: i64,
    newest: i64,
    month_cutoff: Option<i64>,
}

/// The window of an edition at a time.
pub fn window(options: &str) -> Result<WindowAnswer, Refusal> {
    let options: WindowOptions = serde_json::from_str(options).map_err(Refusal::options)?;
    let window = edition(&options.rules)?.window(time(options.now)?);
    let closed = window.month_end().filter(|end| end.has_passed);
    Ok(WindowAnswer {
        oldest: window.oldest().unix_millis(),
        newest: window.newest().unix_millis(),
        month_cutoff: closed.map(|end| end.month.unix_millis()),
    })
}

/// A window as a plan shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanWindow {
    from: i64,
    to: i64,
    month_end: Option<i64>,
}

impl PlanWindow {
    /// The window's two ends, and the month's where it lies between them or at the start.
    pub fn of(window: &Window) -> Self {
        Self {
            from: window.oldest().unix_millis(),
            to: window.newest().unix_millis(),
            month_end: window.month_end().map(|end| end.month.unix_millis()),
        }
    }
}

/// The rules of an edition by its name.
pub fn edition(name: &str) -> Result<Rules, Refusal> {
    match Edition::ALL.iter().find(|edition| edition.code() == name) {
        Some(Edition::Current) => Ok(Rules::CURRENT),
        Some(Edition::Of2024) => Ok(Rules::EDITION_2024),
        Some(Edition::Of2019) => Ok(Rules::EDITION_2019),
        None => Err(Refusal::configuration(
            "invalid_rules",
            format!("there are no rules {name:?}: pass \"current\", \"2024\" or \"2019\""),
        )),
    }
}

/// The rules of an edition, for a product with these dimensions where they are given.
pub fn rules(name: &str, dimensions: Option<&[String]>) -> Result<Rules, Refusal> {
    let rules = edition(name)?;
    let Some(names) = dimensions else { return Ok(rules) };
    size::check_dimensions(names)?;
    rules
        .with_dimensions(names)
        .map_err(|error| Refusal::configuration("invalid_dimensions", error))
}

/// A time from milliseconds since 1970.
pub fn time(millis: i64) -> Result<Timestamp, Refusal> {
    Timestamp::from_unix_millis(millis).ok_or_else(|| {
        Refusal::configuration("invalid_now", format!("{millis} is not in the years 0 to 9999"))
    })
}

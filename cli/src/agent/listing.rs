//! `GET /v1/buckets`: the ledger, page by page.

use axum::Json;
use axum::extract::{Query, State as Extract};
use axum::response::{IntoResponse, Response};
use meterproof::usage::LicenseArn;
use meterproof_metering::{BucketFilter, Clock, Cursor, Ledger, LedgerError, StateName};
use serde_json::{Value, json};

use super::problem::Problem;
use super::state::AgentState;
use crate::buckets::{bucket_json, parse_time};

/// A page of buckets as JSON, with `next` where there are more: pass it on as `after`.
pub(super) async fn list<L: Ledger, C: Clock>(
    Extract(state): Extract<AgentState<L, C>>,
    query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(parameters) =
        query.map_err(|_| invalid("the query", "name=value pairs with & between them"))?;
    let (filter, after) = filter(&parameters)?;
    let goes_on = after.is_some();
    let page = match state.ledger().list(&filter, after).await {
        // A ledger that reads its first page well cannot read what the client calls a cursor.
        Err(error @ LedgerError::Corrupt { .. })
            if goes_on && state.ledger().list(&filter, None).await.is_ok() =>
        {
            return Err(invalid("after", &format!("the next of the page before ({error})")));
        }
        answer => state.heard(answer)?,
    };
    let buckets: Vec<Value> = page.buckets.iter().map(bucket_json).collect();
    let next = page.next.map(|cursor| cursor.0);
    Ok(Json(json!({ "buckets": buckets, "next": next })).into_response())
}

/// # Errors
/// [`Problem::Query`] for a parameter that is unknown, repeated or wrong: one that was misspelt
/// would else list what was not asked for.
fn filter(parameters: &[(String, String)]) -> Result<(BucketFilter, Option<Cursor>), Problem> {
    let mut filter = BucketFilter::default();
    let mut after = None;
    let mut seen = Vec::new();
    for (name, value) in parameters {
        if seen.contains(&name) {
            return Err(invalid(name, "given once"));
        }
        seen.push(name);
        let time =
            || parse_time(value).ok_or_else(|| invalid(name, "a time, as 2026-11-21T10:00:00Z"));
        match name.as_str() {
            "state" => filter.states = states(value)?,
            "license" => {
                let license = LicenseArn::parse(value);
                filter.license = Some(license.map_err(|error| invalid(name, &error.to_string()))?);
            }
            "from" => filter.from = Some(time()?),
            "to" => filter.to = Some(time()?),
            "after" => after = Some(Cursor(value.clone())),
            _ => return Err(invalid(name, "one of state, license, from, to and after")),
        }
    }
    Ok((filter, after))
}

fn states(text: &str) -> Result<Vec<StateName>, Problem> {
    let states: Option<Vec<_>> = text.split(',').map(StateName::parse).collect();
    let names: Vec<_> = StateName::ALL.iter().map(|name| name.code()).collect();
    let expected = format!("of {}, with commas between them", names.join(", "));
    states.ok_or_else(|| invalid("state", &expected))
}

fn invalid(name: &str, expected: &str) -> Problem {
    Problem::Query { name: name.chars().take(64).collect(), expected: expected.to_owned() }
}

//! The requests in which a document's records would be sent.

use std::collections::BTreeMap;

use meterproof::usage::{self, Batch, Conflict, IdempotencyKey, Plan, ProductCode};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::rules::{PlanWindow, rules, time};
use crate::size;

/// What [`plan`] is given.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    rules: String,
    dimensions: Option<Vec<String>>,
    now: i64,
    product_code: Option<String>,
}

/// Plans a document's records.
pub fn plan(document: &[u8], options: &str) -> Result<PlanAnswer, Refusal> {
    let options: Options = serde_json::from_str(options).map_err(Refusal::options)?;
    let rules = rules(&options.rules, options.dimensions.as_deref())?;
    let now = time(options.now)?;
    let product = options.product_code.as_deref().map(ProductCode::parse).transpose();
    let product = product.map_err(|error| Refusal::configuration("invalid_product_code", error))?;

    size::check(document)?;
    let reading = usage::read(document, &rules, now, product.as_ref());
    let mut rejected: Vec<usize> = Vec::new();
    let mut firsts: BTreeMap<IdempotencyKey, usize> = BTreeMap::new();
    let mut next = 0;
    for (index, record) in &reading.records {
        rejected.extend(next..*index);
        next = index.saturating_add(1);
        firsts.entry(record.key()).or_insert(*index);
    }
    rejected.extend(next..reading.report.record_count);

    let Plan { batches, conflicts, oversized } = usage::plan(reading.records);
    Ok(PlanAnswer {
        batches: batches.iter().map(BatchAnswer::of).collect(),
        conflicts: conflicts.iter().map(|one| ConflictAnswer::of(one, &firsts)).collect(),
        oversized: oversized
            .into_iter()
            .map(|one| OversizedAnswer { records: one.handles, bytes: one.bytes })
            .collect(),
        rejected,
        window: PlanWindow::of(&rules.window(now)),
    })
}

/// A [`Plan`] in JavaScript's words; a record is its index in the document.
#[derive(Serialize)]
pub struct PlanAnswer {
    batches: Vec<BatchAnswer>,
    conflicts: Vec<ConflictAnswer>,
    oversized: Vec<OversizedAnswer>,
    rejected: Vec<usize>,
    window: PlanWindow,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchAnswer {
    product_code: Option<String>,
    identity_form: &'static str,
    bytes: usize,
    records: Vec<usize>,
    coalesced: Vec<(usize, usize)>,
    body: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConflictAnswer {
    record: usize,
    first: usize,
    differs: &'static str,
    quantity: String,
    first_quantity: String,
}

#[derive(Serialize)]
struct OversizedAnswer {
    records: Vec<usize>,
    bytes: usize,
}

impl BatchAnswer {
    fn of(batch: &Batch<usize>) -> Self {
        let mut records = Vec::with_capacity(batch.len());
        let mut coalesced = Vec::new();
        for (_, handles) in batch.entries() {
            if let Some((kept, dropped)) = handles.split_first() {
                records.push(*kept);
                coalesced.extend(dropped.iter().map(|dropped| (*kept, *dropped)));
            }
        }
        let body = batch.to_json();
        Self {
            product_code: batch.product_code().map(ToString::to_string),
            identity_form: batch.identity_form().code(),
            bytes: body.len(),
            records,
            coalesced,
            body,
        }
    }
}

impl ConflictAnswer {
    fn of(conflict: &Conflict<usize>, firsts: &BTreeMap<IdempotencyKey, usize>) -> Self {
        Self {
            record: conflict.handle,
            // Every planned record's key was put there before planning.
            first: firsts.get(&conflict.record.key()).copied().unwrap_or(conflict.handle),
            differs: if conflict.record.quantity() == conflict.first.quantity() {
                "allocations"
            } else {
                "quantity"
            },
            quantity: conflict.record.quantity().to_string(),
            first_quantity: conflict.first.quantity().to_string(),
        }
    }
}

//! The requests in which a document's records would be sent.

use alloc::string::String;
use alloc::vec::Vec;

use meterproof::Timestamp;
use meterproof::usage::{self, Batch, Conflict, Plan, ProductCode, Rules};

use super::rules::write_plan_window;
use super::size;
use crate::json::{Json, Object, wide};
use crate::refusal::Refusal;

/// A product code.
pub fn product(code: &[u8]) -> Result<ProductCode, Refusal> {
    let code = core::str::from_utf8(code).map_err(|_| Refusal::options())?;
    ProductCode::parse(code)
        .map_err(|error| Refusal::configuration("invalid_product_code", error.message()))
}

/// The plan of a document's records as JSON; a record is its index in the document.
pub fn plan(
    document: &[u8],
    rules: &Rules,
    now: Timestamp,
    product: Option<&ProductCode>,
) -> Result<String, Refusal> {
    size::check(document)?;
    let reading = usage::read(document, rules, now, product);
    let mut rejected: Vec<usize> = Vec::new();
    let mut next = 0;
    for (index, _) in &reading.records {
        rejected.extend(next..*index);
        next = index.saturating_add(1);
    }
    rejected.extend(next..reading.report.record_count);

    let Plan { batches, conflicts, oversized } = usage::plan(reading.records);
    Ok(Json::object(|object| {
        object.list("batches", &batches, |json, batch| json.members(|o| write_batch(o, batch)));
        object.list("conflicts", &conflicts, |json, conflict| {
            json.members(|object| write_conflict(object, conflict));
        });
        object.list("oversized", &oversized, |json, one| {
            json.members(|object| {
                object.list("records", &one.handles, index);
                object.count("bytes", one.bytes);
            });
        });
        object.list("rejected", &rejected, index);
        object.object("window", |object| write_plan_window(object, &rules.window(now)));
    }))
}

fn write_batch(object: &mut Object<'_>, batch: &Batch<usize>) {
    let entries = || batch.entries().filter_map(|(_, handles)| handles.split_first());
    let coalesced =
        entries().flat_map(|(kept, dropped)| dropped.iter().map(move |one| [kept, one]));
    let body = batch.to_json();
    object.text_or_null("productCode", batch.product_code().map(ProductCode::as_str));
    object.text("identityForm", batch.identity_form().code());
    object.count("bytes", body.len());
    object.list("records", entries().map(|(kept, _)| kept), index);
    object.list("coalesced", coalesced, |json, pair| json.list(pair, index));
    object.text("body", &body);
}

fn write_conflict(object: &mut Object<'_>, conflict: &Conflict<usize>) {
    let (quantity, first) = (conflict.record.quantity(), conflict.first.quantity());
    object.count("record", conflict.handle);
    object.count("first", conflict.first_handle);
    object.text("differs", if quantity == first { "allocations" } else { "quantity" });
    object.text("quantity", &quantity.to_text());
    object.text("firstQuantity", &first.to_text());
}

fn index(json: &mut Json, index: &usize) {
    json.number(wide(*index));
}

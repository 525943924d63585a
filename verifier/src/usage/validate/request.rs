//! The two request bodies.

use alloc::string::String;

use super::allocations::allocations;
use super::draft;
use super::identity::{Product, missing_product_code};
use super::members::{Field, Object, Shape, Slot, not_in_edition, wrong_type};
use super::parts::Parts;
use super::place::Place;
use super::quantity::{OF_METER_USAGE, quantity_or_zero};
use super::record::dimension;
use super::records::Forms;
use super::source;
use super::time::{AgeRule, timestamp};
use super::walk::{Finding, Walk};
use crate::json::{Index, Type};
use crate::text::text;
use crate::usage::edition::Edition;
use crate::usage::identifiers::{ClientToken, Dimension, ProductCode};
use crate::usage::identity::IdentityForm;
use crate::usage::limits::{MAX_RECORDS, MAX_REQUEST_BYTES, REQUEST_BYTES_REFUSED};
use crate::usage::meter_request::MeterUsageRequest;
use crate::usage::violation::ViolationCode;

const BATCH: Shape = Shape {
    name: "BatchMeterUsageRequest",
    members: &["UsageRecords", "ProductCode"],
    source: source::BATCH_REQUEST,
};

const USAGE_RECORDS: Slot = Slot(0);
const PRODUCT_CODE: Slot = Slot(1);

pub(super) const METER: Shape = Shape {
    name: "MeterUsageRequest",
    members: &[
        "ProductCode",
        "Timestamp",
        "UsageDimension",
        "UsageQuantity",
        "UsageQuantityAsDecimal",
        "DryRun",
        "UsageAllocations",
        "ClientToken",
    ],
    source: source::METER_REQUEST,
};

const METER_PRODUCT_CODE: Slot = Slot(0);
const METER_TIMESTAMP: Slot = Slot(1);
const USAGE_DIMENSION: Slot = Slot(2);
const DRY_RUN: Slot = Slot(5);
const USAGE_ALLOCATIONS: Slot = Slot(6);
const CLIENT_TOKEN: Slot = Slot(7);

/// A BatchMeterUsage body around its records.
pub(super) struct ReadBatch {
    pub(super) record_count: usize,
    pub(super) product_code: Option<ProductCode>,
}

/// Judges a body whose records have been read.
pub(super) fn batch(
    walk: &mut Walk<'_>,
    index: &Index<'_>,
    (bytes, place): (usize, &Place<'_>),
    forms: &Forms,
) -> ReadBatch {
    // In the order of reports the request comes before its records, but for what is told of both.
    let of_records = walk.set_aside();
    if bytes >= MAX_REQUEST_BYTES {
        size(walk, bytes, place);
    }
    let mut read = ReadBatch { record_count: 0, product_code: None };
    if let Some(object) = Object::open(walk, index, 0, place, &BATCH) {
        let has_list = list(walk, &object, &mut read);
        walk.put_back(of_records);
        if has_list {
            judge_forms(walk, &object, forms);
        }
    }
    read
}

/// The request's own members; whether it has a list of records.
fn list(walk: &mut Walk<'_>, object: &Object<'_, '_, '_>, read: &mut ReadBatch) -> bool {
    let product_code = product_code(walk, object);
    let Some(list) = object.get(USAGE_RECORDS) else {
        object.lacks(walk, USAGE_RECORDS);
        return false;
    };
    let place = object.at(USAGE_RECORDS, list);
    if list.kind != Type::Array {
        wrong_type(walk, object.index, list, &place, "an array", source::RECORD_LIST);
        return false;
    }
    if !(1..=MAX_RECORDS).contains(&list.count) {
        wrong_count(walk, list.count, &place);
    }
    read.record_count = list.count;
    read.product_code = product_code.given();
    true
}

fn wrong_count(walk: &mut Walk<'_>, count: usize, place: &Place<'_>) {
    let (code, message) = match count {
        0 => (
            ViolationCode::NoRecords,
            String::from("UsageRecords is empty; the call does nothing, leave it out"),
        ),
        _ => (
            ViolationCode::TooManyRecords,
            text!(count, " records; AWS takes at most ", MAX_RECORDS, " a request, split them"),
        ),
    };
    walk.report(place, code, || Finding {
        actual: text!(count, " records"),
        limit: text!("1 to ", MAX_RECORDS, " records"),
        source: source::RECORD_LIST,
        message,
    });
}

/// The product code of a BatchMeterUsage request; the empty text counts as absent.
fn product_code(walk: &mut Walk<'_>, object: &Object<'_, '_, '_>) -> Field<ProductCode> {
    if object.is_empty_text(PRODUCT_CODE) {
        return Field::Absent;
    }
    owned_product_code(walk, object, PRODUCT_CODE)
}

fn owned_product_code(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    slot: Slot,
) -> Field<ProductCode> {
    let code = ViolationCode::InvalidProductCode;
    match object.text(walk, slot, code, source::PRODUCT_CODE, ProductCode::check) {
        Field::Given(text) => ProductCode::parse(&text.content(object.index.document()))
            .map_or(Field::Wrong, Field::Given),
        Field::Absent => Field::Absent,
        Field::Wrong => Field::Wrong,
    }
}

/// What the product code of a request is to its records, as far as the request has been read.
pub(super) fn product_so_far(index: &Index<'_>) -> Option<Product> {
    let is_product_code = |name| index.name(name) == BATCH.member(PRODUCT_CODE);
    let (_, node) = index.open_children(0).find(|(_, member)| is_product_code(member.name))?;
    let is_right = index.string(node).is_some_and(|text| ProductCode::check(&text).is_ok());
    Some(if is_right { Product::Given } else { Product::Reported })
}

/// The identity forms of all records against each other and against the product code.
fn judge_forms(walk: &mut Walk<'_>, request: &Object<'_, '_, '_>, forms: &Forms) {
    let product_code = request.get(PRODUCT_CODE).filter(|_| !request.is_empty_text(PRODUCT_CODE));
    if let (Some(node), Some(index)) = (product_code, forms.of_license) {
        let at = request.at(PRODUCT_CODE, node);
        walk.report(&at, ViolationCode::ProductCodeWithLicense, || Finding {
            actual: text!("ProductCode, and LicenseArn in record ", index),
            limit: "no ProductCode where a record has a LicenseArn".into(),
            source: source::BATCH_REQUEST,
            message: text!(
                "ProductCode beside the LicenseArn of record ",
                index,
                " bills the usage twice; leave ProductCode out"
            ),
        });
    }
    if product_code.is_none() {
        match forms.by_code {
            Some(form) => missing_product_code(walk, request, form),
            None if walk.rules.edition() == Edition::Of2019 => request.lacks(walk, PRODUCT_CODE),
            None => {}
        }
    }
    if let (Some((first_index, first)), Some((index, span, form))) = (forms.first, forms.other) {
        let list = request.get(USAGE_RECORDS).map(|list| request.at(USAGE_RECORDS, list));
        let at = list.as_ref().unwrap_or(request.place).element(index, span);
        mixed_forms(walk, &at, (first_index, first), (index, form));
    }
}

fn mixed_forms(
    walk: &mut Walk<'_>,
    place: &Place<'_>,
    (first_index, first): (usize, IdentityForm),
    (index, form): (usize, IdentityForm),
) {
    let (first, form) = (first.members(), form.members());
    walk.report_against(first_index, place, ViolationCode::MixedIdentityForms, || Finding {
        actual: form.into(),
        limit: text!(first, ", as record ", first_index),
        source: source::BATCH,
        message: text!(
            "record ",
            index,
            " is by ",
            form,
            ", record ",
            first_index,
            " by ",
            first,
            "; send them in two requests"
        ),
    });
}

/// A MeterUsage body; built only where `keep` says so.
pub(super) fn meter_usage(
    walk: &mut Walk<'_>,
    parts: &mut Parts<'_>,
    index: &Index<'_>,
    place: &Place<'_>,
    keep: bool,
) -> Option<MeterUsageRequest> {
    let errors = walk.errors();
    let object = Object::open(walk, index, 0, place, &METER)?;
    let product_code = owned_product_code(walk, &object, METER_PRODUCT_CODE);
    if product_code.is_absent() {
        object.lacks(walk, METER_PRODUCT_CODE);
    }
    let age = AgeRule::of_meter_usage(walk);
    let timestamp = timestamp(walk, &object, METER_TIMESTAMP, &age);
    let dimension = dimension(walk, &object, USAGE_DIMENSION);
    let quantity = quantity_or_zero(walk, &object, &OF_METER_USAGE);
    let allocations = allocations(walk, parts, &object, USAGE_ALLOCATIONS, quantity);
    let dry_run = dry_run(walk, &object);
    let client_token = client_token(walk, &object);
    if walk.errors() != errors || !keep {
        return None;
    }
    // Every reason to refuse allocations has been reported as an error by now.
    let request = MeterUsageRequest::new(
        product_code.given()?,
        timestamp.given()?,
        Dimension::parse(&dimension.given()?.content(index.document())).ok()?,
        quantity.given()?,
        draft::allocations(&allocations.given()?, parts)?,
    )
    .ok()?
    .with_dry_run(dry_run);
    Some(match client_token {
        Some(token) => request.with_client_token(token),
        None => request,
    })
}

fn dry_run(walk: &mut Walk<'_>, object: &Object<'_, '_, '_>) -> bool {
    let Some(node) = object.get(DRY_RUN) else {
        return false;
    };
    match node.kind {
        Type::True => true,
        Type::False => false,
        _ => {
            let (at, expected) = (object.at(DRY_RUN, node), "true or false");
            wrong_type(walk, object.index, node, &at, expected, source::METER_REQUEST);
            false
        }
    }
}

fn client_token(walk: &mut Walk<'_>, object: &Object<'_, '_, '_>) -> Option<ClientToken> {
    let node = object.get(CLIENT_TOKEN)?;
    if !walk.rules.has_client_tokens() {
        not_in_edition(walk, &object.at(CLIENT_TOKEN, node), "ClientToken");
        return None;
    }
    let code = ViolationCode::InvalidClientToken;
    let token = object.text(walk, CLIENT_TOKEN, code, source::CLIENT_TOKEN, ClientToken::check);
    ClientToken::parse(&token.given()?.content(object.index.document())).ok()
}

/// A request body's size, as it was given.
fn size(walk: &mut Walk<'_>, bytes: usize, place: &Place<'_>) {
    let (code, limit) = if bytes >= REQUEST_BYTES_REFUSED {
        (ViolationCode::RequestTooLarge, REQUEST_BYTES_REFUSED)
    } else {
        (ViolationCode::RequestMaybeTooLarge, MAX_REQUEST_BYTES)
    };
    walk.report(place, code, || Finding {
        actual: text!(bytes, " bytes"),
        limit: text!("less than ", limit, " bytes"),
        source: source::BATCH,
        message: text!(
            "the request has ",
            bytes,
            " bytes; AWS takes less than 1 MB, split the records"
        ),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_names() {
        assert_eq!(BATCH.member(USAGE_RECORDS), "UsageRecords");
        assert_eq!(BATCH.member(PRODUCT_CODE), "ProductCode");
        for (slot, name) in [
            (METER_PRODUCT_CODE, "ProductCode"),
            (METER_TIMESTAMP, "Timestamp"),
            (USAGE_DIMENSION, "UsageDimension"),
            (DRY_RUN, "DryRun"),
            (USAGE_ALLOCATIONS, "UsageAllocations"),
            (CLIENT_TOKEN, "ClientToken"),
        ] {
            assert_eq!(METER.member(slot), name);
        }
    }
}

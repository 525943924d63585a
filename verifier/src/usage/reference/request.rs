//! The two request bodies.

use alloc::format;
use alloc::vec::Vec;

use super::allocations::allocations;
use super::identity::{Product, missing_product_code};
use super::members::{Field, Object, Shape, not_in_edition, wrong_type};
use super::neighbours::Neighbours;
use super::place::Place;
use super::quantity::{OF_METER_USAGE, quantity_or_zero};
use super::record::{ReadRecord, dimension, record};
use super::source;
use super::time::{AgeRule, timestamp};
use super::walk::{Finding, Walk};
use crate::json::{Kind, Value};
use crate::usage::edition::Edition;
use crate::usage::identifiers::{ClientToken, ProductCode};
use crate::usage::identity::IdentityForm;
use crate::usage::limits::{MAX_RECORDS, MAX_REQUEST_BYTES, REQUEST_BYTES_REFUSED};
use crate::usage::meter_request::MeterUsageRequest;
use crate::usage::record::UsageRecord;
use crate::usage::violation::ViolationCode;

const BATCH: Shape = Shape {
    name: "BatchMeterUsageRequest",
    members: &["UsageRecords", "ProductCode"],
    source: source::BATCH_REQUEST,
};

const METER: Shape = Shape {
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

/// A BatchMeterUsage body as far as it could be read.
#[derive(Default)]
pub(super) struct ReadBatch {
    pub(super) record_count: usize,
    pub(super) product_code: Option<ProductCode>,
    pub(super) records: Vec<(usize, UsageRecord)>,
}

pub(super) fn batch(walk: &mut Walk<'_>, value: &Value<'_>, place: &Place<'_>) -> ReadBatch {
    let Some(object) = Object::open(walk, value, place, &BATCH) else {
        return ReadBatch::default();
    };
    let product_code = product_code(walk, &object);
    let Some((list, list_place)) = object.get("UsageRecords") else {
        object.lacks(walk, "UsageRecords");
        return ReadBatch::default();
    };
    let Kind::Array(elements) = &list.kind else {
        wrong_type(walk, list, &list_place, "an array", source::RECORD_LIST);
        return ReadBatch::default();
    };
    count(walk, elements.len(), &list_place);
    let given = product_code.given();
    let product = given.clone().map_or(Product::Reported, Product::Of);
    let age = AgeRule::of_record(walk);
    let mut read = Vec::with_capacity(elements.len());
    let mut neighbours = Neighbours::default();
    for (index, element) in elements.iter().enumerate() {
        let at = list_place.element(index, element.span);
        walk.record = Some(index);
        let one = record(walk, element, &at, &product, &age);
        if let Some(record) = &one.record {
            neighbours.add(walk, index, record, &at);
        }
        walk.record = None;
        read.push(one);
    }
    forms(walk, &object, elements, &list_place, &read);
    let records = read
        .into_iter()
        .enumerate()
        .filter_map(|(index, one)| Some((index, one.record?)))
        .collect();
    ReadBatch { record_count: elements.len(), product_code: given, records }
}

fn count(walk: &mut Walk<'_>, count: usize, place: &Place<'_>) {
    let (code, message) = match count {
        0 => (
            ViolationCode::NoRecords,
            "UsageRecords is empty; the call does nothing, leave it out".into(),
        ),
        1..=MAX_RECORDS => return,
        _ => (
            ViolationCode::TooManyRecords,
            format!("{count} records; AWS takes at most {MAX_RECORDS} a request, split them"),
        ),
    };
    walk.report(place, code, || Finding {
        actual: format!("{count} records"),
        limit: format!("1 to {MAX_RECORDS} records"),
        source: source::RECORD_LIST,
        message,
    });
}

/// The product code of a BatchMeterUsage request; the empty text counts as absent.
fn product_code(walk: &mut Walk<'_>, object: &Object<'_, '_>) -> Field<ProductCode> {
    if object.get("ProductCode").is_some_and(|(value, _)| value.as_str() == Some("")) {
        return Field::Absent;
    }
    object.parse(
        walk,
        "ProductCode",
        ViolationCode::InvalidProductCode,
        source::PRODUCT_CODE,
        ProductCode::parse,
    )
}

/// The identity forms of all records against each other and against the product code.
fn forms(
    walk: &mut Walk<'_>,
    request: &Object<'_, '_>,
    elements: &[Value<'_>],
    list: &Place<'_>,
    read: &[ReadRecord],
) {
    let product_code = request.get("ProductCode").filter(|(value, _)| value.as_str() != Some(""));
    let formed = || {
        let places = elements.iter().enumerate().zip(read);
        places.filter_map(|((index, element), one)| Some((index, element, one.form?)))
    };
    let of_license = formed().find(|(.., form)| *form == IdentityForm::License);
    if let (Some((_, place)), Some((index, ..))) = (&product_code, of_license) {
        walk.report(place, ViolationCode::ProductCodeWithLicense, || Finding {
                actual: format!("ProductCode, and LicenseArn in record {index}"),
                limit: "no ProductCode where a record has a LicenseArn".into(),
                source: source::BATCH_REQUEST,
                message: format!(
                    "ProductCode beside the LicenseArn of record {index} bills the usage twice; leave ProductCode out"
                ),
            },
        );
    }
    let by_code = formed().find(|(.., form)| *form != IdentityForm::License);
    if product_code.is_none() {
        match by_code {
            Some((.., form)) => missing_product_code(walk, request, form),
            None if walk.rules.edition() == Edition::Of2019 => request.lacks(walk, "ProductCode"),
            None => {}
        }
    }
    let mut all = formed();
    let Some((first_index, _, first)) = all.next() else {
        return;
    };
    if let Some((index, element, form)) = all.find(|(.., form)| *form != first) {
        let place = list.element(index, element.span);
        walk.report_against(first_index, &place, ViolationCode::MixedIdentityForms, || Finding {
            actual: format!("{form}"),
            limit: format!("{first}, as record {first_index}"),
            source: source::BATCH,
            message: format!(
                "record {index} is by {form}, record {first_index} by {first}; send them in two requests"
            ),
        });
    }
}

/// A MeterUsage body.
pub(super) fn meter_usage(
    walk: &mut Walk<'_>,
    value: &Value<'_>,
    place: &Place<'_>,
) -> Option<MeterUsageRequest> {
    let errors = walk.errors();
    let object = Object::open(walk, value, place, &METER)?;
    let product_code = object.parse(
        walk,
        "ProductCode",
        ViolationCode::InvalidProductCode,
        source::PRODUCT_CODE,
        ProductCode::parse,
    );
    if product_code.is_absent() {
        object.lacks(walk, "ProductCode");
    }
    let age = AgeRule::of_meter_usage(walk);
    let timestamp = timestamp(walk, &object, &age);
    let dimension = dimension(walk, &object, "UsageDimension");
    let quantity = quantity_or_zero(walk, &object, &OF_METER_USAGE);
    let allocations = allocations(walk, &object, quantity.as_ref());
    let dry_run = dry_run(walk, &object);
    let client_token = client_token(walk, &object);
    if walk.errors() != errors {
        return None;
    }
    // Every reason to refuse allocations has been reported as an error by now.
    let request = MeterUsageRequest::new(
        product_code.given()?,
        timestamp.given()?,
        dimension.given()?,
        quantity.given()?,
        allocations.given()?,
    )
    .ok()?
    .with_dry_run(dry_run);
    Some(match client_token {
        Some(token) => request.with_client_token(token),
        None => request,
    })
}

fn dry_run(walk: &mut Walk<'_>, object: &Object<'_, '_>) -> bool {
    match object.get("DryRun") {
        None => false,
        Some((value, place)) => match value.kind {
            Kind::Bool(dry_run) => dry_run,
            _ => {
                wrong_type(walk, value, &place, "true or false", source::METER_REQUEST);
                false
            }
        },
    }
}

fn client_token(walk: &mut Walk<'_>, object: &Object<'_, '_>) -> Option<ClientToken> {
    let (_, place) = object.get("ClientToken")?;
    if !walk.rules.has_client_tokens() {
        not_in_edition(walk, &place, "ClientToken");
        return None;
    }
    let code = ViolationCode::InvalidClientToken;
    object.parse(walk, "ClientToken", code, source::CLIENT_TOKEN, ClientToken::parse).given()
}

/// A request body's size, as it was given.
pub(super) fn size(walk: &mut Walk<'_>, bytes: usize, place: &Place<'_>) {
    let (code, limit) = if bytes >= REQUEST_BYTES_REFUSED {
        (ViolationCode::RequestTooLarge, REQUEST_BYTES_REFUSED)
    } else if bytes >= MAX_REQUEST_BYTES {
        (ViolationCode::RequestMaybeTooLarge, MAX_REQUEST_BYTES)
    } else {
        return;
    };
    walk.report(place, code, || Finding {
        actual: format!("{bytes} bytes"),
        limit: format!("less than {limit} bytes"),
        source: source::BATCH,
        message: format!(
            "the request has {bytes} bytes; AWS takes less than 1 MB, split the records"
        ),
    });
}

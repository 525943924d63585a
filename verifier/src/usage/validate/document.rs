//! The whole document: read once, taken for what it is, and judged on the way.

use alloc::vec::Vec;

use super::identity::Product;
use super::members::wrong_type;
use super::place::Place;
use super::record::RECORD;
use super::records::Records;
use super::request::{batch, meter_usage, product_so_far};
use super::source;
use super::spelling::nearest;
use super::walk::{Finding, Walk};
use crate::Timestamp;
use crate::json::{self, Index, JsonError, Scanner, Span, Stop, Text, Type};
use crate::text::text;
use crate::usage::identifiers::ProductCode;
use crate::usage::meter_request::MeterUsageRequest;
use crate::usage::read::Reading;
use crate::usage::report::{DocumentKind, Report};
use crate::usage::rules::Rules;
use crate::usage::violation::ViolationCode;

/// What a document is read for.
#[derive(Clone, Copy)]
pub(in crate::usage) struct Task<'t> {
    pub(in crate::usage) rules: &'t Rules,
    pub(in crate::usage) now: Timestamp,
    /// The product of records that come without a request around them.
    pub(in crate::usage) default_product: Option<&'t ProductCode>,
    /// The kind that the document has to be; `None` for what it looks like.
    pub(in crate::usage) kind: Option<DocumentKind>,
    /// Whether the records are wanted, or the report alone.
    pub(in crate::usage) keep: bool,
}

/// Reads a document.
///
/// A list of records is judged record by record while it is read. What is said of the request
/// around it, such as the product code, may come later in the text: records are then judged as if
/// it were right. Where it is not, and that matters, the document is read a second time.
pub(in crate::usage) fn document(json: &[u8], task: Task<'_>) -> Reading {
    let attempt = |product| Attempt { task, product, streamed: false }.read(json);
    let outcome = attempt(Product::Given).and_then(|reading| match reading {
        Some(reading) => Ok(Some(reading)),
        None => attempt(Product::Reported),
    });
    match outcome {
        Ok(Some(reading)) => reading,
        // The second attempt supposes nothing that could turn out wrong.
        Ok(None) => not_json(task, json, &JsonError::UnexpectedEnd { expected: "", at: 0 }),
        Err(error) => not_json(task, json, &error),
    }
}

struct Attempt<'t> {
    task: Task<'t>,
    /// What the product code of a request is taken for until it has been read.
    product: Product,
    /// Whether the records were judged while they were read.
    streamed: bool,
}

#[derive(Default)]
struct Contents {
    record_count: usize,
    product_code: Option<ProductCode>,
    meter_usage: Option<MeterUsageRequest>,
}

impl Attempt<'_> {
    /// The reading; `None` where the product code was taken for something that it is not.
    fn read(mut self, json: &[u8]) -> Result<Option<Reading>, JsonError> {
        let Task { rules, now, default_product, keep, .. } = self.task;
        let mut walk = Walk::new(rules, now);
        let bare = if default_product.is_some() { Product::Given } else { Product::None };
        let mut scanner = Scanner::new(json)?;
        let mut records = Records::new(scanner.index().document(), bare, keep);
        let read = self.scan(&mut walk, &mut records, &mut scanner);
        let index = scanner.index();
        let (Ok(()), Some(root)) = (read, index.get(0)) else {
            return Err(scanner.error());
        };
        let place = Place::document(root.span);
        let Some(kind) = self.task.kind.or_else(|| looks_like(index)) else {
            let expected = "an object or an array of records";
            wrong_type(&mut walk, index, root, &place, expected, source::RECORD);
            return Ok(Some(reading(walk, None, Contents::default(), Vec::new())));
        };
        let mut contents = Contents::default();
        match kind {
            DocumentKind::BatchMeterUsage => {
                let read = batch(&mut walk, index, (json.len(), &place), &records.forms);
                let was_right = read.product_code.is_some() || records.product != Product::Given;
                if !was_right && records.neighbours.reported_by_product {
                    return Ok(None);
                }
                contents.record_count = read.record_count;
                contents.product_code = read.product_code;
            }
            DocumentKind::MeterUsage => {
                contents.record_count = 1;
                contents.meter_usage =
                    meter_usage(&mut walk, &mut records.parts, index, &place, keep);
            }
            DocumentKind::UsageRecord => {
                contents.record_count = 1;
                records.one(&mut walk, index, &place);
            }
            DocumentKind::UsageRecords if self.streamed => contents.record_count = root.count,
            DocumentKind::UsageRecords => {
                let expected = "an array of records";
                wrong_type(&mut walk, index, root, &place, expected, source::RECORD_LIST);
            }
        }
        let product = match kind {
            DocumentKind::BatchMeterUsage => contents.product_code.as_ref(),
            _ => default_product,
        };
        let drafts = records.drafts.into_iter();
        let records = drafts.filter_map(|(at, draft)| Some((at, draft.under(product)?))).collect();
        Ok(Some(reading(walk, Some(kind), contents, records)))
    }

    /// Reads the text to its end, and judges records on the way where they stand in a list.
    fn scan<'a>(
        &mut self,
        walk: &mut Walk<'_>,
        records: &mut Records<'a>,
        scanner: &mut Scanner<'a>,
    ) -> Result<(), Stop> {
        let document = Place::document(Span::default());
        match (scanner.peek(), self.task.kind) {
            (Some(b'['), None | Some(DocumentKind::UsageRecords)) => {
                let array = scanner.open(Text::NONE, Type::Array, 0)?;
                records.read(walk, scanner, (array, 0), &document)?;
                self.streamed = true;
            }
            (Some(b'{'), None | Some(DocumentKind::BatchMeterUsage)) => {
                let mut object = scanner.open(Text::NONE, Type::Object, 0)?;
                while let Some(name) = scanner.next_name(&mut object)? {
                    // A second list is refused at the end, as every name that stands twice.
                    if scanner.peek() != Some(b'[')
                        || self.streamed
                        || scanner.index().name(name) != "UsageRecords"
                    {
                        scanner.value(name, 1)?;
                        continue;
                    }
                    self.streamed = true;
                    records.product = product_so_far(scanner.index()).unwrap_or(self.product);
                    let array = scanner.open(name, Type::Array, 1)?;
                    let list = document.member("UsageRecords", Span::default());
                    records.read(walk, scanner, (array, 1), &list)?;
                }
                scanner.close(&object)?;
            }
            _ => scanner.value(Text::NONE, 0)?,
        }
        scanner.finish()
    }
}

fn looks_like(index: &Index<'_>) -> Option<DocumentKind> {
    let has = |wanted| index.children(0).any(|(_, member)| index.name(member.name) == wanted);
    match index.get(0)?.kind {
        Type::Array => Some(DocumentKind::UsageRecords),
        Type::Object if has("UsageRecords") => Some(DocumentKind::BatchMeterUsage),
        Type::Object
            if has("UsageDimension") || has("UsageQuantity") || has("UsageQuantityAsDecimal") =>
        {
            Some(DocumentKind::MeterUsage)
        }
        Type::Object if is_misspelt_batch(index) => Some(DocumentKind::BatchMeterUsage),
        Type::Object => Some(DocumentKind::UsageRecord),
        _ => None,
    }
}

/// Whether the only thing between an object and a BatchMeterUsage body is a name's spelling.
fn is_misspelt_batch(index: &Index<'_>) -> bool {
    let mut names = index.children(0).map(|(_, member)| index.name(member.name));
    let is_of_record = |name: &str| RECORD.members.contains(&name);
    !names.clone().any(|name| is_of_record(&name))
        && names.any(|name| nearest(&name, &["UsageRecords"]).is_some())
}

fn not_json(task: Task<'_>, json: &[u8], error: &JsonError) -> Reading {
    let mut walk = Walk::new(task.rules, task.now);
    let start = error.at().min(json.len());
    // One byte, or none at the end; a character of several bytes is marked whole.
    let rest = json.get(start..).unwrap_or_default();
    let width = rest.iter().skip(1).take_while(|byte| *byte & 0xC0 == 0x80).count().min(3);
    let end = start + rest.len().min(1 + width);
    let at = Place::document(Span { start, end });
    let position = json::position(json, start);
    let place = text!("line ", position.line, ", column ", position.column);
    walk.report(&at, ViolationCode::Json(error.code()), || Finding {
        message: text!(place.as_str(), ": ", error.message()),
        actual: place,
        limit: "JSON in UTF-8, each name once".into(),
        source: source::JSON,
    });
    reading(walk, None, Contents::default(), Vec::new())
}

fn reading(
    walk: Walk<'_>,
    kind: Option<DocumentKind>,
    contents: Contents,
    mut records: Vec<(usize, crate::usage::UsageRecord)>,
) -> Reading {
    if walk.has_request_error() {
        records.clear();
    }
    let Contents { record_count, product_code, meter_usage } = contents;
    let (violations, unlisted_errors, unlisted_warnings) = walk.finish();
    let report = Report { kind, record_count, violations, unlisted_errors, unlisted_warnings };
    Reading { kind, report, records, product_code, meter_usage }
}

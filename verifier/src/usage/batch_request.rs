//! The request of BatchMeterUsage.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::identifiers::ProductCode;
use super::identity::IdentityForm;
use super::limits::{MAX_RECORDS, REQUEST_BYTES_REFUSED};
use super::record::{IdempotencyKey, UsageRecord};
use super::rules::Rules;
use super::{DocumentKind, Report, read, to_json};
use crate::Timestamp;

/// A request that AWS would take as far as its own text can tell: up to 25 records of one product
/// and one identity form, no two of which contradict each other, in less than 1 MB.
///
/// ```
/// use meterproof::Timestamp;
/// use meterproof::usage::{BatchMeterUsageRequest, Rules};
///
/// let now = Timestamp::parse_iso_8601("2026-11-21T10:20:00Z")?;
/// let request = BatchMeterUsageRequest::from_json(
///     br#"{
///       "ProductCode": "saaslegacy000000000000001",
///       "UsageRecords": [{
///         "Timestamp": "2026-11-21T09:00:00Z", "CustomerIdentifier": "LegacyCust01",
///         "Dimension": "users", "Quantity": 17
///       }]
///     }"#,
///     &Rules::CURRENT,
///     now,
/// )?;
/// assert_eq!(
///     request.to_json(),
///     r#"{"ProductCode":"saaslegacy000000000000001","UsageRecords":[{"Timestamp":1795251600,"CustomerIdentifier":"LegacyCust01","Dimension":"users","Quantity":17}]}"#,
/// );
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchMeterUsageRequest {
    product_code: Option<ProductCode>,
    records: Vec<UsageRecord>,
}

impl BatchMeterUsageRequest {
    /// A request of these records, in this order. The product code is theirs.
    ///
    /// # Errors
    /// [`RequestError`]; [`plan`](super::plan) makes requests that cannot fail here.
    pub fn new(records: Vec<UsageRecord>) -> Result<Self, RequestError> {
        if records.len() > MAX_RECORDS {
            return Err(RequestError::TooManyRecords { actual: records.len() });
        }
        let mut keys: BTreeMap<IdempotencyKey, (usize, &UsageRecord)> = BTreeMap::new();
        let Some(first) = records.first() else {
            return Ok(Self::planned(records));
        };
        for (index, record) in records.iter().enumerate() {
            if record.identity().form() != first.identity().form() {
                return Err(RequestError::MixedForms {
                    index,
                    form: record.identity().form(),
                    first: first.identity().form(),
                });
            }
            if record.identity().product_code() != first.identity().product_code() {
                return Err(RequestError::MixedProducts { index });
            }
            let (earlier, of_key) = *keys.entry(record.key()).or_insert((index, record));
            if !record.is_same_usage(of_key) {
                return Err(RequestError::Conflict { first: earlier, second: index });
            }
        }
        let request = Self::planned(records);
        let bytes = request.to_json().len();
        if bytes >= REQUEST_BYTES_REFUSED {
            return Err(RequestError::TooLarge { bytes });
        }
        Ok(request)
    }

    /// A request whose records are known to belong together.
    pub(super) fn planned(records: Vec<UsageRecord>) -> Self {
        let product_code = records.first().and_then(|first| first.identity().product_code());
        Self { product_code: product_code.cloned(), records }
    }

    /// Reads a request body and checks it by all rules.
    ///
    /// # Errors
    /// The whole [`Report`], where it holds an error. Warnings alone do not refuse a request; to
    /// see them, call [`validate`](super::validate).
    pub fn from_json(json: &[u8], rules: &Rules, now: Timestamp) -> Result<Self, Report> {
        let reading = read::read_as(json, rules, now, DocumentKind::BatchMeterUsage);
        if !reading.report.is_accepted() {
            return Err(reading.report);
        }
        let records = reading.records.into_iter().map(|(_, record)| record).collect();
        Ok(Self { product_code: reading.product_code, records })
    }

    /// The product of all records; none where licenses name it.
    pub fn product_code(&self) -> Option<&ProductCode> {
        self.product_code.as_ref()
    }

    /// The records, in order.
    pub fn records(&self) -> &[UsageRecord] {
        &self.records
    }

    pub(super) fn into_records(self) -> Vec<UsageRecord> {
        self.records
    }

    /// The request body: the same bytes for the same request, without spaces.
    pub fn to_json(&self) -> String {
        to_json::to_json(self)
    }
}

/// Why records do not make one request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// More than 25 records.
    TooManyRecords {
        /// Records given.
        actual: usize,
    },
    /// Records of two identity forms.
    MixedForms {
        /// The first record that differs, from 0.
        index: usize,
        /// Its form.
        form: IdentityForm,
        /// The form of the first record.
        first: IdentityForm,
    },
    /// Records of two products.
    MixedProducts {
        /// The first record that differs, from 0.
        index: usize,
    },
    /// Two records of one customer, dimension and hour that differ.
    Conflict {
        /// The first of the two, from 0.
        first: usize,
        /// The second of the two, from 0.
        second: usize,
    },
    /// 1 MB or more.
    TooLarge {
        /// Bytes of the body.
        bytes: usize,
    },
}

impl RequestError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "too_many_records",
        "mixed_identity_forms",
        "mixed_products",
        "conflicting_records",
        "request_too_large",
    ];

    /// The stable code of the variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooManyRecords { .. } => "too_many_records",
            Self::MixedForms { .. } => "mixed_identity_forms",
            Self::MixedProducts { .. } => "mixed_products",
            Self::Conflict { .. } => "conflicting_records",
            Self::TooLarge { .. } => "request_too_large",
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyRecords { actual } => {
                write!(f, "{actual} records; AWS takes at most {MAX_RECORDS} a request, split them")
            }
            Self::MixedForms { index, form, first } => write!(
                f,
                "record {index} is by {form}, the first is by {first}; send them in two requests"
            ),
            Self::MixedProducts { index } => write!(
                f,
                "record {index} is of another product than the first; send them in two requests"
            ),
            Self::Conflict { first, second } => write!(
                f,
                "records {first} and {second} have one customer, dimension and hour but differ; keep one"
            ),
            Self::TooLarge { bytes } => {
                write!(f, "{bytes} bytes; AWS takes less than 1 MB a request, split the records")
            }
        }
    }
}

impl core::error::Error for RequestError {}

//! The constraints of the service model that are answered with `ValidationException`:
//! required members, lengths, ranges and patterns. All violations go into one message.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::Quantity;
use crate::wire::{
    BatchMeterUsageRequest, ErrorName, MeterUsageRequest, RegisterUsageRequest,
    ResolveCustomerRequest, ServiceError, UsageAllocation, UsageRecord,
};

const MAX_RECORDS: usize = 25;
const ALLOCATIONS: RangeInclusive<usize> = 1..=2500;
const QUANTITY: RangeInclusive<i64> = 0..=2_147_483_647;
const PUBLIC_KEY_VERSION: RangeInclusive<i64> = 1..=2_147_483_647;
const DIMENSION: RangeInclusive<usize> = 1..=255;
const PRODUCT_CODE: RangeInclusive<usize> = 0..=255;
const CUSTOMER_IDENTIFIER: RangeInclusive<usize> = 0..=255;
const CUSTOMER_ACCOUNT: RangeInclusive<usize> = 1..=255;
const DECIMAL: RangeInclusive<usize> = 1..=17;
const CLIENT_TOKEN: RangeInclusive<usize> = 1..=64;
const NONCE: RangeInclusive<usize> = 0..=255;
const REGISTRATION_TOKEN: RangeInclusive<usize> = 1..=usize::MAX;

const PRODUCT_CODE_PATTERN: &str = "^[-a-zA-Z0-9/=:_.@]*$";
const ACCOUNT_PATTERN: &str = "^[0-9]+$";
const DECIMAL_PATTERN: &str = r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$";
const LICENSE_ARN_PATTERN: &str = "^arn:aws[a-zA-Z-]*:[A-Za-z0-9][A-Za-z0-9_/.-]{0,62}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}$";

pub(super) fn batch_meter_usage(request: &BatchMeterUsageRequest) -> Result<(), ServiceError> {
    let mut found = Violations::default();
    found.product_code(request.product_code.as_deref());
    if let Some(records) = found.required("usageRecords", request.usage_records.as_ref()) {
        found.size("usageRecords", records.len(), &(0..=MAX_RECORDS));
        for (index, record) in records.iter().enumerate() {
            found.record(&format!("usageRecords.{}.member", index + 1), record);
        }
    }
    found.answer()
}

pub(super) fn meter_usage(request: &MeterUsageRequest) -> Result<(), ServiceError> {
    let mut found = Violations::default();
    let product_code = found.required("productCode", request.product_code.as_deref());
    found.product_code(product_code);
    found.required("timestamp", request.timestamp.as_ref());
    if let Some(dimension) = found.required("usageDimension", request.usage_dimension.as_deref()) {
        found.length("usageDimension", dimension, &DIMENSION);
    }
    found.quantities(
        ("usageQuantity", request.usage_quantity),
        ("usageQuantityAsDecimal", request.usage_quantity_as_decimal.as_deref()),
    );
    found.allocations("usageAllocations", request.usage_allocations.as_deref());
    if let Some(token) = request.client_token.as_deref() {
        found.length("clientToken", token, &CLIENT_TOKEN);
    }
    found.answer()
}

pub(super) fn register_usage(request: &RegisterUsageRequest) -> Result<(), ServiceError> {
    let mut found = Violations::default();
    let product_code = found.required("productCode", request.product_code.as_deref());
    found.product_code(product_code);
    if let Some(version) = found.required("publicKeyVersion", request.public_key_version) {
        found.range("publicKeyVersion", version, &PUBLIC_KEY_VERSION);
    }
    if let Some(nonce) = request.nonce.as_deref() {
        found.length("nonce", nonce, &NONCE);
    }
    found.answer()
}

pub(super) fn resolve_customer(request: &ResolveCustomerRequest) -> Result<(), ServiceError> {
    let mut found = Violations::default();
    let token = found.required("registrationToken", request.registration_token.as_deref());
    if let Some(token) = token {
        found.length("registrationToken", token, &REGISTRATION_TOKEN);
    }
    found.answer()
}

/// Whether the text is a product code by the service model; "" is one.
pub(super) fn is_product_code(text: &str) -> bool {
    PRODUCT_CODE.contains(&text.chars().count())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-/=:_.@".contains(&byte))
}

/// Whether the text is an account id by the service model.
pub(super) fn is_account(text: &str) -> bool {
    CUSTOMER_ACCOUNT.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text is a license ARN by the service model.
pub(super) fn is_license_arn(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next();
    let (Some("arn"), Some(partition), Some(service), Some(region), Some(account), Some(resource)) =
        (next(), next(), next(), next(), next(), next())
    else {
        return false;
    };
    let of = |part: &str, sizes: RangeInclusive<usize>, extra: &[u8]| {
        sizes.contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || extra.contains(&byte))
    };
    let starts = |part: &str| part.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    partition
        .strip_prefix("aws")
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-'))
        && of(service, 1..=63, b"_/.-")
        && starts(service)
        && of(region, 0..=63, b"_/.-")
        && of(account, 0..=63, b"_/.-")
        && of(resource, 1..=1024, b":_/+=,@.-")
        && starts(resource)
}

#[derive(Default)]
struct Violations {
    texts: Vec<String>,
}

impl Violations {
    fn answer(self) -> Result<(), ServiceError> {
        let count = self.texts.len();
        if count == 0 {
            return Ok(());
        }
        let errors = if count == 1 { "error" } else { "errors" };
        Err(ServiceError::new(
            ErrorName::ValidationException,
            format!("{count} validation {errors} detected: {}", self.texts.join("; ")),
        ))
    }

    fn add(&mut self, path: &str, value: impl Display, constraint: impl Display) {
        self.texts
            .push(format!("Value {value} at '{path}' failed to satisfy constraint: {constraint}"));
    }

    fn required<T>(&mut self, path: &str, member: Option<T>) -> Option<T> {
        if member.is_none() {
            self.add(path, "null", "Member must not be null");
        }
        member
    }

    fn size(&mut self, path: &str, size: usize, allowed: &RangeInclusive<usize>) {
        if size > *allowed.end() {
            let limit = allowed.end();
            self.add(
                path,
                "[…]",
                format_args!("Member must have length less than or equal to {limit}, not {size}"),
            );
        }
        if size < *allowed.start() {
            let limit = allowed.start();
            self.add(
                path,
                "[]",
                format_args!("Member must have length greater than or equal to {limit}"),
            );
        }
    }

    fn length(&mut self, path: &str, text: &str, allowed: &RangeInclusive<usize>) {
        let size = text.chars().count();
        if size > *allowed.end() {
            let limit = allowed.end();
            self.add(
                path,
                Quoted(text),
                format_args!("Member must have length less than or equal to {limit}"),
            );
        }
        if size < *allowed.start() {
            let limit = allowed.start();
            self.add(
                path,
                Quoted(text),
                format_args!("Member must have length greater than or equal to {limit}"),
            );
        }
    }

    fn range(&mut self, path: &str, value: i64, allowed: &RangeInclusive<i64>) {
        if value > *allowed.end() {
            let limit = allowed.end();
            self.add(
                path,
                Quoted(value),
                format_args!("Member must have value less than or equal to {limit}"),
            );
        }
        if value < *allowed.start() {
            let limit = allowed.start();
            self.add(
                path,
                Quoted(value),
                format_args!("Member must have value greater than or equal to {limit}"),
            );
        }
    }

    fn pattern(&mut self, path: &str, text: &str, matches: bool, pattern: &str) {
        if !matches {
            self.add(
                path,
                Quoted(text),
                format_args!("Member must satisfy regular expression pattern: {pattern}"),
            );
        }
    }

    fn product_code(&mut self, code: Option<&str>) {
        let Some(code) = code else { return };
        self.length("productCode", code, &PRODUCT_CODE);
        if code.chars().count() <= *PRODUCT_CODE.end() {
            self.pattern("productCode", code, is_product_code(code), PRODUCT_CODE_PATTERN);
        }
    }

    fn record(&mut self, path: &str, record: &UsageRecord) {
        let at = |member: &str| format!("{path}.{member}");
        self.required(&at("timestamp"), record.timestamp.as_ref());
        if let Some(dimension) = self.required(&at("dimension"), record.dimension.as_deref()) {
            self.length(&at("dimension"), dimension, &DIMENSION);
        }
        if let Some(customer) = record.customer_identifier.as_deref() {
            self.length(&at("customerIdentifier"), customer, &CUSTOMER_IDENTIFIER);
        }
        if let Some(account) = record.customer_aws_account_id.as_deref() {
            let path = at("customerAWSAccountId");
            self.length(&path, account, &CUSTOMER_ACCOUNT);
            let digits = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
            self.pattern(&path, account, digits, ACCOUNT_PATTERN);
        }
        if let Some(arn) = record.license_arn.as_deref() {
            self.pattern(&at("licenseArn"), arn, is_license_arn(arn), LICENSE_ARN_PATTERN);
        }
        self.quantities(
            (&at("quantity"), record.quantity),
            (&at("quantityAsDecimal"), record.quantity_as_decimal.as_deref()),
        );
        self.allocations(&at("usageAllocations"), record.usage_allocations.as_deref());
    }

    fn quantities(&mut self, whole: (&str, Option<i64>), decimal: (&str, Option<&str>)) {
        if let Some(quantity) = whole.1 {
            self.range(whole.0, quantity, &QUANTITY);
        }
        if let Some(text) = decimal.1 {
            self.length(decimal.0, text, &DECIMAL);
            self.pattern(decimal.0, text, Quantity::decimal(text).is_some(), DECIMAL_PATTERN);
        }
        if whole.1.is_some() && decimal.1.is_some() {
            self.add(
                decimal.0,
                Quoted(decimal.1.unwrap_or_default()),
                format_args!("Member must be null when '{}' is set", whole.0),
            );
        }
    }

    fn allocations(&mut self, path: &str, allocations: Option<&[UsageAllocation]>) {
        let Some(allocations) = allocations else { return };
        self.size(path, allocations.len(), &ALLOCATIONS);
        for (index, allocation) in allocations.iter().enumerate() {
            let at = |member: &str| format!("{path}.{}.member.{member}", index + 1);
            if let Some(quantity) = allocation.allocated_usage_quantity {
                self.range(&at("allocatedUsageQuantity"), quantity, &QUANTITY);
            }
            if let Some(text) = allocation.allocated_usage_quantity_as_decimal.as_deref() {
                let path = at("allocatedUsageQuantityAsDecimal");
                self.length(&path, text, &DECIMAL);
                self.pattern(&path, text, Quantity::decimal(text).is_some(), DECIMAL_PATTERN);
            }
        }
    }
}

struct Quoted<T>(T);

impl<T: Display> Display for Quoted<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "'{}'", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn license_arns_follow_the_model_s_pattern() {
        let resource = "x".repeat(1024);
        for arn in [
            "arn:aws:license-manager::444455556666:license:l-00000000000000000000000000000001",
            "arn:aws-us-gov:license-manager:us-gov-west-1:1:license:l-1",
            "arn:aws:s:::r",
            &format!("arn:aws:s:::{resource}"),
        ] {
            assert!(is_license_arn(arn), "{arn}");
        }
        for arn in [
            "",
            "arn:aws:s::",
            "arn:aws:s:::",
            "arn:aws::::r",
            "arn:AWS:s:::r",
            "arn:aws1:s:::r",
            "arn:aws:-s:::r",
            "arn:aws:s:::-r",
            "arn:aws:s:::r r",
            "arn:aws:s:::r\n",
            "arn:aws:s:é::r",
            &format!("arn:aws:s:::{resource}x"),
        ] {
            assert!(!is_license_arn(arn), "{arn:?}");
        }
    }

    #[test]
    fn all_violations_are_named_at_once() {
        let record = UsageRecord {
            dimension: Some(String::new()),
            quantity: Some(-1),
            customer_aws_account_id: Some("12a".into()),
            ..UsageRecord::default()
        };
        let request = BatchMeterUsageRequest {
            usage_records: Some(vec![record]),
            product_code: Some("a b".into()),
        };
        let error = batch_meter_usage(&request).expect_err("five rules are broken");
        assert_eq!(error.name, ErrorName::ValidationException);
        assert_eq!(
            error.message,
            "5 validation errors detected: \
             Value 'a b' at 'productCode' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: ^[-a-zA-Z0-9/=:_.@]*$; \
             Value null at 'usageRecords.1.member.timestamp' failed to satisfy constraint: \
             Member must not be null; \
             Value '' at 'usageRecords.1.member.dimension' failed to satisfy constraint: \
             Member must have length greater than or equal to 1; \
             Value '12a' at 'usageRecords.1.member.customerAWSAccountId' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: ^[0-9]+$; \
             Value '-1' at 'usageRecords.1.member.quantity' failed to satisfy constraint: \
             Member must have value greater than or equal to 0"
        );
    }
}

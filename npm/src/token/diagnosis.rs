//! Diagnoses in JavaScript's words.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;

use meterproof::{
    Check, CheckName, Diagnosis, Registration, Status, Timestamp, Verdict, VerifyError,
};

use crate::json::{Json, Object};

/// A diagnosis as JSON.
pub fn diagnosis(diagnosis: &Diagnosis) -> String {
    Json::object(|object| {
        write_checks(object, diagnosis.verdict(), diagnosis.checks());
        object.list("notes", diagnosis.notes(), |json, note| json.text(&note.message()));
        object.list("causes", diagnosis.causes(), |json, cause| {
            json.members(|object| {
                object.text("code", cause.code.as_str());
                object.text("evidence", &cause.evidence);
                object.text("remedy", cause.remedy());
            });
        });
        object.text_if_any("header", diagnosis.header());
        object.text_if_any("payload", diagnosis.payload());
        if let Some(one) = diagnosis.registration() {
            object.object("registration", |object| write_registration(object, one));
        }
    })
}

/// What the core says of a token over its limit, without the token.
pub fn diagnosis_of_too_long(error: &VerifyError) -> String {
    let failed = Check {
        name: error.check(),
        status: Status::Fail,
        expected: error.expected(),
        actual: error.actual(),
        remedy: Some(error.remedy().to_owned()),
        code: Some(error.code()),
    };
    let mut checks = vec![failed];
    checks.extend(CheckName::ALL.iter().skip(1).map(|name| Check {
        name: *name,
        status: Status::Skipped,
        expected: None,
        actual: None,
        remedy: None,
        code: None,
    }));
    Json::object(|object| {
        write_checks(object, Verdict::Refused, &checks);
        for none in ["notes", "causes"] {
            object.list(none, [""; 0], |json, one| json.text(one));
        }
    })
}

fn write_checks(object: &mut Object<'_>, verdict: Verdict, checks: &[Check]) {
    object.text("verdict", verdict.as_str());
    object.list("checks", checks, |json, check| json.members(|object| write(object, check)));
}

fn write(object: &mut Object<'_>, check: &Check) {
    object.text("name", check.name.as_str());
    object.text("status", check.status.as_str());
    object.text_if_any("expected", check.expected.as_deref());
    object.text_if_any("actual", check.actual.as_deref());
    object.text_if_any("remedy", check.remedy.as_deref());
    object.text_if_any("code", check.code);
}

fn write_registration(object: &mut Object<'_>, one: &Registration) {
    object.text("productCode", one.product_code().as_str());
    object.number("publicKeyVersion", i64::from(one.public_key_version().get()));
    object.text_or_null("nonce", one.nonce());
    object.number_or_null("issuedAt", one.issued_at().map(Timestamp::unix_millis));
    let rotated = one.public_key_rotation_timestamp().map(Timestamp::unix_millis);
    object.number_or_null("publicKeyRotationTimestamp", rotated);
}

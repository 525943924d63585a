//! What a walk writes down of each check.

use alloc::borrow::ToOwned;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::diagnosis::{Check, CheckName, Diagnosis, Status};
use super::{Cause, CauseCode, Note, Registration, VerifyError};
use crate::text::text;

/// What a check found, or why it could not: the errors of earlier checks are handed on to all that
/// need what these would have found.
pub(super) type Checked<T> = Result<T, Rc<VerifyError>>;

/// What a check that passes has to say.
#[derive(Default)]
pub(super) struct Found {
    pub(super) expected: Option<String>,
    pub(super) actual: Option<String>,
}

/// A diagnosis in the making.
#[derive(Default)]
pub(super) struct Collector {
    checks: Vec<Check>,
    notes: Vec<Note>,
    causes: Vec<Cause>,
    header: Option<String>,
    payload: Option<String>,
    signature_verified: bool,
}

impl Collector {
    pub(super) fn into_diagnosis(mut self, outcome: Checked<Registration>) -> Diagnosis {
        if self.checks.iter().any(is_unproven) {
            self.notes.push(Note::ClaimsUnproven);
        }
        Diagnosis {
            checks: self.checks,
            notes: self.notes,
            causes: self.causes,
            header: self.header,
            payload: self.payload,
            outcome: outcome.map_err(Rc::unwrap_or_clone),
        }
    }
}

const UNPROVEN: &str = "unproven: the signature was not verified, anybody may have written this";

fn is_unproven(check: &Check) -> bool {
    check.status == Status::Pass && check.remedy.is_some()
}

impl Collector {
    /// Takes the result of a check, and hands it back.
    pub(super) fn settle<T>(
        &mut self,
        name: CheckName,
        result: Checked<T>,
        found: impl FnOnce(&T) -> Found,
    ) -> Checked<T> {
        match &result {
            Ok(value) => self.pass(name, found(value)),
            Err(error) => self.fail(name, error),
        }
        result
    }

    // Not one of the two for each type that a check finds: they are most of its code.
    #[inline(never)]
    fn pass(&mut self, name: CheckName, Found { expected, actual }: Found) {
        self.signature_verified |= name == CheckName::Signature;
        let proven = name <= CheckName::Signature || self.signature_verified;
        let remedy = if proven { None } else { Some(UNPROVEN.to_owned()) };
        let status = Status::Pass;
        self.checks.push(Check { name, status, expected, actual, remedy, code: None });
    }

    #[inline(never)]
    fn fail(&mut self, name: CheckName, error: &VerifyError) {
        self.checks.push(Check {
            name,
            status: Status::Fail,
            expected: error.expected(),
            actual: error.actual(),
            remedy: Some(error.remedy().to_owned()),
            code: Some(error.code()),
        });
    }

    /// Takes a check that cannot be made, and why.
    pub(super) fn skip(&mut self, name: CheckName, why: &'static str) {
        let remedy = Some(why.to_owned());
        let status = Status::Skipped;
        self.checks.push(Check { name, status, expected: None, actual: None, remedy, code: None });
    }

    /// Takes a note, if there is one.
    pub(super) fn note(&mut self, note: Option<Note>) {
        self.notes.extend(note);
    }

    /// Takes why the signature does not verify. The first cause is evidence at the check that
    /// failed for it: of the signature, or of a key that is not there while another one fits.
    pub(super) fn causes(&mut self, causes: Vec<Cause>) {
        let failed = |check: &&mut Check| check.status == Status::Fail;
        if let Some(first) = causes.first() {
            let at = match first.code {
                CauseCode::SignedByOtherKey => CheckName::Key..=CheckName::Signature,
                _ => CheckName::Signature..=CheckName::Signature,
            };
            let mut checks = self.checks.iter_mut().filter(|check| at.contains(&check.name));
            if let Some(check) = checks.find(failed) {
                let evidence = first.evidence.as_str();
                check.actual = Some(match check.actual.take() {
                    Some(actual) => text!(actual, "; ", evidence),
                    None => evidence.to_owned(),
                });
            }
        }
        self.causes = causes;
    }

    /// Takes the decoded header and payload.
    pub(super) fn decoded(&mut self, header: Option<&[u8]>, payload: Option<&[u8]>) {
        let text = |bytes: &[u8]| core::str::from_utf8(bytes).ok().map(ToOwned::to_owned);
        self.header = header.and_then(text);
        self.payload = payload.and_then(text);
    }
}

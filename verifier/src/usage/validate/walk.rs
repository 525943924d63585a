//! What a walk carries along: the rules, the time, and what it has found.

use alloc::string::String;
use alloc::vec::Vec;

use super::place::Place;
use crate::Timestamp;
use crate::sort::sort;
use crate::usage::report::Report;
use crate::usage::rules::Rules;
use crate::usage::violation::{Severity, Violation, ViolationCode};

pub(in crate::usage) struct Walk<'r> {
    pub(in crate::usage) rules: &'r Rules,
    pub(in crate::usage) now: Timestamp,
    /// The record being walked; findings belong to it.
    pub(in crate::usage) record: Option<usize>,
    violations: Vec<Violation>,
    errors: usize,
    request_errors: usize,
    warnings: usize,
}

/// What a report says of a broken rule, beside its code and place.
pub(in crate::usage) struct Finding {
    pub(in crate::usage) actual: String,
    pub(in crate::usage) limit: String,
    pub(in crate::usage) source: &'static str,
    pub(in crate::usage) message: String,
}

impl<'r> Walk<'r> {
    pub(in crate::usage) fn new(rules: &'r Rules, now: Timestamp) -> Self {
        Self {
            rules,
            now,
            record: None,
            violations: Vec::new(),
            errors: 0,
            request_errors: 0,
            warnings: 0,
        }
    }

    /// Reports a rule broken at a place. The finding is put into words only where it is listed:
    /// of a hostile document's millions of faults, most are counted alone.
    #[cold]
    pub(in crate::usage) fn report(
        &mut self,
        at: &Place<'_>,
        code: ViolationCode,
        finding: impl FnOnce() -> Finding,
    ) {
        // Compiled once for each rule, so that the two steps around the words stand apart.
        if self.counted(code.severity()) {
            self.list(at, code, finding());
        }
    }

    /// Reports a record that does not go with one before it.
    pub(in crate::usage) fn report_against(
        &mut self,
        first_record: usize,
        at: &Place<'_>,
        code: ViolationCode,
        finding: impl FnOnce() -> Finding,
    ) {
        let next = self.violations.len();
        self.report(at, code, finding);
        // There is none where the list was full.
        if let Some(violation) = self.violations.get_mut(next) {
            violation.first_record = Some(first_record);
        }
    }

    /// Whether there is room in the list for what was counted.
    #[inline(never)]
    fn counted(&mut self, severity: Severity) -> bool {
        match severity {
            Severity::Error => {
                self.errors += 1;
                self.request_errors += usize::from(self.record.is_none());
            }
            Severity::Warning => self.warnings += 1,
        }
        self.violations.len() < Report::MAX_VIOLATIONS
    }

    #[inline(never)]
    fn list(&mut self, at: &Place<'_>, code: ViolationCode, finding: Finding) {
        let Finding { actual, limit, source, message } = finding;
        self.violations.push(Violation {
            code,
            severity: code.severity(),
            pointer: at.pointer(),
            span: at.span,
            record: self.record,
            first_record: None,
            actual,
            limit,
            source,
            message,
        });
    }

    /// Takes what was listed so far out of the list, so that other findings come before it.
    pub(in crate::usage) fn set_aside(&mut self) -> Vec<Violation> {
        core::mem::take(&mut self.violations)
    }

    /// Puts behind the list what was taken out of it, as far as the list may be long.
    pub(in crate::usage) fn put_back(&mut self, aside: Vec<Violation>) {
        if self.violations.is_empty() {
            self.violations = aside;
            return;
        }
        self.violations.extend(aside);
        self.violations.truncate(Report::MAX_VIOLATIONS);
    }

    /// Errors found so far, listed or not.
    pub(in crate::usage) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether an error belongs to no single record.
    pub(in crate::usage) fn has_request_error(&self) -> bool {
        self.request_errors > 0
    }

    /// The violations in the order of the document, and how many errors and warnings more.
    pub(in crate::usage) fn finish(mut self) -> (Vec<Violation>, usize, usize) {
        if !self.violations.is_sorted_by_key(|violation| violation.span.start) {
            self.violations = by_place(self.violations);
        }
        let count = |severity| self.violations.iter().filter(|v| v.severity == severity).count();
        let errors = self.errors - count(Severity::Error);
        let warnings = self.warnings - count(Severity::Warning);
        (self.violations, errors, warnings)
    }
}

/// In the order of the document; what begins at one place stays as it came.
fn by_place(violations: Vec<Violation>) -> Vec<Violation> {
    let starts = violations.iter().map(|violation| violation.span.start);
    let mut order: Vec<(usize, usize)> = starts.zip(0..).collect();
    sort(&mut order, |a, b| a < b);
    let mut violations: Vec<_> = violations.into_iter().map(Some).collect();
    let place = |(_, at): (usize, usize)| violations.get_mut(at).and_then(Option::take);
    order.into_iter().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Span;

    #[test]
    fn findings_beyond_the_list_are_counted_and_never_put_into_words() {
        let now = Timestamp::from_unix_seconds(0).unwrap();
        let rules = Rules::CURRENT;
        let mut walk = Walk::new(&rules, now);
        let place = Place::document(Span::default());
        let mut worded = 0;
        for _ in 0..Report::MAX_VIOLATIONS + 7 {
            walk.report(&place, ViolationCode::UnknownMember, || {
                worded += 1;
                let (actual, limit, message) = (String::new(), String::new(), String::new());
                Finding { actual, limit, source: "", message }
            });
        }
        let (listed, errors, warnings) = walk.finish();
        assert_eq!((listed.len(), errors, warnings), (Report::MAX_VIOLATIONS, 0, 7));
        assert_eq!(worded, Report::MAX_VIOLATIONS);
    }
}

//! What a walk carries along: the rules, the time, and what it has found.

use alloc::string::String;
use alloc::vec::Vec;

use super::place::Place;
use crate::Timestamp;
use crate::usage::report::Report;
use crate::usage::rules::Rules;
use crate::usage::violation::{Severity, Violation, ViolationCode};

pub(super) struct Walk<'r> {
    pub(super) rules: &'r Rules,
    pub(super) now: Timestamp,
    /// The record being walked; findings belong to it.
    pub(super) record: Option<usize>,
    violations: Vec<Violation>,
    errors: usize,
    request_errors: usize,
    warnings: usize,
}

/// A rule broken, to be reported at a place.
pub(super) struct Finding {
    pub(super) code: ViolationCode,
    pub(super) actual: String,
    pub(super) limit: String,
    pub(super) source: &'static str,
    pub(super) message: String,
}

impl<'r> Walk<'r> {
    pub(super) fn new(rules: &'r Rules, now: Timestamp) -> Self {
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

    pub(super) fn report(&mut self, at: &Place<'_>, finding: Finding) {
        let severity = finding.code.severity();
        match severity {
            Severity::Error => {
                self.errors += 1;
                self.request_errors += usize::from(self.record.is_none());
            }
            Severity::Warning => self.warnings += 1,
        }
        if self.violations.len() < Report::MAX_VIOLATIONS {
            self.violations.push(Violation {
                code: finding.code,
                severity,
                pointer: at.pointer(),
                span: at.span,
                record: self.record,
                actual: finding.actual,
                limit: finding.limit,
                source: finding.source,
                message: finding.message,
            });
        }
    }

    /// Errors found so far, listed or not.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether an error belongs to no single record.
    pub(super) fn has_request_error(&self) -> bool {
        self.request_errors > 0
    }

    /// The violations in the order of the document, and how many errors and warnings more.
    pub(super) fn finish(mut self) -> (Vec<Violation>, usize, usize) {
        self.violations.sort_by_key(|violation| violation.span.start);
        let count = |severity| self.violations.iter().filter(|v| v.severity == severity).count();
        let errors = self.errors - count(Severity::Error);
        let warnings = self.warnings - count(Severity::Warning);
        (self.violations, errors, warnings)
    }
}

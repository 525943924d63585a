//! Records one after the other, each judged and forgotten as soon as it is read.

use alloc::vec::Vec;

use super::draft::Draft;
use super::identity::Product;
use super::neighbours::Neighbours;
use super::parts::{Mark, Parts};
use super::place::Place;
use super::record::{Usage, record};
use super::time::AgeRule;
use super::usual::Usual;
use super::walk::Walk;
use crate::json::{Index, Opened, Scanner, Span, Stop, Text};
use crate::usage::identity::IdentityForm;

/// What remains of records that were read: as much as later ones are compared with, and the
/// records themselves where the caller wants them.
pub(super) struct Records<'a> {
    pub(super) product: Product,
    /// Whether drafts are made.
    keep: bool,
    pub(super) drafts: Vec<(usize, Draft)>,
    pub(super) parts: Parts<'a>,
    pub(super) neighbours: Neighbours,
    pub(super) forms: Forms,
}

/// The identity forms of the records of a request.
#[derive(Default)]
pub(super) struct Forms {
    /// The first record by license.
    pub(super) of_license: Option<usize>,
    /// The form of the first record that needs a product code.
    pub(super) by_code: Option<IdentityForm>,
    /// The first record that has a form.
    pub(super) first: Option<(usize, IdentityForm)>,
    /// The first record of another form.
    pub(super) other: Option<(usize, Span, IdentityForm)>,
}

impl<'a> Records<'a> {
    pub(super) fn new(document: &'a str, product: Product, keep: bool) -> Self {
        Self {
            product,
            keep,
            drafts: Vec::new(),
            parts: Parts::new(document),
            neighbours: Neighbours::default(),
            forms: Forms::default(),
        }
    }

    /// Reads and judges the elements of an array that has been opened at this depth; its pointer
    /// is the place's.
    pub(super) fn read(
        &mut self,
        walk: &mut Walk<'_>,
        scanner: &mut Scanner<'a>,
        (mut array, depth): (Opened, usize),
        list: &Place<'_>,
    ) -> Result<(), Stop> {
        let age = AgeRule::of_record(walk);
        let mut usual = Usual::new(walk.rules, walk.now);
        while scanner.next_element(&mut array)? {
            let (number, start) = (array.count - 1, scanner.offset());
            let mark = self.parts.mark();
            let read =
                usual.as_mut().and_then(|usual| usual.record(&mut self.parts, start, self.product));
            if let Some((end, usage)) = read {
                scanner.go_on_at(end);
                let place = list.element(number, Span { start, end });
                self.forms.add(number, place.span, usage.who.form());
                self.accept(walk, number, usage, mark, &place);
                continue;
            }
            self.parts.back_to(mark);
            let node = scanner.index().len();
            scanner.value(Text::NONE, depth + 1)?;
            self.add(walk, (scanner.index(), node), number, list, &age);
            scanner.forget(node);
        }
        scanner.close(&array)
    }

    fn add(
        &mut self,
        walk: &mut Walk<'_>,
        (index, node): (&Index<'_>, usize),
        number: usize,
        list: &Place<'_>,
        age: &AgeRule,
    ) {
        let span = index.get(node).map(|node| node.span).unwrap_or_default();
        let place = list.element(number, span);
        let mark = self.parts.mark();
        walk.record = Some(number);
        let read = record(walk, &mut self.parts, (index, node), &place, self.product, age);
        walk.record = None;
        match read.usage {
            Some(usage) => self.accept(walk, number, usage, mark, &place),
            None => self.parts.back_to(mark),
        }
        if let Some(form) = read.form {
            self.forms.add(number, span, form);
        }
    }

    /// Takes a record without an error; what was noted since the mark is its.
    fn accept(
        &mut self,
        walk: &mut Walk<'_>,
        number: usize,
        usage: Usage,
        mark: Mark,
        place: &Place<'_>,
    ) {
        self.keep(number, &usage);
        walk.record = Some(number);
        self.neighbours.add(walk, &mut self.parts, number, usage, (mark, place));
        walk.record = None;
    }

    /// Judges a document that is one record.
    pub(super) fn one(&mut self, walk: &mut Walk<'_>, index: &Index<'_>, place: &Place<'_>) {
        walk.record = Some(0);
        let age = AgeRule::of_record(walk);
        let read = record(walk, &mut self.parts, (index, 0), place, self.product, &age);
        walk.record = None;
        if let Some(usage) = read.usage {
            self.keep(0, &usage);
        }
    }

    fn keep(&mut self, number: usize, usage: &Usage) {
        if self.keep
            && let Some(draft) = Draft::of(usage, &self.parts)
        {
            self.drafts.push((number, draft));
        }
    }
}

impl Forms {
    fn add(&mut self, number: usize, span: Span, form: IdentityForm) {
        if form == IdentityForm::License {
            self.of_license.get_or_insert(number);
        } else {
            self.by_code.get_or_insert(form);
        }
        let (_, first) = *self.first.get_or_insert((number, form));
        if form != first {
            self.other.get_or_insert((number, span, form));
        }
    }
}

//! Where a value stands: its JSON pointer and its span.

use alloc::string::String;

use crate::json::Span;
use crate::text::text;

/// A place in the document. It borrows the places around it, so that a pointer is only written
/// out where there is something to report.
#[derive(Clone, Copy)]
pub(in crate::usage) struct Place<'p> {
    around: Option<&'p Place<'p>>,
    step: Step<'p>,
    pub(in crate::usage) span: Span,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Document,
    Member(&'p str),
    Element(usize),
}

impl<'p> Place<'p> {
    pub(in crate::usage) fn document(span: Span) -> Self {
        Self { around: None, step: Step::Document, span }
    }

    pub(in crate::usage) fn member(&'p self, name: &'p str, span: Span) -> Self {
        Self { around: Some(self), step: Step::Member(name), span }
    }

    pub(in crate::usage) fn element(&'p self, index: usize, span: Span) -> Self {
        Self { around: Some(self), step: Step::Element(index), span }
    }

    /// The JSON pointer (RFC 6901): `~` and `/` in names are escaped (§3).
    pub(in crate::usage) fn pointer(&self) -> String {
        let mut pointer = self.around.map_or_else(String::new, Place::pointer);
        match self.step {
            Step::Document => {}
            Step::Member(name) => {
                pointer.push('/');
                for c in name.chars() {
                    match c {
                        '~' => pointer.push_str("~0"),
                        '/' => pointer.push_str("~1"),
                        _ => pointer.push(c),
                    }
                }
            }
            Step::Element(index) => {
                pointer.push_str(&text!("/", index));
            }
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_escaped() {
        let span = Span { start: 0, end: 0 };
        let document = Place::document(span);
        assert_eq!(document.pointer(), "");
        let member = document.member("a/b~c", span);
        assert_eq!(member.element(7, span).pointer(), "/a~1b~0c/7");
    }
}

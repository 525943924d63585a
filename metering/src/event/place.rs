//! Where a value stands in a body.

/// A path from the body's root, written out only when something is wrong there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    parent: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    Member(&'p str),
    Element(usize),
}

impl<'p> Place<'p> {
    pub(super) const ROOT: Self = Self { parent: None, step: Step::Root };

    pub(super) fn member(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), step: Step::Member(name) }
    }

    pub(super) fn element(&'p self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Element(index) }
    }

    /// The path as a JSON pointer (RFC 6901).
    pub(super) fn pointer(&self) -> String {
        let mut pointer = self.parent.map_or_else(String::new, Self::pointer);
        match self.step {
            Step::Root => {}
            Step::Member(name) => {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Step::Element(index) => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_as_rfc_6901_has_it() {
        let element = Place::ROOT.element(3);
        assert_eq!(element.member("a/b~c").pointer(), "/3/a~1b~0c");
        assert_eq!(Place::ROOT.pointer(), "");
    }
}

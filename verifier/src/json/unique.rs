//! Names that stand twice in one object (RFC 8259 §4 leaves their meaning open).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::JsonError;
use super::index::{Index, Text};
use crate::sort::sort;

/// Refuses an object in which a name stands twice, for the earliest name that an earlier one is
/// equal to.
#[cold]
pub(super) fn check(index: &Index<'_>, object: usize) -> Result<(), JsonError> {
    // Records have a handful of members; a hostile object may have a hundred thousand, and must
    // not take quadratic time.
    const FEW: usize = 16;
    let count = index.get(object).map_or(0, |node| node.count);
    if count <= FEW {
        for (at, member) in index.children(object) {
            let mut earlier = index.children(object).take_while(|(place, _)| *place < at);
            if earlier.any(|(_, earlier)| is_same(index, earlier.name, member.name)) {
                return Err(duplicate(index, member.name));
            }
        }
        return Ok(());
    }
    let mut names: Vec<(Cow<'_, str>, Text)> =
        index.children(object).map(|(_, member)| (index.name(member.name), member.name)).collect();
    // Of equal names the earlier comes first.
    sort(&mut names, |a, b| (a.0.as_bytes(), a.1.start) < (b.0.as_bytes(), b.1.start));
    let pairs = names.iter().zip(names.iter().skip(1));
    let second = pairs
        .filter(|(earlier, later)| earlier.0 == later.0)
        .map(|(_, later)| later.1)
        .min_by_key(|name| name.start);
    second.map_or(Ok(()), |name| Err(duplicate(index, name)))
}

fn is_same(index: &Index<'_>, a: Text, b: Text) -> bool {
    if a.is_escaped() || b.is_escaped() {
        return index.name(a) == index.name(b);
    }
    a.written(index.document()) == b.written(index.document())
}

fn duplicate(index: &Index<'_>, name: Text) -> JsonError {
    JsonError::DuplicateName { name: String::from(index.name(name)), at: name.span().start }
}

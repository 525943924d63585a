//! Names that stand twice in one object (RFC 8259 §4 leaves their meaning open).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::JsonError;
use super::index::{Index, Name};

/// What is known of an object's names before they are compared: enough to see, for nearly every
/// object, that no two of them are the same.
#[derive(Default)]
pub(super) struct Names {
    /// One bit for each name, chosen by its length and letters: where all bits differ, all names
    /// do.
    seen: u64,
    may_repeat: bool,
}

impl Names {
    #[inline]
    pub(super) fn add(&mut self, index: &Index<'_>, name: Name) {
        let written = index.slice(name.span).as_bytes();
        let letter = |from_end: usize| {
            let at = written.len().wrapping_sub(from_end);
            u32::from(written.get(at).copied().unwrap_or_default())
        };
        // The quotation marks stand at both ends. The factors keep the names of AWS's shapes
        // apart; any others would be right too.
        let first = u32::from(written.get(1).copied().unwrap_or_default());
        let mix = (written.len() as u32).wrapping_mul(5) ^ first ^ letter(2).wrapping_mul(3);
        let bit = 1 << (mix & 63);
        self.may_repeat |= self.seen & bit != 0 || name.is_escaped;
        self.seen |= bit;
    }

    /// Whether the names have to be compared.
    #[inline]
    pub(super) fn may_repeat(&self) -> bool {
        self.may_repeat
    }
}

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
    let mut names: Vec<(Cow<'_, str>, Name)> =
        index.children(object).map(|(_, member)| (index.name(member.name), member.name)).collect();
    sort(&mut names);
    let pairs = names.iter().zip(names.iter().skip(1));
    let second = pairs
        .filter(|(earlier, later)| earlier.0 == later.0)
        .map(|(_, later)| later.1)
        .min_by_key(|name| name.span.start);
    second.map_or(Ok(()), |name| Err(duplicate(index, name)))
}

fn is_same(index: &Index<'_>, a: Name, b: Name) -> bool {
    if a.is_escaped || b.is_escaped {
        return index.name(a) == index.name(b);
    }
    index.slice(a.span) == index.slice(b.span)
}

fn duplicate(index: &Index<'_>, name: Name) -> JsonError {
    JsonError::DuplicateName { name: String::from(index.name(name)), at: name.span.start }
}

/// Sorts by name, and equal names by place: a heap, because the library's sort is several times
/// the code of this whole module, and WebAssembly sends it over the wire.
fn sort(names: &mut [(Cow<'_, str>, Name)]) {
    let is_before = |names: &[(Cow<'_, str>, Name)], a: usize, b: usize| {
        let key =
            |at: usize| names.get(at).map(|(name, place)| (name.as_bytes(), place.span.start));
        key(a) < key(b)
    };
    let sink = |names: &mut [(Cow<'_, str>, Name)], mut root: usize, end: usize| {
        loop {
            let mut child = 2 * root + 1;
            if child >= end {
                return;
            }
            if child + 1 < end && is_before(names, child, child + 1) {
                child += 1;
            }
            if !is_before(names, root, child) {
                return;
            }
            names.swap(root, child);
            root = child;
        }
    };
    for root in (0..names.len() / 2).rev() {
        sink(names, root, names.len());
    }
    for end in (1..names.len()).rev() {
        names.swap(0, end);
        sink(names, 0, end);
    }
}

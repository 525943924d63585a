//! Names of members: those a reader expects, and those that stand twice.

use super::eight;
use super::index::Text;

/// Names that a reader knows, up to [`Vocabulary::MOST`], each as it is written mostly: in
/// quotation marks, with a colon.
#[derive(Clone, Copy)]
pub(crate) struct Vocabulary(pub(crate) &'static [&'static str]);

impl Vocabulary {
    /// The most names.
    pub(crate) const MOST: usize = 31;
    /// No names.
    pub(crate) const EMPTY: Self = Self(&[]);

    /// A name by its number, which counts from 1.
    #[inline]
    fn get(self, number: u8) -> Option<&'static [u8]> {
        self.0.get(usize::from(number).wrapping_sub(1)).map(|name| name.as_bytes())
    }

    /// The number of a name, at compile time; 0 for one that is not known.
    pub(crate) const fn number_of(self, name: &str) -> usize {
        let name = name.as_bytes();
        let mut place = 0;
        while place < self.0.len() {
            let known = self.0[place].as_bytes();
            let mut at = 0;
            while at < name.len() && at + 3 < known.len() && known[at + 1] == name[at] {
                at += 1;
            }
            if at == name.len() && known.len() == name.len() + 3 {
                return place + 1;
            }
            place += 1;
        }
        0
    }

    /// The number of a name that is written without escapes; 0 for one that is not known.
    fn number(self, written: &[u8]) -> u8 {
        let is_name = |known: &&str| {
            let known = known.as_bytes();
            known
                .get(1..known.len().wrapping_sub(2))
                .is_some_and(|name| eight::is_same(name, written))
        };
        // At most `MOST`.
        self.0.iter().position(is_name).map_or(0, |place| place as u8 + 1)
    }
}

/// Which name is likely next: the one that came there the last time. Records of one list mostly
/// have the same members in the same order.
pub(super) struct Habits {
    vocabulary: Vocabulary,
    /// By the number of the name before.
    after: [u8; Vocabulary::MOST + 1],
    /// The first name, by depth.
    first: [u8; 8],
}

impl Habits {
    pub(super) fn new(vocabulary: Vocabulary) -> Self {
        Self { vocabulary, after: [0; Vocabulary::MOST + 1], first: [0; 8] }
    }

    /// Whether the text goes on with the name that is expected: its number and its length with
    /// quotation marks and colon.
    #[inline]
    pub(super) fn expected(&self, names: &Names, text: &[u8], at: usize) -> Option<(u8, usize)> {
        let number = *if names.has_none {
            self.first.get(names.depth)?
        } else {
            self.after.get(usize::from(names.last))?
        };
        let name = self.vocabulary.get(number)?;
        let written = text.get(at..at + name.len())?;
        eight::is_same(name, written).then_some((number, name.len()))
    }

    /// The number of a name that was not expected; it is from now on.
    pub(super) fn learn(&mut self, names: &Names, text: &[u8], name: Text) -> u8 {
        if self.vocabulary.0.is_empty() || name.is_escaped {
            return 0;
        }
        let number = self.vocabulary.number(text.get(name.start..name.end).unwrap_or_default());
        let place = if names.has_none {
            self.first.get_mut(names.depth)
        } else {
            self.after.get_mut(usize::from(names.last))
        };
        if let Some(place) = place {
            *place = number;
        }
        number
    }
}

/// What is known of an object's names before they are compared: enough to see, for nearly every
/// object, that no two of them are the same.
pub(super) struct Names {
    /// One bit for each name: a known one's number, else one chosen by length and letters. Where
    /// all bits differ, all names do.
    seen: u64,
    may_repeat: bool,
    has_none: bool,
    /// The last one's number.
    last: u8,
    depth: usize,
}

impl Names {
    pub(super) fn new(depth: usize) -> Self {
        Self { seen: 0, may_repeat: false, has_none: true, last: 0, depth: depth & 7 }
    }

    /// Adds a name by its number.
    #[inline]
    pub(super) fn add_known(&mut self, number: u8) {
        let bit = 1 << (number & 31);
        self.may_repeat |= self.seen & bit != 0;
        self.seen |= bit;
        self.last = number;
        self.has_none = false;
    }

    /// Adds a name that is not known.
    #[inline]
    pub(super) fn add(&mut self, text: &[u8], name: Text) {
        let letter = |at: usize| u32::from(text.get(at).copied().unwrap_or_default());
        let length = (name.end - name.start) as u32;
        let letters = letter(name.start) ^ letter(name.end.wrapping_sub(1)).wrapping_mul(3);
        let bit = 1 << (32 + ((length.wrapping_mul(5) ^ letters) & 31));
        self.may_repeat |= self.seen & bit != 0 || name.is_escaped;
        self.seen |= bit;
        self.last = 0;
        self.has_none = false;
    }

    /// Whether the names have to be compared.
    #[inline]
    pub(super) fn may_repeat(&self) -> bool {
        self.may_repeat
    }
}

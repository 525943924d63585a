//! What is known of an object's names before they are compared.

use super::index::Text;

/// Enough to see, for nearly every object, that no two of its names are the same.
#[derive(Default)]
pub(super) struct Names {
    /// One bit for each name, chosen by length and letters: where all bits differ, all names do.
    seen: u64,
    may_repeat: bool,
}

impl Names {
    #[inline]
    pub(super) fn add(&mut self, text: &[u8], name: Text) {
        let letter = |at: usize| u32::from(text.get(at).copied().unwrap_or_default());
        // The factors keep the names of AWS's shapes apart; any others would be right too.
        let length = (name.len() as u32).wrapping_mul(5);
        let letters = letter(name.start) ^ letter(name.end().wrapping_sub(1)).wrapping_mul(3);
        let bit = 1 << ((length ^ letters) & 63);
        self.may_repeat |= self.seen & bit != 0 || name.is_escaped();
        self.seen |= bit;
    }

    /// Whether the names have to be compared.
    #[inline]
    pub(super) fn may_repeat(&self) -> bool {
        self.may_repeat
    }
}

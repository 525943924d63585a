//! The characters that AWS's patterns admit, all of them ASCII, in one table.

/// A set of ASCII characters: one bit of the [`TABLE`].
#[derive(Clone, Copy)]
pub(super) struct Alphabet {
    bit: u8,
    words: &'static str,
}

/// Model: `CustomerAWSAccountId`, `^[0-9]+$`.
pub(super) const DIGITS: Alphabet = Alphabet { bit: 1, words: "digits" };
/// Model: `ProductCode`, `^[-a-zA-Z0-9/=:_.@]*$`.
pub(super) const PRODUCT_CODE: Alphabet =
    Alphabet { bit: 1 << 1, words: "A-Z a-z 0-9 - / = : _ . @" };
/// Model: `TagKey` and `TagValue`, `^[a-zA-Z0-9+ -=._:\/@]+$` read literally: ` -=` is the range
/// U+0020 to U+003D.
pub(super) const TAG: Alphabet = Alphabet { bit: 1 << 2, words: CERTAIN_TAG.words };
/// The same pattern as it was hardly meant otherwise.
pub(super) const CERTAIN_TAG: Alphabet =
    Alphabet { bit: 1 << 3, words: "letters, digits, space and + - = . _ : / @" };
/// Model: `LicenseArn`, the partition after `aws`: `[a-zA-Z-]`.
pub(super) const ARN_PARTITION: Alphabet = Alphabet { bit: 1 << 4, words: "letters and -" };
/// Model: `LicenseArn`, service, region and account: `[A-Za-z0-9_/.-]`.
pub(super) const ARN_PART: Alphabet =
    Alphabet { bit: 1 << 5, words: "letters, digits and _ / . -" };
/// Model: `LicenseArn`, resource: `[A-Za-z0-9:_/+=,@.-]`.
pub(super) const ARN_RESOURCE: Alphabet =
    Alphabet { bit: 1 << 6, words: "letters, digits and : _ / + = , @ . -" };
/// Model: `LicenseArn`, the first character of service and resource.
pub(super) const LETTERS_AND_DIGITS: Alphabet =
    Alphabet { bit: 1 << 7, words: "letters and digits" };

impl Alphabet {
    /// What is in it, in words.
    pub(super) fn words(self) -> &'static str {
        self.words
    }

    /// Whether a text holds nothing else; no byte of a longer character is in any.
    #[inline]
    pub(super) fn holds_all(self, text: &[u8]) -> bool {
        // All bytes are looked at, for a right text has no first wrong one to stop at.
        let (eights, rest) = text.as_chunks::<8>();
        let mut common = u8::MAX;
        for [a, b, c, d, e, f, g, h] in eights {
            common &= row(*a) & row(*b) & row(*c) & row(*d);
            common &= row(*e) & row(*f) & row(*g) & row(*h);
        }
        for byte in rest {
            common &= row(*byte);
        }
        common & self.bit != 0
    }

    /// Whether a byte is in it.
    #[inline]
    pub(super) fn holds_byte(self, byte: u8) -> bool {
        row(byte) & self.bit != 0
    }

    /// Whether a character is in it.
    pub(super) fn holds(self, character: char) -> bool {
        u8::try_from(character).is_ok_and(|byte| self.holds_byte(byte))
    }
}

#[inline]
fn row(byte: u8) -> u8 {
    TABLE[byte as usize]
}

/// For each byte, the alphabets that hold it. 256 rows: every byte has one.
static TABLE: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x80 {
        let c = byte as u8;
        let is_letter = c.is_ascii_alphabetic();
        let is_alphanumeric = c.is_ascii_alphanumeric();
        table[byte] = bits(DIGITS, c.is_ascii_digit())
            | bits(PRODUCT_CODE, is_alphanumeric || is_one_of(c, b"-/=:_.@"))
            | bits(TAG, is_letter || (c >= b' ' && c <= b'=') || is_one_of(c, b"_@"))
            | bits(CERTAIN_TAG, is_alphanumeric || is_one_of(c, b"+ -=._:/@"))
            | bits(ARN_PARTITION, is_letter || c == b'-')
            | bits(ARN_PART, is_alphanumeric || is_one_of(c, b"_/.-"))
            | bits(ARN_RESOURCE, is_alphanumeric || is_one_of(c, b":_/+=,@.-"))
            | bits(LETTERS_AND_DIGITS, is_alphanumeric);
        byte += 1;
    }
    table
};

const fn bits(alphabet: Alphabet, is_in: bool) -> u8 {
    if is_in { alphabet.bit } else { 0 }
}

const fn is_one_of(c: u8, others: &[u8]) -> bool {
    let mut at = 0;
    while at < others.len() {
        if others[at] == c {
            return true;
        }
        at += 1;
    }
    false
}

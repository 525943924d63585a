//! Numbers of up to 4096 bits: what the paths take and give.

use core::cmp::Ordering;

/// Most 64-bit words of a number: 4096 bits.
pub const MAX_WORDS: usize = 64;
/// Most bytes of a number: 4096 bits.
pub const MAX_BYTES: usize = 8 * MAX_WORDS;

/// An unsigned number in 64-bit words, the least significant first. Words beyond
/// [`len`](Self::len) are zero; those below may be too.
#[derive(Clone, Copy)]
pub struct Words {
    words: [u64; MAX_WORDS],
    len: usize,
}

impl Words {
    /// Zero, in `len` words. No more than [`MAX_WORDS`] are kept.
    #[must_use]
    pub fn zero(len: usize) -> Self {
        Self { words: [0; MAX_WORDS], len: len.min(MAX_WORDS) }
    }

    /// Reads big-endian bytes into as many words as hold them (I2OSP's inverse, OS2IP, RFC 8017
    /// §4.2). `None` for more than [`MAX_BYTES`].
    #[must_use]
    pub fn from_be_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_BYTES {
            return None;
        }
        let mut number = Self::zero(bytes.len().div_ceil(8));
        for (word, chunk) in number.words.iter_mut().zip(bytes.rchunks(8)) {
            *word = chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        Some(number)
    }

    /// Writes the number's low bytes, big-endian, so that they fill `out` (I2OSP, RFC 8017 §4.1).
    pub fn write_be_bytes(&self, out: &mut [u8]) {
        for (chunk, word) in out.rchunks_mut(8).zip(self.words.iter().chain(core::iter::repeat(&0)))
        {
            let bytes = word.to_be_bytes();
            let length = chunk.len();
            chunk.copy_from_slice(&bytes[8 - length..]);
        }
    }

    /// The words.
    #[must_use]
    pub fn as_slice(&self) -> &[u64] {
        &self.words[..self.len]
    }

    /// The words, to be written.
    pub fn as_mut_slice(&mut self) -> &mut [u64] {
        &mut self.words[..self.len]
    }

    /// All words that there is room for; those beyond [`len`](Self::len) are zero.
    #[must_use]
    pub fn as_array(&self) -> &[u64; MAX_WORDS] {
        &self.words
    }

    /// How many words the number is kept in.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "no number is kept in no words")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Bits without leading zeros.
    #[must_use]
    pub fn bits(&self) -> usize {
        match self.words.iter().rposition(|word| *word != 0) {
            Some(at) => 64 * (at + 1) - self.words[at].leading_zeros() as usize,
            None => 0,
        }
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Eq for Words {}

impl PartialOrd for Words {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Words {
    fn cmp(&self, other: &Self) -> Ordering {
        self.words.iter().rev().cmp(other.words.iter().rev())
    }
}

impl core::fmt::Debug for Words {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("0x")?;
        self.as_slice().iter().rev().try_for_each(|word| write!(f, "{word:016x}"))
    }
}

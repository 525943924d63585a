//! Base64 as others write and read it: either alphabet, padded or not.

use alloc::string::String;
use alloc::vec::Vec;

use crate::text::text;

/// A way of writing bytes in base64 (RFC 4648 §4 and §5).
#[derive(Clone, Copy)]
pub(super) struct Notation {
    pub(super) is_standard: bool,
    pub(super) is_padded: bool,
}

impl Notation {
    /// The one of tokens (RFC 7515 §2).
    pub(super) const URL_SAFE: Self = Self { is_standard: false, is_padded: false };

    pub(super) fn write(self, bytes: &[u8]) -> Vec<u8> {
        let (of_62, of_63) = if self.is_standard { (b'+', b'/') } else { (b'-', b'_') };
        let mut text = Vec::with_capacity(bytes.len() / 3 * 4 + 4);
        for group in bytes.chunks(3) {
            let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
            let bits = bits << (8 * (3 - group.len()));
            for place in 0..=group.len() {
                // Below 64.
                let value = (bits >> (18 - 6 * place) & 63) as u8;
                text.push(match value {
                    0..=25 => b'A' + value,
                    26..=51 => b'a' + value - 26,
                    52..=61 => b'0' + value - 52,
                    62 => of_62,
                    _ => of_63,
                });
            }
            if self.is_padded {
                text.extend(core::iter::repeat_n(b'=', 3 - group.len()));
            }
        }
        text
    }
}

/// A text in some base64, with what is unlike a token's.
pub(super) struct Read {
    pub(super) bytes: Vec<u8>,
    /// The alphabet is the standard one: a `+` or a `/` is there.
    is_standard: bool,
    /// There is padding at the end.
    is_padded: bool,
    /// There is white space.
    is_spaced: bool,
    /// The last character has bits that encode nothing and are not zero, or encodes nothing at
    /// all.
    is_frayed: bool,
}

/// Reads base64 of either alphabet, whatever its padding, white space and stray bits.
pub(super) fn read(text: &[u8]) -> Option<Read> {
    let mut read = Read {
        bytes: Vec::with_capacity(text.len() / 4 * 3 + 3),
        is_standard: false,
        is_padded: false,
        is_spaced: false,
        is_frayed: false,
    };
    let (mut bits, mut count) = (0_u32, 0);
    for character in text {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            b'+' | b'/' => {
                read.is_standard = true;
                if *character == b'+' { 62 } else { 63 }
            }
            b'=' => {
                read.is_padded = true;
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' => {
                read.is_spaced = true;
                continue;
            }
            _ => return None,
        };
        if read.is_padded {
            return None;
        }
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            // The eight bits that are whole.
            read.bytes.push((bits >> count) as u8);
        }
        bits &= (1 << count) - 1;
    }
    read.is_frayed = bits != 0 || count == 6;
    Some(read)
}

impl Read {
    /// How it is written unlike a token's segment; `None` where it is not.
    pub(super) fn oddities(&self) -> Option<String> {
        let oddities = [
            (self.is_standard, "the standard alphabet (+ and /)"),
            (self.is_padded, "padding (=)"),
            (self.is_spaced, "white space"),
            (self.is_frayed, "stray bits at its end"),
        ];
        let mut named = String::new();
        for (_, oddity) in oddities.into_iter().filter(|(is_there, _)| *is_there) {
            named = text!(named, if named.is_empty() { "" } else { " and " }, oddity);
        }
        (!named.is_empty()).then_some(named)
    }
}

/// The bytes of a text of hexadecimal digits, of either case.
pub(super) fn read_hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |character: &u8| match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    };
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    text.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    fn notation(is_standard: bool, is_padded: bool) -> Notation {
        Notation { is_standard, is_padded }
    }

    #[test]
    fn names_what_is_odd() {
        let oddities = |text: &str| read(text.as_bytes()).unwrap().oddities();
        assert_eq!(oddities("-_8"), None);
        assert_eq!(oddities("+/8=").unwrap(), "the standard alphabet (+ and /) and padding (=)");
        assert_eq!(oddities("-_8\n").unwrap(), "white space");
        assert_eq!(oddities("-_9").unwrap(), "stray bits at its end");
        assert_eq!(oddities("AAAAA").unwrap(), "stray bits at its end");
        assert!(read(b"AA=A").is_none());
        assert!(read(b"AA*A").is_none());
    }

    #[test]
    fn hexadecimal() {
        assert_eq!(read_hexadecimal(b"00fFa0"), Some([0, 0xff, 0xa0].into()));
        assert_eq!(read_hexadecimal(b"00f"), None);
        assert_eq!(read_hexadecimal(b"0g"), None);
    }

    proptest! {
        #[test]
        fn agrees_with_the_library(bytes: Vec<u8>) {
            let by_library = [
                (notation(false, false), URL_SAFE_NO_PAD.encode(&bytes)),
                (notation(false, true), URL_SAFE.encode(&bytes)),
                (notation(true, false), STANDARD_NO_PAD.encode(&bytes)),
                (notation(true, true), STANDARD.encode(&bytes)),
            ];
            for (notation, text) in by_library {
                prop_assert_eq!(notation.write(&bytes), text.as_bytes());
                prop_assert_eq!(&read(text.as_bytes()).unwrap().bytes, &bytes);
            }
        }
    }
}

//! Base64 in its two alphabets (RFC 4648 §4 and §5), decoded strictly: each byte string has one
//! encoding. Padding is the caller's.

use alloc::vec::Vec;

/// The value of each character, or [`NONE`].
pub(super) type Alphabet = [u8; 256];

const NONE: u8 = 0xff;

/// `A-Z a-z 0-9 + /` (RFC 4648 §4).
pub(super) static STANDARD: Alphabet = alphabet(b'+', b'/');
/// `A-Z a-z 0-9 - _` (RFC 4648 §5).
pub(super) static URL_SAFE: Alphabet = alphabet(b'-', b'_');

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A character is not of the alphabet.
    Character,
    /// No byte string has an encoding of this length.
    Length,
    /// The last character has bits that encode nothing and are not zero.
    StrayBits,
}

/// The bytes, or the fault and where it is. Characters come first: of two faults the one that
/// explains the other.
pub(super) fn decode(alphabet: &Alphabet, text: &[u8]) -> Result<Vec<u8>, (Fault, usize)> {
    let value = |character: &u8| u32::from(alphabet[usize::from(*character)]);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let mut groups = text.chunks_exact(4);
    // A value of the alphabet has six bits, NONE has eight.
    let mut seen = 0;
    for group in &mut groups {
        let bits = group.iter().fold(0, |bits, character| {
            let value = value(character);
            seen |= value;
            bits << 6 | value
        });
        let [_, high, middle, low] = bits.to_be_bytes();
        bytes.extend_from_slice(&[high, middle, low]);
    }
    let rest = groups.remainder();
    let bits = rest.iter().fold(0, |bits, character| {
        let value = value(character);
        seen |= value;
        bits << 6 | value
    });
    if seen > 63 {
        let at = text.iter().position(|character| value(character) > 63);
        return Err((Fault::Character, at.unwrap_or_default()));
    }
    let stray = match rest.len() {
        0 => return Ok(bytes),
        1 => return Err((Fault::Length, text.len())),
        2 => 4,
        _ => 2,
    };
    if bits & ((1 << stray) - 1) != 0 {
        return Err((Fault::StrayBits, text.len() - 1));
    }
    let whole = (bits >> stray).to_be_bytes();
    bytes.extend_from_slice(if stray == 4 { &whole[3..] } else { &whole[2..] });
    Ok(bytes)
}

const fn alphabet(of_62: u8, of_63: u8) -> Alphabet {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < 64 {
        let character = match value {
            0..=25 => b'A' + value,
            26..=51 => b'a' + value - 26,
            52..=61 => b'0' + value - 52,
            62 => of_62,
            _ => of_63,
        };
        values[character as usize] = value;
        value += 1;
    }
    values
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn faults_and_their_places() {
        assert_eq!(decode(&STANDARD, b"+/8"), Ok([0xfb, 0xff].into()));
        assert_eq!(decode(&URL_SAFE, b"-_8A*BCDE="), Err((Fault::Character, 4)));
        assert_eq!(decode(&URL_SAFE, b"AAAAA"), Err((Fault::Length, 5)));
        assert_eq!(decode(&URL_SAFE, b"AAAAAB"), Err((Fault::StrayBits, 5)));
        assert_eq!(decode(&URL_SAFE, b""), Ok([].into()));
    }

    proptest! {
        #[test]
        fn agrees_with_the_library(text in "[A-Za-z0-9+/_=-]{0,70}|[A-Za-z0-9_-]{0,70}") {
            let library = URL_SAFE_NO_PAD.decode(&text).ok();
            prop_assert_eq!(decode(&URL_SAFE, text.as_bytes()).ok(), library);
            let library = STANDARD_NO_PAD.decode(&text).ok();
            prop_assert_eq!(decode(&STANDARD, text.as_bytes()).ok(), library);
        }

        #[test]
        fn takes_each_encoding(bytes: Vec<u8>) {
            let text = URL_SAFE_NO_PAD.encode(&bytes);
            prop_assert_eq!(decode(&URL_SAFE, text.as_bytes()), Ok(bytes));
        }
    }
}

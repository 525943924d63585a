//! Eight bytes at a time, in a register of any machine.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first byte from `at` on that ends a run of plain characters: a quotation mark, a backslash
/// or a control character (RFC 8259 §7); the end of the text if there is none.
#[inline]
pub(super) fn next_special(text: &[u8], mut at: usize) -> usize {
    while let Some(eight) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let specials = specials(u64::from_le_bytes(*eight));
        if specials != 0 {
            return at + (specials.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while text.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1F)) {
        at += 1;
    }
    at
}

/// The high bit of each special byte among eight, right up to the lowest one; a borrow may mark
/// bytes above it, never below.
///
/// A byte `b` is below `n` where `b - n` borrows and `b` itself has no high bit; it is equal to
/// `c`, which has none either, where `b ^ c` is below 1.
#[inline]
fn specials(eight: u64) -> u64 {
    let quotes = (eight ^ (ONES * b'"' as u64)).wrapping_sub(ONES);
    let backslashes = (eight ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    let below_space = eight.wrapping_sub(ONES * 0x20);
    (below_space | quotes | backslashes) & !eight & HIGH
}

/// The first byte from `at` on that is no digit; the end of the text if there is none.
#[inline]
pub(super) fn next_non_digit(text: &[u8], mut at: usize) -> usize {
    while let Some(eight) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        // A digit's upper half is 3, and stays so when 6 is added. Carries run upwards only: the
        // lowest byte that is no digit is told rightly.
        let eight = u64::from_le_bytes(*eight);
        let is_not_three = |halves: u64| halves & (ONES * 0xF0) ^ (ONES * 0x30);
        let others = is_not_three(eight) | is_not_three(eight.wrapping_add(ONES * 6));
        if others != 0 {
            return at + (others.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while text.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// Whether two stretches are the same; the last eight bytes are compared twice. For texts that are
/// too short to call a function for.
#[inline]
pub(super) fn is_same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(a_last), Some(b_last)) => {
            let (a, b) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
            a_last == b_last && a.iter().zip(b).all(|(a, b)| a == b)
        }
        _ => a.iter().zip(b).all(|(a, b)| a == b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Every byte, at every place among plain, high and special neighbours.
    fn against_one_at_a_time(
        find: impl Fn(&[u8], usize) -> usize,
        ends: impl Fn(&u8) -> bool,
        around: &[u8],
    ) {
        for length in 0..20_usize {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    for around in around {
                        for next in [b'"', b'0', 0xFF, 0] {
                            let mut text: Vec<u8> = core::iter::repeat_n(*around, length).collect();
                            text[place] = byte;
                            if place + 1 < length {
                                text[place + 1] = next;
                            }
                            let expected = text.iter().position(&ends).unwrap_or(length);
                            assert_eq!(find(&text, 0), expected, "{text:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn specials_are_found() {
        let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
        against_one_at_a_time(next_special, is_special, b"a !#[]\x7F\x80\xA2\xDC\xFF");
    }

    #[test]
    fn the_end_of_digits_is_found() {
        against_one_at_a_time(next_non_digit, |byte| !byte.is_ascii_digit(), b"0159");
    }

    #[test]
    fn what_differs_in_one_byte_is_not_the_same() {
        let text: Vec<u8> = (b'a'..=b'z').collect();
        for length in 0..text.len() {
            let one = &text[..length];
            assert!(is_same(one, one));
            assert!(!is_same(one, &text[..length + 1]));
            for place in 0..length {
                let mut other = one.to_vec();
                other[place] ^= 0x20;
                assert!(!is_same(one, &other));
            }
        }
    }
}

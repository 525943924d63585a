//! Eight bytes at a time, in a register of any machine.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first byte from `at` on that ends a run of plain characters: a quotation mark, a backslash
/// or a control character (RFC 8259 §7); the end of the text if there is none.
#[inline]
pub(crate) fn next_special(text: &[u8], at: usize) -> usize {
    first(text, at, specials, |byte| matches!(byte, b'"' | b'\\' | 0..=0x1F))
}

/// The first byte from `at` on that is no digit; the end of the text if there is none.
#[inline]
pub(crate) fn next_non_digit(text: &[u8], at: usize) -> usize {
    first(text, at, non_digits, |byte| !byte.is_ascii_digit())
}

/// The first byte from `at` on that is wanted: by a bit of it among eight, the lowest of which
/// tells rightly, or one by one where fewer than eight are left.
#[inline]
fn first(
    text: &[u8],
    at: usize,
    wanted: impl Fn(u64) -> u64,
    is_wanted: impl Fn(u8) -> bool,
) -> usize {
    let (eights, rest) = text.get(at..).unwrap_or_default().as_chunks::<8>();
    let mut at = at;
    for eight in eights {
        let found = wanted(u64::from_le_bytes(*eight));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + rest.iter().position(|byte| is_wanted(*byte)).unwrap_or(rest.len())
}

/// A byte `b` is below `n` where `b - n` borrows and `b` itself has no high bit. A borrow may mark
/// the bytes above it, never one below.
///
/// A control character and a quotation mark, and nothing else, are below 0x21 once their bit of 2
/// is turned: 0x22 becomes 0x20, a space and an exclamation mark 0x22 and 0x23.
#[inline]
fn specials(eight: u64) -> u64 {
    let quotes_and_controls = (eight ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
    let backslashes = (eight ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    (quotes_and_controls | backslashes) & !eight & HIGH
}

/// A digit's upper half is 3, and stays so when 6 is added. A carry runs upwards from a byte that
/// is no digit.
#[inline]
fn non_digits(eight: u64) -> u64 {
    let halves = |bytes: u64| bytes & (ONES * 0xF0) ^ (ONES * 0x30);
    halves(eight) | halves(eight.wrapping_add(ONES * 6))
}

/// Whether two stretches are the same; the last eight bytes are compared twice. For texts that are
/// too short to call a function for.
#[inline]
pub(crate) fn is_same(a: &[u8], b: &[u8]) -> bool {
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

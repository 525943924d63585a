//! Digits, eight at a time.

/// The number that 1 to 18 digits write; `None` for anything else.
#[inline]
pub(crate) fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    let (eights, rest) = text.as_chunks::<8>();
    let eights = eights.iter().try_fold(0, |number: u64, digits| {
        // No overflow: below 10^18.
        Some(number * 100_000_000 + eight(u64::from_le_bytes(*digits))?)
    })?;
    rest.iter().try_fold(eights, |number, byte| match byte.wrapping_sub(b'0') {
        digit @ 0..=9 => Some(number * 10 + u64::from(digit)),
        _ => None,
    })
}

/// The number that eight digits write, the first in the lowest byte: pairs are added up to
/// hundreds, these to ten thousands, these to the number, all side by side in one register.
#[inline]
fn eight(digits: u64) -> Option<u64> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let halves = |bytes: u64| bytes & (ONES * 0xF0);
    // A digit's upper half is 3, and stays so when 6 is added. A carry begins at a byte that is no
    // digit.
    if halves(digits) != ONES * 0x30 || halves(digits.wrapping_add(ONES * 6)) != ONES * 0x30 {
        return None;
    }
    let ones = digits & (ONES * 0x0F);
    // The product's upper half of each pair is ten times its lower digit, which comes first, and
    // its upper one; the shift and the mask take it.
    let hundreds = (ones.wrapping_mul(1 + (10 << 8)) >> 8) & 0x00FF_00FF_00FF_00FF;
    let thousands = (hundreds.wrapping_mul(1 + (100 << 16)) >> 16) & 0x0000_FFFF_0000_FFFF;
    Some(thousands.wrapping_mul(1 + (10_000 << 32)) >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec::Vec;

    #[test]
    fn numbers_are_what_their_digits_say() {
        for number in (0..60).map(|power| 1_u64 << power).filter(|n| *n < 1_000_000_000_000_000_000)
        {
            for number in [number - 1, number, number / 3, number / 7 * 5] {
                for width in 0..=18 {
                    let text = format!("{number:0width$}");
                    assert_eq!(super::number(text.as_bytes()), Some(number), "{text}");
                }
            }
        }
        assert_eq!(number(b"999999999999999999"), Some(999_999_999_999_999_999));
        assert_eq!(number(b"1000000000000000000"), None);
        assert_eq!(number(b""), None);
    }

    #[test]
    fn every_other_byte_is_told_at_every_place() {
        for length in 1..=18 {
            for place in 0..length {
                for byte in (0..=u8::MAX).filter(|byte| !byte.is_ascii_digit()) {
                    for digit in [b'0', b'9'] {
                        let mut text: Vec<u8> = core::iter::repeat_n(digit, length).collect();
                        text[place] = byte;
                        assert_eq!(number(&text), None, "{text:?}");
                    }
                }
            }
        }
    }
}

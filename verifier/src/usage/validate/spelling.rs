//! The name that a misspelt one was meant to be.

use alloc::vec::Vec;

/// The known name that an unknown one was most likely meant to be.
pub(in crate::usage) fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    // Longer than any known name by more than the distance allowed: nothing is near.
    if name.len() > 64 {
        return None;
    }
    let plain = plain(name);
    known
        .iter()
        .map(|candidate| (self::plain(candidate), *candidate))
        // The distance is at least the difference in length.
        .filter(|(candidate, _)| plain.len().abs_diff(candidate.len()) <= 2)
        .map(|(letters, candidate)| (distance(&plain, &letters), candidate))
        .filter(|(distance, _)| *distance <= 2 && *distance < plain.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A name without what spelling habits differ in: case, separators, the prefix `Usage`.
fn plain(name: &str) -> Vec<char> {
    // Every known name is ASCII: of other letters no case is needed, whose tables would be large.
    let letters = name.chars().filter(|c| c.is_ascii_alphanumeric() || !c.is_ascii());
    let lower: Vec<char> = letters.map(|c| c.to_ascii_lowercase()).collect();
    match lower.strip_prefix(&['u', 's', 'a', 'g', 'e']) {
        Some(rest) => rest.to_vec(),
        None => lower,
    }
}

/// Edits (insert, delete, replace) from one to the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            let replaced = diagonal + usize::from(from != to);
            left = replaced.min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_name_that_was_meant() {
        let known = &["Quantity", "QuantityAsDecimal", "CustomerAWSAccountId", "Timestamp"];
        for (name, meant) in [
            ("quantity", Some("Quantity")),
            ("Quantty", Some("Quantity")),
            ("UsageQuantity", Some("Quantity")),
            ("quantity_as_decimal", Some("QuantityAsDecimal")),
            ("CustomerAwsAccountID", Some("CustomerAWSAccountId")),
            ("TimeStamps", Some("Timestamp")),
            ("Comment", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), meant, "{name}");
        }
    }
}

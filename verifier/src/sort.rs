//! Sorting in place, in little code: the standard library's sorts are quicker on long lists and ten
//! times as large in WebAssembly. No list here is on a hot path.

/// Sorts by an order in which no two items are equal, or equal ones cannot be told apart: a heap
/// sort, which takes n log n steps whatever the items are.
pub(crate) fn sort<T>(items: &mut [T], is_before: impl Fn(&T, &T) -> bool) {
    for root in (0..items.len() / 2).rev() {
        sink(items, root, &is_before);
    }
    for end in (1..items.len()).rev() {
        items.swap(0, end);
        sink(items.get_mut(..end).unwrap_or_default(), 0, &is_before);
    }
}

/// Sorts a few items; equal ones stay as they came.
pub(crate) fn sort_few<T>(items: &mut [T], is_before: impl Fn(&T, &T) -> bool) {
    for end in 1..items.len() {
        for at in (1..=end).rev() {
            match items.get(at - 1..=at) {
                Some([before, after]) if is_before(after, before) => items.swap(at - 1, at),
                _ => break,
            }
        }
    }
}

/// Moves an item down to where none below it comes after it.
fn sink<T>(items: &mut [T], mut root: usize, is_before: &impl Fn(&T, &T) -> bool) {
    let is_less = |items: &[T], a: usize, b: usize| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => is_before(a, b),
        _ => false,
    };
    loop {
        let mut child = 2 * root + 1;
        if is_less(items, child, child + 1) {
            child += 1;
        }
        if !is_less(items, root, child) {
            return;
        }
        items.swap(root, child);
        root = child;
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(items: Vec<u8>) {
            let (mut sorted, mut expected) = (items.clone(), items);
            sort(&mut sorted, |a, b| a < b);
            let mut few: Vec<_> = expected.iter().copied().enumerate().collect();
            sort_few(&mut few, |a, b| a.1 < b.1);
            prop_assert!(few.is_sorted_by_key(|(at, item)| (*item, *at)));
            expected.sort_unstable();
            prop_assert_eq!(sorted, expected);
        }
    }
}

//! Stored powers that random cases would not come upon.

use crate::{F4, apply, number, operation, paths};

const CASES: &str = include_str!("hard.txt");

#[test]
fn extreme_ways_and_results_are_met() {
    for path in paths() {
        let (mut modulus, mut prepared, mut cases) = (Vec::new(), None, 0);
        for line in CASES.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<_> = line.split(' ').collect();
            if let ["modulus", digits] = words[..] {
                modulus = bytes(digits);
                prepared = Some(operation(path, &modulus, F4).unwrap());
                continue;
            }
            let [kind, base, result] = words[..] else { panic!("{line}") };
            let actual = apply(prepared.as_ref().unwrap(), &bytes(base)).unwrap();
            assert_eq!(
                number::stripped(&actual),
                bytes(result),
                "{path:?}: {kind}, {} bits, base {base}",
                number::bits(&modulus)
            );
            cases += 1;
        }
        assert_eq!(cases, 51);
    }
}

fn bytes(digits: &str) -> Vec<u8> {
    let padded = format!("{}{digits}", if digits.len() % 2 == 1 { "0" } else { "" });
    let pair = |at| u8::from_str_radix(&padded[at..at + 2], 16).unwrap();
    (0..padded.len()).step_by(2).map(pair).collect()
}

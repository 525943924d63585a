//! The whole time for 10^3 to 10^6 tokens, and for a document of as many records: a cost that
//! grows with the square, or with the heap, would show.
//!
//! A million tokens would take most of an hour to sign, so that 1,000 different ones are
//! verified again and again; the core keeps nothing of a token. The records of a document are
//! all different.

use std::error::Error;
use std::time::Duration;

use meterproof_bench_harness::{Effort, Line, Subject, interleave};

use super::refused;
use crate::{peers, tokens};

const BITS: u32 = 2048;
const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
const DIFFERENT_TOKENS: u32 = 1_000;

pub fn run(effort: Effort) -> Result<(), Box<dyn Error>> {
    eprintln!("grow: signing {DIFFERENT_TOKENS} tokens");
    let tokens = tokens::sign(BITS, DIFFERENT_TOKENS)?;
    let verifiers = peers::few_verifiers(BITS, &tokens)?;
    let (_, verify) = verifiers.first().ok_or("no path of the core is available")?;
    for n in SIZES.into_iter().filter(|n| *n <= effort.largest) {
        let document = records(n);
        if !peers::check_usage(document.as_bytes()) {
            return Err(refused("meterproof", &format!("a document of {n} records")));
        }
        let mut subjects = [
            Subject::new("meterproof tokens", || {
                assert!((0..n as usize).all(|number| verify(number % tokens.len())));
            }),
            Subject::new("meterproof records", || {
                assert!(peers::check_usage(document.as_bytes()));
            }),
        ];
        // A single call is long enough for a burst, and what came before has warmed up.
        let effort = Effort { rounds: rounds(n), burst: Duration::ZERO, ..effort };
        interleave(&format!("grow to {n}"), effort, &mut subjects);
        for (subject, bits) in subjects.iter().zip([Some(BITS), None]) {
            let line = Line::new("grow", subject.name(), subject.samples());
            Line { bits, n: Some(n), ..line }.print();
        }
    }
    Ok(())
}

/// A million take half a minute: enough that one time says as much as many short ones.
fn rounds(n: u64) -> u32 {
    match n {
        0..=1_000 => 30,
        1_001..=10_000 => 9,
        10_001..=100_000 => 3,
        _ => 1,
    }
}

/// An array of as many records, no two for the same account.
fn records(n: u64) -> String {
    let license =
        "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef";
    let mut document = String::from("[");
    for number in 0..n {
        let comma = if number == 0 { "" } else { "," };
        document.push_str(&format!(
            r#"{comma}{{"Timestamp":1795251600,"CustomerAWSAccountId":"{:012}","Dimension":"users","Quantity":{},"LicenseArn":"{license}"}}"#,
            444_400_000_000 + number,
            1 + number % 1_000,
        ));
    }
    document.push(']');
    document
}

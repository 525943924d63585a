//! A log of 1,000 different tokens, verified one after the other, per token. With a thread for
//! each core besides: what a machine does when it does nothing else.

use std::error::Error;
use std::thread;

use meterproof_bench_harness::{BITS, Effort, Line, Subject, interleave};

use super::refused;
use crate::peers::{self, Verify};
use crate::tokens;

const TOKENS: u32 = 1_000;

pub fn run(effort: Effort) -> Result<(), Box<dyn Error>> {
    let threads = thread::available_parallelism()?.get();
    for bits in BITS {
        eprintln!("verify-many RSA-{bits}: signing {TOKENS} tokens");
        let tokens = tokens::sign(bits, TOKENS)?;
        let verifiers = peers::few_verifiers(bits, &tokens)?;
        let mut subjects = Vec::new();
        for (name, verify) in &verifiers {
            if !(0..tokens.len()).all(verify) {
                return Err(refused(name, "a good token"));
            }
            subjects.push(Subject::of_items(name, TOKENS, move || {
                assert!((0..TOKENS as usize).all(verify));
            }));
            if threads > 1 {
                let name = format!("{name}, {threads} threads");
                subjects.push(Subject::of_items(name, TOKENS, move || on_all(threads, verify)));
            }
        }
        let effort = effort.with_rounds_divided_by(4);
        interleave(&format!("verify-many RSA-{bits}"), effort, &mut subjects);
        for subject in &subjects {
            let line = Line::new("verify-many", subject.name(), subject.samples());
            Line { bits: Some(bits), ..line }.print();
        }
    }
    Ok(())
}

/// The tokens in equal shares, the threads started anew as a program with a log to check would.
fn on_all(threads: usize, verify: &Verify<'_>) {
    thread::scope(|scope| {
        for first in 0..threads {
            scope.spawn(move || {
                assert!((first..TOKENS as usize).step_by(threads).all(verify));
            });
        }
    });
}

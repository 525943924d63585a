//! The public operation alone, s^65537 mod n, of the same signature each time: the arithmetic,
//! and where the paths differ. aws-lc-rs and ring do not open theirs to callers.

use std::error::Error;
use std::hint::black_box;

use meterproof_bench_harness::{BITS, Effort, Line, Subject, interleave};

use crate::{jws, peers, tokens};

pub fn run(effort: Effort) -> Result<(), Box<dyn Error>> {
    for bits in BITS {
        let token = tokens::sign(bits, 1)?.pop().ok_or("no token was signed")?;
        let (_, signature) = jws::message_and_signature(&token).ok_or("the token is none")?;
        let mut subjects = Vec::new();
        for (name, raw) in peers::raw(bits)? {
            let mut power = raw(&signature);
            // Every encoded message of PSS ends in this byte (RFC 8017 §9.1.1 step 12).
            if power() != 0xbc {
                return Err(super::refused(&name, "a good signature"));
            }
            subjects.push(Subject::new(name, move || {
                black_box(power());
            }));
        }
        let effort = effort.with_rounds_divided_by(2);
        interleave(&format!("raw RSA-{bits}"), effort, &mut subjects);
        for subject in &subjects {
            let line = Line::new("raw", subject.name(), subject.samples());
            Line { bits: Some(bits), ..line }.print();
        }
    }
    Ok(())
}

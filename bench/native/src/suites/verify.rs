//! From a token to claims, one call each: signature, header, claims parsed and compared. The
//! tokens are 64 different ones in turn.

use std::error::Error;

use meterproof_bench_harness::{BITS, Effort, Line, Subject, interleave};

use super::refused;
use crate::{peers, tokens};

const TOKENS: u32 = 64;

pub fn run(effort: Effort) -> Result<(), Box<dyn Error>> {
    for bits in BITS {
        let tokens = tokens::sign(bits, TOKENS)?;
        let verifiers = peers::verifiers(bits, &tokens)?;
        let mut subjects = Vec::new();
        for (name, verify) in &verifiers {
            if !(0..tokens.len()).all(verify) {
                return Err(refused(name, "a good token"));
            }
            let mut number = 0;
            subjects.push(Subject::new(name, move || {
                number = (number + 1) % TOKENS as usize;
                assert!(verify(number));
            }));
        }
        interleave(&format!("verify RSA-{bits}"), effort, &mut subjects);
        for subject in &subjects {
            let line = Line::new("verify", subject.name(), subject.samples());
            Line { bits: Some(bits), ..line }.print();
        }
    }
    Ok(())
}

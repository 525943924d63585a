//! A PS256 signature over a message, without the token around it: what is left of `verify` when
//! base64 and JSON are taken away.

use std::error::Error;

use meterproof_bench_harness::{BITS, Effort, Line, Subject, interleave};

use super::refused;
use crate::{jws, peers, tokens};

pub fn run(effort: Effort) -> Result<(), Box<dyn Error>> {
    for bits in BITS {
        let tokens = tokens::sign(bits, 64)?;
        let signed: Vec<_> = tokens.iter().filter_map(jws::message_and_signature).collect();
        let verifiers = peers::signatures(bits)?;
        let mut subjects = Vec::new();
        for (name, verify) in &verifiers {
            if !signed.iter().all(|(message, signature)| verify(message, signature)) {
                return Err(refused(name, "a good signature"));
            }
            let mut next = signed.iter().cycle();
            subjects.push(Subject::new(name, move || {
                if let Some((message, signature)) = next.next() {
                    assert!(verify(message, signature));
                }
            }));
        }
        interleave(&format!("signature RSA-{bits}"), effort, &mut subjects);
        for subject in &subjects {
            let line = Line::new("signature", subject.name(), subject.samples());
            Line { bits: Some(bits), ..line }.print();
        }
    }
    Ok(())
}

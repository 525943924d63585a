//! The core as the functions ship it: built with their profile, which is chosen for size, and
//! on the path that it chooses itself.
//!
//! ```text
//! meterproof-bench-shipped [--quick] --tokens FILE
//! ```
//!
//! A process of its own, since a profile is a whole program's; the file is what
//! `meterproof-bench --write-tokens` writes.

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;

use meterproof::usage::{ProductCode, Rules, validate};
use meterproof::{
    ExpectedNonce, KeySet, KeyVersion, Nonce, PublicKey, RegistrationVerifier, Timestamp,
};
use meterproof_bench_harness::{
    BITS, Effort, Expected, Line, NOW_SECONDS, Subject, USAGE_RECORDS, interleave, public_key_pem,
    usage_document,
};

const USAGE: &str = "usage: meterproof-bench-shipped [--quick] --tokens FILE";
const NAME: &str = "meterproof as shipped in the functions";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (effort, file) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--quick", "--tokens", file] => (Effort::QUICK, file),
        ["--tokens", file] => (Effort::FULL, file),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    match measure(effort, file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("meterproof-bench-shipped: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(effort: Effort, file: &str) -> Result<(), Box<dyn Error>> {
    let tokens: BTreeMap<u32, Vec<String>> = read_tokens(file)?;
    for bits in BITS {
        let texts = tokens.get(&bits).ok_or("the file has no tokens of this size")?;
        verify(effort, bits, texts)?;
    }
    usage(effort)
}

fn verify(effort: Effort, bits: u32, texts: &[String]) -> Result<(), Box<dyn Error>> {
    let first = Expected::of(0);
    let version = KeyVersion::new(first.public_key_version).ok_or("versions count from 1")?;
    let keys = KeySet::new().with(version, PublicKey::parse(public_key_pem(bits))?);
    let verifier = RegistrationVerifier::new(ProductCode::parse(&first.product_code)?, keys);
    let now = now()?;
    let mut nonces = Vec::new();
    for number in 0..u32::try_from(texts.len())? {
        nonces.push(ExpectedNonce::Exactly(Nonce::new(&Expected::of(number).nonce)?));
    }
    for (text, nonce) in texts.iter().zip(&nonces) {
        verifier.verify(text, nonce, now)?;
    }
    let mut next = texts.iter().zip(&nonces).cycle();
    let mut subjects = [Subject::new(NAME, || {
        if let Some((text, nonce)) = next.next() {
            assert!(verifier.verify(text, nonce, now).is_ok());
        }
    })];
    interleave(&format!("verify RSA-{bits} as shipped"), effort, &mut subjects);
    for subject in &subjects {
        Line { bits: Some(bits), ..Line::new("verify", NAME, subject.samples()) }.print();
    }
    Ok(())
}

fn usage(effort: Effort) -> Result<(), Box<dyn Error>> {
    let now = now()?;
    let check = || validate(usage_document(), &Rules::CURRENT, now).violations.is_empty();
    if !check() {
        return Err("the usage document is refused".into());
    }
    let mut subjects = [Subject::of_items(NAME, USAGE_RECORDS, || assert!(check()))];
    interleave("usage as shipped", effort, &mut subjects);
    for subject in &subjects {
        Line::new("usage", NAME, subject.samples()).print();
    }
    Ok(())
}

fn now() -> Result<Timestamp, Box<dyn Error>> {
    Ok(Timestamp::from_unix_seconds(NOW_SECONDS).ok_or("a time before 1970")?)
}

fn read_tokens(file: &str) -> Result<BTreeMap<u32, Vec<String>>, Box<dyn Error>> {
    Ok(serde_json::from_slice(&std::fs::read(file)?)?)
}

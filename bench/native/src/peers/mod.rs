//! The libraries that are compared, each made ready with a key once. One file a library.

mod aws_lc;
mod jsonwebtoken;
mod jwt_simple;
mod ours;
mod ring;
mod rsa010;
mod rsa09;

use std::error::Error;

use meterproof_bench_harness::{Token, public_key_pem};

pub use ours::{Ours, check_usage};

/// A fault while a peer is made ready.
pub type Fault = Box<dyn Error>;

/// From token number so many of a list to claims, with the key that a peer was made ready with.
pub type Verify<'t> = Box<dyn Fn(usize) -> bool + Send + Sync + 't>;
/// A signature over a message, with that key.
pub type VerifySignature = Box<dyn Fn(&[u8], &[u8]) -> bool + Send + Sync>;
/// The public operation alone, of a number as big-endian bytes; the result's low byte, so that
/// none is computed in vain.
pub type Raw = Box<dyn Fn(&[u8]) -> Box<dyn FnMut() -> u8>>;

/// What has to be done once in a process.
pub fn prepare() {
    jsonwebtoken::install();
}

/// Every way from a token to claims.
pub fn verifiers(bits: u32, tokens: &[Token]) -> Result<Vec<(String, Verify<'_>)>, Fault> {
    let mut all = Vec::new();
    for ours in Ours::all(bits)? {
        all.push((ours.name(), ours.verify(tokens)));
    }
    for (name, verify) in signatures_of_peers(bits)? {
        all.push((name, around(verify, tokens)));
    }
    all.push((jsonwebtoken::NAME.to_owned(), jsonwebtoken::verifier(bits, tokens)?));
    all.push((jwt_simple::NAME.to_owned(), jwt_simple::verifier(bits, tokens)?));
    Ok(all)
}

/// The fewest that say how a long row of tokens does.
pub fn few_verifiers(bits: u32, tokens: &[Token]) -> Result<Vec<(String, Verify<'_>)>, Fault> {
    let mut all = Vec::new();
    for ours in Ours::all(bits)? {
        all.push((ours.name(), ours.verify(tokens)));
    }
    all.push((aws_lc::PARSED.to_owned(), around(aws_lc::parsed(&spki(bits)?)?, tokens)));
    Ok(all)
}

/// Every way to verify a signature alone.
pub fn signatures(bits: u32) -> Result<Vec<(String, VerifySignature)>, Fault> {
    let mut all = Vec::new();
    for ours in Ours::all(bits)? {
        all.push((ours.name(), ours.verify_signature()));
    }
    all.extend(signatures_of_peers(bits)?);
    Ok(all)
}

/// Every way to compute the public operation that is open to callers.
pub fn raw(bits: u32) -> Result<Vec<(String, Raw)>, Fault> {
    let (modulus, _) = modulus_and_exponent(bits)?;
    let mut all = ours::raw(&modulus)?;
    all.push((rsa010::NAME.to_owned(), rsa010::raw(&spki(bits)?)?));
    all.push((rsa09::NAME.to_owned(), rsa09::raw(&spki(bits)?)?));
    Ok(all)
}

fn signatures_of_peers(bits: u32) -> Result<Vec<(String, VerifySignature)>, Fault> {
    let spki = spki(bits)?;
    let (modulus, exponent) = modulus_and_exponent(bits)?;
    Ok(vec![
        (aws_lc::PARSED.to_owned(), aws_lc::parsed(&spki)?),
        (aws_lc::UNPARSED.to_owned(), aws_lc::unparsed(spki.clone())),
        (aws_lc::COMPONENTS.to_owned(), aws_lc::components(modulus.clone(), exponent.clone())),
        (ring::NAME.to_owned(), ring::components(modulus, exponent)),
        (rsa010::NAME.to_owned(), rsa010::verifying_key(&spki)?),
        (rsa09::NAME.to_owned(), rsa09::verifying_key(&spki)?),
    ])
}

/// A library that verifies signatures, with what a program writes around it.
fn around(verify: VerifySignature, tokens: &[Token]) -> Verify<'_> {
    Box::new(move |number| crate::jws::registers(&tokens[number], &verify))
}

/// The bytes in a PEM text with one block.
pub fn der(pem: &str) -> Result<Vec<u8>, Fault> {
    use base64::Engine;
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    Ok(base64::engine::general_purpose::STANDARD.decode(body)?)
}

fn spki(bits: u32) -> Result<Vec<u8>, Fault> {
    der(public_key_pem(bits))
}

fn modulus_and_exponent(bits: u32) -> Result<(Vec<u8>, Vec<u8>), Fault> {
    rsa010::modulus_and_exponent(&spki(bits)?)
}

//! Every path of the public operation that this machine can take: against the crate `rsa`, against
//! the reference, and on Wycheproof's signatures.

mod agreement;
mod hard;
mod wycheproof;

// The comparison with AWS-LC makes its numbers with this file too, and needs more of it.
#[allow(dead_code)]
#[path = "../../differential/src/number.rs"]
mod number;

use meterproof::rsa::{Modulus, Path, PublicOperation, Words};

/// The exponent of nearly every key, and the only one that each path takes.
const F4: u64 = 65_537;

/// All paths that this machine can take.
fn paths() -> impl Iterator<Item = Path> {
    Path::ALL.iter().copied().filter(|path| path.is_available())
}

/// One modulus, big-endian without leading zeros, on a path.
fn operation(path: Path, modulus: &[u8], exponent: u64) -> Option<PublicOperation> {
    PublicOperation::with_path(path, Modulus::from_be_bytes(modulus).unwrap(), exponent)
}

/// `base^e mod n` in as many bytes as the modulus has.
fn apply(operation: &PublicOperation, base: &[u8]) -> Option<Vec<u8>> {
    let result = operation.apply(&Words::from_be_bytes(base).unwrap())?;
    let mut bytes = vec![0; operation.modulus().bits().div_ceil(8)];
    result.write_be_bytes(&mut bytes);
    Some(bytes)
}

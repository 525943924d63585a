//! One comparison.

use std::fmt;

use meterproof::rsa::Path;

use crate::aws_lc::{PublicKey, Ring};
use crate::paths::{self, Operation};
use crate::{hex, number};

/// The exponent of nearly every key.
pub const F4: u64 = 65_537;

/// One key with AWS-LC and on the paths that take its exponent.
pub struct Subject {
    modulus: Vec<u8>,
    exponent: u64,
    peer: Peer,
    operations: Vec<(Path, Operation)>,
    expected: Vec<u8>,
}

/// AWS-LC's public operation, or its modular power where the exponent is none of a key.
enum Peer {
    Key(PublicKey),
    Ring(Ring),
}

/// A path whose result is not AWS-LC's.
pub struct Difference {
    /// The path.
    pub path: Path,
    modulus: Vec<u8>,
    exponent: u64,
    base: Vec<u8>,
    expected: Option<Vec<u8>>,
    actual: Option<Vec<u8>>,
}

impl Subject {
    /// The modulus is big-endian without leading zeros.
    pub fn new(paths: &[Path], modulus: &[u8], exponent: u64) -> Self {
        let operation = |path: &Path| {
            Operation::new(*path, modulus, exponent).map(|operation| (*path, operation))
        };
        Self {
            modulus: modulus.to_vec(),
            exponent,
            peer: match PublicKey::new(modulus, exponent) {
                Some(key) => Peer::Key(key),
                None => Peer::Ring(Ring::new(modulus)),
            },
            operations: paths.iter().filter_map(operation).collect(),
            expected: vec![0; modulus.len()],
        }
    }

    /// The paths that take this exponent.
    pub fn paths(&self) -> impl Iterator<Item = Path> {
        self.operations.iter().map(|(path, _)| *path)
    }

    /// Computes one power everywhere. The base is as long as the modulus.
    pub fn compare(&mut self, base: &[u8]) -> Vec<Difference> {
        let taken = match &self.peer {
            Peer::Key(key) => key.apply(base, &mut self.expected),
            Peer::Ring(ring) => {
                let below = base < self.modulus.as_slice();
                if below {
                    self.expected = ring.power(base, &self.exponent.to_be_bytes());
                }
                below
            }
        };
        let expected = taken.then_some(self.expected.as_slice());
        let mut differences = Vec::new();
        for (path, operation) in &self.operations {
            let actual = operation.apply(base);
            if actual.as_deref() != expected {
                differences.push(Difference {
                    path: *path,
                    modulus: self.modulus.clone(),
                    exponent: self.exponent,
                    base: base.to_vec(),
                    expected: expected.map(Into::into),
                    actual,
                });
            }
        }
        differences
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, modulus, exponent, base, expected, actual } = self;
        let result = |result: &Option<Vec<u8>>| match result {
            Some(result) => hex::write(result),
            None => "refused".to_owned(),
        };
        let (path, modulus_hex, base_hex) =
            (paths::name(*path), hex::write(modulus), hex::write(base));
        writeln!(f, "path      {path}, {} bits, exponent {exponent}", number::bits(modulus))?;
        writeln!(f, "modulus   {modulus_hex}")?;
        writeln!(f, "base      {base_hex}")?;
        writeln!(f, "aws-lc    {}", result(expected))?;
        writeln!(f, "{path:<9} {}", result(actual))?;
        write!(
            f,
            "replay    cargo run --release -- --paths {path} --exponent {exponent} \
             --modulus {modulus_hex} --base {base_hex}"
        )
    }
}

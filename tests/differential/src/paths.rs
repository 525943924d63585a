//! The paths by name, and one key on several of them.

use meterproof::rsa::{Modulus, Path, PublicOperation, Words};

/// The name of a path, as options and reports have it.
pub fn name(path: Path) -> String {
    format!("{path:?}").to_lowercase()
}

/// Reads names with commas between them.
///
/// # Errors
/// A line that names what is no path of this machine.
pub fn parse(names: &str) -> Result<Vec<Path>, String> {
    let available = || Path::ALL.iter().copied().filter(|path| path.is_available());
    let path = |text: &str| {
        available().find(|path| name(*path) == text).ok_or_else(|| {
            let known: Vec<_> = available().map(name).collect();
            format!("{text:?} is no path of this machine, which has {}", known.join(", "))
        })
    };
    names.split(',').map(path).collect()
}

/// The paths that a comparison takes where none are named: all that this machine can, but for the
/// reference, which is a hundred times slower.
pub fn compared() -> Vec<Path> {
    let quick = |path: &Path| path.is_available() && *path != Path::Reference;
    Path::ALL.iter().copied().filter(quick).collect()
}

/// One key on one path, on bytes.
pub struct Operation {
    operation: PublicOperation,
    bytes: usize,
}

impl Operation {
    /// `None` where the path does not take the exponent.
    ///
    /// # Panics
    /// For a modulus that is even or of another length than 2048 to 4096 bits.
    pub fn new(path: Path, modulus: &[u8], exponent: u64) -> Option<Self> {
        let number = Modulus::from_be_bytes(modulus).expect("odd, of 2048 to 4096 bits");
        let operation = PublicOperation::with_path(path, number, exponent)?;
        Some(Self { operation, bytes: modulus.len() })
    }

    /// `base^e mod n`; `None` where the base is refused.
    pub fn apply(&self, base: &[u8]) -> Option<Vec<u8>> {
        let result = self.operation.apply(&Words::from_be_bytes(base)?)?;
        let mut bytes = vec![0; self.bytes];
        result.write_be_bytes(&mut bytes);
        Some(bytes)
    }
}

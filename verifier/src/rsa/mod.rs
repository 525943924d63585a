//! The public operation of RSA, RSAVP1 (RFC 8017 §5.2.2): s^e mod n.
//!
//! Everything here is public, the signature as much as the key, so that no path needs constant
//! time. Each path is one file and computes the same number. [`PublicOperation`] is the one
//! entry, and [`Path::fastest`] the one place where a path is chosen.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod division;
#[cfg(any(feature = "paths", test, not(target_pointer_width = "64")))]
mod limbs28;
#[cfg(any(feature = "paths", test, target_pointer_width = "64"))]
mod limbs64;
mod modulus;
#[cfg(any(feature = "paths", test))]
mod reference;
#[cfg(test)]
mod samples;
#[cfg(any(
    all(target_arch = "wasm32", target_feature = "simd128"),
    all(target_arch = "x86_64", any(feature = "paths", test))
))]
mod simd128;
mod words;

use alloc::boxed::Box;

#[cfg(not(target_pointer_width = "64"))]
use limbs28 as portable;
#[cfg(target_pointer_width = "64")]
use limbs64 as portable;

pub use modulus::Modulus;
#[cfg(feature = "paths")]
pub use words::MAX_WORDS;
pub use words::{MAX_BYTES, Words};

/// The exponent of nearly every key, and the only one that the fast paths know.
const F4: u64 = 65_537;

/// A way of computing the public operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Path {
    /// Multiplication and division as on paper: what the tests hold the others to.
    #[cfg(any(feature = "paths", test))]
    Reference,
    /// Scalar, for machines without a fast 64 × 64 → 128-bit multiplication.
    #[cfg(any(feature = "paths", test, not(target_pointer_width = "64")))]
    Limbs28,
    /// Scalar, for 64-bit machines.
    #[cfg(any(feature = "paths", test, target_pointer_width = "64"))]
    Limbs64,
    /// x86-64 with AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// WebAssembly with its 128-bit vectors.
    #[cfg(any(
        all(target_arch = "wasm32", target_feature = "simd128"),
        all(target_arch = "x86_64", any(feature = "paths", test))
    ))]
    Simd128,
}

impl Path {
    /// All that were compiled for this target. One of them may still need a processor that this
    /// machine does not have.
    #[cfg(any(feature = "paths", test))]
    pub const ALL: &'static [Self] = &[
        Self::Reference,
        Self::Limbs28,
        Self::Limbs64,
        #[cfg(target_arch = "x86_64")]
        Self::Avx2,
        #[cfg(any(
            all(target_arch = "wasm32", target_feature = "simd128"),
            all(target_arch = "x86_64", any(feature = "paths", test))
        ))]
        Self::Simd128,
    ];

    /// Whether this machine can take it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::is_available(),
            _ => true,
        }
    }

    /// The path for this machine and this exponent.
    fn fastest(exponent: u64) -> Self {
        #[cfg(target_arch = "x86_64")]
        if exponent == F4 && Self::Avx2.is_available() {
            return Self::Avx2;
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        if exponent == F4 {
            return Self::Simd128;
        }
        #[cfg(target_pointer_width = "64")]
        return Self::Limbs64;
        #[cfg(not(target_pointer_width = "64"))]
        return Self::Limbs28;
    }
}

/// One key's public operation, ready to be applied.
#[derive(Clone)]
pub struct PublicOperation {
    modulus: Modulus,
    exponent: u64,
    prepared: Prepared,
}

/// What a path has precomputed of the modulus. A fast path keeps the portable one beside it, for
/// the rare inputs that its bounds do not allow.
#[derive(Clone)]
enum Prepared {
    #[cfg(any(feature = "paths", test))]
    Reference,
    #[cfg(any(feature = "paths", test, not(target_pointer_width = "64")))]
    Limbs28(Box<limbs28::Key>),
    #[cfg(any(feature = "paths", test, target_pointer_width = "64"))]
    Limbs64(Box<limbs64::Key>),
    #[cfg(target_arch = "x86_64")]
    Avx2(Box<avx2::Key>, Box<portable::Key>),
    #[cfg(any(
        all(target_arch = "wasm32", target_feature = "simd128"),
        all(target_arch = "x86_64", any(feature = "paths", test))
    ))]
    Simd128(Box<simd128::Key>, Box<portable::Key>),
}

impl PublicOperation {
    /// Precomputes what the fastest path of this machine needs.
    #[must_use]
    pub fn new(modulus: Modulus, exponent: u64) -> Self {
        Self::on(Path::fastest(exponent), modulus, exponent)
    }

    /// The same on a path of the caller's choice, for tests and comparisons. `None` where this
    /// machine, or this exponent, cannot take it.
    #[cfg(any(feature = "paths", test))]
    #[must_use]
    pub fn with_path(path: Path, modulus: Modulus, exponent: u64) -> Option<Self> {
        let any_exponent = matches!(path, Path::Reference | Path::Limbs28 | Path::Limbs64);
        (path.is_available() && (any_exponent || exponent == F4))
            .then(|| Self::on(path, modulus, exponent))
    }

    fn on(path: Path, modulus: Modulus, exponent: u64) -> Self {
        let prepared = match path {
            #[cfg(any(feature = "paths", test))]
            Path::Reference => Prepared::Reference,
            #[cfg(any(feature = "paths", test, not(target_pointer_width = "64")))]
            Path::Limbs28 => Prepared::Limbs28(Box::new(limbs28::Key::new(&modulus))),
            #[cfg(any(feature = "paths", test, target_pointer_width = "64"))]
            Path::Limbs64 => Prepared::Limbs64(Box::new(limbs64::Key::new(&modulus))),
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => Prepared::Avx2(
                Box::new(avx2::Key::new(&modulus)),
                Box::new(portable::Key::new(&modulus)),
            ),
            #[cfg(any(
                all(target_arch = "wasm32", target_feature = "simd128"),
                all(target_arch = "x86_64", any(feature = "paths", test))
            ))]
            Path::Simd128 => Prepared::Simd128(
                Box::new(simd128::Key::new(&modulus)),
                Box::new(portable::Key::new(&modulus)),
            ),
        };
        Self { modulus, exponent, prepared }
    }

    /// The modulus.
    #[must_use]
    pub fn modulus(&self) -> &Modulus {
        &self.modulus
    }

    /// The exponent.
    #[cfg(any(feature = "paths", test))]
    #[must_use]
    pub fn exponent(&self) -> u64 {
        self.exponent
    }

    /// `s^e mod n`. `None` where `s` is not below `n` (RFC 8017 §5.2.2 step 1).
    #[must_use]
    pub fn apply(&self, s: &Words) -> Option<Words> {
        if s >= self.modulus.words() {
            return None;
        }
        Some(match &self.prepared {
            #[cfg(any(feature = "paths", test))]
            Prepared::Reference => reference::power(&self.modulus, s, self.exponent),
            #[cfg(any(feature = "paths", test, not(target_pointer_width = "64")))]
            Prepared::Limbs28(key) => key.power(s, self.exponent),
            #[cfg(any(feature = "paths", test, target_pointer_width = "64"))]
            Prepared::Limbs64(key) => key.power(s, self.exponent),
            #[cfg(target_arch = "x86_64")]
            Prepared::Avx2(key, portable) => {
                key.power_f4(s).unwrap_or_else(|| portable.power(s, F4))
            }
            #[cfg(any(
                all(target_arch = "wasm32", target_feature = "simd128"),
                all(target_arch = "x86_64", any(feature = "paths", test))
            ))]
            Prepared::Simd128(key, portable) => {
                key.power_f4(s).unwrap_or_else(|| portable.power(s, F4))
            }
        })
    }
}

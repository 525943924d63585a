//! The public operation of RSA, RSAVP1 (RFC 8017 §5.2.2): s^e mod n.
//!
//! Everything here is public, the signature as much as the key, so that no path needs constant
//! time. Each path is one file and computes the same number. [`PublicOperation`] is the one
//! entry, and [`Path::fastest`] the one place where a path is chosen.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod division;
#[cfg(any(
    all(target_arch = "wasm32", target_feature = "relaxed-simd"),
    all(not(target_arch = "wasm32"), any(feature = "paths", test))
))]
mod fma;
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
    all(not(target_arch = "wasm32"), any(feature = "paths", test))
))]
mod signed;
#[cfg(any(
    all(target_arch = "wasm32", target_feature = "simd128"),
    all(target_arch = "x86_64", any(feature = "paths", test))
))]
mod simd128;
mod words;

use alloc::boxed::Box;

pub use modulus::Modulus;
#[cfg(feature = "paths")]
pub use words::MAX_WORDS;
pub use words::{MAX_BYTES, Words};

/// The exponent of nearly every key, and the only one that the fast paths know.
#[cfg(any(target_arch = "x86_64", target_feature = "simd128", feature = "paths", test))]
const F4: u64 = 65_537;

/// A way of computing the public operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Path {
    /// Multiplication and division as on paper: what the tests hold the others to.
    #[cfg(feature = "paths")]
    Reference,
    /// Scalar, for machines without a fast 64 × 64 → 128-bit multiplication.
    #[cfg(any(feature = "paths", not(target_pointer_width = "64")))]
    Limbs28,
    /// Scalar, for 64-bit machines.
    #[cfg(any(feature = "paths", target_pointer_width = "64"))]
    Limbs64,
    /// x86-64 with AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// WebAssembly with its 128-bit vectors; on x86-64 for tests alone.
    #[cfg(any(
        all(target_arch = "wasm32", target_feature = "simd128"),
        all(target_arch = "x86_64", feature = "paths")
    ))]
    Simd128,
    /// WebAssembly with its fused multiply-add of floating-point numbers; elsewhere for tests alone.
    #[cfg(any(
        all(target_arch = "wasm32", target_feature = "relaxed-simd"),
        all(not(target_arch = "wasm32"), feature = "paths")
    ))]
    Fma,
}

impl Path {
    /// All that were compiled for this target. One of them may still need a processor that this
    /// machine does not have.
    #[cfg(feature = "paths")]
    pub const ALL: &'static [Self] = &[
        Self::Reference,
        Self::Limbs28,
        Self::Limbs64,
        #[cfg(target_arch = "x86_64")]
        Self::Avx2,
        #[cfg(any(
            all(target_arch = "wasm32", target_feature = "simd128"),
            target_arch = "x86_64"
        ))]
        Self::Simd128,
        #[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
        Self::Fma,
    ];

    /// Whether this machine can take it.
    #[cfg(feature = "paths")]
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::is_available(),
            #[cfg(any(not(target_arch = "wasm32"), target_feature = "relaxed-simd"))]
            Self::Fma => fma::is_available(),
            _ => true,
        }
    }

    /// The path for this machine and this exponent.
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_feature = "simd128")),
        expect(unused_variables, reason = "there is one path, which takes every exponent")
    )]
    fn fastest(exponent: u64) -> Self {
        #[cfg(target_arch = "x86_64")]
        if exponent == F4 && avx2::is_available() {
            return Self::Avx2;
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
        if exponent == F4 && fma::is_available() {
            return Self::Fma;
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

    fn prepare(self, modulus: &Modulus) -> Box<dyn Power> {
        match self {
            #[cfg(feature = "paths")]
            Self::Reference => Box::new(modulus.clone()),
            #[cfg(any(feature = "paths", not(target_pointer_width = "64")))]
            Self::Limbs28 => Box::new(limbs28::Key::new(modulus)),
            #[cfg(any(feature = "paths", target_pointer_width = "64"))]
            Self::Limbs64 => Box::new(limbs64::Key::new(modulus)),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => Box::new(avx2::Key::new(modulus)),
            #[cfg(any(
                all(target_arch = "wasm32", target_feature = "simd128"),
                all(target_arch = "x86_64", feature = "paths")
            ))]
            Self::Simd128 => Box::new(simd128::Key::new(modulus)),
            #[cfg(any(
                all(target_arch = "wasm32", target_feature = "relaxed-simd"),
                all(not(target_arch = "wasm32"), feature = "paths")
            ))]
            Self::Fma => Box::new(fma::Key::new(modulus)),
        }
    }
}

/// What a path has precomputed of a modulus, and does with it.
trait Power: Send + Sync {
    /// `base ^ exponent mod n`, below `n`, of a `base` below `n`. The exponent is one that the
    /// path takes.
    fn power(&self, base: &Words, exponent: u64) -> Words;
}

/// One key's public operation, ready to be applied.
pub struct PublicOperation {
    modulus: Modulus,
    exponent: u64,
    path: Path,
    prepared: Box<dyn Power>,
}

impl PublicOperation {
    /// Precomputes what the fastest path of this machine needs.
    #[must_use]
    pub fn new(modulus: Modulus, exponent: u64) -> Self {
        Self::on(Path::fastest(exponent), modulus, exponent)
    }

    /// The same on a path of the caller's choice, for tests and comparisons. `None` where this
    /// machine, or this exponent, cannot take it.
    #[cfg(feature = "paths")]
    #[must_use]
    pub fn with_path(path: Path, modulus: Modulus, exponent: u64) -> Option<Self> {
        let any_exponent = matches!(path, Path::Reference | Path::Limbs28 | Path::Limbs64);
        (path.is_available() && (any_exponent || exponent == F4))
            .then(|| Self::on(path, modulus, exponent))
    }

    fn on(path: Path, modulus: Modulus, exponent: u64) -> Self {
        Self { prepared: path.prepare(&modulus), modulus, exponent, path }
    }

    /// The modulus.
    #[must_use]
    pub fn modulus(&self) -> &Modulus {
        &self.modulus
    }

    /// The exponent.
    #[cfg(feature = "paths")]
    #[must_use]
    pub fn exponent(&self) -> u64 {
        self.exponent
    }

    /// `s^e mod n`. `None` where `s` is not below `n` (RFC 8017 §5.2.2 step 1).
    #[must_use]
    pub fn apply(&self, s: &Words) -> Option<Words> {
        (s < self.modulus.words()).then(|| self.prepared.power(s, self.exponent))
    }
}

impl Clone for PublicOperation {
    fn clone(&self) -> Self {
        Self::on(self.path, self.modulus.clone(), self.exponent)
    }
}

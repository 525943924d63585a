//! The bases: random ones, and ones that lead a path to the edges of its bounds.

use fastrand::Rng;

use crate::aws_lc::Ring;
use crate::moduli::ModulusKind;
use crate::number::{self, RADICES};
use crate::primes::Roots;

/// How a base was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BaseKind {
    /// Random below the modulus.
    Random,
    /// 0, 1, 2 and other numbers of one word.
    Small,
    /// n - 1, n - 2 and others just below the modulus, its half, and the modulus less a power of
    /// two.
    NearModulus,
    /// A power of two, plus or minus a little.
    NearPower,
    /// All ones, as far up as the modulus allows.
    Ones,
    /// Digits at the ends of their range, in one of the usual radices.
    Digits,
    /// Long runs of ones and zeros.
    Runs,
    /// A few bits.
    Sparse,
    /// Extreme once a path has brought it into Montgomery's form.
    Montgomery,
    /// Extreme after the squarings that are to come (prime moduli alone).
    Root,
    /// Such that the result is extreme (prime moduli alone).
    Result,
    /// Not below the modulus: to be refused.
    TooLarge,
}

impl BaseKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Random,
        Self::Small,
        Self::NearModulus,
        Self::NearPower,
        Self::Ones,
        Self::Digits,
        Self::Runs,
        Self::Sparse,
        Self::Montgomery,
        Self::Root,
        Self::Result,
        Self::TooLarge,
    ];
}

/// The bases for one modulus, without end.
pub struct Bases<'a> {
    rng: Rng,
    modulus: &'a [u8],
    /// 1 / 2^k for each length of a Montgomery form in use: the modulus in whole digits.
    inverses: Vec<Vec<u8>>,
    ring: Ring,
    roots: Option<Roots>,
    /// Bases of a root that are still to be given.
    chain: Vec<Vec<u8>>,
}

impl<'a> Bases<'a> {
    /// `modulus` is big-endian without leading zeros.
    pub fn new(mut rng: Rng, modulus: &'a [u8], kind: ModulusKind) -> Self {
        let (length, bits) = (modulus.len(), number::bits(modulus));
        let ring = Ring::new(modulus);
        // In whole words, in blocks of four words, in blocks of four 28-bit digits, in others.
        let blocks = [64, 256, 112, RADICES[rng.usize(..RADICES.len())], 52 * 4, 29 * 4];
        let inverses = blocks.map(|block| {
            // Two bits to spare, as some paths leave them.
            let power = block * (bits + 2 * usize::from(block % 64 != 0)).div_ceil(block);
            let form = number::power_of_two(power, power / 8 + 1);
            let form = ring.product(&form, &number::small(1, length));
            ring.inverse(&form).expect("a power of two has no factor with an odd number")
        });
        let roots = (kind == ModulusKind::Prime).then(|| Roots::new(modulus));
        Self { rng, modulus, inverses: inverses.into(), ring, roots, chain: Vec::new() }
    }

    /// Of 100 bases 40 are random.
    fn kind(&mut self) -> BaseKind {
        match self.rng.u32(..1000) {
            // A root costs as much as a hundred cases.
            0..5 if self.roots.is_some() => BaseKind::Root,
            5..25 if self.roots.is_some() => BaseKind::Result,
            0..400 => BaseKind::Random,
            400..450 => BaseKind::Small,
            450..530 => BaseKind::NearModulus,
            530..610 => BaseKind::NearPower,
            610..670 => BaseKind::Ones,
            670..820 => BaseKind::Digits,
            820..880 => BaseKind::Runs,
            880..910 => BaseKind::Sparse,
            910..990 => BaseKind::Montgomery,
            _ => BaseKind::TooLarge,
        }
    }

    fn base(&mut self, kind: BaseKind) -> Vec<u8> {
        let (length, bits) = (self.modulus.len(), number::bits(self.modulus));
        let rng = &mut self.rng;
        let base = match kind {
            BaseKind::Random => number::random(rng, length),
            BaseKind::Small if rng.bool() => number::small(rng.u64(..4), length),
            BaseKind::Small => number::small(rng.u64(..) >> rng.u32(..64), length),
            BaseKind::NearModulus => self.near_modulus(),
            BaseKind::NearPower => number::near_power_of_two(rng, length),
            BaseKind::Ones => {
                let mut ones = vec![0xff; length];
                if rng.bool() {
                    number::truncate(&mut ones, rng.usize(..=bits));
                }
                ones
            }
            BaseKind::Digits => number::extreme_digits(rng, length),
            BaseKind::Runs => number::runs(rng, length),
            BaseKind::Sparse => number::sparse(rng, length),
            BaseKind::Montgomery => {
                let target = self.target();
                let inverse = &self.inverses[self.rng.usize(..self.inverses.len())];
                self.ring.product(&target, inverse)
            }
            BaseKind::Root => return self.root(),
            BaseKind::Result => {
                let target = self.target();
                self.roots.as_ref().expect("of prime moduli alone").of_result(&target)
            }
            BaseKind::TooLarge => return self.too_large(),
        };
        self.below_modulus(base)
    }

    fn near_modulus(&mut self) -> Vec<u8> {
        let length = self.modulus.len();
        let little = match self.rng.u32(..4) {
            0 => number::small(self.rng.u64(1..4), length),
            1 => number::small(self.rng.u64(1..), length),
            2 => number::power_of_two(self.rng.usize(..8 * length), length),
            _ => {
                // (n - 1) / 2 and its neighbours.
                let half = number::shifted_right(self.modulus, 1);
                return number::sum(&half, &number::small(self.rng.u64(..3), length));
            }
        };
        number::difference(self.modulus, &little)
    }

    /// What a path is to meet on its way.
    fn target(&mut self) -> Vec<u8> {
        let kind = [
            BaseKind::Small,
            BaseKind::NearModulus,
            BaseKind::NearPower,
            BaseKind::Ones,
            BaseKind::Digits,
            BaseKind::Digits,
            BaseKind::Runs,
            BaseKind::Sparse,
        ][self.rng.usize(..8)];
        self.base(kind)
    }

    fn root(&mut self) -> Vec<u8> {
        let target = self.target();
        let roots = self.roots.as_ref().expect("of prime moduli alone");
        self.chain = roots.before(&target);
        self.chain.pop().expect("a chain is not empty")
    }

    fn too_large(&mut self) -> Vec<u8> {
        let length = self.modulus.len();
        let more = match self.rng.u32(..3) {
            0 => number::small(self.rng.u64(..3), length),
            1 => number::small(self.rng.u64(..) >> self.rng.u32(..64), length),
            _ => return vec![0xff; length],
        };
        let sum = number::sum(self.modulus, &more);
        if sum.as_slice() >= self.modulus { sum } else { self.modulus.to_vec() }
    }

    /// The base itself, or one like it: its top replaced so that it ends up below the modulus.
    fn below_modulus(&mut self, mut base: Vec<u8>) -> Vec<u8> {
        if base.as_slice() < self.modulus {
            return base;
        }
        if self.rng.bool() {
            number::truncate(&mut base, number::bits(self.modulus) - 1);
            return base;
        }
        // As much of the modulus at the top as makes the rest the larger one; there are such tops,
        // as the modulus is odd, or its lowest bit is what has to go.
        let kept = self.rng.usize(1..=base.len());
        base[..kept].copy_from_slice(&self.modulus[..kept]);
        if base.as_slice() >= self.modulus {
            base = number::difference(self.modulus, &number::small(1, base.len()));
        }
        base
    }
}

/// Each base is as long as the modulus.
impl Iterator for Bases<'_> {
    type Item = (BaseKind, Vec<u8>);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(base) = self.chain.pop() {
            return Some((BaseKind::Root, base));
        }
        let kind = self.kind();
        Some((kind, self.base(kind)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moduli::modulus;

    #[test]
    fn each_kind_comes_and_keeps_its_side_of_the_modulus() {
        let mut rng = Rng::with_seed(11);
        let modulus = modulus(&mut rng, ModulusKind::Prime, 2048);
        let bases = Bases::new(rng, &modulus, ModulusKind::Prime);
        let mut seen = std::collections::BTreeSet::new();
        for (kind, base) in bases.take(5000) {
            assert_eq!(base.len(), modulus.len());
            assert_eq!(base >= modulus, kind == BaseKind::TooLarge, "{kind:?}");
            seen.insert(kind);
        }
        assert!(seen.into_iter().eq(BaseKind::ALL));
    }
}

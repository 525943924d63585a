//! Primes that are 3 modulo 4, and the roots that can be taken modulo them.
//!
//! A path starts from any base, but after a few squarings its numbers look random whatever the
//! base was. With a root, the number that a path meets after a given squaring, or at its end, can
//! be chosen.

use fastrand::Rng;

use crate::aws_lc::Ring;
use crate::{hex, number};

const PRIMES: &str = include_str!("primes.txt");
/// Squarings in a power of 65537.
const SQUARINGS: usize = 16;

/// One of the primes whose length is nearest to `bits`, big-endian without leading zeros.
pub fn nearest(rng: &mut Rng, bits: usize) -> Vec<u8> {
    let primes: Vec<_> = PRIMES.lines().map(|line| hex::read(line).expect("hexadecimal")).collect();
    let distance = |prime: &Vec<u8>| number::bits(prime).abs_diff(bits);
    let least = primes.iter().map(distance).min().expect("primes");
    let nearest: Vec<_> = primes.into_iter().filter(|prime| distance(prime) == least).collect();
    nearest[rng.usize(..nearest.len())].clone()
}

/// Takes roots modulo one prime. Of a number and its negative one is a square: the root belongs to
/// that one.
pub struct Roots {
    ring: Ring,
    /// 1 / 2^16 modulo the order of the group of squares, (p - 1) / 2, which is odd.
    root: Vec<u8>,
    /// 1 / 65537 modulo that order.
    inverse: Vec<u8>,
}

impl Roots {
    /// `prime` is one of [`nearest`]'s.
    pub fn new(prime: &[u8]) -> Self {
        let order = number::shifted_right(prime, 1);
        let of_order = Ring::new(number::stripped(&order));
        // (p + 1) / 4 is 1 / 2 modulo the order.
        let half = number::sum(&number::shifted_right(prime, 2), &number::small(1, prime.len()));
        let root = of_order.power(&half, &[SQUARINGS as u8]);
        let inverse = of_order.inverse(&[1, 0, 1]).expect("65537 has no factor with the order");
        Self { ring: Ring::new(prime), root, inverse }
    }

    /// A base, and the bases that each squaring makes of it: `target`, or its negative, is what a
    /// path has after 16 squarings of the first, after 15 of the second, and so on; it is the last.
    pub fn before(&self, target: &[u8]) -> Vec<Vec<u8>> {
        let first = self.ring.power(target, &self.root);
        let mut bases = vec![first];
        for _ in 0..SQUARINGS {
            let last = &bases[bases.len() - 1];
            bases.push(self.ring.product(last, last));
        }
        bases
    }

    /// A base whose power of 65537 is `target` or its negative.
    pub fn of_result(&self, target: &[u8]) -> Vec<u8> {
        self.ring.power(target, &self.inverse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_lead_to_their_target() {
        let mut rng = Rng::with_seed(5);
        let prime = nearest(&mut rng, 2048);
        let (roots, ring) = (Roots::new(&prime), Ring::new(&prime));
        for target in [2, 3, 5, 7].map(|target| number::small(target, prime.len())) {
            let either = [target.clone(), number::difference(&prime, &target)];
            let bases = roots.before(&target);
            assert_eq!(bases.len(), 17);
            assert!(either.contains(&bases[16]));
            assert!(either.contains(&ring.power(&bases[0], &[1, 0, 0])));
            assert!(either.contains(&ring.power(&roots.of_result(&target), &[1, 0, 1])));
        }
    }

    #[test]
    fn primes_leave_3_when_divided_by_4() {
        assert!(PRIMES.lines().all(|line| hex::read(line).unwrap().last().unwrap() % 4 == 3));
        assert_eq!(number::bits(&nearest(&mut Rng::with_seed(1), 4000)), 3969);
    }
}

//! What the comparison with AWS-LC is made of. The programs are in `src/bin/`.

pub mod aws_lc;
pub mod bases;
pub mod case;
pub mod hex;
pub mod moduli;
pub mod number;
pub mod paths;
pub mod primes;
pub mod rsa_crate;

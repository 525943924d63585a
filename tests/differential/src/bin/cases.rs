//! Prints cases for comparisons in other languages: `cargo run --release --bin cases -- BITS COUNT
//! SEED`. A line `n MODULUS` gives the modulus of the lines `s BASE` after it, in hexadecimal.

use std::io::{BufWriter, Write as _, stdout};
use std::process::ExitCode;

use fastrand::Rng;
use meterproof_differential::bases::Bases;
use meterproof_differential::hex;
use meterproof_differential::moduli::{ModulusKind, modulus};

/// Bases a modulus.
const BLOCK: u64 = 200;

fn main() -> ExitCode {
    let arguments: Option<Vec<u64>> =
        std::env::args().skip(1).map(|argument| argument.parse().ok()).collect();
    let Some([bits @ 2048..=4096, count, seed]) = arguments.as_deref() else {
        eprintln!("give the bits of the moduli (2048 to 4096), the number of cases and a seed");
        return ExitCode::from(2);
    };
    match print(*bits as usize, *count, *seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn print(bits: usize, count: u64, seed: u64) -> std::io::Result<()> {
    let mut out = BufWriter::new(stdout().lock());
    let mut rng = Rng::with_seed(seed);
    let mut left = count;
    while left > 0 {
        let kind = ModulusKind::choose(&mut rng);
        let modulus = modulus(&mut rng, kind, bits);
        writeln!(out, "n {}", hex::write(&modulus))?;
        let block = left.min(BLOCK);
        for (_, base) in Bases::new(rng.fork(), &modulus, kind).take(block as usize) {
            writeln!(out, "s {}", hex::write(&base))?;
        }
        left -= block;
    }
    out.flush()
}

//! Instructions of one public operation, by implementation, as valgrind's callgrind counts them.
//!
//! `cargo run --release --bin instructions`, with `--json` for one line an entry. The program runs
//! itself under callgrind with few and with more operations; the difference is the operations'
//! alone, without start, key and exit. The count hardly depends on the machine or its load, though
//! it says nothing of how many instructions a cycle takes.

use std::process::{Command, ExitCode};

use fastrand::Rng;
use meterproof::rsa::Path;
use meterproof_differential::case::F4;
use meterproof_differential::moduli::{ModulusKind, modulus};
use meterproof_differential::paths::{self, Operation};
use meterproof_differential::{hex, number, rsa_crate};

const BITS: [usize; 3] = [2048, 3072, 4096];
/// Operations of the two runs.
const FEW: u64 = 2;
const MORE: u64 = 12;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table(false),
        ["--json"] => table(true),
        ["run", implementation, bits, count] => run(implementation, bits, count),
        _ => Err("give no arguments, or --json".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The crate `rsa` is what the operation was computed with before. WebAssembly's `fma` has no vectors
/// here, so that its count would say nothing.
fn implementations() -> Vec<String> {
    let counts = |path: &Path| path.is_available() && *path != Path::Fma;
    let available = Path::ALL.iter().copied().filter(counts);
    std::iter::once("rsa".to_owned()).chain(available.map(paths::name)).collect()
}

fn table(json: bool) -> Result<(), String> {
    if !json {
        println!("{:<12}{:>14}{:>14}{:>14}", "instructions", "2048 bits", "3072 bits", "4096 bits");
    }
    for implementation in implementations() {
        let mut line = format!("{implementation:<12}");
        for bits in BITS {
            let all = counted(&implementation, bits, MORE)? - counted(&implementation, bits, FEW)?;
            let each = all / (MORE - FEW);
            if json {
                println!(
                    "{{\"suite\":\"instructions\",\"subject\":\"{implementation}\",\"bits\":{bits},\
                     \"unit\":\"instructions\",\"median\":{each}}}"
                );
            }
            line.push_str(&format!("{each:>14}"));
        }
        if !json {
            println!("{line}");
        }
    }
    Ok(())
}

fn counted(implementation: &str, bits: usize, count: u64) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["run", implementation, &bits.to_string(), &count.to_string()])
        .output()
        .map_err(|error| {
            format!("valgrind cannot be run ({error}): install it (apt install valgrind)")
        })?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected : "));
    match collected.and_then(|(_, count)| count.trim().parse().ok()) {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(format!("{implementation} under valgrind failed:\n{text}")),
    }
}

/// Operations on one random modulus, each on the result of the one before.
fn run(implementation: &str, bits: &str, count: &str) -> Result<(), String> {
    let number = |text: &str| text.parse::<u64>().map_err(|error| format!("{text}: {error}"));
    let (bits, count) = (number(bits)?, number(count)?);
    let mut rng = Rng::with_seed(bits);
    let modulus = modulus(&mut rng, ModulusKind::Random, bits as usize);
    let mut value = number::random(&mut rng, modulus.len());
    number::truncate(&mut value, bits as usize - 1);
    let mut apply = implementation_of(implementation, &modulus)?;
    for _ in 0..count {
        value = apply(&value).ok_or("the base is below the modulus")?;
    }
    println!("{}", hex::write(&value));
    Ok(())
}

type Apply = Box<dyn FnMut(&[u8]) -> Option<Vec<u8>>>;

fn implementation_of(name: &str, modulus: &[u8]) -> Result<Apply, String> {
    let refused = || format!("{name} refuses the key");
    Ok(match name {
        "rsa" => {
            let key = rsa_crate::PublicKey::new(modulus, F4).ok_or_else(refused)?;
            Box::new(move |base| key.apply(base))
        }
        path => {
            let path = paths::parse(path)?[0];
            let operation = Operation::new(path, modulus, F4).ok_or_else(refused)?;
            Box::new(move |base| operation.apply(base))
        }
    })
}

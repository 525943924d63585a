//! The command line.

use std::num::NonZero;
use std::thread::available_parallelism;

use lexopt::{Arg, Parser, ValueExt as _};
use meterproof::rsa::Path;
use meterproof_differential::case::F4;
use meterproof_differential::{hex, number, paths};

/// The text of `--help`.
pub const HELP: &str = "\
Compares each path of the public operation with AWS-LC.

  --bits BITS      length of the moduli, 2048 to 4096, or `any` (default 2048)
  --cases N        cases of the exponent 65537 (default 1000000)
  --seed S         what the cases are derived from (default 1)
  --paths A,B      paths compared (default: all that this machine has, but the reference,
                   which is compared in one case of 500)
  --threads T      default: one a processor; the cases do not depend on it
  --block N        cases a modulus (default 1000)

One case again, as a difference prints it:
  --modulus HEX --base HEX [--exponent E] [--paths A,B]

Exit code 0: no difference; 1: differences; 2: wrong options.
";

/// What to do.
pub enum Task {
    /// Make cases and compare them.
    Compare(Options),
    /// Compare one case.
    Replay(Replay),
    /// Show [`HELP`].
    Help,
}

/// A run.
pub struct Options {
    /// `None` for any length.
    pub bits: Option<usize>,
    /// Cases of the exponent 65537.
    pub cases: u64,
    /// Derives every case.
    pub seed: u64,
    /// Compared in each case.
    pub paths: Vec<Path>,
    /// Whether the reference is compared in a share of the cases besides.
    pub reference: bool,
    /// Threads.
    pub threads: NonZero<usize>,
    /// Cases a modulus.
    pub block: u64,
}

/// One case.
pub struct Replay {
    /// Big-endian without leading zeros.
    pub modulus: Vec<u8>,
    /// As long as the modulus.
    pub base: Vec<u8>,
    /// The exponent.
    pub exponent: u64,
    /// The paths to compare.
    pub paths: Vec<Path>,
}

/// Reads the process's arguments.
pub fn read() -> Result<Task, String> {
    parse(Parser::from_env()).map_err(|error| error.to_string())
}

fn parse(mut arguments: Parser) -> Result<Task, lexopt::Error> {
    let (mut modulus, mut base, mut exponent, mut paths) = (None, None, F4, None);
    let mut options = Options {
        bits: Some(2048),
        cases: 1_000_000,
        seed: 1,
        paths: Vec::new(),
        reference: true,
        threads: available_parallelism().unwrap_or(NonZero::<usize>::MIN),
        block: 1000,
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("bits") => options.bits = bits(&arguments.value()?.string()?)?,
            Arg::Long("cases") => options.cases = arguments.value()?.parse()?,
            Arg::Long("seed") => options.seed = arguments.value()?.parse()?,
            Arg::Long("threads") => options.threads = arguments.value()?.parse()?,
            Arg::Long("block") => {
                options.block = arguments.value()?.parse::<NonZero<u64>>()?.get();
            }
            Arg::Long("paths") => paths = Some(paths::parse(&arguments.value()?.string()?)?),
            Arg::Long("exponent") => exponent = arguments.value()?.parse()?,
            Arg::Long("modulus") => modulus = Some(hex::read(&arguments.value()?.string()?)?),
            Arg::Long("base") => base = Some(hex::read(&arguments.value()?.string()?)?),
            Arg::Long("help") | Arg::Short('h') => return Ok(Task::Help),
            _ => return Err(argument.unexpected()),
        }
    }
    options.reference = paths.is_none();
    options.paths = paths.unwrap_or_else(paths::compared);
    let (modulus, base) = match (modulus, base) {
        (None, None) => return Ok(Task::Compare(options)),
        (Some(modulus), Some(base)) => (modulus, base),
        _ => return Err("give --modulus and --base together".into()),
    };
    let modulus = number::stripped(&modulus).to_vec();
    if !(2048..=4096).contains(&number::bits(&modulus))
        || modulus[modulus.len() - 1].is_multiple_of(2)
    {
        return Err("give an odd modulus of 2048 to 4096 bits".into());
    }
    let base = number::stripped(&base);
    if base.len() > modulus.len() {
        return Err("give a base no longer than the modulus".into());
    }
    let base = [&vec![0; modulus.len() - base.len()], base].concat();
    Ok(Task::Replay(Replay { modulus, base, exponent, paths: options.paths }))
}

fn bits(text: &str) -> Result<Option<usize>, String> {
    if text == "any" {
        return Ok(None);
    }
    let bits = text.parse().ok().filter(|bits| (2048..=4096).contains(bits));
    bits.map(Some).ok_or_else(|| format!("give 2048 to 4096 bits or any, not {text}"))
}

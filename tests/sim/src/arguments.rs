//! What the command line says.

use meterproof_sim::Bug;

pub const HELP: &str = "\
cargo xtask sim [OPTIONS]

  --seeds N         runs N seeds, 1000 by default, and says what they met
  --from S          the first of them, 0 by default
  --seed S          runs one seed
  --trace           prints everything that happens in it
  --bug NAME        with a deliberate bug: --bugs lists them
  --bugs            runs every deliberate bug until it is caught
  --crash-points    the small scenario with a crash at every await point in turn
  --all             crash points, seeds and bugs
  --threads N       seeds at a time, by default one for each core";

pub struct Arguments {
    pub job: Job,
    pub bug: Option<Bug>,
    pub threads: usize,
}

pub enum Job {
    Help,
    One { seed: u64, trace: bool },
    Many { from: u64, seeds: u64 },
    Bugs,
    CrashPoints,
    All { seeds: u64 },
}

impl Arguments {
    pub fn read(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (mut bug, mut threads, mut seeds, mut from) = (None, cores, 1_000, 0);
        let (mut seed, mut trace, mut mode) = (None, false, None);
        let mut words = words;
        while let Some(word) = words.next() {
            let mut number = || {
                let text = words.next().ok_or(format!("{word} needs a number"))?;
                text.parse::<u64>().map_err(|_| format!("{word} needs a number, not {text:?}"))
            };
            match word.as_str() {
                "--seeds" => seeds = number()?,
                "--from" => from = number()?,
                "--seed" => seed = Some(number()?),
                "--threads" => threads = usize::try_from(number()?).unwrap_or(cores),
                "--trace" => trace = true,
                "--bug" => {
                    let name = words.next().ok_or("--bug needs a name")?;
                    let known = Bug::parse(&name).ok_or_else(|| {
                        let names: Vec<&str> = Bug::ALL.iter().map(|bug| bug.name()).collect();
                        format!("no bug is called {name:?}; there are {}", names.join(", "))
                    })?;
                    bug = Some(known);
                }
                "--bugs" => mode = Some(Job::Bugs),
                "--crash-points" => mode = Some(Job::CrashPoints),
                "--all" => mode = Some(Job::All { seeds: 0 }),
                "--help" | "-h" => mode = Some(Job::Help),
                _ => return Err(format!("no such option: {word}")),
            }
        }
        let job = match (mode, seed) {
            (Some(Job::All { .. }), _) => Job::All { seeds },
            (Some(mode), _) => mode,
            (None, Some(seed)) => Job::One { seed, trace },
            (None, None) => Job::Many { from, seeds },
        };
        Ok(Self { job, bug, threads })
    }
}

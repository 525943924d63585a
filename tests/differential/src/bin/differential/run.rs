//! The cases, block by block: one modulus each.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, stderr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use meterproof::rsa::Path;
use meterproof_differential::bases::{BaseKind, Bases};
use meterproof_differential::case::{Difference, F4, Subject};
use meterproof_differential::moduli::{self, ModulusKind};
use meterproof_differential::paths;

use crate::options::Options;

/// Cases between two that the reference is compared in.
const REFERENCE_EVERY: u64 = 500;
/// Cases of another exponent, a modulus.
const OTHER_EXPONENTS: u64 = 20;
/// Differences printed a path; the others are counted.
const PRINTED: u64 = 3;

/// What was compared.
#[derive(Default)]
pub struct Tally {
    /// Cases by path and kind of base, with the exponent 65537.
    pub bases: BTreeMap<(String, BaseKind), u64>,
    /// The same cases by path and kind of modulus.
    pub moduli: BTreeMap<(String, ModulusKind), u64>,
    /// Cases by path with other exponents.
    pub exponents: BTreeMap<String, u64>,
    /// Differences by path.
    pub by_path: BTreeMap<String, u64>,
    /// Differences in all.
    pub differences: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// Compares all cases. Progress goes to standard error, differences to standard output.
pub fn run(options: &Options) -> Tally {
    let started = Instant::now();
    let (tally, next, done) = (Mutex::new(Tally::default()), AtomicU64::new(0), AtomicU64::new(0));
    let blocks = options.cases.div_ceil(options.block);
    thread::scope(|scope| {
        let work = || {
            loop {
                let block = next.fetch_add(1, Relaxed);
                if block >= blocks {
                    break;
                }
                let cases = options.block.min(options.cases - block * options.block);
                compare_block(options, block, cases, &tally);
                done.fetch_add(cases, Relaxed);
            }
        };
        let workers: Vec<_> = (0..options.threads.get()).map(|_| scope.spawn(work)).collect();
        let mut last = Instant::now();
        let pause = Duration::from_secs(if stderr().is_terminal() { 1 } else { 20 });
        while !workers.iter().all(thread::ScopedJoinHandle::is_finished) {
            thread::park_timeout(Duration::from_millis(50));
            if last.elapsed() >= pause {
                progress(options, done.load(Relaxed), started.elapsed());
                last = Instant::now();
            }
        }
    });
    progress(options, done.load(Relaxed), started.elapsed());
    let mut tally = tally.into_inner().expect("no thread panicked");
    tally.elapsed = started.elapsed();
    tally
}

fn progress(options: &Options, done: u64, elapsed: Duration) {
    let rate = done as f64 / elapsed.as_secs_f64();
    let left = (options.cases - done) as f64 / rate.max(1.0);
    eprintln!("{done} of {} cases, {rate:.0}/s, {left:.0} s left", options.cases);
}

/// A block is derived from the seed, the length and its number alone.
fn compare_block(options: &Options, block: u64, cases: u64, tally: &Mutex<Tally>) {
    let bits = options.bits.unwrap_or(0) as u64;
    let mut rng = Rng::with_seed(mixed(mixed(mixed(options.seed) ^ bits) ^ block));
    let bits = options.bits.unwrap_or_else(|| any_bits(&mut rng));
    let kind = ModulusKind::choose(&mut rng);
    let modulus = moduli::modulus(&mut rng, kind, bits);
    let exponent = other_exponent(&mut rng);
    let mut bases = Bases::new(rng, &modulus, kind);

    let mut subject = Subject::new(&options.paths, &modulus, F4);
    let mut reference = options.reference.then(|| Subject::new(&[Path::Reference], &modulus, F4));
    let mut counts = BTreeMap::<_, u64>::new();
    let mut reference_counts = BTreeMap::<_, u64>::new();
    for (case, (kind, base)) in (0..cases).zip(&mut bases) {
        *counts.entry(kind).or_default() += 1;
        record(subject.compare(&base), tally);
        if let Some(reference) = reference.as_mut().filter(|_| case % REFERENCE_EVERY == 0) {
            *reference_counts.entry(kind).or_default() += 1;
            record(reference.compare(&base), tally);
        }
    }
    let mut other = Subject::new(&options.paths, &modulus, exponent);
    let has_other = other.paths().next().is_some();
    for (_, base) in bases.take(if has_other { OTHER_EXPONENTS } else { 0 } as usize) {
        record(other.compare(&base), tally);
    }

    let mut tally = tally.lock().expect("no thread panicked");
    let counted = [(Some(&subject), counts), (reference.as_ref(), reference_counts)];
    for (subject, counts) in counted {
        for path in subject.into_iter().flat_map(Subject::paths).map(paths::name) {
            for (base, count) in &counts {
                *tally.bases.entry((path.clone(), *base)).or_default() += count;
                *tally.moduli.entry((path.clone(), kind)).or_default() += count;
            }
        }
    }
    for path in other.paths().map(paths::name) {
        *tally.exponents.entry(path).or_default() += OTHER_EXPONENTS;
    }
}

fn record(differences: Vec<Difference>, tally: &Mutex<Tally>) {
    for difference in differences {
        let mut tally = tally.lock().expect("no thread panicked");
        tally.differences += 1;
        let count = tally.by_path.entry(paths::name(difference.path)).or_default();
        *count += 1;
        if *count <= PRINTED {
            println!("{difference}\n");
        }
    }
}

/// Half of the lengths leave one to a few bits in the highest digit of some radix, or fill it.
fn any_bits(rng: &mut Rng) -> usize {
    let bits = if rng.bool() {
        rng.usize(2048..=4096)
    } else {
        let radix = [12, 13, 28, 29, 32, 64][rng.usize(..6)];
        let digits = rng.usize(2048_usize.div_ceil(radix)..=4096 / radix);
        digits * radix + rng.usize(..5) - 2
    };
    bits.clamp(2048, 4096)
}

/// From 1 to 64 bits, even ones too: a path raises to any power.
fn other_exponent(rng: &mut Rng) -> u64 {
    let known = [1, 2, 3, 4, 17, 257, 65_535, 65_536, 65_539, u64::MAX >> 31, 1 << 63, u64::MAX];
    if rng.bool() { known[rng.usize(..known.len())] } else { (rng.u64(..) >> rng.u32(..64)).max(1) }
}

/// One step of SplitMix64: neighbouring seeds get streams that have nothing in common.
fn mixed(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

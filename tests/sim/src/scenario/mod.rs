//! What a seed stands for: customers, usage, weather, configuration. All of it is drawn before
//! the run begins, from the seed alone.

mod amounts;
mod customers;
mod setup;
mod usage;
mod weather;

use fastrand::Rng;
use meterproof::usage::UsageRecord;
use meterproof_metering::{LicenseEvent, Place, Policy, UsageEvent};

use crate::executor::Latency;
pub use customers::{AgreementChange, Customer};
pub(crate) use customers::{PRODUCTS, arn};
pub use setup::{QueueRules, Shell};
pub use weather::{Kind, Phase};

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// Everything a run begins with. Times are milliseconds since 1970.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Where it was drawn from.
    pub seed: u64,
    /// When the run begins.
    pub start: i64,
    /// When the weather turns calm and crashes end; the last message has arrived before.
    pub calm: i64,
    /// When everything has to be settled.
    pub end: i64,
    /// Region and form of identity.
    pub place: Place,
    /// The engine's policy.
    pub policy: Policy,
    /// One machine, or AWS.
    pub shell: Shell,
    /// The share of await points at which a process crashes.
    pub crash_rate: f64,
    /// The share of ledger operations that fail.
    pub ledger_fault_rate: f64,
    /// How long await points take.
    pub latency: Latency,
    /// The queues' rules.
    pub queue: QueueRules,
    /// How long a sender waits for an answer.
    pub call_timeout: i64,
    /// `DuplicateRecord` is the answer to an identical resend.
    pub duplicate_on_identical_resend: bool,
    /// The buyers.
    pub customers: Vec<Customer>,
    /// What happens to their agreements at AWS.
    pub agreements: Vec<(i64, AgreementChange)>,
    /// News of licenses as they arrive.
    pub license_news: Vec<(i64, LicenseEvent)>,
    /// Every event that exists.
    pub usage: Vec<UsageEvent>,
    /// Messages with usage, by the time they are put on the queue.
    pub messages: Vec<(i64, Body)>,
    /// Hours that were summed up elsewhere and come straight to the metering queue.
    pub imports: Vec<(i64, UsageRecord)>,
    /// Hours that another program of the seller meters, past this ledger.
    pub foreign: Vec<(i64, UsageRecord)>,
    /// What goes wrong, and when.
    pub weather: Vec<Phase>,
}

/// The body of a message with usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Events, by their place in [`Scenario::usage`].
    Events(Vec<usize>),
    /// Nothing that can be read.
    Garbage,
}

impl Scenario {
    /// The scenario of a seed.
    #[must_use]
    pub fn draw(seed: u64) -> Self {
        // Apart from the executor's generator, so that both can be changed alone.
        let random = &mut Rng::with_seed(seed ^ 0x5ce7_a310);
        let start = setup::start(random);
        let length = random.i64(4..=30) * HOUR;
        let form = setup::form(random);
        let policy = setup::policy(random, form);
        let place = setup::place(form);
        let customers = customers::draw(random, form);
        let (agreements, mut license_news) = customers::troubles(random, &customers, start, length);
        let usage = usage::draw(
            random,
            &usage::Frame {
                start,
                length,
                policy: &policy,
                customers: &customers,
                agreements: &agreements,
            },
        );
        license_news.sort_by_key(|(at, _)| *at);
        let last =
            usage.messages.iter().map(|(at, _)| *at).chain(usage.imports.iter().map(|(at, _)| *at));
        let calm = last.fold(start + length, i64::max) + HOUR;
        let weather = weather::draw(random, start, start + length);
        let calm = weather.iter().map(|phase| phase.to).fold(calm, i64::max);
        let shell = setup::shell(random);
        Self {
            seed,
            start,
            calm,
            end: calm
                + 24 * HOUR
                + i64::try_from(policy.lateness.as_millis()).unwrap_or(0)
                + 4 * HOUR,
            place,
            shell,
            crash_rate: [0.0, 0.0005, 0.002, 0.01][random.usize(..4)],
            ledger_fault_rate: [0.0, 0.0, 0.003, 0.03][random.usize(..4)],
            latency: setup::latency(random),
            queue: setup::queue(random),
            call_timeout: [3_000, 10_000, 10_000, 60_000, 300_000][random.usize(..5)],
            duplicate_on_identical_resend: random.u8(..4) == 0,
            customers,
            agreements,
            license_news,
            usage: usage.events,
            messages: usage.messages,
            imports: usage.imports,
            foreign: usage.foreign,
            weather,
            policy,
        }
    }

    /// A small scenario without chance, for crashes at one point after the other: a few events, a
    /// late one, a resend, two hours, fine weather.
    #[must_use]
    pub fn small(shell: Shell) -> Self {
        let mut scenario = Self::draw(0);
        let random = &mut Rng::with_seed(1);
        let start = setup::noon();
        let policy = Policy::default();
        let form = meterproof::usage::IdentityForm::License;
        let customers = customers::draw(random, form);
        let customers: Vec<Customer> = customers.into_iter().take(1).collect();
        let usage = usage::small(start, &customers);
        scenario = Self {
            start,
            calm: start + 5 * HOUR,
            end: start + 10 * HOUR,
            place: setup::place(form),
            policy,
            shell,
            crash_rate: 0.0,
            ledger_fault_rate: 0.0,
            latency: Latency::default(),
            queue: QueueRules::default(),
            call_timeout: 10_000,
            duplicate_on_identical_resend: false,
            customers,
            agreements: Vec::new(),
            license_news: Vec::new(),
            usage: usage.events,
            messages: usage.messages,
            imports: Vec::new(),
            foreign: Vec::new(),
            weather: Vec::new(),
            ..scenario
        };
        scenario
    }
}

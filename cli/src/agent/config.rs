//! Everything that is decided at start, read once.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use meterproof::usage::{Dimension, Edition, IdentityForm, ProductCode, Rules};
use meterproof_aws::{MeteringRegion, Timeouts};
use meterproof_metering::{Heartbeats, LatePolicy, Place, Policy, Region, SystemClock};
use tracing::level_filters::LevelFilter;

use crate::args::{ArgsError, Given, Spec};

/// The options of `meterproof agent`.
pub const OPTIONS: &[Spec] = &[
    option("ledger", "FILE", "the ledger: one SQLite file, made where there is none (required)"),
    option("region", "REGION", "the one region that usage is metered in, as us-east-1 (required)"),
    option(
        "identity-form",
        "FORM",
        "how customers are named: license, account or customer [license]",
    ),
    option(
        "product-code",
        "CODE",
        "the product of events that name none; for account and customer",
    ),
    option("listen", "ADDRESS", "loopback address and port; port 0 takes any [127.0.0.1:8793]"),
    option("late", "POLICY", "events whose hour is closed: carry or reject [carry]"),
    option("lateness-seconds", "N", "how long an hour waits for late events once it is over [600]"),
    option(
        "heartbeat-dimensions",
        "LIST",
        "dimensions, with commas, in which active licenses report nothing used [none]",
    ),
    option("final-flush-seconds", "N", "from a license's end to its final records [600]"),
    option(
        "month-end-close-seconds",
        "N",
        "from a month's start to its predecessor's close [7200]",
    ),
    option("hold-retry-seconds", "N", "how long a held bucket waits for its next attempt [300]"),
    option("lease-seconds", "N", "how long a send may go without an outcome [120]"),
    option("calls-per-second", "N", "BatchMeterUsage calls, of the account's 10 a second [8]"),
    option("rules", "EDITION", "the edition of AWS's rules: current, 2024 or 2019 [current]"),
    option("tick-ms", "N", "how often to look for what is due [1000]"),
    option("connect-timeout-ms", "N", "for a connection to AWS [3000]"),
    option("attempt-timeout-ms", "N", "for one call to AWS [10000]"),
    option("max-requests", "N", "requests under way at once; more get 429 [64]"),
    option("shutdown-seconds", "N", "how long requests and a send may go on after SIGTERM [20]"),
    option("clock", "CLOCK", "system, or offset-file:PATH for tests [system]"),
    option("log-level", "LEVEL", "error, warn, info or debug, to standard error [info]"),
];

/// The configuration of an agent.
#[derive(Clone, Debug)]
pub struct AgentConfig {
    /// The ledger's file.
    pub ledger: PathBuf,
    /// Where and how usage is metered.
    pub place: Place,
    /// The endpoint's region: the place's, known to offer BatchMeterUsage.
    pub region: MeteringRegion,
    /// The product of events that name none.
    pub product_code: Option<ProductCode>,
    /// A loopback address.
    pub listen: SocketAddr,
    /// The rules of metering.
    pub policy: Policy,
    /// How often to look for what is due.
    pub tick: Duration,
    /// How long calls to AWS may take.
    pub timeouts: Timeouts,
    /// Requests under way at once.
    pub max_requests: usize,
    /// How long what is under way may go on after a signal.
    pub shutdown: Duration,
    /// What time it is.
    pub clock: SystemClock,
    /// From which level on the log is written.
    pub log_level: LevelFilter,
}

const DEFAULT_PORT: u16 = 8793;
const HOUR: u64 = 3600;

impl AgentConfig {
    /// Reads the options of `meterproof agent`; `None` where help is asked for.
    ///
    /// # Errors
    /// [`ArgsError`], which names the option.
    pub fn read(
        arguments: impl IntoIterator<Item = OsString>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Self>, ArgsError> {
        let given = Given::read(OPTIONS, arguments, variable)?;
        if given.is_help() { Ok(None) } else { Self::of(&given).map(Some) }
    }

    fn of(given: &Given) -> Result<Self, ArgsError> {
        let region = region(given)?;
        let form = form(given)?;
        Ok(Self {
            ledger: given.path("ledger").ok_or_else(|| Given::not_set("ledger"))?,
            place: Place { region: place_region(given, &region)?, form },
            region,
            product_code: product_code(given, form)?,
            listen: listen(given)?,
            policy: policy(given)?,
            tick: given
                .milliseconds("tick-ms", 10..=60_000)?
                .unwrap_or(Duration::from_millis(1000)),
            timeouts: timeouts(given)?,
            max_requests: given
                .number("max-requests", 1..=1024)?
                .and_then(|number| usize::try_from(number).ok())
                .unwrap_or(64),
            shutdown: given
                .seconds("shutdown-seconds", 1..=600)?
                .unwrap_or(Duration::from_secs(20)),
            clock: clock(given)?,
            log_level: log_level(given)?,
        })
    }
}

const fn option(name: &'static str, value: &'static str, help: &'static str) -> Spec {
    Spec { name, value: Some(value), env: true, help }
}

fn region(given: &Given) -> Result<MeteringRegion, ArgsError> {
    let expected = "a region that offers BatchMeterUsage, such as us-east-1";
    given
        .parsed("region", expected, |text| MeteringRegion::parse(text).ok())?
        .ok_or_else(|| Given::not_set("region"))
}

fn place_region(given: &Given, region: &MeteringRegion) -> Result<Region, ArgsError> {
    Region::parse(region.as_str())
        .map_err(|_| given.invalid("region", "a region of at most 64 characters"))
}

fn form(given: &Given) -> Result<IdentityForm, ArgsError> {
    let form = given.parsed("identity-form", "license, account or customer", |text| {
        IdentityForm::ALL.iter().copied().find(|form| form.code() == text)
    })?;
    Ok(form.unwrap_or(IdentityForm::License))
}

fn product_code(given: &Given, form: IdentityForm) -> Result<Option<ProductCode>, ArgsError> {
    let code =
        given.parsed("product-code", "a product code", |text| ProductCode::parse(text).ok())?;
    if code.is_some() && form == IdentityForm::License {
        // Under both a license and a product code, usage is billed twice.
        let expected =
            "no product code with --identity-form license, where the license names the product";
        return Err(given.invalid("product-code", expected));
    }
    Ok(code)
}

/// Only loopback: what the agent takes is billed, and nobody is asked who they are.
fn listen(given: &Given) -> Result<SocketAddr, ArgsError> {
    let expected = "an address and a port, as 127.0.0.1:8793";
    let address = given.parsed("listen", expected, |text| {
        let text = text
            .strip_prefix("localhost:")
            .map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
        text.parse::<SocketAddr>().ok()
    })?;
    let address = address.unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), DEFAULT_PORT));
    if !address.ip().is_loopback() {
        let expected = "a loopback address, as 127.0.0.1:8793: the agent bills what it takes and asks nobody who they are";
        return Err(given.invalid("listen", expected));
    }
    Ok(address)
}

fn policy(given: &Given) -> Result<Policy, ArgsError> {
    let usual = Policy::default();
    let late = given.parsed("late", "carry or reject", LatePolicy::parse)?;
    let calls = given.number("calls-per-second", 1..=10)?;
    let policy = Policy {
        rules: rules(given)?,
        late: late.unwrap_or(usual.late),
        lateness: given.seconds("lateness-seconds", 0..=12 * HOUR)?.unwrap_or(usual.lateness),
        heartbeats: heartbeats(given)?,
        calls_per_second: calls
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(usual.calls_per_second),
        final_flush: given.seconds("final-flush-seconds", 0..=3000)?.unwrap_or(usual.final_flush),
        month_end_close: given
            .seconds("month-end-close-seconds", 0..=5 * HOUR)?
            .unwrap_or(usual.month_end_close),
        hold_retry: given.seconds("hold-retry-seconds", 1..=6 * HOUR)?.unwrap_or(usual.hold_retry),
        lease: given.seconds("lease-seconds", 1..=HOUR)?.unwrap_or(usual.lease),
        ..usual
    };
    // The options' ranges are the policy's bounds; where those are narrowed, this says so.
    policy.check().map_err(|error| ArgsError::Invalid {
        name: format!("--{}", error.name.replace('_', "-")),
        actual: String::new(),
        expected: error.expected.to_owned(),
    })?;
    Ok(policy)
}

fn rules(given: &Given) -> Result<Rules, ArgsError> {
    let edition = given.parsed("rules", "current, 2024 or 2019", |text| {
        Edition::ALL.iter().copied().find(|edition| edition.code() == text)
    })?;
    Ok(match edition {
        None | Some(Edition::Current) => Rules::CURRENT,
        Some(Edition::Of2024) => Rules::EDITION_2024,
        Some(Edition::Of2019) => Rules::EDITION_2019,
    })
}

fn heartbeats(given: &Given) -> Result<Option<Heartbeats>, ArgsError> {
    let expected = "dimensions of 1 to 255 characters with commas between them";
    let dimensions = given.parsed("heartbeat-dimensions", expected, |text| {
        text.split(',').map(|name| Dimension::parse(name.trim()).ok()).collect::<Option<Vec<_>>>()
    })?;
    Ok(dimensions.map(|dimensions| Heartbeats { dimensions }))
}

fn timeouts(given: &Given) -> Result<Timeouts, ArgsError> {
    let connect = given.milliseconds("connect-timeout-ms", 100..=60_000)?;
    let attempt = given.milliseconds("attempt-timeout-ms", 100..=300_000)?;
    Ok(Timeouts {
        connect: connect.unwrap_or(Duration::from_secs(3)),
        attempt: attempt.unwrap_or(Duration::from_secs(10)),
    })
}

fn clock(given: &Given) -> Result<SystemClock, ArgsError> {
    let mut cause = None;
    let clock = given.parsed("clock", "", |text| match SystemClock::parse(text) {
        Ok(clock) => Some(clock),
        Err(error) => {
            cause = Some(error.to_string());
            None
        }
    });
    match (clock, cause) {
        (Err(_), Some(cause)) => {
            let expected = format!("system, or offset-file:PATH for tests ({cause})");
            Err(given.invalid("clock", &expected))
        }
        (clock, _) => Ok(clock?.unwrap_or_else(SystemClock::machine)),
    }
}

fn log_level(given: &Given) -> Result<LevelFilter, ArgsError> {
    let level = given.parsed("log-level", "error, warn, info or debug", |text| match text {
        "error" => Some(LevelFilter::ERROR),
        "warn" => Some(LevelFilter::WARN),
        "info" => Some(LevelFilter::INFO),
        "debug" => Some(LevelFilter::DEBUG),
        _ => None,
    })?;
    Ok(level.unwrap_or(LevelFilter::INFO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<AgentConfig, ArgsError> {
        let all = ["--ledger", "usage.db", "--region", "us-east-1"].iter().chain(arguments);
        let config = AgentConfig::read(all.map(OsString::from), &|_| None)?;
        Ok(config.expect("no help was asked for"))
    }

    #[test]
    fn two_options_are_enough() {
        let config = read(&[]).unwrap();
        assert_eq!(config.ledger, PathBuf::from("usage.db"));
        assert_eq!(config.place.to_string(), "LicenseArn with CustomerAWSAccountId in us-east-1");
        assert_eq!(config.listen.to_string(), "127.0.0.1:8793");
        assert_eq!(config.policy, Policy::default());
        assert_eq!((config.tick, config.max_requests), (Duration::from_secs(1), 64));
    }

    #[test]
    fn every_option_counts() {
        let config = read(&[
            "--identity-form",
            "account",
            "--product-code",
            "saas1",
            "--listen",
            "[::1]:0",
            "--late",
            "reject",
            "--lateness-seconds",
            "0",
            "--heartbeat-dimensions",
            "users, pods",
            "--final-flush-seconds",
            "1",
            "--month-end-close-seconds",
            "2",
            "--hold-retry-seconds",
            "3",
            "--lease-seconds",
            "4",
            "--calls-per-second",
            "5",
            "--rules",
            "2024",
            "--tick-ms",
            "10",
            "--connect-timeout-ms",
            "101",
            "--attempt-timeout-ms",
            "102",
            "--max-requests",
            "6",
            "--shutdown-seconds",
            "7",
            "--log-level",
            "debug",
        ])
        .unwrap();
        let seconds = Duration::from_secs;
        let policy = &config.policy;
        assert_eq!(config.place.form, IdentityForm::Account);
        assert_eq!(config.product_code.unwrap().as_str(), "saas1");
        assert_eq!(config.listen.to_string(), "[::1]:0");
        assert_eq!((policy.late, policy.lateness), (LatePolicy::Reject, seconds(0)));
        let dimensions = &policy.heartbeats.as_ref().unwrap().dimensions;
        assert_eq!(dimensions.iter().map(Dimension::as_str).collect::<Vec<_>>(), ["users", "pods"]);
        assert_eq!((policy.final_flush, policy.month_end_close), (seconds(1), seconds(2)));
        assert_eq!((policy.hold_retry, policy.lease), (seconds(3), seconds(4)));
        assert_eq!((policy.calls_per_second, policy.rules.edition()), (5, Edition::Of2024));
        assert_eq!(config.tick, Duration::from_millis(10));
        assert_eq!(config.timeouts.connect, Duration::from_millis(101));
        assert_eq!(config.timeouts.attempt, Duration::from_millis(102));
        assert_eq!((config.max_requests, config.shutdown), (6, seconds(7)));
        assert_eq!(config.log_level, LevelFilter::DEBUG);
    }

    #[test]
    fn a_wrong_value_is_named() {
        let region = |name: &str| {
            let arguments = ["--ledger", "a", "--region", name].map(OsString::from);
            AgentConfig::read(arguments, &|_| None).unwrap_err().to_string()
        };
        assert_eq!(
            region("us-gov-west-1"),
            "--region is \"us-gov-west-1\"; give a region that offers BatchMeterUsage, such as us-east-1"
        );
        let wrong = |name: &str, value: &str| read(&[name, value]).unwrap_err().to_string();
        for address in ["0.0.0.0:8793", "[::]:1", "192.168.0.1:80"] {
            assert_eq!(
                wrong("--listen", address),
                format!(
                    "--listen is {address:?}; give a loopback address, as 127.0.0.1:8793: the agent bills what it takes and asks nobody who they are"
                )
            );
        }
        assert_eq!(
            wrong("--listen", "8793"),
            "--listen is \"8793\"; give an address and a port, as 127.0.0.1:8793"
        );
        assert_eq!(wrong("--late", "drop"), "--late is \"drop\"; give carry or reject");
        assert_eq!(
            wrong("--calls-per-second", "11"),
            "--calls-per-second is \"11\"; give a whole number from 1 to 10"
        );
        assert_eq!(
            wrong("--product-code", "saas1"),
            "--product-code is \"saas1\"; give no product code with --identity-form license, where the license names the product"
        );
        assert!(
            wrong("--clock", "offset-file:/nowhere/at/all").starts_with(
                "--clock is \"offset-file:/nowhere/at/all\"; give system, or offset-file:PATH for tests (the clock's offset file /nowhere/at/all cannot be used"
            )
        );
        for option in OPTIONS {
            if !["ledger", "heartbeat-dimensions"].contains(&option.name) {
                let arguments = ["--ledger", "a", "--region", "us-east-1"].map(OsString::from);
                let wrong = [format!("--{}", option.name), "\u{7f} ?".into()].map(OsString::from);
                let arguments: Vec<_> = if option.name == "region" {
                    arguments[..2].iter().cloned().chain(wrong).collect()
                } else {
                    arguments.into_iter().chain(wrong).collect()
                };
                let error = AgentConfig::read(arguments, &|_| None).unwrap_err().to_string();
                assert!(error.starts_with(&format!("--{} is ", option.name)), "{error}");
            }
        }
    }

    #[test]
    fn what_has_no_default_must_be_given() {
        let error = AgentConfig::read([], &|_| None).unwrap_err();
        assert_eq!(error, Given::not_set("region"));
        let variable = |name: &str| (name == "METERPROOF_REGION").then(|| "us-east-1".into());
        let error = AgentConfig::read([], &variable).unwrap_err();
        assert_eq!(error.to_string(), "--ledger is not given; give it, or set METERPROOF_LEDGER");
    }
}

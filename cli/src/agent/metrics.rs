//! What the agent counts, in the text format of Prometheus, version 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::time::Duration;

use meterproof::usage::Outcome;
use meterproof_metering::{StateName, SweepReport, Tally, Verdict};
use prometheus::{
    Encoder as _, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TextEncoder,
};

/// The counters of one agent.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    events: IntCounterVec,
    rejections: IntCounterVec,
    buckets: IntGaugeVec,
    oldest: IntGauge,
    ledger_up: IntGauge,
    changes: IntCounterVec,
    calls: IntCounterVec,
    throttles: IntCounter,
    call_seconds: Histogram,
    sweeps: IntCounterVec,
    last_sweep: IntGauge,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    under_way: IntGauge,
}

/// Seconds: from a local answer to the longest that a client waits.
const BUCKETS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

impl Metrics {
    /// All counters at zero.
    ///
    /// # Errors
    /// [`prometheus::Error`] where a name is not well formed or comes twice.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new_custom(Some("meterproof".into()), None)?;
        let counters = |name: &str, help: &str, labels: &[&str]| {
            let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counters.clone()))?;
            Ok::<_, prometheus::Error>(counters)
        };
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let seconds =
            |name: &str, help: &str| HistogramOpts::new(name, help).buckets(BUCKETS.into());

        let buckets = IntGaugeVec::new(Opts::new("buckets", "Buckets in each state."), &["state"])?;
        registry.register(Box::new(buckets.clone()))?;
        let throttles = IntCounter::new("throttles_total", "Calls answered ThrottlingException.")?;
        registry.register(Box::new(throttles.clone()))?;
        let call_seconds = Histogram::with_opts(seconds(
            "call_duration_seconds",
            "How long BatchMeterUsage calls take.",
        ))?;
        registry.register(Box::new(call_seconds.clone()))?;
        let request_seconds = HistogramVec::new(
            seconds("request_duration_seconds", "How long requests to the agent take."),
            &["route"],
        )?;
        registry.register(Box::new(request_seconds.clone()))?;
        let build = IntGaugeVec::new(Opts::new("build_info", "Always 1."), &["version"])?;
        registry.register(Box::new(build.clone()))?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);

        let metrics = Self {
            events: counters("events_total", "Usage events by verdict.", &["verdict"])?,
            rejections: counters(
                "rejected_events_total",
                "Rejected usage events by the code of the reason.",
                &["code"],
            )?,
            buckets,
            oldest: gauge(
                "oldest_unsettled_bucket_age_seconds",
                "Since the start of the oldest hour that is open, frozen or held; 0 without one.",
            )?,
            ledger_up: gauge("ledger_up", "Whether the ledger answered this scrape.")?,
            changes: counters(
                "bucket_changes_total",
                "What became of buckets as time passed.",
                &["change"],
            )?,
            calls: counters("calls_total", "BatchMeterUsage calls by outcome.", &["outcome"])?,
            throttles,
            call_seconds,
            sweeps: counters("sweeps_total", "Looks for what is due, by outcome.", &["outcome"])?,
            last_sweep: gauge(
                "last_sweep_timestamp_seconds",
                "When the last look for what is due ended well, by the agent's clock.",
            )?,
            requests: counters(
                "requests_total",
                "Requests to the agent by route and status.",
                &["route", "status"],
            )?,
            request_seconds,
            under_way: gauge("requests_under_way", "Requests that are being answered.")?,
            registry,
        };
        metrics.begin_at_zero();
        Ok(metrics)
    }

    /// A series that is absent until the first time cannot be told from one that never counts.
    fn begin_at_zero(&self) {
        for verdict in ["added", "carried", "duplicate", "rejected"] {
            self.events.with_label_values(&[verdict]);
        }
        for outcome in CallOutcome::ALL {
            self.calls.with_label_values(&[outcome.code()]);
        }
        for outcome in ["ok", "failed"] {
            self.sweeps.with_label_values(&[outcome]);
        }
        for change in
            ["frozen", "settled", "carried_over", "expired", "heartbeat", "held", "conflict"]
        {
            self.changes.with_label_values(&[change]);
        }
    }

    /// Events with a verdict.
    pub fn count_verdict(&self, verdict: &Verdict) {
        match verdict {
            Verdict::Rejected(reason) => self.count_rejection(reason.code()),
            taken => self.events.with_label_values(&[taken.code()]).inc(),
        }
    }

    /// An event that was rejected.
    pub fn count_rejection(&self, code: &'static str) {
        self.events.with_label_values(&["rejected"]).inc();
        self.rejections.with_label_values(&[code]).inc();
    }

    /// A call to AWS that came to this.
    pub fn count_call(&self, outcome: &Outcome, took: Duration) {
        let outcome = CallOutcome::of(outcome);
        self.calls.with_label_values(&[outcome.code()]).inc();
        self.call_seconds.observe(took.as_secs_f64());
        if outcome == CallOutcome::Throttled {
            self.throttles.inc();
        }
    }

    /// What a round did.
    pub fn count_sweep(&self, report: &SweepReport, unix_seconds: i64) {
        self.sweeps.with_label_values(&["ok"]).inc();
        self.last_sweep.set(unix_seconds);
        for (change, count) in [
            ("frozen", report.frozen),
            ("carried_over", report.carried_over),
            ("expired", report.expired),
            ("heartbeat", report.heartbeats),
        ] {
            self.changes.with_label_values(&[change]).inc_by(count);
        }
    }

    /// A round that the ledger did not let happen.
    pub fn count_failed_sweep(&self) {
        self.sweeps.with_label_values(&["failed"]).inc();
    }

    /// A bucket that is in this state after a send, and was not before.
    pub fn count_sent(&self, state: StateName) {
        if matches!(state, StateName::Settled | StateName::Held | StateName::Conflict) {
            self.changes.with_label_values(&[state.code()]).inc();
        }
    }

    /// A request has come; the value counts it until it is dropped.
    #[must_use]
    pub fn request(&self) -> UnderWay {
        self.under_way.inc();
        UnderWay { gauge: self.under_way.clone() }
    }

    /// A request was answered.
    pub fn count_request(&self, route: &'static str, status: u16, took: Duration) {
        self.requests.with_label_values(&[route, &status.to_string()]).inc();
        self.request_seconds.with_label_values(&[route]).observe(took.as_secs_f64());
    }

    /// The text, with the ledger as it stands; `None` where it does not answer.
    ///
    /// # Errors
    /// [`prometheus::Error`] where a value cannot be written.
    pub fn text(
        &self,
        tally: Option<&Tally>,
        unix_seconds: i64,
    ) -> Result<String, prometheus::Error> {
        self.ledger_up.set(i64::from(tally.is_some()));
        match tally {
            Some(tally) => {
                for (state, count) in StateName::ALL.iter().zip(tally.states) {
                    let count = i64::try_from(count).unwrap_or(i64::MAX);
                    self.buckets.with_label_values(&[state.code()]).set(count);
                }
                let age = tally
                    .oldest_unsettled
                    .map_or(0, |hour| unix_seconds.saturating_sub(hour.unix_seconds()).max(0));
                self.oldest.set(age);
            }
            // What was true a while ago is not told as if it were now.
            None => self.buckets.reset(),
        }
        let mut bytes = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut bytes)?;
        String::from_utf8(bytes).map_err(|error| prometheus::Error::Msg(error.to_string()))
    }
}

/// `Content-Type` of [`Metrics::text`].
pub const CONTENT_TYPE: &str = prometheus::TEXT_FORMAT;

/// A request that is being answered.
#[derive(Debug)]
pub struct UnderWay {
    gauge: IntGauge,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.gauge.dec();
    }
}

/// What a call came to, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CallOutcome {
    Answered,
    Throttled,
    Refused,
    Unreachable,
}

impl CallOutcome {
    const ALL: [Self; 4] = [Self::Answered, Self::Throttled, Self::Refused, Self::Unreachable];

    fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Answered { .. } => Self::Answered,
            Outcome::Refused(error) if error.name == "ThrottlingException" => Self::Throttled,
            Outcome::Refused(_) => Self::Refused,
            Outcome::Unreachable { .. } => Self::Unreachable,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Throttled => "throttled",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
        }
    }
}

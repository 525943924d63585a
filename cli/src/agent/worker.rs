//! The engine's loop: look for what is due, send it, and look again.

use std::time::{Duration, Instant};

use meterproof::Timestamp;
use meterproof::usage::{BatchMeterUsageRequest, Outcome};
use meterproof_metering::{
    Bucket, BucketFilter, BucketKey, Certainty, Clock, EVENT_RETENTION, Ledger, LedgerError,
    MeteringService, Pacer, State, StateName, SweepReport, send, sweep,
};
use tokio::sync::watch;

use super::metrics::Metrics;
use super::state::AgentState;

/// Closes hours and sends records for as long as the agent runs.
pub struct Worker<L, C, S> {
    state: AgentState<L, C>,
    service: Counted<S>,
    pacer: Pacer,
    /// When ids were last forgotten.
    forgot: Option<Instant>,
}

/// Buckets a round, so that a signal or a full ledger waits for no more than a few calls.
const ROUND: usize = 200;

/// No call of a round begins later than this after its start.
const SEND_FOR: Duration = Duration::from_secs(5);

/// How often ids that no event can come for are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(60);

impl<L: Ledger, C: Clock + Sync, S: MeteringService + Sync> Worker<L, C, S> {
    /// A worker on the agent's ledger.
    #[must_use]
    pub fn new(state: AgentState<L, C>, service: S) -> Self {
        let service = Counted { inner: service, metrics: state.metrics().clone() };
        let pacer = Pacer::new(state.ledger().policy().calls_per_second);
        Self { state, service, pacer, forgot: None }
    }

    /// Works until `stop` is true; then ends the round it is in. Only one worker may run on a
    /// ledger: see [`resume`](Self::resume).
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        if let Err(error) = self.resume().await {
            // The rounds find them too, once their leases have ended.
            self.failed(&error);
        }
        while !*stop.borrow() {
            let again = match self.round().await {
                Ok(again) => again,
                Err(error) => {
                    self.failed(&error);
                    false
                }
            };
            if again {
                continue;
            }
            tokio::select! {
                () = self.state.clock().sleep(self.state.tick()) => {}
                // An error means that nobody is left who could say stop.
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Sends again what was under way when an earlier process ended without a word: nobody else
    /// can be at it, so there is no need to wait for the end of its lease.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn resume(&mut self) -> Result<(), LedgerError> {
        let states = vec![StateName::Frozen, StateName::Held];
        let filter = BucketFilter { states, ..BucketFilter::default() };
        let mut after = None;
        loop {
            let page = self.state.ledger().list(&filter, after).await?;
            let is_under_way = |bucket: &Bucket| bucket.certainty == Certainty::Underway;
            let abandoned: Vec<Bucket> = page.buckets.into_iter().filter(is_under_way).collect();
            if !abandoned.is_empty() {
                tracing::info!(event = "resume", outcome = "found", buckets = abandoned.len());
                self.send(abandoned, self.state.now()).await?;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// One round. Says whether another may find something to do at once.
    ///
    /// # Errors
    /// [`LedgerError`]; the next round begins where this one ended.
    pub async fn round(&mut self) -> Result<bool, LedgerError> {
        let now = self.state.now();
        let sweep = sweep(self.state.ledger(), now, ROUND).await?;
        self.swept(&sweep.report, now);
        let calls = if sweep.ready.is_empty() { 0 } else { self.send(sweep.ready, now).await? };
        self.forget(now).await?;
        let mut pulse = self.state.pulse();
        pulse.beat = Instant::now();
        pulse.last_sweep = Some(now);
        pulse.ledger = None;
        Ok(sweep.more || calls > 0)
    }

    /// Sends, counts and logs; says how many calls were made.
    async fn send(&self, ready: Vec<Bucket>, now: Timestamp) -> Result<u32, LedgerError> {
        let known: Vec<(BucketKey, StateName)> =
            ready.iter().map(|bucket| (bucket.key.clone(), bucket.state.name())).collect();
        let (ledger, clock) = (self.state.ledger(), self.state.clock());
        let deadline = plus(now, SEND_FOR);
        let sending = send(ledger, &self.service, clock, &self.pacer, ready, deadline).await?;
        self.sent(&known, &sending.buckets, sending.calls);
        Ok(sending.calls)
    }

    async fn forget(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        if self.forgot.is_some_and(|last| last.elapsed() < FORGET_EVERY) {
            return Ok(());
        }
        self.forgot = Some(Instant::now());
        let millis = i64::try_from(EVENT_RETENTION.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp::from_unix_millis(now.unix_millis().saturating_sub(millis));
        let Some(before) = before else { return Ok(()) };
        let forgotten = self.state.ledger().forget_events(before).await?;
        if forgotten > 0 {
            tracing::info!(event = "forget", outcome = "forgotten", ids = forgotten);
        }
        Ok(())
    }

    fn failed(&self, error: &LedgerError) {
        self.state.metrics().count_failed_sweep();
        if *error != LedgerError::Busy {
            self.state.pulse().ledger = Some(error.clone());
        }
        tracing::error!(event = "sweep", outcome = error.code(), cause = %error);
    }

    fn swept(&self, report: &SweepReport, now: Timestamp) {
        self.state.metrics().count_sweep(report, now.unix_seconds());
        let SweepReport { frozen, carried_over, expired, heartbeats } = *report;
        if expired > 0 {
            tracing::error!(
                event = "sweep",
                outcome = "expired",
                frozen,
                carried_over,
                expired,
                heartbeats
            );
        } else if *report != SweepReport::default() {
            tracing::info!(event = "sweep", outcome = "swept", frozen, carried_over, heartbeats);
        }
    }

    fn sent(&self, known: &[(BucketKey, StateName)], buckets: &[Bucket], calls: u32) {
        let [mut settled, mut waiting] = [0_u64; 2];
        for bucket in buckets {
            let state = bucket.state.name();
            settled += u64::from(state == StateName::Settled);
            waiting += u64::from(matches!(state, StateName::Frozen | StateName::Held));
            let before = known.iter().find(|(key, _)| *key == bucket.key).map(|(_, state)| *state);
            if before != Some(state) {
                self.state.metrics().count_sent(state);
                warn(bucket);
            }
        }
        if calls > 0 {
            tracing::info!(event = "send", outcome = "sent", calls, settled, waiting);
        }
    }
}

/// One line for each bucket that a person, or AWS, has to do something about.
fn warn(bucket: &Bucket) {
    let code = match &bucket.state {
        State::Held { cause, .. } => cause.code(),
        State::Conflict { .. } => "conflict",
        State::Expired { .. } => "expired",
        State::Open | State::Frozen { .. } | State::Settled { .. } => return,
    };
    tracing::warn!(
        event = "bucket",
        outcome = bucket.state.name().code(),
        code,
        hour = %bucket.key.hour(),
        identity = %bucket.key.identity(),
        dimension = bucket.key.dimension().as_str(),
    );
}

fn plus(now: Timestamp, by: Duration) -> Timestamp {
    let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
    now.plus_seconds(seconds).unwrap_or(now)
}

/// A service whose calls are counted.
struct Counted<S> {
    inner: S,
    metrics: Metrics,
}

impl<S: MeteringService + Sync> MeteringService for Counted<S> {
    async fn batch_meter_usage(&self, request: &BatchMeterUsageRequest) -> Outcome {
        let began = Instant::now();
        let outcome = self.inner.batch_meter_usage(request).await;
        self.metrics.count_call(&outcome, began.elapsed());
        match &outcome {
            Outcome::Answered { .. } => {}
            // The service's own words can quote the request: its error's name is enough.
            Outcome::Refused(error) => {
                tracing::warn!(event = "call", outcome = "refused", error = error.name);
            }
            Outcome::Unreachable { reason } => {
                tracing::warn!(event = "call", outcome = "unreachable", cause = reason);
            }
        }
        outcome
    }
}

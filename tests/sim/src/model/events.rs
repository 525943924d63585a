//! Where every event is: counted in one hour, rejected, or in the dead-letter queue.

use std::collections::{BTreeMap, BTreeSet};

use meterproof::Timestamp;
use meterproof::usage::{Identity, IdentityForm, UsageRecord};
use meterproof_metering::{
    Added, Adopted, Bucket, BucketKey, EventId, IngestRejection, LatePolicy, NoteKind, Policy,
    Region, UsageEvent, Verdict,
};

use super::sums::Sums;
use crate::Violation;
use crate::scenario::{HOUR, MINUTE, Scenario};

/// The accounts of all events and of records from elsewhere.
pub(crate) struct Model {
    policy: Policy,
    form: IdentityForm,
    accounts: Vec<Account>,
    by_id: BTreeMap<EventId, Vec<usize>>,
    imports: Vec<UsageRecord>,
    pub(super) taken_over: BTreeMap<BucketKey, UsageRecord>,
    /// Every record as it was first frozen.
    frozen: BTreeMap<BucketKey, UsageRecord>,
    /// Customers, by place in the scenario, whose license or subscription ends at some time.
    troubled: BTreeSet<Identity>,
}

struct Account {
    event: UsageEvent,
    /// The hour it counts in.
    counts_in: Option<Timestamp>,
    rejected: Option<&'static str>,
    is_dead: bool,
}

impl Model {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let mut by_id: BTreeMap<EventId, Vec<usize>> = BTreeMap::new();
        for (place, event) in scenario.usage.iter().enumerate() {
            by_id.entry(event.id().clone()).or_default().push(place);
        }
        let account = |event: &UsageEvent| Account {
            event: event.clone(),
            counts_in: None,
            rejected: None,
            is_dead: false,
        };
        let troubled = scenario.agreements.iter().filter_map(|(_, change)| {
            scenario.customers.get(change.customer()).map(|customer| customer.identity.clone())
        });
        Self {
            policy: scenario.policy.clone(),
            form: scenario.place.form,
            accounts: scenario.usage.iter().map(account).collect(),
            by_id,
            imports: scenario.imports.iter().map(|(_, record)| record.clone()).collect(),
            taken_over: BTreeMap::new(),
            frozen: BTreeMap::new(),
            troubled: troubled.collect(),
        }
    }

    /// The ledger has answered an addition.
    pub(crate) fn added(&mut self, event: &UsageEvent, added: Added) -> Result<(), Violation> {
        let variants = self.by_id.get(event.id()).cloned().unwrap_or_default();
        let counted = |model: &Self, place: usize| model.accounts[place].counts_in;
        let Some(place) =
            variants.iter().copied().find(|place| self.accounts[*place].event == *event)
        else {
            return Err(Violation::new("every event has a sender", format!("{}", event.id())));
        };
        let before = counted(self, place);
        let of_others =
            variants.iter().any(|other| *other != place && counted(self, *other).is_some());
        let once = |figures: String| Err(Violation::new("an event counts once", figures));
        let id = event.id();
        match added {
            Added::To(hour) => {
                if let Some(before) = before {
                    return once(format!("{id} counts in {before}, and was added to {hour} again"));
                }
                self.accounts[place].counts_in = Some(hour);
                Ok(())
            }
            Added::Before(hour) if before != Some(hour) => {
                once(format!("{id} is said to count in {hour}, it counts in {before:?}"))
            }
            Added::IdTaken if !of_others => {
                once(format!("{id} is said to be taken, by no other event"))
            }
            Added::NoHour if before.is_some() => {
                once(format!("{id} is said to find no hour, it counts in {before:?}"))
            }
            _ => Ok(()),
        }
    }

    /// The sender of an event has heard its verdict.
    pub(crate) fn heard(
        &mut self,
        place: usize,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Result<(), Violation> {
        let Some(account) = self.accounts.get_mut(place) else { return Ok(()) };
        let event = &account.event;
        let own = event.time().start_of_hour();
        let wrong = |why: &str| {
            let figures = format!(
                "{} of {} got {verdict:?} at {now}, it counts in {:?}: {why}",
                event.id(),
                event.time(),
                account.counts_in
            );
            Err(Violation::new("verdicts are true", figures))
        };
        let is_over = now.unix_millis() >= own.unix_millis() + HOUR;
        let is_troubled = self.troubled.contains(event.identity());
        match verdict {
            Verdict::Added { hour } if account.counts_in != Some(*hour) || *hour != own => {
                wrong("another hour")
            }
            Verdict::Duplicate { hour } if account.counts_in != Some(*hour) => {
                wrong("another hour")
            }
            Verdict::Carried { from, to } => {
                let latest = now.unix_millis() + HOUR;
                if account.counts_in != Some(*to) || *from != own || *to == own {
                    wrong("another hour")
                } else if self.policy.late == LatePolicy::Reject {
                    wrong("late events are refused")
                } else if *to < own || to.unix_millis() > latest {
                    wrong("carried too far")
                } else if !is_over && !is_troubled {
                    wrong("its own hour is not over")
                } else {
                    Ok(())
                }
            }
            Verdict::Rejected(rejection) => {
                let is_too_old = matches!(rejection, IngestRejection::TooOld { .. });
                if account.counts_in.is_some() && !is_too_old {
                    return wrong("it counts");
                }
                let (time, now) = (event.time().unix_millis(), now.unix_millis());
                let is_right = match rejection {
                    IngestRejection::InFuture { .. } => time > now + 5 * MINUTE,
                    IngestRejection::TooOld { .. } => time < now - 47 * HOUR,
                    IngestRejection::Late { .. } => {
                        is_troubled || (self.policy.late == LatePolicy::Reject && is_over)
                    }
                    IngestRejection::OtherForm { .. } => event.identity().form() != self.form,
                    IngestRejection::DecimalNotTaken => !self.policy.rules.has_decimals(),
                    IngestRejection::IdTaken => self.by_id[event.id()].len() > 1,
                    _ => false,
                };
                if !is_right {
                    return wrong("no reason to reject it");
                }
                account.rejected = Some(rejection.code());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A message with these events is in the dead-letter queue, or was put back from there.
    pub(crate) fn dead(&mut self, places: &[usize], is_dead: bool) {
        for place in places {
            if let Some(account) = self.accounts.get_mut(*place) {
                account.is_dead = is_dead;
            }
        }
    }

    /// A record was offered to the ledger.
    pub(crate) fn adopted(&mut self, region: &Region, record: &UsageRecord, adopted: &Adopted) {
        if self.imports.contains(record) && matches!(adopted, Adopted::Ours(_)) {
            self.taken_over.insert(BucketKey::of_record(region.clone(), record), record.clone());
        }
    }

    /// A bucket as it stands now.
    pub(crate) fn see(&mut self, bucket: &Bucket) -> Result<(), Violation> {
        if let Some(record) = bucket.record() {
            let first = self.frozen.entry(bucket.key.clone()).or_insert_with(|| record.clone());
            if first != record {
                let figures = format!(
                    "{} was frozen with {} at {}, now it has {} at {}",
                    bucket.key,
                    first.quantity(),
                    first.timestamp(),
                    record.quantity(),
                    record.timestamp()
                );
                return Err(Violation::new("a frozen record never changes", figures));
            }
        } else if let Some(first) = self.frozen.get(&bucket.key) {
            let figures = format!("{} had {}, now it is open", bucket.key, first.quantity());
            return Err(Violation::new("a frozen record never changes", figures));
        }
        if bucket.notes.iter().any(|note| note.kind == NoteKind::AcceptedTooLate) {
            let figures = format!("{} was billed here and is carried elsewhere", bucket.key);
            return Err(Violation::new("carried usage is not billed where it was", figures));
        }
        Ok(())
    }

    /// Every event in exactly one place; counts how many are where.
    pub(super) fn places(&self) -> Result<Places, Violation> {
        let mut places = Places::default();
        for account in &self.accounts {
            match (account.counts_in, account.rejected, account.is_dead) {
                (Some(hour), ..) if hour == account.event.time().start_of_hour() => places.own += 1,
                (Some(_), ..) => places.carried += 1,
                (None, Some(_), _) => places.rejected += 1,
                (None, None, true) => places.dead += 1,
                (None, None, false) => {
                    let figures = format!(
                        "{} of {} was neither counted nor rejected nor dead-lettered",
                        account.event.id(),
                        account.event.time()
                    );
                    return Err(Violation::new("every event is in one place", figures));
                }
            }
        }
        Ok(places)
    }

    /// The sum of everything that counts.
    pub(super) fn accepted(&self) -> Sums {
        let mut sums = Sums::default();
        for event in
            self.accounts.iter().filter(|one| one.counts_in.is_some()).map(|one| &one.event)
        {
            let series = (event.identity().clone(), event.dimension().clone());
            sums.add_split(series, event.quantity(), event.allocations());
        }
        self.taken_over.values().for_each(|record| sums.add_record(record));
        sums
    }

    /// How much was added to a bucket as events, and how many.
    pub(super) fn added_to(&self, key: &BucketKey) -> (u128, u64) {
        let of_key = self.accounts.iter().filter(|account| {
            account.counts_in == Some(key.hour())
                && account.event.identity() == key.identity()
                && account.event.dimension() == key.dimension()
        });
        of_key.fold((0, 0), |(micros, count), account| {
            (micros + u128::from(account.event.quantity().micros()), count + 1)
        })
    }

    pub(super) fn is_troubled(&self, identity: &Identity) -> bool {
        self.troubled.contains(identity)
    }
}

/// How many events are where.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    pub(super) own: u64,
    pub(super) carried: u64,
    pub(super) rejected: u64,
    pub(super) dead: u64,
}

//! The reckoning at the end: the bill, the ledger and the accounts of the events agree to the
//! millionth of a unit.

use std::collections::{BTreeMap, BTreeSet};

use meterproof_metering::{Bucket, BucketFilter, BucketKey, ExpiryCause, Ledger, NoteKind, State};

use super::expiry;
use super::names::note_name;
use super::sums::{Series, Sums};
use crate::Violation;
use crate::scenario::HOUR;
use crate::world::{Aws, World};

/// Every invariant that holds once the weather is calm and all windows have closed.
pub(crate) async fn reconcile(world: &World) -> Result<(), Violation> {
    let buckets = all_buckets(world).await?;
    let (sim, model, aws) = (&world.sim, world.model(), world.aws());
    let places = model.places()?;
    sim.count_many("events.in_their_hour", places.own);
    sim.count_many("events.carried", places.carried);
    sim.count_many("events.rejected", places.rejected);
    sim.count_many("events.dead_lettered", places.dead);
    for note in buckets.iter().flat_map(|bucket| &bucket.notes) {
        sim.count(note_name(&note.kind));
    }

    let mut left = Sums::default();
    for bucket in &buckets {
        check_end(world, &aws, bucket)?;
        expiry::check(world, &model, bucket)?;
        leave(world, &aws, bucket, &mut left);
    }
    let mut billed = Sums::default();
    for (key, entry) in aws.bill() {
        let dimension = meterproof::usage::Dimension::parse(&key.dimension);
        let (Some(identity), Ok(dimension)) = (aws.identity(key), dimension) else {
            let figures = format!("{key:?} has {}", entry.quantity);
            return Err(Violation::new("only customers are billed", figures));
        };
        billed.add_entry(&(identity.clone(), dimension), entry);
    }
    compare(&model.accepted(), &billed, &left)?;
    check_contents(&model, &buckets)
}

/// Whether nothing that was used waits for anything.
pub(crate) async fn is_settled(world: &World) -> bool {
    let is_done = |bucket: &Bucket| !bucket.is_unsettled() || bucket.contents.micros() == 0;
    all_buckets(world).await.is_ok_and(|buckets| buckets.iter().all(is_done))
}

async fn all_buckets(world: &World) -> Result<Vec<Bucket>, Violation> {
    let (mut buckets, mut cursor) = (Vec::new(), None);
    loop {
        let page = world.store.list(&BucketFilter::default(), cursor).await;
        let page = page.map_err(|error| Violation::new("the ledger answers", error.to_string()))?;
        buckets.extend(page.buckets);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(buckets),
        }
    }
}

/// What each state says must be so.
fn check_end(world: &World, aws: &Aws, bucket: &Bucket) -> Result<(), Violation> {
    let billed = aws.entry(&bucket.key).map(|entry| entry.quantity.millionths());
    let is_foreign = aws.is_foreign(&bucket.key);
    let figures = || {
        format!(
            "{} is {:?} ({:?}), AWS has {billed:?} millionths",
            bucket.key, bucket.state, bucket.certainty
        )
    };
    let broken = |invariant| Err(Violation::new(invariant, figures()));
    match &bucket.state {
        State::Open | State::Frozen { .. } | State::Held { .. } => {
            // Heartbeats never end.
            let is_recent = bucket.key.hour().unix_millis() > world.sim.millis() - 26 * HOUR;
            if bucket.contents.micros() == 0 && is_recent {
                return Ok(());
            }
            broken("nothing is left undone")
        }
        State::Settled { record, .. } => {
            // Where an earlier send got no answer, AWS's word for an identical resend and for
            // another's usage is one word: nobody can tell them apart.
            let by_resend = bucket.notes.iter().any(|note| note.kind == NoteKind::SettledByResend);
            if is_foreign && by_resend {
                world.sim.count("foreign_hour_settled_in_doubt");
                return Ok(());
            }
            if is_foreign || billed != Some(record.quantity().micros()) {
                return broken("settled means billed");
            }
            Ok(())
        }
        State::Conflict { .. } if !is_foreign => broken("a conflict has another program's record"),
        State::Expired { cause: ExpiryCause::InDoubt, carried_to: None, .. } => Ok(()),
        State::Expired { .. } if billed.is_some() && !is_foreign => {
            broken("what AWS has is not called unbilled")
        }
        _ => Ok(()),
    }
}

/// What is not on the bill, and visibly so.
fn leave(world: &World, aws: &Aws, bucket: &Bucket, left: &mut Sums) {
    let is_ours = !aws.is_foreign(&bucket.key);
    let series = (bucket.key.identity().clone(), bucket.key.dimension().clone());
    match &bucket.state {
        State::Conflict { record, .. } => left.add_record(record),
        State::Settled { record, .. } if !is_ours => left.add_record(record),
        State::Expired { carried_to: None, record, .. } => {
            if is_ours && aws.entry(&bucket.key).is_some() {
                // Only in doubt, by `check_end`: the ledger says that a person must compare.
                world.sim.count("expired_in_doubt_and_billed");
                return;
            }
            match record {
                Some(record) => left.add_record(record),
                None => left.add_contents(&series, &bucket.contents),
            }
        }
        _ => {}
    }
}

fn compare(accepted: &Sums, billed: &Sums, left: &Sums) -> Result<(), Violation> {
    let all = [accepted, billed, left];
    let series: BTreeSet<&Series> = all.iter().flat_map(|sums| sums.0.keys()).collect();
    for series in series {
        let tags: BTreeSet<_> =
            all.iter().filter_map(|sums| sums.0.get(series)).flat_map(BTreeMap::keys).collect();
        for tags in tags {
            let (accepted_here, billed_here, left_here) =
                (accepted.of(series, tags), billed.of(series, tags), left.of(series, tags));
            if accepted_here != billed_here + left_here {
                let (identity, dimension) = series;
                let figures = format!(
                    "{identity} {dimension} ({tags}): accepted {accepted_here}, billed {billed_here}, visibly unbilled {left_here} millionths; in all accepted {}, billed {}, unbilled {}",
                    accepted.total(series),
                    billed.total(series),
                    left.total(series)
                );
                return Err(Violation::new("the bill is the sum of the events", figures));
            }
        }
    }
    Ok(())
}

/// Each bucket holds its own events and what was carried there, and nothing else.
fn check_contents(model: &super::Model, buckets: &[Bucket]) -> Result<(), Violation> {
    let mut carried: BTreeMap<BucketKey, u128> = BTreeMap::new();
    for bucket in buckets {
        for note in &bucket.notes {
            if let NoteKind::Frozen { rest: Some((hour, micros)), .. } = &note.kind {
                *carried.entry(bucket.key.at(*hour)).or_default() += micros;
            }
        }
        if let State::Expired { carried_to: Some(hour), record, .. } = &bucket.state {
            let micros = record.as_ref().map_or_else(
                || bucket.contents.micros(),
                |record| u128::from(record.quantity().micros()),
            );
            *carried.entry(bucket.key.at(*hour)).or_default() += micros;
        }
    }
    for bucket in buckets {
        let (micros, events) = model.added_to(&bucket.key);
        let taken_over = model.taken_over.get(&bucket.key);
        let taken_over = taken_over.map_or(0, |record| u128::from(record.quantity().micros()));
        let carried = carried.get(&bucket.key).copied().unwrap_or(0);
        let expected = micros + taken_over + carried;
        if bucket.contents.micros() != expected || bucket.contents.events() != events {
            let figures = format!(
                "{} holds {} millionths of {} events; {micros} of {events} events were added, {carried} carried, {taken_over} taken over",
                bucket.key,
                bucket.contents.micros(),
                bucket.contents.events()
            );
            return Err(Violation::new("a bucket holds what was added to it", figures));
        }
    }
    Ok(())
}

//! Applying steps: read, decide, and write on condition that nobody else has.

use std::collections::HashSet;

use aws_sdk_dynamodb::types::TransactWriteItem;
use futures_util::{StreamExt, stream};
use meterproof::Timestamp;
use meterproof_metering::{Bucket, BucketKey, Carry, Input, LedgerError, State, StateName, step};

use super::DynamoDbLedger;
use super::call::{Patience, Written};
use super::head::{Head, LEFTOVER, Stage, text};
use super::item::{Change, Condition, key, millis, name, number};
use super::keys::{self, HEAD, TALLY};
use super::load::AT_ONCE;

/// Buckets written in one transaction: as many as one BatchMeterUsage call sends.
const GROUP: usize = 25;

/// An input, its place among the answers, and the bucket it is for.
type Task = (usize, BucketKey, Input);

/// What became of some tasks.
#[derive(Default)]
struct Round {
    /// Answers and their places.
    done: Vec<(usize, Option<Bucket>)>,
    /// Others came in between: to be tried again, some time later.
    again: Vec<Task>,
    /// Not tried yet.
    later: Vec<Task>,
}

/// An input that moves usage, or that ends an hour: one at a time, in several requests.
struct Large {
    task: Task,
    head: Head,
}

/// An input that changes one item.
struct Small {
    task: Task,
    head: Head,
    after: Bucket,
}

impl DynamoDbLedger {
    pub(super) async fn apply_inputs(
        &self,
        inputs: Vec<(BucketKey, Input)>,
        now: Timestamp,
    ) -> Result<Vec<Option<Bucket>>, LedgerError> {
        let mut answers = vec![None; inputs.len()];
        let tasks = inputs.into_iter().enumerate().map(|(index, (key, input))| (index, key, input));
        let mut waiting: Vec<Task> = tasks.collect();
        let mut patience = Patience::new("TransactWriteItems");
        while !waiting.is_empty() {
            // Where others came in between of a group, its buckets go one by one.
            let group = if patience.tries() == 0 { GROUP } else { 1 };
            let round = self.round(waiting, group, now).await?;
            for (index, bucket) in round.done {
                answers[index] = bucket;
            }
            if !round.again.is_empty() {
                patience.wait().await?;
            }
            waiting = round.again;
            waiting.extend(round.later);
            waiting.sort_unstable_by_key(|(index, ..)| *index);
        }
        Ok(answers)
    }

    /// Tries each task once, or leaves it for later.
    async fn round(
        &self,
        tasks: Vec<Task>,
        group: usize,
        now: Timestamp,
    ) -> Result<Round, LedgerError> {
        let pks = tasks.iter().map(|(_, key, _)| keys::bucket(key)).collect();
        let mut heads = self.heads(pks).await?;
        let mut round = Round::default();
        let (mut small, mut large) = (Vec::new(), Vec::new());
        // Inputs to one bucket come one after another; and usage moves between the hours of one
        // customer and dimension: behind such a move those hours wait.
        let (mut seen, mut moving) = (HashSet::new(), HashSet::new());
        for task in tasks {
            let (identity, dimension) = (task.1.identity().clone(), task.1.dimension().clone());
            let is_new = seen.insert(task.1.clone());
            if !is_new || moving.contains(&(identity.clone(), dimension.clone())) {
                round.later.push(task);
                continue;
            }
            let Some(mut head) = heads.remove(&keys::bucket(&task.1)) else {
                round.done.push((task.0, None));
                continue;
            };
            if let Some(shards) = head.leftover.take() {
                self.clean(&head.pk, shards).await?;
            }
            let stepped = step(&head.bucket, &task.2, now, &self.policy);
            let ends_the_hour = head.stage != Stage::Past && stepped.bucket.state != State::Open;
            if ends_the_hour || stepped.carry.is_some() {
                moving.insert((identity, dimension));
                large.push(Large { task, head });
            } else if stepped.bucket == head.bucket {
                round.done.push((task.0, Some(self.whole(head).await?)));
            } else {
                small.push(Small { task, head, after: stepped.bucket });
            }
        }
        let mut groups = Vec::new();
        while !small.is_empty() {
            let rest = small.split_off(small.len().min(group));
            groups.push(std::mem::replace(&mut small, rest));
        }
        let groups: Vec<_> = stream::iter(groups)
            .map(|group| self.write_group(group))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for group in groups {
            let group = group?;
            round.done.extend(group.done);
            round.again.extend(group.again);
        }
        let large: Vec<_> = stream::iter(large)
            .map(|Large { task, head }| async move {
                let bucket = Box::pin(self.end(head, &task.2, now)).await?;
                Ok::<_, LedgerError>((task, bucket))
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for ended in large {
            match ended? {
                (task, Some(bucket)) => round.done.push((task.0, Some(bucket))),
                (task, None) => round.again.push(task),
            }
        }
        Ok(round)
    }

    /// Writes buckets in one transaction; where others come in between, none of them.
    async fn write_group(&self, group: Vec<Small>) -> Result<Round, LedgerError> {
        let mut round = Round::default();
        let mut items = Vec::with_capacity(group.len() + 1);
        let mut tally = Moves::default();
        for Small { head, after, .. } in &group {
            items.push(self.rewrite(head, after, None).await?);
            tally.count(head.bucket.state.name(), after.state.name());
        }
        items.extend(tally.write(&self.table)?);
        let Written::Done = self.transact(items).await? else {
            round.again.extend(group.into_iter().map(|small| small.task));
            return Ok(round);
        };
        for Small { task, head, after } in group {
            self.delete(head.text.clone()).await?;
            round.done.push((task.0, Some(self.whole(Head { bucket: after, ..head }).await?)));
        }
        Ok(round)
    }

    /// Ends an hour, or moves a bucket's usage to another hour; `None` where another came in
    /// between.
    async fn end(
        &self,
        head: Head,
        input: &Input,
        now: Timestamp,
    ) -> Result<Option<Bucket>, LedgerError> {
        let head = if head.stage == Stage::Past {
            head
        } else {
            match self.close(head, now).await? {
                Some(head) => head,
                None => return Ok(None),
            }
        };
        let leftover = (!head.is_whole()).then_some(head.shards);
        let stepped = step(&head.bucket, input, now, &self.policy);
        let hours = stepped.carry.as_ref().map(|carry| carry.hours.clone());
        let targets =
            hours.map_or_else(|| vec![None], |hours| hours.into_iter().map(Some).collect());
        for hour in targets {
            let (after, carried) = match (hour, stepped.carry.clone()) {
                (Some(hour), Some(carry)) => {
                    (stepped.clone().carried_to(hour), self.carried(&head, carry, hour, now).await?)
                }
                _ => (stepped.bucket.clone(), Vec::new()),
            };
            let mut tally = Moves::default();
            tally.count(head.bucket.state.name(), after.state.name());
            let mut items = vec![self.rewrite(&head, &after, leftover).await?];
            items.extend(carried);
            items.extend(tally.write(&self.table)?);
            match self.transact(items).await? {
                Written::Done => {
                    self.delete(head.text.clone()).await?;
                    if let Some(shards) = leftover {
                        self.clean(&head.pk, shards).await?;
                    }
                    return Ok(Some(after));
                }
                Written::Refused(refusals) => {
                    let mut refusals = refusals.iter();
                    let is_lost = refusals.next().is_some_and(|source| source.is_yes());
                    let is_closed = refusals.next().is_some_and(|target| target.is_yes());
                    if is_lost || !is_closed {
                        return Ok(None);
                    }
                }
                Written::Conflict => return Ok(None),
            }
        }
        // None of the hours is open: the bucket stays as it was.
        if head.stage == Stage::Closing { self.reopen(head).await } else { Ok(Some(head.bucket)) }
    }

    /// The items that carried usage becomes, the head of its hour first.
    async fn carried(
        &self,
        from: &Head,
        carry: Carry,
        hour: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, LedgerError> {
        let target = from.bucket.key.at(hour);
        let pk = keys::bucket(&target);
        let opened = self.open_or_opened(&target, now);
        let part = format!("{}-{}", from.pk, from.version);
        let (change, beside) = self.add_sums(opened, &pk, &carry.contents, &part).await?;
        let mut items = vec![change.update(&self.table, key(&pk, HEAD))?];
        items.extend(beside);
        Ok(items)
    }

    /// Writes a bucket on condition that it is as it was read.
    async fn rewrite(
        &self,
        head: &Head,
        after: &Bucket,
        leftover: Option<u8>,
    ) -> Result<TransactWriteItem, LedgerError> {
        let version = head.version + 1;
        let unchanged = Change::default().when(Condition::Is(name::VERSION, number(head.version)));
        let text = self.keep_text(&head.pk, &text(after)).await?;
        if after.state == State::Open {
            // Counters change meanwhile; they are left alone.
            let mut change = unchanged.set(name::VERSION, number(version));
            change = match after.due_at {
                Some(due) => change.set(name::DUE_AT, millis(due)),
                None => change.remove(name::DUE_AT),
            };
            for (name, value) in text {
                change = change.set(name, value);
            }
            return change.update(&self.table, head.key());
        }
        let mut item = self.head_item(after, version);
        item.extend(text.into_iter().map(|(name, value)| (name.to_owned(), value)));
        if let Some(shards) = leftover.or(head.leftover) {
            item.insert(LEFTOVER.into(), number(shards));
        }
        unchanged.put(&self.table, item)
    }
}

/// How many buckets came to each of the states that nothing is left to do in. Their number only
/// grows, so it is kept rather than counted.
#[derive(Default)]
struct Moves(Vec<(StateName, i64)>);

pub(super) const COUNTED: [StateName; 3] =
    [StateName::Settled, StateName::Conflict, StateName::Expired];

impl Moves {
    fn count(&mut self, from: StateName, to: StateName) {
        if from == to {
            return;
        }
        for (state, by) in [(from, -1), (to, 1)] {
            if COUNTED.contains(&state) {
                match self.0.iter_mut().find(|(known, _)| *known == state) {
                    Some((_, count)) => *count += by,
                    None => self.0.push((state, by)),
                }
            }
        }
    }

    fn write(self, table: &str) -> Result<Option<TransactWriteItem>, LedgerError> {
        let moved: Vec<_> = self.0.into_iter().filter(|(_, count)| *count != 0).collect();
        if moved.is_empty() {
            return Ok(None);
        }
        let add = |change: Change, (state, count): (StateName, i64)| {
            change.add(state.code(), number(count))
        };
        let change = moved.into_iter().fold(Change::default(), add);
        // One of several items, so that those who settle are seldom in each other's way.
        let part = fastrand::u8(..keys::SPREAD);
        change.update(table, key(TALLY, &format!("{part:02}"))).map(Some)
    }
}

//! Takes messages from a queue to whoever handles them, again and again until they are deleted.

use std::collections::BTreeSet;
use std::future::Future;

use crate::Violation;
use crate::executor::{Crashed, within};
use crate::scenario::{Body, Kind};
use crate::world::{Message, Payload, Queue, World};

/// What became of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handled {
    /// It can be deleted.
    Done,
    /// The ledger failed.
    Failed,
    /// It cannot be read.
    Unreadable,
}

/// Delivers until the end of the run.
pub(super) async fn deliver<F>(
    world: World,
    queue: Queue,
    down: Kind,
    handle: impl Fn(Vec<Message>) -> F,
) where
    F: Future<Output = Result<Vec<Handled>, Crashed>>,
{
    let sim = &world.sim;
    let rules = world.scenario.queue;
    // Messages that failed through no fault of their own or the world's.
    let mut blamed: BTreeSet<u64> = BTreeSet::new();
    loop {
        world.wait_out(down).await;
        let now = sim.millis();
        let delivery = sim.draw(|random| queue.receive(now, random));
        sim.count_many("queue.duplicates", delivery.duplicates);
        for message in &delivery.dead {
            bury(&world, message, &blamed);
        }
        if delivery.messages.is_empty() {
            // A look before the next message is due finds nothing; one late by the poll is usual.
            let next = queue.next_visible().map_or(i64::MAX, |at| at.max(now + 1));
            within(queue.arrival(), sim.sleep_until(next)).await;
            sim.sleep_millis(sim.draw(|random| random.i64(0..=rules.poll))).await;
            continue;
        }
        sim.count_many("queue.deliveries", delivery.messages.len() as u64);
        let messages = delivery.messages.clone();
        match handle(messages).await {
            Ok(handled) => {
                for (message, handled) in delivery.messages.iter().zip(handled) {
                    let is_lost = !world.is_calm() && sim.chance(rules.lost_deletes);
                    match handled {
                        Handled::Done if is_lost => sim.count("queue.lost_deletes"),
                        Handled::Done => queue.delete(message.id),
                        Handled::Unreadable => {
                            blamed.insert(message.id);
                        }
                        Handled::Failed => {}
                    }
                }
            }
            // A new one takes its time to start.
            Err(Crashed) => sim.sleep_millis(1_200).await,
        }
    }
}

/// A message goes to the dead-letter queue.
fn bury(world: &World, message: &Message, blamed: &BTreeSet<u64>) {
    world.sim.count("queue.dead_letters");
    world.sim.note("dead letter", || format!("{:?}", message.payload));
    if let Payload::Usage(Body::Events(places)) = &message.payload {
        world.model().dead(places, true);
        if blamed.contains(&message.id) {
            let figures = format!("message {} with events {places:?}", message.id);
            world.sim.fail(Violation::new("what can be read is not called unreadable", figures));
        }
    }
}

//! What happens outside: usage, news of licenses, agreements, other programs, an operator.

use crate::bugs::Bug;
use crate::scenario::{Body, HOUR, QueueRules};
use crate::world::{Payload, Queue, World};

/// The queues that come from outside.
#[derive(Clone)]
pub(super) struct Queues {
    pub(super) usage: Queue,
    pub(super) news: Queue,
    pub(super) records: Queue,
}

pub(super) fn start(world: &World) -> Queues {
    let mut rules = world.scenario.queue;
    if world.bug == Some(Bug::ShortRetention) {
        rules.retention = HOUR;
    }
    let queue = |rules: QueueRules| Queue::new(rules);
    // News is tried for a day before it is dead-lettered.
    let patient = QueueRules { max_receives: 10_000, ..rules };
    let queues = Queues { usage: queue(rules), news: queue(patient), records: queue(patient) };
    let scenario = &world.scenario;

    let usage = scenario.messages.iter().map(|(at, body)| (*at, Payload::Usage(body.clone())));
    feed(world, "producer", &queues.usage, usage.collect());
    let news = scenario.license_news.iter().map(|(at, event)| (*at, Payload::News(event.clone())));
    feed(world, "event bus", &queues.news, news.collect());
    let imports =
        scenario.imports.iter().map(|(at, one)| (*at, Payload::Records(vec![one.clone()])));
    feed(world, "aggregator", &queues.records, imports.collect());

    let agreements = scenario.agreements.clone();
    let it = world.clone();
    world.sim.spawn(world.outside, "agreements", async move {
        for (at, change) in agreements {
            it.sim.sleep_until(at).await;
            it.sim.note("agreement", || format!("{change:?}"));
            it.sim.count("agreement_changes");
            it.aws().change(change, it.sim.now());
        }
    });
    let mut foreign = scenario.foreign.clone();
    foreign.sort_by_key(|(at, _)| *at);
    let it = world.clone();
    world.sim.spawn(world.outside, "other program", async move {
        for (at, record) in foreign {
            it.sim.sleep_until(at).await;
            if it.aws().meter_past_the_ledger(&record, it.sim.now()) {
                it.sim.note("foreign", || format!("{record:?}"));
                it.sim.count("fault.foreign_record");
            }
        }
    });
    let (it, usage) = (world.clone(), queues.usage.clone());
    world.sim.spawn(world.outside, "operator", async move {
        it.sim.sleep_until(it.scenario.calm).await;
        it.sim.note("calm", String::new);
        it.sim.set_crash_rate(0.0);
        if it.scenario.queue.redrive {
            for message in usage.redrive(it.sim.millis()) {
                it.sim.count("redriven");
                if let Payload::Usage(Body::Events(places)) = &message.payload {
                    it.model().dead(places, false);
                }
            }
        }
    });
    queues
}

fn feed(world: &World, name: &'static str, queue: &Queue, mut messages: Vec<(i64, Payload)>) {
    messages.sort_by_key(|(at, _)| *at);
    let (it, queue) = (world.clone(), queue.clone());
    world.sim.spawn(world.outside, name, async move {
        for (at, payload) in messages {
            it.sim.sleep_until(at).await;
            it.sim.note("sent", || format!("{payload:?}"));
            queue.send(payload, it.sim.millis());
        }
    });
}

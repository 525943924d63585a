//! AWS: a function for each thing, queues between them, each invocation a process of its own.

use std::sync::Arc;

use meterproof::Timestamp;
use meterproof_metering::{
    Adopted, Bucket, EVENT_RETENTION, Input, Ledger, LedgerError, Pacer, SweepReport, send, sweep,
};

use super::ingest::{hear, take_in};
use super::outside::Queues;
use super::source::{Handled, deliver};
use crate::bugs::BuggyService;
use crate::executor::{Crashed, lock};
use crate::scenario::{Kind, MINUTE};
use crate::world::{Message, Payload, Queue, SimService, World};

pub(super) fn start(world: &World, queues: &Queues, senders: u32, tick: i64) {
    for _ in 0..2 {
        let it = world.clone();
        let usage =
            deliver(world.clone(), queues.usage.clone(), Kind::IngestDown, move |messages| {
                invoke(&it, "ingest_events", move |world| async move {
                    take_in(&world, &messages).await
                })
            });
        world.sim.spawn(world.outside, "events queue", usage);
    }
    let it = world.clone();
    let news = deliver(world.clone(), queues.news.clone(), Kind::IngestDown, move |messages| {
        invoke(&it, "license_events", move |world| async move { hear(&world, &messages).await })
    });
    world.sim.spawn(world.outside, "event bus", news);

    let rate = (world.scenario.policy.calls_per_second / senders).max(1);
    let allowed = (rate * senders) as usize;
    for _ in 0..senders {
        let it = world.clone();
        let sandbox = Arc::new(std::sync::Mutex::new(Arc::new(Pacer::new(rate))));
        let records =
            deliver(world.clone(), queues.records.clone(), Kind::SendersDown, move |messages| {
                let pacer = lock(&sandbox).clone();
                let sandbox = sandbox.clone();
                let invoked = invoke(&it, "forward_usage", move |world| async move {
                    forward(&world, &messages, &pacer, allowed).await
                });
                async move {
                    let handled = invoked.await;
                    if handled.is_err() {
                        // A sandbox that crashed is replaced.
                        *lock(&sandbox) = Arc::new(Pacer::new(rate));
                    }
                    handled
                }
            });
        world.sim.spawn(world.outside, "metering queue", records);
    }
    world.sim.spawn(
        world.outside,
        "schedule",
        schedule(world.clone(), queues.records.clone(), tick),
    );
}

/// One invocation.
fn invoke<T, F, B>(
    world: &World,
    function: &'static str,
    body: B,
) -> impl Future<Output = Result<T, Crashed>> + use<T, F, B>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
    B: FnOnce(World) -> F,
{
    let process = world.sim.start_process(function, true);
    let join = world.sim.spawn(process, function, body(world.clone()));
    let sim = world.sim.clone();
    async move {
        let joined = join.await;
        sim.end_process(process);
        joined
    }
}

/// Fires at every tick, at times twice, whether the last invocation has ended or not.
async fn schedule(world: World, queue: Queue, tick: i64) {
    loop {
        world.wait_out(Kind::SendersDown).await;
        let times = if world.sim.chance(0.05) { 2 } else { 1 };
        for _ in 0..times {
            let queue = queue.clone();
            let closing = invoke(&world, "close_hour", move |world| async move {
                // A ledger that fails is asked again at the next tick.
                let _ = close(&world, &queue).await;
            });
            world.sim.spawn(world.outside, "invocation", async move {
                let _ = closing.await;
            });
        }
        world.sim.sleep_millis(world.tick(tick)).await;
    }
}

/// `close_hour`: sweeps, and puts what is ready on the metering queue.
async fn close(world: &World, queue: &Queue) -> Result<(), LedgerError> {
    let ledger = world.ledger();
    let limit = world.sim.draw(|random| [3, 30, 300][random.usize(..3)]);
    for _ in 0..50 {
        let swept = sweep(&ledger, world.sim.now(), limit).await?;
        count(world, &swept.report);
        for part in swept.ready.chunks(25) {
            let records = part.iter().filter_map(|bucket| bucket.record().cloned()).collect();
            world.sim.point("enqueue").await;
            queue.send(Payload::Records(records), world.sim.millis());
            world.sim.point("enqueued").await;
            let until = world.sim.now().plus_seconds(15 * 60).expect("within the calendar");
            let queued = |bucket: &Bucket| (bucket.key.clone(), Input::Queued { until });
            ledger.apply(part.iter().map(queued).collect(), world.sim.now()).await?;
        }
        if !swept.more {
            break;
        }
    }
    if world.sim.chance(0.05) {
        let before = world.sim.millis() - EVENT_RETENTION.as_millis() as i64;
        let before = Timestamp::from_unix_millis(before).expect("within the calendar");
        ledger.forget_events(before).await?;
    }
    Ok(())
}

/// `forward_usage`: takes records over, and sends them.
async fn forward(
    world: &World,
    messages: &[Message],
    pacer: &Pacer,
    allowed: usize,
) -> Vec<Handled> {
    let sent = try_forward(world, messages, pacer, allowed).await;
    let handled = if sent.is_ok() { Handled::Done } else { Handled::Failed };
    vec![handled; messages.len()]
}

async fn try_forward(
    world: &World,
    messages: &[Message],
    pacer: &Pacer,
    allowed: usize,
) -> Result<(), LedgerError> {
    let (ledger, clock) = (world.ledger(), world.clock());
    world.sim.point("received").await;
    let mut buckets: Vec<Bucket> = Vec::new();
    for message in messages {
        let Payload::Records(records) = &message.payload else { continue };
        for adopted in ledger.adopt(records.clone(), world.sim.now()).await? {
            match adopted {
                Adopted::Ours(bucket) if buckets.iter().all(|known| known.key != bucket.key) => {
                    buckets.push(bucket);
                }
                _ => {}
            }
        }
    }
    let service = BuggyService {
        inner: SimService::new(world, allowed),
        bug: world.bug,
        sim: world.sim.clone(),
    };
    let patience = world.sim.draw(|random| [45, 600][random.usize(..2)]);
    let deadline = world.sim.now().plus_seconds(patience).expect("within the calendar");
    send(&ledger, &service, &clock, pacer, buckets, deadline).await?;
    // The sandbox is kept for a while before the next invocation.
    world.sim.sleep_millis(MINUTE / 600).await;
    Ok(())
}

/// What a round did, for the totals.
pub(super) fn count(world: &World, report: &SweepReport) {
    world.sim.count_many("sweep.frozen", report.frozen);
    world.sim.count_many("sweep.carried_over", report.carried_over);
    world.sim.count_many("sweep.expired", report.expired);
    world.sim.count_many("sweep.heartbeats", report.heartbeats);
}

//! One machine: a process that takes events in, sweeps and sends, and starts again when it ends.

use std::sync::{Arc, Mutex};

use meterproof::Timestamp;
use meterproof_metering::{Adopted, EVENT_RETENTION, Ledger, Pacer, send, sweep};

use super::ingest::{hear, take_in};
use super::outside::Queues;
use super::source::{Handled, deliver};
use crate::bugs::BuggyService;
use crate::executor::{Crashed, ProcessId, lock};
use crate::scenario::{Kind, MINUTE};
use crate::world::{Message, Payload, SimService, World};

/// One agent: the process it is now.
#[derive(Clone)]
struct Agent {
    now: Arc<Mutex<ProcessId>>,
    calls_per_second: u32,
    allowed: usize,
}

pub(super) fn start(world: &World, queues: &Queues, agents: u32, tick: i64) {
    let calls_per_second = (world.scenario.policy.calls_per_second / agents).max(1);
    let allowed = (calls_per_second * agents) as usize;
    for _ in 0..agents {
        let process = world.sim.start_process("agent", true);
        let agent = Agent { now: Arc::new(Mutex::new(process)), calls_per_second, allowed };
        world.sim.spawn(
            world.outside,
            "service manager",
            keep_up(world.clone(), agent.clone(), tick),
        );
        let (it, one) = (world.clone(), agent.clone());
        let posted =
            deliver(world.clone(), queues.usage.clone(), Kind::IngestDown, move |messages| {
                request(&it, &one, messages)
            });
        world.sim.spawn(world.outside, "producers", posted);
        let (it, one) = (world.clone(), agent.clone());
        let told = deliver(world.clone(), queues.news.clone(), Kind::IngestDown, move |messages| {
            request(&it, &one, messages)
        });
        world.sim.spawn(world.outside, "event bus", told);
        let (it, one) = (world.clone(), agent);
        let handed =
            deliver(world.clone(), queues.records.clone(), Kind::SendersDown, move |messages| {
                request(&it, &one, messages)
            });
        world.sim.spawn(world.outside, "aggregator", handed);
    }
}

/// One request to the agent, whatever process it is by now.
fn request(
    world: &World,
    agent: &Agent,
    messages: Vec<Message>,
) -> impl Future<Output = Result<Vec<Handled>, Crashed>> + use<> {
    let it = world.clone();
    let process = *lock(&agent.now);
    world.sim.spawn(process, "request", async move {
        match messages.first().map(|message| &message.payload) {
            Some(Payload::Usage(_)) => take_in(&it, &messages).await,
            Some(Payload::News(_)) => hear(&it, &messages).await,
            _ => take_over(&it, &messages).await,
        }
    })
}

/// Records from elsewhere; the next round sends them.
async fn take_over(world: &World, messages: &[Message]) -> Vec<Handled> {
    let mut handled = Vec::with_capacity(messages.len());
    for message in messages {
        let Payload::Records(records) = &message.payload else { continue };
        let adopted: Result<Vec<Adopted>, _> =
            world.ledger().adopt(records.clone(), world.sim.now()).await;
        handled.push(if adopted.is_ok() { Handled::Done } else { Handled::Failed });
    }
    handled
}

async fn keep_up(world: World, agent: Agent, tick: i64) {
    loop {
        let process = *lock(&agent.now);
        let rounds = world.sim.spawn(process, "rounds", rounds(world.clone(), agent.clone(), tick));
        // Rounds never end by themselves.
        let _ = rounds.await;
        let longest = if world.sim.chance(0.5) { MINUTE } else { 3_000 };
        let down = world.sim.draw(|random| random.i64(1_200..longest));
        world.sim.sleep_millis(down).await;
        *lock(&agent.now) = world.sim.start_process("agent", true);
    }
}

/// Sweep, send, forget; again at the next tick.
async fn rounds(world: World, agent: Agent, tick: i64) {
    let pacer = Pacer::new(agent.calls_per_second);
    loop {
        world.wait_out(Kind::SendersDown).await;
        // A ledger that fails is asked again at the next tick.
        let _ = round(&world, &agent, &pacer).await;
        if world.sim.chance(0.05) {
            let before = world.sim.now().unix_millis() - EVENT_RETENTION.as_millis() as i64;
            let before = Timestamp::from_unix_millis(before).expect("within the calendar");
            let _ = world.ledger().forget_events(before).await;
        }
        world.sim.sleep_millis(world.tick(tick)).await;
    }
}

async fn round(
    world: &World,
    agent: &Agent,
    pacer: &Pacer,
) -> Result<(), meterproof_metering::LedgerError> {
    let (ledger, clock) = (world.ledger(), world.clock());
    let service = BuggyService {
        inner: SimService::new(world, agent.allowed),
        bug: world.bug,
        sim: world.sim.clone(),
    };
    let limit = world.sim.draw(|random| [3, 30, 300][random.usize(..3)]);
    for _ in 0..50 {
        let swept = sweep(&ledger, world.sim.now(), limit).await?;
        super::functions::count(world, &swept.report);
        let deadline = world.sim.now().plus_seconds(600).expect("within the calendar");
        send(&ledger, &service, &clock, pacer, swept.ready, deadline).await?;
        if !swept.more {
            break;
        }
    }
    Ok(())
}

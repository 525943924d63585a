//! What drives the engine: programs of one machine, or functions with queues between them.

mod agent;
mod functions;
mod ingest;
mod outside;
mod source;

use crate::scenario::Shell;
use crate::world::World;

/// Starts everything there is.
pub(crate) fn start(world: &World) {
    let queues = outside::start(world);
    match world.scenario.shell {
        Shell::Agent { agents, tick } => agent::start(world, &queues, agents, tick),
        Shell::Aws { tick, senders } => functions::start(world, &queues, senders, tick),
    }
}

//! The simulator of the metering engine.

use crate::step::{Outcome, cargo, command, run, step, target};

/// Every crash point, every deliberate bug, and enough seeds for a change to be seen.
pub fn in_short() -> Outcome {
    sim(&["--all", "--seeds", "300"])
}

/// Builds it optimised and runs it with these words.
pub fn sim(words: &[&str]) -> Outcome {
    step("building the simulator", || {
        run(
            &mut cargo("build --quiet --profile sim -p meterproof-sim"),
            "the compiler says what is wrong",
        )
    })?;
    let remedy = "an invariant does not hold: the seed and how to see it again stand above";
    run(&mut command(target().join("sim/sim"), words), remedy)
}

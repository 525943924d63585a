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
    let remedy =
        "what is wrong stands above: an option, or an invariant with the seed that breaks it";
    run(&mut command(target().join("sim/sim"), words), remedy)
}

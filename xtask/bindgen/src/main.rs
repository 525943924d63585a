//! Builds the npm package: compiled core, glue, hand-written JavaScript, tarball.
//!
//! ```text
//! cargo run -p xtask-bindgen -- package   target/npm/package/: needs cargo alone
//! cargo run -p xtask-bindgen -- pack      target/npm/meterproof-<version>.tgz: needs npm too
//! cargo run -p xtask-bindgen -- test      pack, install the tarball, run npm/test against it
//! ```
//!
//! It is a crate of its own because the bindings generator takes long to compile, and the
//! other commands of `cargo xtask` do without it.

#![forbid(unsafe_code)]

mod consumer;
mod layout;
mod package;
mod process;
mod tarball;

use std::process::ExitCode;

use layout::Layout;

/// What a step fails with: a text for a person, with the cause and what to do.
type Outcome<T = ()> = Result<T, String>;

const USAGE: &str = "usage: xtask-bindgen package | pack | test";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let layout = Layout::of_this_workspace();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["package"] => package::assemble(&layout),
        ["pack"] => pack(&layout).map(drop),
        ["test"] => pack(&layout).and_then(|tarball| consumer::test(&layout, &tarball)),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("npm: {message}");
            ExitCode::FAILURE
        }
    }
}

fn pack(layout: &Layout) -> Outcome<std::path::PathBuf> {
    package::assemble(layout)?;
    tarball::optimise(layout)?;
    tarball::pack(layout)
}

/// One line a step, so that whoever waits sees what for.
fn progress(step: &str) {
    println!("npm: {step}");
}

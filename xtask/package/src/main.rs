//! Builds the npm package: compiled core, hand-written JavaScript, tarball.
//!
//! ```text
//! cargo run -p xtask-package -- package   target/npm/package/: needs cargo alone
//! cargo run -p xtask-package -- sizes     the same, and the sizes of its .wasm files as JSON
//! cargo run -p xtask-package -- pack      target/npm/meterproof-<version>.tgz: needs npm too
//! cargo run -p xtask-package -- test      pack, install the tarball, run npm/test against it
//! ```

#![forbid(unsafe_code)]

mod bundle;
mod consumer;
mod files;
mod layout;
mod module;
mod optimise;
mod package;
mod process;
mod sizes;
mod tarball;

use std::process::ExitCode;

use layout::Layout;

/// What a step fails with: a text for a person, with the cause and what to do.
type Outcome<T = ()> = Result<T, String>;

const USAGE: &str = "usage: xtask-package package | sizes | pack | test";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let layout = Layout::of_this_workspace();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["package"] => package::assemble(&layout),
        ["sizes"] => sizes::print(&layout),
        ["pack"] => pack(&layout).map(drop),
        // The tools first: the bundler is one of them.
        ["test"] => consumer::install_tools(&layout)
            .and_then(|()| pack(&layout))
            .and_then(|tarball| consumer::test(&layout, &tarball)),
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
    tarball::pack(layout)
}

/// One line a step, so that whoever waits sees what for; beside what programs read.
fn progress(step: &str) {
    eprintln!("npm: {step}");
}

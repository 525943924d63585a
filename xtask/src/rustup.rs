//! Compilation targets of the toolchain in use.

use crate::step::{Failure, Outcome, command, run, succeeds};

pub const WASM: &str = "wasm32-unknown-unknown";
/// A machine without an operating system: what builds for it has no std.
pub const BARE: &str = "thumbv7em-none-eabi";

/// Installs a target's standard library where it is missing.
pub fn ensure_target(target: &str) -> Outcome {
    if is_installed(target) {
        return Ok(());
    }
    if !succeeds(&mut command("rustup", &["--version"])) {
        return Err(Failure::new(
            format!("the toolchain has no {target}, and there is no rustup to add it"),
            format!("install Rust by rustup, or the package of your system that brings {target}"),
        ));
    }
    run(
        &mut command("rustup", &["target", "add", target]),
        "rustup could not fetch the target: is the network up?",
    )
}

fn is_installed(target: &str) -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let asked = command(rustc, &["--print", "target-libdir", "--target", target]).output();
    asked.is_ok_and(|output| {
        output.status.success()
            && String::from_utf8_lossy(&output.stdout)
                .lines()
                .next()
                .is_some_and(|folder| std::path::Path::new(folder.trim()).is_dir())
    })
}

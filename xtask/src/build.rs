//! What is built: binaries, the npm package, the page.

use std::fs;
use std::path::Path;

use crate::step::{Failure, Outcome, cargo, root, run, step, target};
use crate::{node, page, rustup};

const COMPILE_REMEDY: &str = "the code does not compile: the error stands above";

/// The emulator, the functions, the agent and the driver of the flows.
pub fn binaries() -> Outcome {
    step("build the emulator, the functions and the agent", || {
        let crates = "-p meterproof-emulator -p meterproof-lambda -p meterproof-cli -p xtask-flow";
        run(&mut cargo(&format!("build {crates}")), COMPILE_REMEDY)
    })
}

/// The npm package as a folder, `target/npm/package`. Needs no Node.js.
pub fn npm_package() -> Outcome {
    step("build the WebAssembly package", || {
        rustup::ensure_target(rustup::WASM)?;
        run(&mut cargo("run --quiet -p xtask-package -- package"), COMPILE_REMEDY)
    })
}

/// The npm package as a tarball, with its WebAssembly optimised.
pub fn npm_tarball() -> Outcome {
    package("build the npm tarball", "pack")
}

/// The same, then installed and tested in Node.js, its types included.
pub fn tested_npm_tarball() -> Outcome {
    package("build the npm tarball and test it in Node.js", "test")
}

fn package(what: &str, command: &str) -> Outcome {
    node::install("npm")?;
    rustup::ensure_target(rustup::WASM)?;
    step(what, || {
        run(
            &mut cargo(&format!("run --quiet -p xtask-package -- {command}")),
            "it does not compile, or a test failed: its output stands above",
        )
    })
}

/// The page with the package beside it, ready for any static server: `target/www`.
pub fn page() -> Outcome {
    if !target().join("npm/package/package.json").exists() {
        npm_package()?;
    }
    assemble_page()
}

/// The page from a package built a moment ago.
pub fn assemble_page() -> Outcome {
    step("assemble the page", || {
        let folder = target().join("www");
        let _ = fs::remove_dir_all(&folder);
        copy_folder(&root().join("www"), &folder)?;
        copy_folder(&target().join("npm/package"), &folder.join("meterproof"))?;
        page::finish(&folder)
    })
}

fn copy_folder(from: &Path, to: &Path) -> Outcome {
    let failed = |error: std::io::Error| {
        Failure::new(
            format!("{} could not be copied to {}: {error}", from.display(), to.display()),
            "is the disk full?",
        )
    };
    fs::create_dir_all(to).map_err(failed)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &copy)?;
        } else {
            fs::copy(&source, &copy).map_err(failed)?;
        }
    }
    Ok(())
}

//! The package as its users meet it: the tarball installed into a folder of its own.

use std::fs;
use std::path::Path;

use crate::layout::Layout;
use crate::package::at;
use crate::process::{command, run};
use crate::{Outcome, progress};

/// A package that depends on ours; npm writes the rest.
const MANIFEST: &str = r#"{ "name": "consumer", "private": true, "type": "module" }"#;

/// Runs the crate's own tests, then installs the tarball into `target/npm/consumer/` and runs the
/// tests of `npm/test/` there, so that `import "meterproof"` in them means the installed package.
pub fn test(layout: &Layout, tarball: &Path) -> Outcome {
    progress("testing the glue outside of WebAssembly");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(&mut command(cargo, ["test", "--quiet", "--package=meterproof-wasm"], &layout.root))?;
    install_tools(layout)?;
    let consumer = layout.output.join("consumer");
    if consumer.exists() {
        fs::remove_dir_all(&consumer).map_err(at(&consumer))?;
    }
    fs::create_dir_all(&consumer).map_err(at(&consumer))?;
    fs::write(consumer.join("package.json"), MANIFEST).map_err(at(&consumer))?;

    progress("installing the tarball");
    let arguments = ["install", "--offline", "--silent", "--no-audit", "--no-fund"];
    run(command("npm", arguments, &consumer).arg(tarball))?;
    copy_folder(&layout.source.join("test"), &consumer)?;

    progress("checking the types");
    let tsc = layout.source.join("node_modules/.bin/tsc");
    for resolution in ["nodenext", "bundler"] {
        let project = format!("types/tsconfig.{resolution}.json");
        run(&mut command(&tsc, ["--project", &project], &consumer))?;
    }

    progress("running the tests");
    let vectors = layout.root.join("tests/vectors");
    run(command("node", ["--test"], &consumer).env("METERPROOF_VECTORS", vectors))
}

fn install_tools(layout: &Layout) -> Outcome {
    if layout.source.join("node_modules/.bin/tsc").exists() {
        return Ok(());
    }
    progress("installing the tools of npm/package-lock.json");
    run(&mut command("npm", ["ci", "--silent", "--no-audit", "--no-fund"], &layout.source))
}

fn copy_folder(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to).map_err(at(to))?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).map_err(at(&entry.path()))?;
        }
    }
    Ok(())
}

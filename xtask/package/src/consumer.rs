//! The package as its users meet it: the tarball installed into a folder of its own.

use std::fs;
use std::path::Path;

use crate::files::{at, copy_folder};
use crate::layout::Layout;
use crate::process::{command, run};
use crate::{Outcome, progress};

/// A package that depends on ours; npm writes the rest.
const MANIFEST: &str = r#"{ "name": "consumer", "private": true, "type": "module" }"#;

/// The conditions of `npm/package/package.json`: in each of them the types have to be found.
const CONDITIONS: [&str; 6] = ["workerd", "edge-light", "deno", "bun", "node", "browser"];

/// Runs the crate's own tests, then installs the tarball into `target/npm/consumer/` and runs the
/// tests of `npm/test/` there, so that `import "meterproof"` in them means the installed package.
pub fn test(layout: &Layout, tarball: &Path) -> Outcome {
    progress("testing the glue outside of WebAssembly");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(&mut command(cargo, ["test", "--quiet", "--package=meterproof-wasm"], &layout.root))?;
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
    run(&mut command(&tsc, ["--project", "types/tsconfig.nodenext.json"], &consumer))?;
    for condition in CONDITIONS {
        let arguments =
            ["--project", "types/tsconfig.bundler.json", "--customConditions", condition];
        run(&mut command(&tsc, arguments, &consumer))?;
    }

    progress("checking the tarball with publint and attw");
    let publint = layout.source.join("node_modules/.bin/publint");
    run(command(publint, ["run", "--strict"], &consumer).arg(tarball))?;
    // ES modules alone, by decision: what attw says of CommonJS does not count.
    let attw = layout.source.join("node_modules/.bin/attw");
    run(command(attw, ["--profile", "esm-only", "--quiet"], &consumer).arg(tarball))?;

    progress("running the tests");
    let vectors = layout.root.join("tests/vectors");
    run(command("node", ["--test"], &consumer).env("METERPROOF_VECTORS", vectors))
}

/// Installs what bundles and judges the package, where it is missing.
pub fn install_tools(layout: &Layout) -> Outcome {
    if ["tsc", "esbuild", "publint", "attw"]
        .iter()
        .all(|tool| layout.source.join("node_modules/.bin").join(tool).exists())
    {
        return Ok(());
    }
    progress("installing the tools of npm/package-lock.json");
    run(&mut command("npm", ["ci", "--silent", "--no-audit", "--no-fund"], &layout.source))
}

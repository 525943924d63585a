//! The package as a tarball: optimise, pack, report the sizes.

use std::fs;
use std::path::PathBuf;

use crate::layout::Layout;
use crate::package::at;
use crate::process::{command, output, run};
use crate::{Outcome, progress};

/// What the compiler uses by default on this target; wasm-opt has to be told.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Brotli at its best, as a web server would compress a static file once.
const BROTLI_SIZE: &str = "
const { brotliCompressSync } = require('node:zlib');
const bytes = require('node:fs').readFileSync(process.argv[1]);
console.log(brotliCompressSync(bytes).length);";

/// Runs wasm-opt on the package where `npm ci` has installed it.
pub fn optimise(layout: &Layout) -> Outcome {
    let wasm_opt = layout.source.join("node_modules/.bin/wasm-opt");
    if !wasm_opt.exists() {
        progress("wasm-opt is not installed, the .wasm stays larger: run `npm ci` in npm/");
        return Ok(());
    }
    progress("optimising with wasm-opt");
    let shipped = layout.shipped();
    let optimised = shipped.with_extension("optimised");
    let mut wasm_opt = command(wasm_opt, ["-O4"], &layout.root);
    wasm_opt.args(WASM_FEATURES).arg(&shipped).arg("-o").arg(&optimised);
    run(&mut wasm_opt)?;
    fs::rename(&optimised, &shipped).map_err(at(&shipped))
}

/// Packs `target/npm/package/` and answers where the tarball is.
pub fn pack(layout: &Layout) -> Outcome<PathBuf> {
    progress("packing");
    let arguments = ["pack", "./package", "--silent", "--pack-destination=."];
    let printed = output(&mut command("npm", arguments, &layout.output))?;
    let name = printed.lines().last().unwrap_or_default();
    let tarball = layout.output.join(name);
    let shipped = layout.shipped();
    let raw = fs::metadata(&shipped).map_err(at(&shipped))?.len();
    let brotli = output(command("node", ["-e", BROTLI_SIZE], &layout.root).arg(&shipped))?;
    let packed = fs::metadata(&tarball).map_err(at(&tarball))?.len();
    progress(&format!(".wasm {raw} bytes, {brotli} with brotli; tarball {packed} bytes"));
    progress(&format!("packed {}", tarball.display()));
    Ok(tarball)
}

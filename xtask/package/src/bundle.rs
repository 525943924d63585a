//! esbuild, where it is installed: each entry of the package as one file.
//!
//! A start takes Node.js a third of a millisecond for each module it has to find, so that the
//! nine modules of an entry cost more than compiling its WebAssembly. Without esbuild they lie apart,
//! in `src/`: the same package, which starts later.

use std::fs;
use std::path::PathBuf;

use crate::Outcome;
use crate::files::at;
use crate::layout::Layout;
use crate::process::{command, run};

/// The folders of the entries, as `npm/package/package.json` names them for each engine. The
/// package's top is the one of browsers.
const FOLDERS: [&str; 6] = [".", "bun", "deno", "edge-light", "node", "workerd"];

/// The entries in each folder.
const ENTRIES: [&str; 2] = ["index.js", "verify.js"];

/// As written: nothing is made shorter or older, so that people can read what they run.
const ARGUMENTS: [&str; 8] = [
    "--bundle",
    "--format=esm",
    "--platform=neutral",
    "--target=esnext",
    "--charset=utf8",
    "--external:*.wasm",
    "--external:*.wasm?module",
    "--external:node:*",
];

/// An installed esbuild.
pub struct Bundler {
    program: PathBuf,
}

impl Bundler {
    /// The one that `npm ci` puts into `npm/`; `None` where it or Node.js, which starts it, is
    /// missing.
    pub fn find(layout: &Layout) -> Option<Self> {
        let program = layout.source.join("node_modules/.bin/esbuild");
        let starts = command(&program, ["--version"], &layout.root).output();
        starts.is_ok_and(|output| output.status.success()).then_some(Self { program })
    }

    /// Puts the modules of each entry into the entry's own file, in the assembled package.
    pub fn bundle(&self, layout: &Layout) -> Outcome {
        let entries =
            FOLDERS.iter().flat_map(|folder| ENTRIES.map(|entry| format!("{folder}/{entry}")));
        let mut esbuild = command(&self.program, ARGUMENTS, &layout.package);
        esbuild.args(["--outdir=.", "--outbase=.", "--allow-overwrite", "--log-level=warning"]);
        run(esbuild.args(entries))?;
        let modules = layout.package.join("src");
        fs::remove_dir_all(&modules).map_err(at(&modules))
    }
}

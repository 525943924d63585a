//! The package as a folder: compile, optimise, add the hand-written files, bundle them.

use std::fs;

use crate::bundle::Bundler;
use crate::files::{at, copy_files, copy_folder};
use crate::layout::Layout;
use crate::module::MODULES;
use crate::optimise::Optimiser;
use crate::{Outcome, progress};

/// Makes `target/npm/package/` anew. Needs nothing but cargo; with Node.js and what `npm ci` has
/// installed, its WebAssembly is optimised and each entry is one file. A former package stays until the new one is compiled.
pub fn assemble(layout: &Layout) -> Outcome {
    let optimiser = Optimiser::find(layout);
    fs::create_dir_all(&layout.modules).map_err(at(&layout.modules))?;
    for module in MODULES {
        module.compile(layout)?;
        let compiled = layout.compiled();
        fs::copy(&compiled, layout.module(module.file)).map_err(at(&compiled))?;
    }
    match optimiser {
        Some(optimiser) => optimiser.optimise(layout)?,
        None => progress(
            "wasm-opt is skipped and the .wasm files stay larger: it needs Node.js, and `npm ci` \
             in npm/",
        ),
    }
    if layout.package.exists() {
        fs::remove_dir_all(&layout.package).map_err(at(&layout.package))?;
    }
    copy_files(&layout.modules, &layout.package.join("wasm"), |_| true)?;
    copy_folder(&layout.source.join("package"), &layout.package)?;
    copy_files(&layout.root, &layout.package, |name| name.starts_with("LICENSE-"))?;
    match Bundler::find(layout) {
        Some(bundler) => bundler.bundle(layout)?,
        None => progress(
            "the modules of the package stay apart and it starts later: joining them needs \
             Node.js, and `npm ci` in npm/",
        ),
    }
    progress(&format!("the package is in {}", layout.package.display()));
    Ok(())
}

//! The package as a folder: compile, generate the glue, add the hand-written files.

use std::fs;
use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::layout::Layout;
use crate::process::{command, run};
use crate::{Outcome, progress};

/// Makes `target/npm/package/` anew. Needs nothing but cargo.
pub fn assemble(layout: &Layout) -> Outcome {
    compile(layout)?;
    if layout.package.exists() {
        fs::remove_dir_all(&layout.package).map_err(at(&layout.package))?;
    }
    generate_glue(layout)?;
    copy_files(&layout.source.join("package"), &layout.package, |_| true)?;
    copy_files(&layout.root, &layout.package, |name| name.starts_with("LICENSE-"))?;
    progress(&format!("the package is in {}", layout.package.display()));
    Ok(())
}

fn compile(layout: &Layout) -> Outcome {
    progress("compiling the core for wasm32-unknown-unknown");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments =
        ["build", "--package=meterproof-wasm", "--target=wasm32-unknown-unknown", "--profile=wasm"];
    run(&mut command(cargo, arguments, &layout.root)).map_err(|error| {
        format!("{error}\nif the target is missing: rustup target add wasm32-unknown-unknown")
    })
}

fn generate_glue(layout: &Layout) -> Outcome {
    progress("generating the glue");
    let folder = layout.package.join("wasm");
    let mut bindgen = Bindgen::new();
    // The `web` target alone serves every host: `initSync` for bytes or a module,
    // and a default export that fetches the file beside it.
    bindgen
        .input_path(layout.compiled())
        .out_name("meterproof")
        .web(true)
        .map_err(|error| error.to_string())?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // Without the path, `init()` without arguments throws in browsers.
        .omit_default_module_path(false);
    bindgen.generate(&folder).map_err(|error| format!("wasm-bindgen: {error:#}"))?;

    let glue_file = folder.join("meterproof.js");
    let glue = fs::read_to_string(&glue_file).map_err(at(&glue_file))?;
    if glue.contains("new URL('meterproof_bg.wasm', import.meta.url)") {
        return Ok(());
    }
    Err("the glue does not know where its .wasm is: wasm-bindgen has changed".to_owned())
}

fn copy_files(from: &Path, to: &Path, wanted: impl Fn(&str) -> bool) -> Outcome {
    for entry in fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        let name = entry.file_name();
        if entry.path().is_file() && wanted(&name.to_string_lossy()) {
            fs::copy(entry.path(), to.join(&name)).map_err(at(&entry.path()))?;
        }
    }
    Ok(())
}

/// Names the file that an error is about.
pub fn at(path: &Path) -> impl FnOnce(std::io::Error) -> String {
    let path = path.display().to_string();
    move |error| format!("{path}: {error}")
}

//! wasm-opt, where it is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::at;
use crate::layout::Layout;
use crate::module::{MODULES, Module};
use crate::process::{command, run};
use crate::{Outcome, progress};

/// What the compiler uses on this target by itself: wasm-opt has to be told, and refuses a module
/// with anything else.
const ARGUMENTS: [&str; 9] = [
    "-Os",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-producers",
    "--strip-target-features",
];

/// An installed wasm-opt.
pub struct Optimiser {
    program: PathBuf,
    /// Where the files lie that were optimised before, as they came and as they went.
    memory: PathBuf,
    root: PathBuf,
}

impl Optimiser {
    /// The one that `npm ci` puts into `npm/`; `None` where it or Node.js, which runs it, is
    /// missing.
    pub fn find(layout: &Layout) -> Option<Self> {
        let program = layout.source.join("node_modules/.bin/wasm-opt");
        let node = Command::new("node").arg("--version").output();
        let runs = program.exists() && node.is_ok_and(|output| output.status.success());
        let memory = layout.output.join("wasm-opt");
        runs.then_some(Self { program, memory, root: layout.root.clone() })
    }

    /// Optimises the modules in place, two at a time: it takes longer than compiling them. A file that
    /// is as it was the last time is not optimised again.
    pub fn optimise(&self, layout: &Layout) -> Outcome {
        fs::create_dir_all(&self.memory).map_err(at(&self.memory))?;
        for pair in MODULES.chunks(2) {
            std::thread::scope(|scope| {
                let running: Vec<_> = pair
                    .iter()
                    .map(|module| {
                        scope.spawn(|| self.optimise_one(*module, &layout.module(module.file)))
                    })
                    .collect();
                running.into_iter().try_for_each(|one| {
                    one.join().unwrap_or_else(|_| Err("the thread of wasm-opt panicked".to_owned()))
                })
            })?;
        }
        Ok(())
    }

    fn optimise_one(&self, module: Module, file: &Path) -> Outcome {
        let before = self.memory.join(module.file).with_extension("before");
        let after = self.memory.join(module.file).with_extension("after");
        let compiled = fs::read(file).map_err(at(file))?;
        let known = fs::read(&before).is_ok_and(|known| known == compiled) && after.exists();
        if !known {
            progress(&format!("optimising {}", module.file));
            let mut wasm_opt = command(&self.program, ARGUMENTS, &self.root);
            wasm_opt.args(module.optimiser_flags());
            run(wasm_opt.arg(file).arg("-o").arg(&after))?;
            // Last, so that what was interrupted is done again.
            fs::write(&before, compiled).map_err(at(&before))?;
        }
        fs::copy(&after, file).map(drop).map_err(at(&after))
    }
}

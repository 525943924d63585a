//! wasm-opt, where it is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::layout::Layout;
use crate::package::at;
use crate::process::{command, run};
use crate::{Outcome, progress};

/// What the compiler uses on this target by itself, and vectors: wasm-opt has to be told.
const ARGUMENTS: [&str; 10] = [
    "-Os",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
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

    /// Optimises files in place, two at a time: it takes longer than compiling them. A file that
    /// is as it was the last time is not optimised again.
    pub fn optimise(&self, files: impl IntoIterator<Item = PathBuf>) -> Outcome {
        fs::create_dir_all(&self.memory).map_err(at(&self.memory))?;
        let files: Vec<PathBuf> = files.into_iter().collect();
        for pair in files.chunks(2) {
            std::thread::scope(|scope| {
                let running: Vec<_> =
                    pair.iter().map(|file| scope.spawn(|| self.optimise_one(file))).collect();
                running.into_iter().try_for_each(|one| {
                    one.join().unwrap_or_else(|_| Err("the thread of wasm-opt panicked".to_owned()))
                })
            })?;
        }
        Ok(())
    }

    fn optimise_one(&self, file: &Path) -> Outcome {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let before = self.memory.join(&name).with_extension("before");
        let after = self.memory.join(&name).with_extension("after");
        let compiled = fs::read(file).map_err(at(file))?;
        let known = fs::read(&before).is_ok_and(|known| known == compiled) && after.exists();
        if !known {
            progress(&format!("optimising {name}"));
            let mut wasm_opt = command(&self.program, ARGUMENTS, &self.root);
            run(wasm_opt.arg(file).arg("-o").arg(&after))?;
            // Last, so that what was interrupted is done again.
            fs::write(&before, compiled).map_err(at(&before))?;
        }
        fs::copy(&after, file).map(drop).map_err(at(&after))
    }
}

//! Where everything lies.

use std::path::{Path, PathBuf};

/// The folders of the workspace that this program reads and writes.
pub struct Layout {
    /// The workspace itself.
    pub root: PathBuf,
    /// The crate, its tools and tests: `npm/`.
    pub source: PathBuf,
    /// What cargo writes: `target/`, or what `CARGO_TARGET_DIR` says.
    target: PathBuf,
    /// What this program writes: `target/npm/`.
    pub output: PathBuf,
    /// The modules before they are packed: `target/npm/wasm/`.
    pub modules: PathBuf,
    /// The unpacked package: `target/npm/package/`.
    pub package: PathBuf,
}

impl Layout {
    /// The workspace that this program was compiled in.
    pub fn of_this_workspace() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.ancestors().nth(2).unwrap_or(here).to_path_buf();
        let chosen = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
        let target = root.join(chosen);
        let output = target.join("npm");
        Self {
            source: root.join("npm"),
            modules: output.join("wasm"),
            package: output.join("package"),
            output,
            target,
            root,
        }
    }

    /// Where the compiler leaves a module, until it compiles the next.
    pub fn compiled(&self) -> PathBuf {
        self.target.join("wasm32-unknown-unknown/wasm/meterproof_wasm.wasm")
    }

    /// A module of this name, as the package ships it.
    pub fn module(&self, file: &str) -> PathBuf {
        self.modules.join(file)
    }
}

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
        Self { source: root.join("npm"), package: output.join("package"), output, target, root }
    }

    /// The core as the compiler leaves it.
    pub fn compiled(&self) -> PathBuf {
        self.target.join("wasm32-unknown-unknown/wasm/meterproof_wasm.wasm")
    }

    /// The core as the package ships it.
    pub fn shipped(&self) -> PathBuf {
        self.package.join("wasm/meterproof_bg.wasm")
    }
}

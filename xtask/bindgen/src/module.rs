//! The four WebAssembly files: everything or the verifier alone, with vector instructions or
//! without. `npm/package/engine.js` chooses between the latter two.

use crate::layout::Layout;
use crate::process::{command, run};
use crate::{Outcome, progress};

/// One file of the package's folder `wasm/`.
#[derive(Clone, Copy)]
pub struct Module {
    /// Its name.
    pub file: &'static str,
    features: &'static str,
    /// The instructions that it is compiled for, beyond those that the target has by itself.
    flags: Option<&'static str>,
}

/// All of them. The flags are part of cargo's fingerprint of each crate, so that the two flavours
/// lie side by side in one target directory and only the last crate is linked anew.
pub const MODULES: [Module; 4] = [
    Module { file: "full.scalar.wasm", features: "--all-features", flags: None },
    Module { file: "verify.scalar.wasm", features: "--no-default-features", flags: None },
    Module { file: "full.simd.wasm", features: "--all-features", flags: Some(SIMD) },
    Module { file: "verify.simd.wasm", features: "--no-default-features", flags: Some(SIMD) },
];

const SIMD: &str = r#"target.wasm32-unknown-unknown.rustflags = ["-Ctarget-feature=+simd128"]"#;

impl Module {
    /// Compiles it; [`Layout::compiled`] is where it is then, until the next one.
    pub fn compile(self, layout: &Layout) -> Outcome {
        progress(&format!("compiling {}", self.file));
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = [
            "build",
            "--quiet",
            "--package=meterproof-wasm",
            "--target=wasm32-unknown-unknown",
            "--profile=wasm",
            self.features,
        ];
        let mut build = command(cargo, arguments, &layout.root);
        if let Some(flags) = self.flags {
            build.args(["--config", flags]);
        }
        // RUSTFLAGS would take the place of the flags of `--config`.
        run(build.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS")).map_err(|error| {
            format!("{error}\nif the target is missing: rustup target add wasm32-unknown-unknown")
        })
    }
}

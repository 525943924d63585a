//! The four WebAssembly files: everything or the verifier alone, with vector instructions or
//! without. `npm/package/src/engine.js` chooses between the latter two.

use std::path::PathBuf;

use crate::layout::Layout;
use crate::process::{command, run};
use crate::{Outcome, progress};

/// One file of the package's folder `wasm/`.
#[derive(Clone, Copy)]
pub struct Module {
    /// Its name.
    pub file: &'static str,
    /// Which of the crate's features it is compiled with.
    features: &'static str,
    /// Whether it uses vector instructions.
    pub has_simd: bool,
}

/// All of them.
pub const MODULES: [Module; 4] = [
    Module { file: "full.scalar.wasm", features: EVERYTHING, has_simd: false },
    Module { file: "verify.scalar.wasm", features: VERIFIER, has_simd: false },
    Module { file: "full.simd.wasm", features: EVERYTHING, has_simd: true },
    Module { file: "verify.simd.wasm", features: VERIFIER, has_simd: true },
];

/// A flag in a list of TOML: the threshold is the cost in LLVM's own measure, about 5 an instruction.
const LITTLE_INLINING: &str = r#""-Cllvm-args=--inline-threshold=12""#;

const EVERYTHING: &str = "--features=usage";
const VERIFIER: &str = "--no-default-features";

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
        build.arg("--config").arg(self.flags());
        // RUSTFLAGS would take the place of the flags of `--config`.
        run(build.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS")).map_err(|error| {
            format!("{error}\nif the target is missing: rustup target add wasm32-unknown-unknown")
        })
    }

    /// The compiler's flags, as cargo's configuration. They are part of cargo's fingerprint of each
    /// crate, so that both flavours lie side by side in one target directory and only the last
    /// crate is linked anew.
    ///
    /// Inlining is held down to what costs few bytes, calls of a few instructions; what is hot asks
    /// to be inlined. The compiler's usual threshold of 225 makes the modules a quarter larger, a
    /// token 3 % quicker and a record 6 %.
    fn flags(self) -> String {
        let simd = if self.has_simd { r#""-Ctarget-feature=+simd128","# } else { "" };
        // Places of panics hold paths, and those of libraries would tell whose machine it was.
        let home = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
        let from = home.unwrap_or_default().join("registry/src");
        format!(
            "target.wasm32-unknown-unknown.rustflags=[{simd}{LITTLE_INLINING},'--remap-path-prefix={}=']",
            from.display()
        )
    }
}

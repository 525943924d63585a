//! The six WebAssembly files: everything or the verifier alone, for engines without vector
//! instructions, with them, and with relaxed ones. The package's entries choose between the three.

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
    /// Which instructions it uses.
    flavour: Flavour,
}

/// What a module asks of its engine beyond what every one has.
#[derive(Clone, Copy)]
enum Flavour {
    Scalar,
    /// 128-bit vectors.
    Simd,
    /// These, and the relaxed ones, of which the verifier takes the fused multiply-add.
    Relaxed,
}

/// All of them.
pub const MODULES: [Module; 6] = [
    Module { file: "full.scalar.wasm", features: EVERYTHING, flavour: Flavour::Scalar },
    Module { file: "verify.scalar.wasm", features: VERIFIER, flavour: Flavour::Scalar },
    Module { file: "full.simd.wasm", features: EVERYTHING, flavour: Flavour::Simd },
    Module { file: "verify.simd.wasm", features: VERIFIER, flavour: Flavour::Simd },
    Module { file: "full.relaxed.wasm", features: EVERYTHING, flavour: Flavour::Relaxed },
    Module { file: "verify.relaxed.wasm", features: VERIFIER, flavour: Flavour::Relaxed },
];

/// A flag in a list of TOML: the threshold is the cost in LLVM's own measure, about 5 an instruction.
const LITTLE_INLINING: &str = r#""-Cllvm-args=--inline-threshold=12""#;

/// Instructions in the order they were written in. LLVM's own order for this target puts off
/// additions until all that they add is there, for which V8 runs out of registers in relaxed vectors: a
/// token takes 8 % longer. The other modules keep LLVM's order, which is right for the oldest V8 that
/// they are for: there a token takes 15 % longer in the order written.
const ORDER_AS_WRITTEN: &str = r#","-Cllvm-args=--pre-RA-sched=source""#;

const EVERYTHING: &str = "--features=usage";
const VERIFIER: &str = "--no-default-features";

impl Module {
    /// What wasm-opt has to be told of it.
    pub fn optimiser_flags(self) -> &'static [&'static str] {
        match self.flavour {
            Flavour::Scalar => &[],
            Flavour::Simd => &["--enable-simd"],
            Flavour::Relaxed => &["--enable-simd", "--enable-relaxed-simd"],
        }
    }

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
    /// crate, so that all flavours lie side by side in one target directory and only the last
    /// crate is linked anew.
    ///
    /// Inlining is held down to what costs few bytes, calls of a few instructions; what is hot asks
    /// to be inlined. The compiler's usual threshold of 225 makes the modules a quarter larger, a
    /// token 3 % quicker and a record 6 %.
    fn flags(self) -> String {
        let (vectors, order) = match self.flavour {
            Flavour::Scalar => ("", ""),
            Flavour::Simd => (r#""-Ctarget-feature=+simd128","#, ""),
            Flavour::Relaxed => (r#""-Ctarget-feature=+simd128,+relaxed-simd","#, ORDER_AS_WRITTEN),
        };
        // Places of panics hold paths, and those of libraries would tell whose machine it was.
        let home = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
        let from = home.unwrap_or_default().join("registry/src");
        format!(
            "target.wasm32-unknown-unknown.rustflags=[{vectors}{LITTLE_INLINING}{order},'--remap-path-prefix={}=']",
            from.display()
        )
    }
}

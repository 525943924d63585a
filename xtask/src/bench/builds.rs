//! What is compiled before anything is measured.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::results::folder;
use crate::step::{Failure, Outcome, cargo, command, root, run, step, target};
use crate::{node, rustup};

const REMEDY: &str = "the benchmark does not compile: the error stands above";

/// The programs that were compiled.
pub struct Native {
    /// The core and its peers.
    pub bench: PathBuf,
    /// The core under the profile that ships.
    pub shipped: PathBuf,
}

/// Both native programs. The first time takes minutes: aws-lc-sys compiles AWS-LC.
pub fn native() -> Result<Native, Failure> {
    step("build the native benchmark (the first time takes minutes)", || {
        run(&mut in_bench("build --release -p meterproof-bench"), REMEDY)
    })?;
    let profile = folder().join("shipped.toml");
    step("build the core as the functions ship it", || {
        write_shipped_profile(&profile)?;
        run(
            in_bench("build --profile shipped -p meterproof-bench-shipped")
                .arg("--config")
                .arg(&profile),
            REMEDY,
        )
    })?;
    Ok(Native {
        bench: folder_of_builds().join("release/meterproof-bench"),
        shipped: folder_of_builds().join("shipped/meterproof-bench-shipped"),
    })
}

/// What is compared in WebAssembly, as `target/bench/NAME.wasm`: the peer for speed, and our paths
/// alone as `xtask/package` compiles them.
pub fn wasm() -> Outcome {
    rustup::ensure_target(rustup::WASM)?;
    node::install("npm")?;
    step("build what is compared in WebAssembly", || {
        let peer = in_bench("build --release -p meterproof-bench-rsa-wasm");
        wasm_file(peer, "meterproof_bench_rsa_wasm", "-O3", "rsa010")?;
        let relaxed = "-Ctarget-feature=+simd128,+relaxed-simd -Cllvm-args=--pre-RA-sched=source";
        for (flags, name) in [("-Ctarget-feature=+simd128", "raw"), (relaxed, "raw-relaxed")] {
            let mut raw = in_bench("build --release -p meterproof-bench-raw-wasm");
            let flags = format!("{flags} -Cllvm-args=--inline-threshold=12");
            raw.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
            raw.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "2");
            wasm_file(raw, "meterproof_bench_raw_wasm", "-Os", name)?;
        }
        Ok(())
    })
}

fn wasm_file(mut build: Command, library: &str, level: &str, name: &str) -> Outcome {
    run(build.args(["--target", rustup::WASM]), REMEDY)?;
    let compiled = folder_of_builds().join(rustup::WASM).join("release").join(library);
    let file = folder().join(name).with_extension("wasm");
    fs::create_dir_all(folder()).map_err(|error| at(&folder(), &error))?;
    let optimiser = root().join("npm/node_modules/.bin/wasm-opt");
    run(
        command(optimiser, &[level, "--all-features", "-o"])
            .arg(file)
            .arg(compiled.with_extension("wasm")),
        "the optimiser explains itself above",
    )
}

/// `cargo` in the workspace of the benchmarks, whose builds do not disturb the main ones.
fn in_bench(words: &str) -> Command {
    let mut build = cargo(words);
    build.args(["--locked", "--manifest-path", "bench/Cargo.toml", "--target-dir"]);
    build.arg(folder_of_builds());
    build
}

fn folder_of_builds() -> PathBuf {
    target().join("bench-build")
}

/// The release profile of the main workspace under another name, as a file of settings: a copy
/// in `bench/Cargo.toml` would soon be of another time.
fn write_shipped_profile(file: &Path) -> Outcome {
    let manifest = root().join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(|error| at(&manifest, &error))?;
    let profile = shipped_profile(&text).ok_or_else(|| {
        Failure::new("Cargo.toml has no [profile.release]", "restore the file from the repository")
    })?;
    fs::create_dir_all(folder()).map_err(|error| at(&folder(), &error))?;
    fs::write(file, profile).map_err(|error| at(file, &error))
}

fn shipped_profile(manifest: &str) -> Option<String> {
    let manifest: toml::Table = manifest.parse().ok()?;
    let mut release = manifest.get("profile")?.get("release")?.as_table()?.clone();
    release.insert("inherits".to_owned(), "release".into());
    let profile = toml::Table::from_iter([("shipped".to_owned(), release.into())]);
    Some(toml::Table::from_iter([("profile".to_owned(), profile.into())]).to_string())
}

fn at(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", file.display()), "is the disk full?")
}

#[cfg(test)]
mod tests {
    use super::shipped_profile;

    #[test]
    fn the_shipped_profile_is_the_release_profile_with_all_its_exceptions() {
        let manifest = "[package]\nname = \"x\"\n[profile.release]\nopt-level = \"z\"\nlto = \"fat\"\n\
                        [profile.release.package.meterproof]\nopt-level = 3\n";
        let profile: toml::Table = shipped_profile(manifest).unwrap().parse().unwrap();
        let expected: toml::Table = "[profile.shipped]\ninherits = \"release\"\nopt-level = \"z\"\n\
                                     lto = \"fat\"\n[profile.shipped.package.meterproof]\nopt-level = 3\n"
            .parse()
            .unwrap();
        assert_eq!(profile, expected);
        assert_eq!(shipped_profile("[package]\n"), None);
    }
}

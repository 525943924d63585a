//! The npm package in every engine that it is for: packed, installed, and put through one suite of
//! cases (`tests/engines`).

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::step::{Failure, Outcome, command, root, run, step, target};
use crate::{build, chromium, node};

const REMEDY: &str = "an engine is absent or falls short: the table and its causes stand above";

/// Every engine; one that is absent is named with what to install, and makes it fail. `words` may
/// choose some: `--only NAME`.
pub fn all(words: &[&str]) -> Outcome {
    check_flags(words)?;
    build::npm_tarball()?;
    node::install("tests/engines")?;
    step("the package in every engine", || run(suite()?.args(words), REMEDY))
}

/// The engines that npm brings along, and the Chromium of the page's tests, on the tarball that was
/// made before. What is left out is named.
pub fn without_system() -> Outcome {
    node::install("tests/engines")?;
    let browser = chromium::ensure()?;
    step("the package in the engines that npm brings along, and in Chromium", || {
        let mut suite = suite()?;
        if let Some(browser) = browser {
            suite.env("CHROMIUM", browser);
        }
        run(suite.arg("--quick"), REMEDY)
    })
}

/// Before the package is built, which takes minutes. The suite knows which engines there are.
fn check_flags(words: &[&str]) -> Outcome {
    match words {
        [] => Ok(()),
        ["--only", name, rest @ ..] if !name.starts_with('-') => check_flags(rest),
        [other, ..] => Err(Failure::new(
            format!("not to be understood: {other}"),
            "the only flag is --only NAME, and may be repeated",
        )),
    }
}

fn suite() -> Result<Command, Failure> {
    let mut suite = command("node", &["tests/engines/run.mjs"]);
    suite.arg(tarball()?).arg(target().join("npm/engines"));
    Ok(suite)
}

/// Where `npm pack` leaves the package, by the version in its manifest.
fn tarball() -> Result<PathBuf, Failure> {
    let manifest = root().join("npm/package/package.json");
    let unreadable = |error: String| {
        let what = format!("{} cannot be read: {error}", manifest.display());
        Failure::new(what, "restore the file from the repository")
    };
    let text = fs::read_to_string(&manifest).map_err(|error| unreadable(error.to_string()))?;
    let json: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let version =
        json["version"].as_str().ok_or_else(|| unreadable("it has no version".to_owned()))?;
    Ok(target().join(format!("npm/meterproof-{version}.tgz")))
}

#[cfg(test)]
mod tests {
    use super::check_flags;

    #[test]
    fn engines_may_be_chosen_by_name_and_nothing_else() {
        for words in [&[][..], &["--only", "Deno"], &["--only", "Node 20", "--only", "Bun"]] {
            assert!(check_flags(words).is_ok(), "{words:?}");
        }
        for words in [&["--fast"][..], &["--only"], &["--only", "--only"], &["Deno"]] {
            let failure = check_flags(words).unwrap_err().to_string();
            let expected = format!(
                "not to be understood: {}\n       the only flag is --only NAME, and may be repeated",
                words[0]
            );
            assert_eq!(failure, expected);
        }
    }
}

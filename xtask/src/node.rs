//! Node.js and what `npm ci` installs.

use std::fs;
use std::process::Command;

use crate::step::{Failure, Outcome, command, root, run, step, succeeds};

const REMEDY: &str = "install Node.js 20 or newer, with npm, and run the command again";

pub fn ensure() -> Outcome {
    if succeeds(&mut command("node", &["--version"]))
        && succeeds(&mut command("npm", &["--version"]))
    {
        Ok(())
    } else {
        Err(Failure::new("node or npm is missing", REMEDY))
    }
}

/// Runs `npm ci` in a folder, unless its lock file is the one installed last.
pub fn install(folder: &str) -> Outcome {
    ensure()?;
    let folder_path = root().join(folder);
    let lock_file = folder_path.join("package-lock.json");
    let lock = fs::read(&lock_file).map_err(|error| {
        Failure::new(
            format!("{} cannot be read: {error}", lock_file.display()),
            "restore the file from the repository",
        )
    })?;
    let stamp = folder_path.join("node_modules").join(".installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step(&format!("install the npm packages of {folder}/"), || {
        run(
            npm("ci --no-audit --no-fund").current_dir(&folder_path),
            "npm could not install: is the npm registry reachable?",
        )?;
        fs::write(&stamp, lock)
            .map_err(|error| Failure::new(format!("{}: {error}", stamp.display()), REMEDY))
    })
}

pub fn npm(words: &str) -> Command {
    command("npm", &words.split_whitespace().collect::<Vec<_>>())
}

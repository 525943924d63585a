//! Python virtual environments under `target/`, one for each requirements file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::step::{Failure, command, root, run, step, succeeds, target};

/// A virtual environment with the packages of a requirements file.
pub struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// Makes the environment `target/NAME`, unless it holds these requirements already.
    pub fn ensure(name: &str, requirements: &str) -> Result<Self, Failure> {
        let folder = target().join(name);
        let file = root().join(requirements);
        let wanted = fs::read(&file).map_err(|error| {
            Failure::new(
                format!("{requirements} cannot be read: {error}"),
                "restore the file from the repository",
            )
        })?;
        let venv = Self { folder };
        let stamp = venv.folder.join("installed-requirements");
        if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(venv);
        }
        step(&format!("install the Python packages of {requirements}"), || {
            venv.make(&file)?;
            fs::write(&stamp, &wanted).map_err(|error| {
                Failure::new(format!("{}: {error}", stamp.display()), "is the disk full?")
            })
        })?;
        Ok(venv)
    }

    /// A program of the environment.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    fn make(&self, requirements: &Path) -> Result<(), Failure> {
        if !succeeds(&mut command("python3", &["-m", "venv", "--help"])) {
            return Err(Failure::new(
                "python3 with its venv module is missing",
                "install Python 3.10 or newer (on Debian: python3 and python3-venv)",
            ));
        }
        // Half an environment from an interrupted run would fail in stranger ways later.
        let _ = fs::remove_dir_all(&self.folder);
        run(
            command("python3", &["-m", "venv"]).arg(&self.folder),
            "the virtual environment could not be made: is the disk full?",
        )?;
        run(
            command(self.program("pip"), &["install", "--quiet", "--requirement"])
                .arg(requirements),
            "pip could not install: is PyPI reachable?",
        )
    }
}

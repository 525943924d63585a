//! One step of a command: say what is done, do it, say how long it took.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

pub type Outcome = Result<(), Failure>;

/// What went wrong, and what the person at the keyboard can do about it.
#[derive(Debug)]
pub struct Failure {
    what: String,
    remedy: String,
}

impl Failure {
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n       {}", self.what, self.remedy)
    }
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    // xtask/Cargo.toml lies one folder below the root.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Where builds, packages and installed tools go: `target/`, or what `CARGO_TARGET_DIR` says.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |chosen| root().join(chosen))
}

/// Announces a step, does it, and says how long it took.
pub fn step(what: &str, work: impl FnOnce() -> Outcome) -> Outcome {
    println!("\n==> {what}");
    let start = Instant::now();
    work()?;
    println!("    {what}: done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// A command in the root of the checkout.
pub fn command(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).args(arguments);
    command
}

/// `cargo` with these words, by the toolchain that runs this.
pub fn cargo(words: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(cargo, &words.split_whitespace().collect::<Vec<_>>())
}

/// Runs a command to its end, its output shown as it comes.
pub fn run(command: &mut Command, remedy: &str) -> Outcome {
    let shown = shown(command);
    println!("    $ {shown}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("`{shown}` ended with {status}"), remedy)),
        Err(error) => Err(Failure::new(format!("`{shown}` did not start: {error}"), remedy)),
    }
}

/// Runs a command that stays up until Ctrl-C. On Unix it takes this process's place, so that
/// the terminal waits for it to clean up.
pub fn hand_over(command: &mut Command, remedy: &str) -> Outcome {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let shown = shown(command);
        println!("    $ {shown}");
        let error = command.exec();
        Err(Failure::new(format!("`{shown}` did not start: {error}"), remedy))
    }
    #[cfg(not(unix))]
    run(command, remedy)
}

/// Whether a command can be started at all and succeeds; its output is not shown.
pub fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// A command as a person would type it in the root of the checkout.
pub fn shown(command: &Command) -> String {
    let root = root();
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let short = |word: &std::ffi::OsStr| {
        let path = Path::new(word);
        path.strip_prefix(&root).unwrap_or(path).display().to_string()
    };
    words.map(short).collect::<Vec<_>>().join(" ")
}

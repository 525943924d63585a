//! A Chromium to run the page's tests in.

use std::path::PathBuf;

use crate::step::{Failure, command, root, run, step, succeeds};

const KNOWN: [&str; 5] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The browser's path: `CHROMIUM` if set, one that is installed, or else one that is installed now.
///
/// `None` stands for the browser that Playwright downloaded itself and finds by itself.
pub fn ensure() -> Result<Option<PathBuf>, Failure> {
    if let Some(browser) = std::env::var_os("CHROMIUM").map(PathBuf::from).or_else(installed) {
        return Ok(Some(browser));
    }
    step("install Chromium", || {
        // Root on Debian, as in a container: the system's package is the quickest way.
        if succeeds(&mut command("sh", &["-c", "test $(id -u) = 0 && command -v apt-get"])) {
            let _ = run(&mut command("apt-get", &["update", "-qq"]), "");
            if run(&mut command("apt-get", &["install", "-y", "-qq", "chromium"]), "").is_ok() {
                return Ok(());
            }
        }
        run(
            command("npx", &["playwright", "install", "chromium"])
                .current_dir(root().join("tests/web")),
            "install Chromium or Chrome and name it in the variable CHROMIUM",
        )
    })?;
    Ok(installed())
}

fn installed() -> Option<PathBuf> {
    KNOWN.iter().map(PathBuf::from).find(|path| path.exists())
}

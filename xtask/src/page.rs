//! The page's files made small: one script, one style sheet, and the list of what is kept for use without a network.

use std::fs;
use std::path::{Path, PathBuf};

use crate::step::{Failure, Outcome, command, root, run};

/// The page starts with the first; the second is a worker and starts by its own address.
const SCRIPTS: [&str; 2] = ["js/main.js", "js/usage/worker.js"];
const STYLE: &str = "styles/page.css";
const PACKAGE: &str = "meterproof/index.js";

/// Bundles the scripts and styles of an assembled page, and writes the list into its service worker.
///
/// Without `npm ci` in `npm/` there is no esbuild: the modules then lie apart, as in the sources, and work the same.
pub fn finish(page: &Path) -> Outcome {
    let esbuild = root().join("npm/node_modules/.bin/esbuild");
    let bundled = esbuild.exists();
    if bundled {
        bundle(&esbuild, page)?;
    } else {
        println!("    no esbuild (`npm ci` in npm/ brings it): the page's modules lie apart");
    }
    // The page itself goes by its folder's name: index.html would be the same bytes again.
    let mut files = vec!["./".to_owned()];
    list(page, page, &mut files)?;
    files.sort();
    if bundled {
        let shared: Vec<_> = files.iter().filter(|file| is_shared(file)).cloned().collect();
        files.retain(|file| {
            SCRIPTS.contains(&file.as_str()) || is_shared(file) || *file == STYLE || is_top(file)
        });
        preload(page, &shared)?;
    }
    let lines: String = files.iter().map(|file| format!("  \"{file}\",\n")).collect();
    let worker = page.join("sw.js");
    replace(&worker, "const FILES = [\"./\"];", &format!("const FILES = [\n{lines}];"))?;
    if bundled {
        // No module: names at its top are its own, and stay.
        let mut made_small = command(&esbuild, &["sw.js", "--minify", "--allow-overwrite"]);
        made_small.current_dir(page).args(["--log-level=warning", "--outfile=sw.js"]);
        run(&mut made_small, "the service worker does not parse: the error stands above")?;
    }
    Ok(())
}

/// esbuild overwrites the entries with their bundles; what both need goes into `js/shared-….js`. The package stays apart:
/// it finds its .wasm beside itself.
fn bundle(esbuild: &Path, page: &Path) -> Outcome {
    let remedy = "a script or style of the page does not parse: the error stands above";
    let quiet = ["--bundle", "--minify", "--allow-overwrite", "--log-level=warning"];
    let mut scripts = command(esbuild, &SCRIPTS);
    scripts.current_dir(page).args(quiet).args([
        "--splitting",
        "--format=esm",
        "--target=es2022",
        "--sourcemap",
        "--outdir=js",
        "--outbase=js",
        "--chunk-names=shared-[hash]",
        &format!("--external:./{PACKAGE}"),
        "--external:./js/live/view.js",
    ]);
    run(&mut scripts, remedy)?;
    let mut style = command(esbuild, &[STYLE]);
    style.current_dir(page).args(quiet).arg(format!("--outfile={STYLE}"));
    run(&mut style, remedy)?;
    // The package's file is one already; what people read in it goes to npm, not to every visitor.
    let mut package = command(esbuild, &[PACKAGE]);
    package.current_dir(page).args(quiet).args(["--format=esm", &format!("--outfile={PACKAGE}")]);
    run(&mut package, remedy)
}

/// All files of the page but the worker itself, the package, the live view, what only people read, and the icon that
/// the system keeps when the page is installed.
fn list(page: &Path, folder: &Path, files: &mut Vec<String>) -> Outcome {
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, &error))? {
        let path = entry.map_err(|error| failed(folder, &error))?.path();
        let name = path.strip_prefix(page).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let left_out = ["index.html", "sw.js", "meterproof", "js/live", "styles/live.css"]
            .contains(&name.as_str())
            || Path::new(&name)
                .extension()
                .is_some_and(|kind| kind == "map" || kind == "md" || kind == "png");
        if left_out {
            continue;
        }
        if path.is_dir() {
            list(page, &path, files)?;
        } else {
            files.push(name);
        }
    }
    Ok(())
}

fn is_shared(file: &str) -> bool {
    file.starts_with("js/shared-")
}

fn is_top(file: &str) -> bool {
    file == "./" || !file.contains('/')
}

/// The browser asks for what the first script imports at once, and not only when that has come.
fn preload(page: &Path, shared: &[String]) -> Outcome {
    let main = page.join(SCRIPTS[0]);
    let main = fs::read_to_string(&main).map_err(|error| failed(&main, &error))?;
    let later =
        |file: &str| main.contains(&format!("import(\"./{}\")", file.trim_start_matches("js/")));
    let first = format!("<link rel=\"modulepreload\" href=\"{}\">", SCRIPTS[0]);
    let more: String = shared
        .iter()
        .filter(|file| !later(file))
        .map(|file| format!("\n<link rel=\"modulepreload\" href=\"{file}\">"))
        .collect();
    replace(&page.join("index.html"), &first, &format!("{first}{more}"))
}

fn replace(file: &PathBuf, old: &str, new: &str) -> Outcome {
    let text = fs::read_to_string(file).map_err(|error| failed(file, &error))?;
    if text.matches(old).count() != 1 {
        let what = format!("{} does not hold `{old}` once", file.display());
        return Err(Failure::new(what, "write it as xtask/src/page.rs looks for it"));
    }
    fs::write(file, text.replacen(old, new, 1)).map_err(|error| failed(file, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()), "is the disk full?")
}

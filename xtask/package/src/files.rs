//! Files and folders, with errors that name them.

use std::fs;
use std::path::Path;

use crate::Outcome;

/// Copies the files of a folder, but not its folders.
pub fn copy_files(from: &Path, to: &Path, wanted: impl Fn(&str) -> bool) -> Outcome {
    fs::create_dir_all(to).map_err(at(to))?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        let name = entry.file_name();
        if entry.path().is_file() && wanted(&name.to_string_lossy()) {
            fs::copy(entry.path(), to.join(&name)).map_err(at(&entry.path()))?;
        }
    }
    Ok(())
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) -> Outcome {
    copy_files(from, to, |_| true)?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Names the file that an error is about.
pub fn at(path: &Path) -> impl FnOnce(std::io::Error) -> String {
    let path = path.display().to_string();
    move |error| format!("{path}: {error}")
}

//! Where things are: the checkout, its target folder, the binaries beside this one.

use std::path::{Path, PathBuf};

use crate::error::FlowError;

/// The root of the checkout.
pub fn root() -> PathBuf {
    // xtask/flow/Cargo.toml lies two folders below the root.
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

/// The target folder: the folder that holds the folder this program runs from.
///
/// # Errors
/// [`FlowError::Setup`] where the system does not say what program this is.
pub fn target() -> Result<PathBuf, FlowError> {
    let folder = folder()?;
    Ok(folder.parent().map(Path::to_path_buf).unwrap_or(folder))
}

/// A binary of the workspace, built into the same folder as this program.
///
/// # Errors
/// [`FlowError::Setup`] names the binary that is not there, and how to build it.
pub fn binary(name: &str) -> Result<PathBuf, FlowError> {
    let path = folder()?.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() {
        Ok(path)
    } else {
        let what = format!("{} is missing; `cargo xtask up` builds it", path.display());
        Err(FlowError::Setup(what))
    }
}

fn folder() -> Result<PathBuf, FlowError> {
    let program = std::env::current_exe().map_err(|error| FlowError::Setup(error.to_string()))?;
    Ok(program.parent().map(Path::to_path_buf).unwrap_or_default())
}

//! The package as a tarball: pack, report the sizes.

use std::fs;
use std::path::PathBuf;

use crate::files::at;
use crate::layout::Layout;
use crate::process::{command, output};
use crate::{Outcome, progress, sizes};

/// Packs `target/npm/package/` and answers where the tarball is.
pub fn pack(layout: &Layout) -> Outcome<PathBuf> {
    progress("packing");
    let arguments = ["pack", "./package", "--silent", "--pack-destination=."];
    let printed = output(&mut command("npm", arguments, &layout.output))?;
    let name = printed.lines().last().unwrap_or_default();
    let tarball = layout.output.join(name);
    for line in sizes::describe(layout)? {
        progress(&line);
    }
    let packed = fs::metadata(&tarball).map_err(at(&tarball))?.len();
    progress(&format!("packed {} ({packed} bytes)", tarball.display()));
    Ok(tarball)
}

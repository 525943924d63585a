//! How large the WebAssembly files are: as they are, and as a web server sends them.

use crate::layout::Layout;
use crate::module::{MODULES, Module};
use crate::process::{command, output};
use crate::{Outcome, package};

/// Each file raw, with gzip and with brotli, both at their best, as a server would compress a
/// static file once.
const MEASURE: &str = "
const { brotliCompressSync, gzipSync } = require('node:zlib');
const bytes = require('node:fs').readFileSync(process.argv[1]);
console.log(bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length);";

/// Builds the package and prints a line of JSON for each size, as the benchmark reads them.
pub fn print(layout: &Layout) -> Outcome {
    package::assemble(layout)?;
    for module in MODULES {
        for (form, bytes) in ["raw", "gzip", "brotli"].iter().zip(measure(layout, module)?) {
            println!(
                r#"{{"suite":"size","engine":"package","subject":"{} {form}","unit":"bytes","median":{bytes}}}"#,
                module.file
            );
        }
    }
    Ok(())
}

/// A line for each file, for people.
pub fn describe(layout: &Layout) -> Outcome<Vec<String>> {
    let line = |module: Module| {
        let [raw, gzip, brotli] = measure(layout, module)?;
        Ok(format!("{}: {raw} bytes, {gzip} with gzip, {brotli} with brotli", module.file))
    };
    MODULES.into_iter().map(line).collect()
}

fn measure(layout: &Layout, module: Module) -> Outcome<[u64; 3]> {
    let shipped = layout.module(module.file);
    let printed = output(command("node", ["-e", MEASURE], &layout.root).arg(&shipped))?;
    let sizes: Vec<u64> = printed.split(' ').filter_map(|number| number.parse().ok()).collect();
    sizes.try_into().map_err(|_| format!("node cannot say how large {} is", module.file))
}

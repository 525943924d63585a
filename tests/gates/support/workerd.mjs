// workerd through miniflare, with what the Worker logs.

import { join } from "node:path";
import { Miniflare } from "miniflare";

/**
 * Starts a bundled Worker.
 *
 * @param options its bindings, namespaces and compatibility date, as miniflare names them
 */
export async function startWorker(folder, file, options) {
  let output = "";
  let look = () => {};
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    modules: true,
    modulesRoot: folder,
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
    scriptPath: join(folder, file),
    cf: false,
    handleRuntimeStdio: (...streams) => {
      for (const stream of streams) {
        stream.setEncoding("utf8").on("data", (text) => {
          output += text;
          look();
        });
      }
    },
    ...options,
  });
  const { origin } = await miniflare.ready;
  return {
    miniflare,
    origin,
    output: () => output,
    /** Waits until the output satisfies. */
    heard: (enough) =>
      new Promise((resolve) => {
        look = () => enough(output) && resolve(enough(output));
        look();
      }),
    stop: () => miniflare.dispose(),
  };
}

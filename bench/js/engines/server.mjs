// Serves the page, the package and the inputs on loopback. The two headers isolate the page, so
// that its clock has steps of 5 µs instead of 100.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/**
 * Resolves to `{ url, close }`. `files` maps paths to contents, `folders` maps prefixes to folders.
 */
export async function serve({ files, folders }) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://page").pathname);
    const content = files[path] ?? (await fileBelow(folders, path));
    response.writeHead(content === null ? 404 : 200, {
      "content-type": TYPES[extname(path)] ?? "text/html; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cache-control": "no-store",
    });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

async function fileBelow(folders, path) {
  const prefix = Object.keys(folders).find((candidate) => path.startsWith(candidate));
  if (prefix === undefined) return null;
  const file = join(folders[prefix], normalize(sep + path.slice(prefix.length)));
  return readFile(file).catch(() => null);
}

// Serves the consumer's folder on loopback under a strict policy, and takes the page's result.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html; charset=utf-8" };

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'",
  // Isolated from other sites, a page has shared memory.
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/** Resolves to `{ url, result, close }`; `result` is what the page posts. */
export async function serve(folder) {
  let take;
  const result = new Promise((resolve) => {
    take = resolve;
  });
  const server = createServer(async (request, response) => {
    const path = normalize(`/${decodeURIComponent(new URL(request.url, "http://page").pathname)}`);
    if (request.method === "POST" && path === "/result") {
      const parts = [];
      for await (const part of request) parts.push(part);
      response.writeHead(204).end();
      take(JSON.parse(Buffer.concat(parts).toString()));
      return;
    }
    const content = await readFile(join(folder, path)).catch(() => null);
    const type = TYPES[extname(path)];
    const isThere = content !== null && type !== undefined;
    response.writeHead(isThere ? 200 : 404, { ...HEADERS, ...(isThere && { "content-type": type }) });
    response.end(isThere ? content : undefined);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    result,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

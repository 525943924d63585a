// Serves the assembled page as a careful host would: with the policy as a header, on loopback.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The page as `cargo xtask` assembles it. */
export const SITE = process.env.METERPROOF_SITE ?? fileURLToPath(new URL("../../../target/www", import.meta.url));

const POLICY = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "connect-src 'self'",
  "img-src 'self' data:", "manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'none'",
  "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types meterproof",
].join("; ");

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json",
  ".json": "application/json", ".md": "text/plain; charset=utf-8",
};

/** Starts the server below `prefix` ("/" or "/some/folder/"); resolves to `{ url, close }`. */
export async function serve(prefix = "/", root = SITE) {
  const server = createServer(async (request, response) => {
    try {
      const path = decodeURIComponent(new URL(request.url, "http://page").pathname);
      const file = path.startsWith(prefix) ? join(root, normalize(`/${path.slice(prefix.length)}`)) : null;
      const found = file === null ? null : await existing(path.endsWith("/") ? join(file, "index.html") : file, root);
      if (found === null) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, {
        "content-type": TYPES[extname(found)] ?? "application/octet-stream",
        "content-security-policy": POLICY,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      });
      createReadStream(found).pipe(response);
    } catch {
      response.writeHead(400).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

async function existing(file, root) {
  if (!file.startsWith(root + sep)) return null;
  const info = await stat(file).catch(() => null);
  return info?.isFile() ? file : null;
}

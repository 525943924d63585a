// Serves the assembled page as a careful host would: with the policy as a header, on loopback.
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The page as `cargo xtask` assembles it. */
export const SITE = process.env.METERPROOF_SITE ?? fileURLToPath(new URL("../../../target/www", import.meta.url));

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json",
  ".json": "application/json", ".md": "text/plain; charset=utf-8",
};

/** The policy of the page's own `<meta>`, and the one directive that works in a header alone. */
async function policyOf(root) {
  const page = await readFile(join(root, "index.html"), "utf8");
  return `${/http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)[1]}; frame-ancestors 'none'`;
}

/** Starts the server below `prefix` ("/" or "/some/folder/"); resolves to `{ url, close }`. */
export async function serve(prefix = "/", root = SITE) {
  const policy = await policyOf(root);
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
        "content-security-policy": policy,
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

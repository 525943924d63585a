// Serves the assembled page as a careful host would: the policy as a header, text and .wasm compressed, unchanged files
// answered with 304. On loopback.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** The page as `cargo xtask` assembles it. */
export const SITE = process.env.METERPROOF_SITE ?? fileURLToPath(new URL("../../../target/www", import.meta.url));

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json", ".png": "image/png",
  ".json": "application/json", ".md": "text/plain; charset=utf-8",
};

/** The policy of the page's own `<meta>`, and the one directive that works in a header alone. */
async function policyOf(root) {
  const page = await readFile(join(root, "index.html"), "utf8");
  return `${/http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)[1]}; frame-ancestors 'none'`;
}

/**
 * Starts the server below `prefix` ("/" or "/some/folder/"); resolves to `{ url, sent, close }`. `sent` lists what went over
 * the wire: `{ path, status, encoding, bytes }` of each answer's body. `quality` is brotli's, 11 at most.
 */
export async function serve(prefix = "/", { root = SITE, quality = 4 } = {}) {
  const policy = await policyOf(root);
  const sent = [];
  const server = createServer(async (request, response) => {
    try {
      const path = decodeURIComponent(new URL(request.url, "http://page").pathname);
      const file = path.startsWith(prefix) ? join(root, normalize(`/${path.slice(prefix.length)}`)) : null;
      const found = file === null ? null : await existing(path.endsWith("/") ? join(file, "index.html") : file, root);
      const answer = found === null ? { status: 404, headers: {}, body: "" } : await answerWith(found, request.headers, quality);
      sent.push({ path: path.slice(prefix.length), status: answer.status, encoding: answer.headers["content-encoding"] ?? null, bytes: answer.body.length });
      response.writeHead(answer.status, {
        ...answer.headers,
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      });
      response.end(answer.body);
    } catch {
      response.writeHead(400).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    sent,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

async function answerWith(file, headers, quality) {
  const plain = await readFile(file);
  const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 16)}"`;
  const about = { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "cache-control": "no-cache", vary: "accept-encoding", etag };
  if (headers["if-none-match"] === etag) return { status: 304, headers: about, body: "" };
  const encoding = extname(file) === ".png" ? null : ["br", "gzip"].find((name) => (headers["accept-encoding"] ?? "").includes(name));
  if (!encoding) return { status: 200, headers: about, body: plain };
  return { status: 200, headers: { ...about, "content-encoding": encoding }, body: await compressed(file, plain, encoding, quality) };
}

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const kept = new Map();

/** Compressed once for each content and quality: the .wasm takes most of a second. */
function compressed(file, plain, encoding, quality) {
  const name = `${encoding} ${quality} ${file} ${plain.length}`;
  if (!kept.has(name)) {
    kept.set(name, encoding === "br"
      ? brotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } })
      : zip(plain, { level: 9 }));
  }
  return kept.get(name);
}

async function existing(file, root) {
  if (!file.startsWith(root + sep)) return null;
  const info = await stat(file).catch(() => null);
  return info?.isFile() ? file : null;
}

// A static host on loopback: files of a folder, with the headers that the folder's `_headers`
// asks for, and the Content-Security-Policy changed where a test says so.

import { createServer } from "node:http";
import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };
const REPORTS = "/reports";

/** @param policy answers the policy to send for the one that the site asks for */
export async function serve(folder, policy = (own) => own) {
  const headers = headersOf(folder);
  const name = "Content-Security-Policy";
  headers[name] = `${policy(headers[name])}; report-uri ${REPORTS}`;
  const requests = [];
  const reports = [];
  const news = new EventEmitter();

  const server = createServer((request, response) => {
    if (request.url === REPORTS) {
      collect(request, (report) => {
        reports.push(report["csp-report"]);
        news.emit("report");
      });
      response.writeHead(204).end();
      return;
    }
    requests.push(`${request.method} ${request.url}`);
    const path = request.url === "/" ? "/index.html" : request.url;
    try {
      const bytes = readFileSync(join(folder, path));
      response.writeHead(200, { ...headers, "Content-Type": TYPES[extname(path)] }).end(bytes);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    reports,
    /** Waits until the browser has reported a violation. */
    async reported() {
      while (reports.length === 0) await once(news, "report");
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The headers for all paths, as static hosts read the file: a path, and under it `Name: value`. */
function headersOf(folder) {
  const [path, ...lines] = readFileSync(join(folder, "_headers"), "utf8").trimEnd().split("\n");
  if (path !== "/*") throw new Error(`_headers begins with ${path}`);
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^ {2}([A-Za-z-]+): (.+)$/.exec(line);
      return [name, value];
    }),
  );
}

async function collect(request, take) {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  take(JSON.parse(text));
}

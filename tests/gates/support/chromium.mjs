// Chromium, which resolves no name and talks to nobody but the loopback.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** The browser that `CHROMIUM` names comes first, then Debian's, then Playwright's own. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? ["/usr/bin/chromium"].find(existsSync),
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// A browser named by CHROMIUM comes first, then Debian's, then the one `npx playwright install` brings.
const chromium = process.env.CHROMIUM ?? ["/usr/bin/chromium"].find(existsSync);

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.js",
  outputDir: "../../target/web-test-results",
  reporter: [["list"]],
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  use: {
    browserName: "chromium",
    viewport: { width: 1360, height: 900 },
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
        // Whatever the page might try, no name but the loopback's resolves.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      ],
    },
  },
});

// Lighthouse against the assembled page, mobile and desktop: every category it has must reach 98 of 100.
import { existsSync } from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";
import { serve } from "../support/server.js";

const LEAST = 98;
const chromePath = process.env.CHROMIUM ?? ["/usr/bin/chromium"].find(existsSync);
const site = await serve("/", { quality: 11 });
const chrome = await launch({ chromePath, chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"] });
let short = false;
try {
  // The server compresses a file when it is first asked for: not part of what is measured.
  await lighthouse(site.url, { port: chrome.port, logLevel: "error" });
  for (const [name, config] of [["mobile", undefined], ["desktop", desktopConfig]]) {
    const { lhr } = await lighthouse(site.url, { port: chrome.port, logLevel: "error" }, config);
    const scores = Object.values(lhr.categories).map(({ title, score }) => [title, Math.round(score * 100)]);
    console.log(`${name}: ${scores.map(([title, score]) => `${title} ${score}`).join(", ")}`);
    for (const id of ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"]) console.log(`  ${lhr.audits[id].title}: ${lhr.audits[id].displayValue}`);
    for (const audit of Object.values(lhr.audits)) if (audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== "informative") console.log(`  below: ${audit.id} (${audit.displayValue ?? audit.title})`);
    short ||= scores.some(([, score]) => score < LEAST);
  }
} finally {
  await chrome.kill();
  await site.close();
}
process.exitCode = short ? 1 : 0;

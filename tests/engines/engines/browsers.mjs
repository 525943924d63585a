// Chromium, Firefox and WebKitGTK: the system's own, opened on one page, which sends its result back.

import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { promisify } from "node:util";

import { LIMIT } from "./installed.mjs";
import { serve } from "./server.mjs";

const LIBRARIES = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/libexec"];

export const chromium = {
  name: "Chromium",
  find: () =>
    firstOf(
      [
        process.env.CHROMIUM,
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/snap/bin/chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      ],
      "apt install chromium, or name it in the variable CHROMIUM",
    ),
  version: numberOf("--version"),
  run: ({ path }, folder) =>
    opened(folder, (url, profile) => [
      start(path, [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", `--user-data-dir=${profile}`,
        // Its address: without one a headless Chromium ends at once.
        "--remote-debugging-port=0", url,
      ]),
    ]),
};

export const firefox = {
  name: "Firefox",
  find: () =>
    firstOf(
      [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"],
      "apt install firefox-esr, or name it in the variable FIREFOX",
    ),
  version: numberOf("--version"),
  run: ({ path }, folder) =>
    opened(folder, (url, profile) => [
      start(path, ["--headless", "--no-remote", "--profile", profile, url], { HOME: profile, MOZ_CRASHREPORTER_DISABLE: "1" }),
    ]),
};

export const webkit = {
  name: "WebKitGTK",
  find() {
    const remedy = "apt install webkit2gtk-driver xvfb, or name MiniBrowser in the variable MINIBROWSER";
    const known = LIBRARIES.flatMap((folder) => ["4.1", "4.0"].map((api) => `${folder}/webkit2gtk-${api}/MiniBrowser`));
    return existsSync("/usr/bin/Xvfb") ? firstOf([process.env.MINIBROWSER, ...known], remedy) : { remedy };
  },
  // It has no option for that; in pages it names the Safari that it is like.
  async version(_, { userAgent }) {
    const query = ["-W", "-f=${Version}", "libwebkit2gtk-4.1-0"];
    const packaged = await promisify(execFile)("dpkg-query", query).catch(() => ({ stdout: "" }));
    return /^[\d.]+/.exec(packaged.stdout)?.[0] ?? `as Safari ${/Version\/([\d.]+)/.exec(userAgent)?.[1]}`;
  },
  run: ({ path }, folder) =>
    opened(folder, async (url, profile) => {
      const screen = spawn("Xvfb", ["-displayfd", "3", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
      const display = await new Promise((resolve, reject) => {
        screen.stdio[3].once("data", (number) => resolve(`:${String(number).trim()}`));
        screen.once("error", reject);
        screen.once("exit", () => reject(new Error("Xvfb ended")));
      });
      const environment = {
        DISPLAY: display, HOME: profile, XDG_RUNTIME_DIR: profile, GTK_A11Y: "none", LIBGL_ALWAYS_SOFTWARE: "1",
        WEBKIT_DISABLE_COMPOSITING_MODE: "1",
      };
      return [start(path, [url], environment), screen];
    }),
};

/** Opens the page that runs the suite, and resolves to what it sends. */
async function opened(folder, open) {
  const site = await serve(folder);
  const profile = `${folder}/.profile-${process.hrtime.bigint()}`;
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  let children = [];
  let timer;
  try {
    children = await open(`${site.url}page.html`, profile);
    const ended = new Promise((_, reject) => {
      children[0].once("error", reject);
      children[0].once("exit", (code) => reject(new Error(`the browser ended (${code}): ${children[0].complaint()}`)));
    });
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the page sent nothing: ${children[0].complaint()}`)), LIMIT);
    });
    return await Promise.race([site.result, ended, late]);
  } finally {
    clearTimeout(timer);
    for (const child of children) await end(child);
    await site.close();
  }
}

/** A process that ends with this one's interest in it; the end of what it wrote is kept for errors. */
function start(path, words, environment = {}) {
  const child = spawn(path, words, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...environment } });
  let written = "";
  child.stderr.on("data", (text) => {
    written = `${written}${text}`.slice(-2_000);
  });
  return Object.assign(child, { complaint: () => written.trim() });
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(timer);
}

function numberOf(option) {
  return async ({ path }) => {
    const { stdout } = await promisify(execFile)(path, [option]);
    return /\d+(\.\d+)+/.exec(stdout)?.[0];
  };
}

function firstOf(paths, remedy) {
  const path = paths.find((candidate) => candidate !== undefined && existsSync(candidate));
  return path === undefined ? { remedy } : { path };
}

// WebKitGTK's MiniBrowser by its own WebDriver (W3C), on a screen of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";

export const name = "WebKitGTK";
export const remedy = "apt install webkit2gtk-driver xvfb, or name MiniBrowser in the variable MINIBROWSER";

const LIBRARIES = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/libexec"];

export function find() {
  if (!existsSync("/usr/bin/Xvfb") || !existsSync("/usr/bin/WebKitWebDriver")) return undefined;
  const folders = LIBRARIES.filter(existsSync).flatMap((library) => readdirSync(library).filter((entry) => entry.startsWith("webkit2gtk-")).map((entry) => `${library}/${entry}`));
  return [process.env.MINIBROWSER, ...folders.map((folder) => `${folder}/MiniBrowser`)].find((path) => path && existsSync(path));
}

const KEYS = { Tab: "\ue004", Enter: "\ue007" };

/** The same as Firefox's. */
export async function start(path) {
  const screen = spawn("Xvfb", ["-displayfd", "3", "-nolisten", "tcp", "-screen", "0", "1280x1024x24"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const ended = once(screen, "exit").then(([code]) => Promise.reject(new Error(`Xvfb ended (${code})`)));
  ended.catch(() => {});
  const [number] = await Promise.race([once(screen.stdio[3], "data"), ended]);
  const port = await freePort();
  const driver = spawn("WebKitWebDriver", ["--host=127.0.0.1", `--port=${port}`], {
    stdio: "ignore", env: { ...process.env, DISPLAY: `:${String(number).trim()}`, GTK_A11Y: "none", LIBGL_ALWAYS_SOFTWARE: "1", WEBKIT_DISABLE_COMPOSITING_MODE: "1" },
  });
  const end = async () => {
    for (const child of [driver, screen]) {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    }
  };
  const call = async (method, route, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${route}`, { method, body: body && JSON.stringify(body), headers: { "content-type": "application/json" } });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${route}: ${value?.error}: ${value?.message}`);
    return value;
  };
  try {
    await listening(call);
    const options = { binary: path, args: ["--automation"] };
    const { sessionId, capabilities } = await call("POST", "/session", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } } });
    const at = `/session/${sessionId}`;
    await call("POST", `${at}/timeouts`, { script: 120_000, pageLoad: 120_000 });
    const script = "const done = arguments[arguments.length - 1]; const [task, given] = arguments;"
      + "Promise.resolve().then(() => TASK(...given)).then((value) => done({ value }), (error) => done({ error: String(error) }));";
    return {
      version: capabilities.browserVersion,
      complaints: [],
      open: (url) => call("POST", `${at}/url`, { url }),
      async run(task, ...given) {
        const { value, error } = await call("POST", `${at}/execute/async`, { script: script.replace("TASK", `(${task})`), args: [null, given] });
        if (error) throw new Error(error);
        return value;
      },
      key: (key) => call("POST", `${at}/actions`, {
        actions: [{ type: "key", id: "keys", actions: [{ type: "keyDown", value: KEYS[key] }, { type: "keyUp", value: KEYS[key] }] }],
      }),
      picture: async () => Buffer.from(await call("GET", `${at}/screenshot`), "base64"),
      async close() {
        await call("DELETE", at).catch(() => {});
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function freePort() {
  const { createServer } = await import("node:net");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The driver has no sign of being ready but its answer. */
async function listening(call) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call("GET", "/status");
    } catch (error) {
      if (attempt === 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

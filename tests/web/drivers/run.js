// The page in Firefox and WebKitGTK, each by its driver. A browser that this machine does not have is left out, and said so.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { startFlow } from "../support/flow.js";
import { serve } from "../support/server.js";
import * as firefox from "./firefox.js";
import { live } from "./live.js";
import { smoke } from "./smoke.js";
import * as webkit from "./webkit.js";

const pictures = fileURLToPath(new URL("../../../target/screenshots/", import.meta.url));
await mkdir(pictures, { recursive: true });

const site = await serve("/");
let flow;
try {
  for (const { name, find, start, remedy } of [firefox, webkit]) {
    const path = find();
    if (path === undefined) {
      console.log(`${name}: left out, it is not here (${remedy})`);
      continue;
    }
    const browser = await start(path);
    try {
      const look = async (state) => writeFile(`${pictures}${name.toLowerCase()}-${state}.png`, await browser.picture());
      await smoke(browser, site.url, look);
      flow ??= await startFlow();
      await live(browser, flow, look);
      console.log(`${name} ${browser.version}: every state as it should be, the live view with them`);
    } catch (error) {
      console.error(`${name} ${browser.version}: ${error.stack}`);
      process.exitCode = 1;
    } finally {
      await browser.close();
    }
  }
} finally {
  await flow?.end();
  await site.close();
}

// The suite in a page, then in several workers of it at once; the runner's server takes the result.

import { run } from "./cases/suite.js";
import { atOnce } from "./at-once.js";
import data from "./data.js";

const send = (result) => fetch("./result", { method: "POST", body: JSON.stringify(result) });

addEventListener("error", ({ message }) => send({ stopped: message }));
addEventListener("unhandledrejection", ({ reason }) => send({ stopped: String(reason) }));

const full = await import("./node_modules/meterproof/index.js");
const verify = await import("./node_modules/meterproof/verify.js");
const result = await run({ full, verify, data, ready: "init" });
const workers = await atOnce(() => new Worker("./page-worker.js", { type: "module" }));
await send({ ...result, workers, userAgent: navigator.userAgent });

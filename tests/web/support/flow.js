// The flow behind the live view, on the real parts: the emulator, the agent's binary and the page as `cargo xtask up` serves them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const FLOW = process.env.METERPROOF_FLOW ?? fileURLToPath(new URL("../../../target/debug/xtask-flow", import.meta.url));
/** An hour of the flow, so that a bucket settles within seconds. */
const HOUR_SECONDS = "2";

/** Starts the flow: `{ process, page, emulator, agent, end() }` with the addresses that it prints. */
export async function startFlow() {
  if (!existsSync(FLOW)) throw new Error(`${FLOW} is missing: cargo build -p xtask-flow -p meterproof-cli -p meterproof-lambda`);
  const flow = spawn(FLOW, ["live", "--hour", HOUR_SECONDS], { stdio: ["ignore", "pipe", "inherit"] });
  const addresses = {};
  for await (const line of createInterface({ input: flow.stdout })) {
    const [, name, url] = /^ {4}(the page|the emulator|the agent) +(http:[^ ,]+)/.exec(line) ?? [];
    if (name) addresses[name.slice(4)] = url;
    if (line.includes("    logs ")) return { process: flow, ...addresses, end: () => end(flow) };
  }
  throw new Error("the flow ended before it was up");
}

async function end(flow) {
  if (flow.exitCode !== null) return;
  flow.kill("SIGTERM");
  await once(flow, "exit");
}

/** A decimal text in millionths. */
export function millionths(text) {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text);
  return BigInt(`${sign}${whole}${fraction.padEnd(6, "0")}`);
}

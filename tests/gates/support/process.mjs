// A process of ours: started, waited for, listened to, and ended by its handle.

import { spawn } from "node:child_process";
import { once } from "node:events";

const PATIENCE = 60_000;

/**
 * Starts a server that says where it listens, and waits until it does.
 *
 * @param environment all that it gets, besides PATH: nothing of this process's own
 */
export async function startServer(command, words, { cwd, environment }) {
  const child = spawn(command, words, {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const atExit = () => child.kill("SIGKILL");
  process.on("exit", atExit);
  const ended = once(child, "close");
  ended.catch(() => {}); // `heard` tells of it.

  let output = "";
  const heard = (enough) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => fail("is not ready"), PATIENCE);
      const fail = (what) => reject(new Error(`${command} ${words.join(" ")} ${what}:\n${output}`));
      const look = () => {
        const found = enough(output);
        if (!found) return;
        clearTimeout(late);
        resolve(found);
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      child.once("error", (error) => fail(error.message));
      child.once("close", (code) => fail(`ended with ${code}`));
      look();
    });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }

  const [, origin] = await heard((text) => /(http:\/\/(?:127\.0\.0\.1|localhost):\d+)/.exec(text));
  return {
    origin,
    output: () => output,
    /** Waits until the output satisfies. */
    heard,
    async stop() {
      child.kill();
      await ended;
      process.off("exit", atExit);
    },
  };
}
